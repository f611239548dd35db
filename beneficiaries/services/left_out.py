"""未列入: who fits a programme's conditions and is not on the roster, and why. Writes nothing."""

from collections import Counter
from dataclasses import dataclass

from beneficiaries.enums import LIVE_ENTRY, EntryStatus, RosterStatus
from beneficiaries.models import RosterEntry
from beneficiaries.services import screening
from beneficiaries.services.entries import within_quota

UNPROVEN = (
    "无证明按推定不符合",
    "登记的金额符合条件，但没有有效证明，按推定金额核算不符合；补交证明后再筛选。",
)


@dataclass(frozen=True)
class LeftOut:
    """One who fits ``proposal.category``. ``kind`` is the reason in a few words, to count by."""

    proposal: screening.Proposal
    kind: str
    reason: str


def rows(roster, *, on, viewer):
    """The LeftOut of a roster, the neediest first; those that stand on it are not among them.

    Who was on it and was taken off is, with what was written then; last those whom only an assumption for want of proof
    keeps out. A constant number of statements.
    """
    found = screening.screen(
        programme=roster.programme, organisation=roster.organisation, on=on, viewer=viewer
    )
    free = [proposal for proposal in found if not proposal.why_not]
    is_open = roster.status == RosterStatus.DRAFTING
    placed = {id(one) for one in within_quota(roster, free)} if is_open else set()
    was = _taken_off(roster.programme)
    unproven = screening.kept_out_by_assumption(
        programme=roster.programme, organisation=roster.organisation, on=on
    )
    return [
        LeftOut(proposal, *_why(proposal, id(proposal) in placed, is_open, was))
        for proposal in found
        if proposal.why_kind != screening.ON_ROSTER or _key(proposal) in was
    ] + [LeftOut(proposal, *UNPROVEN) for proposal in unproven]


def counts(left_out):
    """[(kind, how many)], the most frequent first."""
    return Counter(one.kind for one in left_out).most_common()


def _why(proposal, has_place, is_open, was):
    if proposal.why_kind == screening.ON_ROSTER:
        return was[_key(proposal)]
    if proposal.why_not:
        return proposal.why_kind, proposal.why_not
    if has_place or not is_open:
        return "尚未列入", "符合条件，尚未筛选列入。"
    return "名额已满", "符合条件，但名额已满；排序在后。"


def _key(proposal):
    return (proposal.category.unit, proposal.beneficiary.pk)


def _taken_off(programme):
    """{(unit, id): (kind, reason)} of entries that no longer stand, and of nobody who stands beside."""
    found, standing = {}, set()
    entries = RosterEntry.objects.filter(programme=programme).exclude(roster__status=RosterStatus.CANCELLED)
    columns = ("household_id", "person_id", "institution_id", "status", "status_reason")
    for row in entries.order_by("pk").values(*columns):
        unit = "household" if row["household_id"] else "person" if row["person_id"] else "institution"
        key = (unit, row[f"{unit}_id"])
        if row["status"] in LIVE_ENTRY:
            standing.add(key)
        else:
            label = EntryStatus(row["status"]).label
            found[key] = (label, f"{label}：{row['status_reason'].rstrip('。') or '未写明理由'}。")
    return {key: why for key, why in found.items() if key not in standing}
