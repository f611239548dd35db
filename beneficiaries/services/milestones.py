"""时间节点: marking one done."""

from django.db import transaction

from beneficiaries.models import Milestone, Programme
from beneficiaries.queries import milestones as queries
from welfare import audit, workflow
from welfare.errors import Refusal

DONE = ["done_at", "done_by", "done_note"]


def carry_over(*, earlier, later):
    """What was marked done of ``earlier`` is done of ``later``, the next version just made of it, row by row."""
    rows = (programme.milestones.order_by("position", "id") for programme in (earlier, later))
    for before, after in zip(*rows, strict=True):
        _copy_mark(before, after)


def _copy_mark(before, after):
    if before.done_at:
        after.done_at, after.done_by, after.done_note = before.done_at, before.done_by, before.done_note
        after.save(update_fields=DONE)


def _mark_next_versions(found):
    """A version written meanwhile would otherwise, once approved, ask again for what is done."""
    versions = Programme.objects.versions_of(found.programme).filter(
        year=found.programme.year, version__gt=found.programme.version
    )
    same = {name: getattr(found, name) for name in ("name", "kind", "due_on", "responsible_unit")}
    for later in Milestone.objects.filter(programme__in=versions, done_at=None, **same).order_by("pk"):
        _copy_mark(found, later)


@transaction.atomic
def finish(*, milestone, note, by, at):
    """Mark a milestone done, with what was done. Returns it.

    By the staff of the responsible organisation or of one above it, or by the officers of the organiser; an
    approved programme is frozen, its milestones are kept by this alone. In a next version that is being written
    it is done then too, where it stands there unchanged. Raises Refusal without words, when it is done already,
    and for a programme that is not approved, or replaced by a newer version.
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
    if not Programme.objects.not_replaced().filter(pk=found.programme_id).exists():
        raise Refusal(f"方案《{found.programme}》已由新版本代替，请在新版本的时间节点上登记。")
    if found.done_at:
        raise Refusal("这个时间节点已经登记完成。")
    found.done_at, found.done_by, found.done_note = at, by, note[:200]
    found.save(update_fields=DONE)
    _mark_next_versions(found)
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
