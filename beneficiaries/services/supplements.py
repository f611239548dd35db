"""补充名册: entries whose objection was not settled when the notice closed walk a round of their own."""

from django.db import transaction
from django.db.models import Max

from beneficiaries.enums import EntryStatus, ObjectionStatus
from beneficiaries.models import Objection, Roster, RosterEntry
from welfare import audit, workflow


@transaction.atomic
def carry(*, notice, by, at):
    """Move the stopped entries of the notice's roster to a supplementary roster in drafting. Returns it, or None.

    The supplement is a roster of its own (``supplement_to`` the main one) and walks the whole procedure:
    nobody on it is final, or paid, before assessment, notice and approval are done again. An entry is moved,
    not copied, so that it stays the one live entry of its beneficiary, with its number, votes and objections.
    One whose objections are all answered (to be assessed anew) is listed again; one with an open objection
    stays stopped, and the supplement cannot start before it is answered.
    """
    roster = notice.roster
    standing = roster.entries.select_for_update(of=("self",)).filter(status=EntryStatus.STOPPED)
    stopped = list(standing.order_by("position", "pk"))
    if not stopped:
        return None
    main = Roster.objects.select_for_update(of=("self",)).get(pk=roster.supplement_to_id or roster.pk)
    last = main.supplements.aggregate(last=Max("version"))["last"] or 0
    made = Roster.objects.create(
        programme=roster.programme,
        organisation=roster.organisation,
        supplement_to=main,
        version=last + 1,
        drafted_by=roster.drafted_by,
        drafted_at=at,
    )
    workflow.record_duty(made, by=roster.drafted_by, duty="drafting", at=at)
    RosterEntry.objects.filter(pk__in=[entry.pk for entry in stopped]).update(roster=made)
    numbers = [entry.position for entry in stopped]
    for target, label in ((roster, "异议未决对象转入补充名册"), (made, "建立补充名册")):
        audit.record(
            action="roster.carry",
            label=f"{label}（{len(stopped)} 个）",
            by=by,
            at=at,
            target=target,
            after={"from": roster.pk, "to": made.pk, "positions": numbers},
        )
    waiting = set(
        Objection.objects.filter(entry__in=stopped, status=ObjectionStatus.OPEN).values_list(
            "entry", flat=True
        )
    )
    for entry in stopped:
        if entry.pk not in waiting:
            workflow.perform(entry, "relist", by=by, at=at, reason="转入补充名册，重新评议")
    return made
