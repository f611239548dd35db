"""What may be done to the entries of a roster on its page: the tone of each badge, and links."""

from django.urls import reverse

from beneficiaries.enums import LIVE_ENTRY, EntryStatus, RosterStatus
from beneficiaries.services.disputes import may_doubt
from beneficiaries.tables.entries import ENTRY_TONES
from beneficiaries.workflows.rosters import WALKING


def of_rows(rows, roster, user):
    """The rows of the entries table with their badge tone and links; no query for each."""
    rights = _rights(roster, user)
    for row in rows:
        entry = row["entry"]
        row["tone"] = ENTRY_TONES[entry.status]
        row["links"] = [(label, reverse(name, args=[entry.pk])) for label, name in _links(row, rights)]
    return rows


def _rights(roster, user):
    """What the user may do with entries where the roster stands."""
    place, walks = roster.organisation, roster.status in WALKING
    reviews = roster.status == RosterStatus.REVIEWING
    return {
        "draft": roster.status == RosterStatus.DRAFTING and user.may("roster.draft", place),
        "doubt": (walks or roster.status == RosterStatus.DRAFTING) and may_doubt(user, place),
        "strike": reviews and user.may("roster.review", place, level=roster.step.level),
        "judge": may_judge(roster, user),
        "check_relatives": walks and user.may("roster.check", place.parent or place),
    }


def _links(row, rights):
    entry = row["entry"]
    if rights["judge"] and entry.status == EntryStatus.LISTED and is_judged(entry):
        yield "认定条件", "entry_judge"
    if rights["draft"] and entry.status == EntryStatus.LISTED:
        yield "领取方式", "entry_payment"
        yield "调整类别", "entry_category"
        if not entry.assigned_by_id:
            yield "撤下", "entry_withdraw"
    if rights["draft"] and entry.status == EntryStatus.WITHDRAWN and entry.earlier_id:
        yield "恢复列入", "entry_restore"
    if rights["check_relatives"] and entry.status == EntryStatus.LISTED and row["relatives"]:
        yield "近亲属核查", "entry_relative_check"
    if rights["strike"] and entry.status in (EntryStatus.LISTED, EntryStatus.STOPPED):
        yield "不予列入", "entry_strike"
    if rights["doubt"] and entry.status in LIVE_ENTRY:
        yield "标明疑义", "entry_doubt"


def may_judge(roster, user):
    """May the user answer judged conditions where the roster stands?"""
    needed = {RosterStatus.ASSESSING: "roster.assess", RosterStatus.REVIEWING: "roster.review"}
    permission = needed.get(roster.status)
    return permission is not None and user.may(permission, roster.organisation, level=roster.step.level)


def may_judge_entry(entry, user):
    """Has the entry judged conditions, and may the user answer them where its roster stands?"""
    return entry.status == EntryStatus.LISTED and is_judged(entry) and may_judge(entry.roster, user)


def is_judged(entry):
    """Is there a condition of the entry that people decide, in its category or in one that was tried?"""
    lines = [*entry.explanation, *(line for tier in entry.tried for line in tier["lines"])]
    return any(line.get("is_judged") for line in lines)
