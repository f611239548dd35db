"""Marking an entry as doubtful by hand."""

from django.db import transaction

from beneficiaries.enums import LIVE_ENTRY, EntryStatus, RosterStatus
from beneficiaries.models import Roster, RosterEntry
from welfare import audit, workflow
from welfare.errors import Refusal

MAY_DOUBT = ("roster.draft", "roster.assess", "roster.submit", "roster.check", "roster.review")


def may_doubt(user, organisation):
    """Whoever has a part in the procedure there may speak up."""
    return any(user.may(permission, organisation) for permission in MAY_DOUBT)


@transaction.atomic
def mark_doubtful(*, entry, by, at, reason):
    """Say what is doubtful about an entry, so that the next assessment votes on it. Returns the entry.

    It is not taken back: the assessment clears it up. Raises Refusal without a reason, for an entry that no
    longer stands, and once the roster is final; whoever has no part in the procedure is refused.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal("请写明疑义。", field="reason")
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    if not may_doubt(by, roster.organisation):
        raise workflow.Refused("您没有标明疑义的权限。", kind="permission")
    if roster.status in (RosterStatus.FINAL, RosterStatus.SUPERSEDED, RosterStatus.CANCELLED):
        raise Refusal(f"名册{roster.get_status_display()}，不能再标明疑义。")
    entry = RosterEntry.objects.get(pk=entry.pk)
    if entry.status not in LIVE_ENTRY:
        raise Refusal(f"该对象{EntryStatus(entry.status).label}，不必再标明疑义。")
    before = entry.doubt
    entry.doubt = "；".join(part for part in (before, reason) if part)[:200]
    entry.doubted_at, entry.doubted_by = at, by
    entry.save(update_fields=["doubt", "doubted_at", "doubted_by"])
    audit.record(
        action="roster_entry.doubt",
        label="标明疑义",
        by=by,
        at=at,
        target=entry,
        reason=reason,
        before={"doubt": before},
        after={"doubt": entry.doubt},
    )
    return entry
