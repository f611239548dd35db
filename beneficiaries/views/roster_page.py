"""What the page of one roster shows: the stepper, what is next, entries, papers, history."""

from django.urls import reverse

from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.queries import roster_page as queries
from beneficiaries.queries.rosters import places
from beneficiaries.tables.rosters import ROSTER_TONES
from beneficiaries.workflows.rosters import RETURN_AT
from welfare import audit, workflow

ENTRY_TONES = {
    EntryStatus.LISTED: "info",
    EntryStatus.STOPPED: "warn",
    EntryStatus.REJECTED: "bad",
    EntryStatus.STRUCK: "bad",
    EntryStatus.WITHDRAWN: "neutral",
    EntryStatus.FINAL: "good",
}
# Moves that are made on the page of the meeting, notice or check they belong to.
ON_PAPER = {"conclude_assessment": "assessment", "close_notice": "roster_notice", "finish_check": "check"}
LINKS = {
    "revise": ("roster_nominate", "提名对象"),
    "open_meeting": ("assessment_new", ""),
    "post_notice": ("notice_post", ""),
    "draw_sample": ("check_draw", ""),
}
RECENT = 8
PAPER_LABELS = {"assessment": "继续记录评议会", "roster_notice": "办理公示", "check": "登记抽查情况"}


def page_of(roster, user, at):
    """Template context of ``beneficiaries/roster.html``."""
    papers = queries.papers(roster)
    steps = list(roster.programme.steps.order_by("position"))
    entries = queries.entry_rows(roster)
    may_draft = roster.status == RosterStatus.DRAFTING and user.may("roster.draft", roster.organisation)
    return {
        "roster": roster,
        "status_tone": ROSTER_TONES[RosterStatus(roster.status)],
        "steps": stepper(roster, steps),
        "next_step": what_is_next(roster),
        "buttons": buttons(roster, user, at, papers.current),
        "totals": queries.totals(entries),
        "places": places(roster) if roster.status == RosterStatus.DRAFTING else [],
        "entries": [with_actions(row, roster, user, may_draft) for row in entries],
        "papers": papers,
        "history": history(roster),
        "may_export": user.may("export", roster.organisation),
    }


def stepper(roster, steps):
    """Steps for ``components/steps.html``."""
    current = roster.step.position if roster.step_id else None
    is_over = roster.status == RosterStatus.FINAL

    def state(step):
        if is_over or (current is not None and step.position < current):
            return "done"
        return "current" if step.position == current else "todo"

    drafting = "current" if roster.status == RosterStatus.DRAFTING else "done"
    return [
        {"label": "拟订", "state": drafting, "sub": ""},
        *({"label": str(step), "state": state(step), "sub": step.get_level_display()} for step in steps),
        {"label": "定案", "state": "current" if is_over else "todo", "sub": ""},
    ]


def what_is_next(roster):
    """{what, who}: the step that waits and the people who may take it, four eyes considered; None at the end."""
    if roster.status in (RosterStatus.FINAL, RosterStatus.CANCELLED):
        return None
    move = next(m for m in workflow.machine_of(roster).moves if roster.status in m.sources)
    people = queries.who_may(roster, move)
    return {"what": str(roster.step or "拟订名单，启动评审"), "since": roster.step_since_on, "who": people}


def buttons(roster, user, at, current):
    """The moves open to the user, each leading to the page where it is made."""
    found = []
    for option in workflow.options(roster, by=user, at=at):
        name = option.move.name
        if name in ON_PAPER:
            if current:
                page = ON_PAPER[name]
                found.append(_button(PAPER_LABELS[page], reverse(page, args=[current.pk])))
        elif name in LINKS:
            if not (current and name != "revise"):
                page, label = LINKS[name]
                found.append(_button(label or option.move.label, reverse(page, args=[roster.pk]), option))
        elif name in RETURN_AT.values():
            found.append(_button("退回", reverse("roster_return", args=[roster.pk]), option))
        else:
            found.append(_button(option.move.label, reverse("roster_move", args=[roster.pk, name]), option))
        if name == "revise":
            found.insert(0, _button("按条件筛选", reverse("roster_fill", args=[roster.pk]), option))
    for button in found[1:]:
        if button["tone"] == "primary":
            button["tone"] = "secondary"
    return found


def _button(label, url, option=None):
    return {
        "label": label,
        "url": url,
        "is_allowed": option is None or option.is_allowed,
        "why_not": option.why_not if option else "",
        "tone": option.move.tone if option else "primary",
    }


def with_actions(row, roster, user, may_draft):
    """A row of the entries table with its badge tone and links."""
    entry = row["entry"]
    links = []
    if may_draft and entry.status == EntryStatus.LISTED:
        links = [
            ("领取方式", reverse("entry_payment", args=[entry.pk])),
            ("撤下", reverse("entry_withdraw", args=[entry.pk])),
        ]
    elif (
        roster.status == RosterStatus.REVIEWING
        and entry.status in (EntryStatus.LISTED, EntryStatus.STOPPED)
        and user.may("roster.review", roster.organisation, level=roster.step.level)
    ):
        links = [("不予列入", reverse("entry_strike", args=[entry.pk]))]
    if may_judge_entry(entry, user):
        links = [("认定条件", reverse("entry_judge", args=[entry.pk])), *links]
    return row | {"tone": ENTRY_TONES[entry.status], "links": links}


def may_judge_entry(entry, user):
    """Has the entry judged conditions, and may the user answer them where its roster stands?"""
    roster = entry.roster
    needed = {RosterStatus.ASSESSING: "roster.assess", RosterStatus.REVIEWING: "roster.review"}
    permission = needed.get(roster.status)
    return (
        permission is not None
        and entry.status == EntryStatus.LISTED
        and is_judged(entry)
        and user.may(permission, roster.organisation, level=roster.step.level)
    )


def is_judged(entry):
    """Is there a condition of the entry that people decide, in its category or in one that was tried?"""
    lines = [*entry.explanation, *(line for tier in entry.tried for line in tier["lines"])]
    return any(line.get("is_judged") for line in lines)


def history(roster):
    """What was done, newest first: {recent, earlier} for ``components/timeline.html``."""
    events = [
        {
            "at": event.at,
            "who": event.actor_name,
            "text": event.label.removeprefix("名册："),
            "reason": event.reason,
            "tone": "bad" if "退回" in event.label else "",
        }
        for event in audit.events_about(roster)[:200]
    ]
    return {"recent": events[:RECENT], "earlier": events[RECENT:]}
