"""举报: received in confidence, handed over, looked into, told back."""

from datetime import timedelta

from django.db import transaction

from beneficiaries.enums import ComplaintAbout, ComplaintChannel, ComplaintFinding, FeedbackWay
from beneficiaries.models import Complaint
from welfare import audit, dates, workflow
from welfare.errors import Refusal

DAYS = 15  # working days, unless the register says otherwise
LONGEST = 3000


def due_on(received_on):
    """The last working day to conclude; where the calendar of the year is missing, three weeks."""
    try:
        return dates.last_day(received_on, DAYS, True, dates.load_calendar())
    except dates.CalendarUnknown:
        return received_on + timedelta(days=21)


@transaction.atomic
def register(
    *,
    organisation,
    channel,
    about,
    content,
    received_on,
    by,
    at,
    complainant_name="",
    complainant_contact="",
    roster=None,
    entry=None,
    household=None,
):
    """Enter a complaint. Returns it, waiting to be handed over, due within ``DAYS`` working days.

    What was said and who said it are kept encrypted; the audit trail holds neither. Raises Refusal without
    content, for a day in the future, for a roster, entry or household of another organisation, and
    ``workflow.Refused`` for whoever does not watch over the organisation.
    """
    if not by.may("complaint.handle", organisation):
        raise workflow.Refused(f"您没有登记{organisation}举报的权限。", kind="permission")
    content = content.strip()
    if not content:
        raise Refusal("请写明反映的内容。", field="content")
    if len(content) > LONGEST:
        raise Refusal(f"内容请不要超过 {LONGEST} 字。", field="content")
    if received_on > dates.today(at):
        raise Refusal("收到日期不能晚于今天。", field="received_on")
    for what, row in (("名册", roster), ("对象", entry), ("户", household)):
        if row is not None and not organisation.covers(row.scope_organisation()):
            raise Refusal(f"所选{what}不属于{organisation}。")
    complaint = Complaint.objects.create(
        organisation=organisation,
        channel=ComplaintChannel(channel),
        about=ComplaintAbout(about),
        content=content,
        complainant_name=complainant_name.strip()[:50] or None,
        complainant_contact=complainant_contact.strip()[:100] or None,
        roster=roster or (entry.roster if entry else None),
        entry=entry,
        household=household,
        received_on=received_on,
        received_at=at,
        received_by=by,
        due_on=due_on(received_on),
    )
    audit.record(action="complaint.register", label="登记举报", by=by, at=at, target=complaint)
    return complaint


def assign(*, complaint, handler, due_on, by, at):
    """Hand it to somebody to look into by ``due_on``: one who may, and who did nothing on the roster it is about."""
    if due_on < complaint.received_on:
        raise Refusal("办结期限不能早于收到日期。", field="due_on")
    return workflow.perform(complaint, "assign", by=by, at=at, handler=handler, due_on=due_on)


def conclude(*, complaint, finding, result, by, at):
    """The handler writes what was found. Raises Refusal without words, ``workflow.Refused`` for anybody else."""
    if not result.strip():
        raise Refusal("请写明核查的经过和结论。", field="result")
    return workflow.perform(
        complaint, "conclude", by=by, at=at, finding=ComplaintFinding(finding), result=result
    )


def reopen(*, complaint, by, at, reason):
    """Send it back to be looked into again, with a reason; the handler and the due day stay."""
    return workflow.perform(complaint, "reopen", by=by, at=at, reason=reason)


def feed_back(*, complaint, way, on, by, at):
    """Write down how and when the complainant was told; one who left a name or a number must be. It is then filed."""
    if not complaint.received_on <= on <= dates.today(at):
        raise Refusal("反馈日期应在收到之后、今天以前。", field="on")
    return workflow.perform(complaint, "feed_back", by=by, at=at, way=FeedbackWay(way), on=on)
