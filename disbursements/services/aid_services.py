"""服务落实: ticking that a service was given, and taking a wrong tick back."""

from django.db import transaction

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Roster
from beneficiaries.services import help as help_given
from disbursements.models import ServiceGiven
from disbursements.queries import aid_services as queries
from welfare import audit, dates, workflow
from welfare.errors import Refusal

PERMISSION = "visit.do"


@transaction.atomic
def tick(*, roster, wanted, given_on, by, at, note=""):
    """Record that services were given: ``wanted`` are (entry id, standard id) of the roster's checklist.

    Returns the ServiceGiven rows made; what was ticked before is passed over. Each counts as help given,
    without an amount. Raises Refusal for a roster that is not final, a date in the future or before the
    roster was final, nothing chosen, or an entry or service that is not on the list; then nothing is written.
    """
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=roster.pk)
    _refuse(roster, wanted, given_on, by, at)
    rows = {(row["entry"].pk, row["service"].pk): row for row in queries.checklist(roster)}
    unknown = [key for key in wanted if key not in rows]
    if unknown:
        raise Refusal("有的对象或服务不在清单上，请刷新后再登记。")
    made = [
        _record(rows[key]["entry"], rows[key]["service"], given_on, note, by, at)
        for key in dict.fromkeys(wanted)
        if rows[key]["given"] is None
    ]
    audit.record(
        action="service.tick",
        label="登记服务落实",
        by=by,
        at=at,
        target=roster,
        after={"services": [row.pk for row in made], "given_on": str(given_on)},
    )
    return made


def _refuse(roster, wanted, given_on, by, at):
    if not by.may(PERMISSION, roster.organisation):
        raise workflow.Refused("您没有登记服务落实的权限。", kind="permission")
    if roster.status != RosterStatus.FINAL:
        raise Refusal(f"名册{roster.get_status_display()}，定案后才能登记服务落实。")
    if not wanted:
        raise Refusal("请勾选已经提供的服务。", field="wanted")
    if given_on > dates.today(at):
        raise Refusal("提供日期不能晚于今天。", field="given_on")
    if given_on < dates.today(roster.finalised_at):
        raise Refusal(
            f"名册{dates.today(roster.finalised_at)}才定案，提供日期不能早于这一天。", field="given_on"
        )


def _record(entry, service, given_on, note, by, at):
    row = ServiceGiven.objects.create(
        entry=entry,
        standard=service,
        what=service.description or str(service),
        given_on=given_on,
        note=note.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    help_given.record(entry=entry, source_key=f"service-{row.pk}", service=row.what, received_on=given_on)
    return row


@transaction.atomic
def void(*, given, by, at, reason):
    """Take back a tick that was wrong, with a reason; it no longer counts as help. Returns the row.

    Raises Refusal without a reason or the right, or when it was taken back before.
    """
    given = ServiceGiven.objects.select_for_update(of=("self",)).get(pk=given.pk)
    if not by.may(PERMISSION, given.scope_organisation()):
        raise workflow.Refused("您没有登记服务落实的权限。", kind="permission")
    if not reason.strip():
        raise Refusal("请写明作废理由。", field="reason")
    if given.voided_at:
        raise Refusal("这条登记已经作废。")
    given.voided_at, given.voided_by, given.void_reason = at, by, reason.strip()[:200]
    given.save(update_fields=["voided_at", "voided_by", "void_reason"])
    help_given.void(source_key=f"service-{given.pk}")
    audit.record(
        action="service.void", label="作废服务登记", by=by, at=at, target=given, reason=given.void_reason
    )
    return given
