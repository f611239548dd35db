"""不予列入告知书: refusal is told in writing."""

from django.db import transaction

from beneficiaries.enums import EntryStatus
from beneficiaries.models import RefusalLetter, Roster
from beneficiaries.queries import letters as queries
from beneficiaries.rules.letters import number_of, reason_refusal
from welfare import audit, workflow
from welfare.errors import Refusal

TOLD = (EntryStatus.STRUCK, EntryStatus.REJECTED)
PERMISSIONS = ("roster.draft", "roster.review")


@transaction.atomic
def issue(*, entry, reason, by, at):
    """Write the letter to who was struck or voted down, once; it is never edited. Returns the RefusalLetter.

    Source of the duty: a refusal is told in writing (domain notes, 3.5). It is the letter of the office whose
    step decided. It carries the person's own name in full and neither illness, disability nor a number: a reason
    that does is refused. Raises Refusal for an entry that was not refused, a second letter, and without the
    right to draft or review the roster.
    """
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    if not any(by.may(permission, roster.organisation) for permission in PERMISSIONS):
        raise workflow.Refused("您没有出具告知书的权限。", kind="permission")
    if entry.status not in TOLD:
        raise Refusal(f"对象现为“{entry.get_status_display()}”，没有不予列入，不需告知。")
    reason = reason.strip()
    if no := reason_refusal(reason, queries.private_words(entry)):
        raise Refusal(no, field="reason")
    if RefusalLetter.objects.filter(entry=entry).exists():
        raise Refusal("告知书已经出具，不能重复出具。")
    programme, organisation = roster.programme, roster.organisation
    level = queries.level_of_decision(entry)
    office = organisation.office_for(level) if level else organisation
    issued = RefusalLetter.objects.filter(entry__roster=roster).count()
    letter = RefusalLetter.objects.create(
        entry=entry,
        number=number_of(programme.code, organisation.code, roster.version, issued + 1),
        addressee=queries.addressee(entry),
        reason=reason,
        unit_name=office.name,
        hotline=programme.hotline or office.hotline or organisation.hotline,
        place=programme.objection_place or office.address or office.name,
        objection_days=programme.objection_days,
        issued_at=at,
        issued_by=by,
    )
    audit.record(
        action="letter.issue", label="出具不予列入告知书", by=by, at=at, target=letter, reason=reason
    )
    return letter
