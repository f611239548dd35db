"""What becomes of the earlier version when its revision is final."""

from beneficiaries.enums import LIVE_ENTRY
from beneficiaries.models import RosterEntry
from beneficiaries.queries import rosters as queries
from welfare import workflow


def take_over(attempt):
    """The new version is final: the earlier one steps back with its entries, and gives up their places."""
    roster = attempt.subject
    workflow.perform(
        roster.replaces, "supersede", by=attempt.by, at=attempt.at, reason=roster.revision_reason
    )
    roster.holds_place = True
    # Copies that an open objection has carried into a supplement take over their places too.
    RosterEntry.objects.filter(earlier__roster=roster.replaces, status__in=LIVE_ENTRY).update(
        holds_place=True
    )


def supersede_entries(attempt):
    entries = queries.for_pages(attempt.subject.entries.filter(status__in=LIVE_ENTRY))
    workflow.perform_many(entries, "supersede", by=attempt.by, at=attempt.at, reason=attempt.reason)


def copies_hold_their_places(attempt):
    """A supplement to a revision is not final before the revision is: until then the earlier entries stand."""
    roster = attempt.subject
    waits = (
        roster.supplement_to_id
        and queries.next_step(roster) is None
        and roster.entries.filter(status__in=LIVE_ENTRY, holds_place=False).exists()
    )
    return "原名册的修订版还没有定案，补充名册须等它定案后再定案。" if waits else None


def is_not_under_revision(attempt):
    if attempt.subject.supplement_to_id:
        return "补充名册不单独修订。如需调整，请修订原名册。"
    if queries.revision_of(attempt.subject):
        return "这份名册已在修订，请在修订版上办理。"
    return None
