"""单位人员: a person as the employer or the school knows her, recorded by the clerk of her household.

What an attached organisation sees is in ``queries.attachments``.
"""

from django.db import IntegrityError, transaction

from beneficiaries.enums import AttachmentPurpose
from beneficiaries.models import Attachment, Person
from beneficiaries.queries.belonging import EVERY_LINE, LINES
from welfare import audit, dates, history
from welfare.errors import Refusal
from welfare.models import Organisation


def organisations(purpose=None):
    """Organisations to which persons may be attached, for ``purpose`` or for any."""
    lines = LINES[purpose] if purpose else sorted(EVERY_LINE)
    return Organisation.objects.filter(is_active=True, line__in=lines)


@transaction.atomic
def attach(*, person, organisation, purpose, from_on, by, at, place=""):
    """The person works or learns there from a day on, in ``place`` (department or class). Returns the Attachment.

    Raises Refusal when the organisation is not of a line for the purpose or not in use, the person is no
    longer present, the day lies ahead, or she is attached there already for that purpose.
    """
    history.stamp(by=by, at=at)
    person = (
        Person.objects.select_for_update(of=("self",))
        .select_related("household__organisation")
        .get(pk=person.pk)
    )
    if not person.is_present:
        raise Refusal(f"{person}已去世或已迁出，不能登记单位。", field="person")
    if purpose not in LINES or not organisations(purpose).filter(pk=organisation.pk).exists():
        word = "学校" if purpose == AttachmentPurpose.SCHOOL else "企业、工会或学校"
        raise Refusal(f"“{organisation}”不是启用中的{word}，不能登记。", field="organisation")
    if from_on > dates.today(at):
        raise Refusal("起始日期不能晚于今天。", field="from_on")
    held = Attachment.objects.filter(person=person, organisation=organisation, purpose=purpose)
    taken = Refusal(f"{person}已登记在“{organisation}”，无需重复登记。", field="organisation")
    if held.filter(to_on=None).exists():
        raise taken
    made = Attachment(
        person=person, organisation=organisation, purpose=purpose, place=place.strip()[:60], from_on=from_on
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "attachment_once_at_a_time" in str(error):
            raise taken from error
        raise
    _record(made, by, at, action="attachment.add", label=f"登记单位：{person}在{organisation}")
    return made


@transaction.atomic
def end(*, attachment, to_on, by, at, reason):
    """The person is no longer there after the day ``to_on``. Returns the Attachment.

    Raises Refusal without a reason, when it has ended already, or for a day before its start or ahead.
    """
    if not reason.strip():
        raise Refusal("请写明结束的原因。", field="reason")
    history.stamp(by=by, at=at)
    rows = Attachment.objects.select_for_update(of=("self",))
    attachment = rows.select_related("organisation", "person__household__organisation").get(pk=attachment.pk)
    if attachment.to_on is not None:
        raise Refusal("这一条已经结束。")
    if to_on < attachment.from_on or to_on > dates.today(at):
        raise Refusal("结束日期须在起始日期之后，且不晚于今天。", field="to_on")
    attachment.to_on = to_on
    attachment.save(update_fields=["to_on"])
    label = f"结束单位关系：{attachment.person}在{attachment.organisation}"
    _record(attachment, by, at, action="attachment.end", label=label, reason=reason)
    return attachment


def _record(attachment, by, at, **act):
    """On the person, at the community of residence: who registered it answers there."""
    person = attachment.person
    audit.record(
        by=by,
        at=at,
        target=person,
        organisation=person.household.organisation,
        after={
            "organisation": attachment.organisation.code,
            "purpose": attachment.purpose,
            "place": attachment.place,
            "from_on": attachment.from_on,
            "to_on": attachment.to_on,
        },
        **act,
    )
