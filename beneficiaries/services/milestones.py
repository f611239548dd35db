"""时间节点: marking one done."""

from django.db import transaction

from beneficiaries.models import Milestone
from beneficiaries.queries import milestones as queries
from welfare import audit, workflow
from welfare.errors import Refusal


@transaction.atomic
def finish(*, milestone, note, by, at):
    """Mark a milestone done, with what was done. Returns it.

    By the staff of the responsible organisation or of one above it, or by the officers of the organiser; an
    approved programme is frozen, its milestones are kept by this alone. Raises Refusal without words, when it
    is done already, and for a programme that is not approved.
    """
    note = note.strip()
    if not note:
        raise Refusal("请写明完成情况。", field="note")
    rows = Milestone.objects.select_related("programme__organiser", "responsible_organisation")
    found = rows.select_for_update(of=("self",)).get(pk=milestone.pk)
    if not queries.is_kept_by(found, by):
        raise workflow.Refused("您没有登记这个时间节点的权限。", kind="permission")
    if found.programme.status != "approved":
        raise Refusal(f"方案《{found.programme}》{found.programme.get_status_display()}，不能登记。")
    if found.done_at:
        raise Refusal("这个时间节点已经登记完成。")
    found.done_at, found.done_by, found.done_note = at, by, note[:200]
    found.save(update_fields=["done_at", "done_by", "done_note"])
    audit.record(
        action="milestone.finish",
        label="完成时间节点",
        by=by,
        at=at,
        target=found,
        organisation=found.programme.organiser,
        reason=note,
    )
    return found
