"""What becomes of the earlier version when its revision is final."""

from beneficiaries.enums import LIVE_ENTRY
from beneficiaries.queries import rosters as queries
from welfare import workflow


def take_over(attempt):
    """The new version is final: the earlier one steps back with its entries, and gives up their places."""
    roster = attempt.subject
    workflow.perform(
        roster.replaces, "supersede", by=attempt.by, at=attempt.at, reason=roster.revision_reason
    )
    roster.holds_place = True
    roster.entries.filter(status__in=LIVE_ENTRY).update(holds_place=True)


def supersede_entries(attempt):
    entries = queries.for_pages(attempt.subject.entries.filter(status__in=LIVE_ENTRY))
    workflow.perform_many(entries, "supersede", by=attempt.by, at=attempt.at, reason=attempt.reason)


def is_not_under_revision(attempt):
    if queries.revision_of(attempt.subject):
        return "这份名册已在修订，请在修订版上办理。"
    return None
