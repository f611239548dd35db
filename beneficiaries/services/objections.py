"""异议 to a public notice: received from anybody, answered by staff."""

from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from beneficiaries.enums import EntryStatus, NoticeStatus, ObjectionChannel, ObjectionStatus
from beneficiaries.models import NoticeEntry, Objection, PublicNotice
from beneficiaries.rules.notice import public_text_refusal
from welfare import audit, dates, identity, workflow
from welfare.errors import Refusal

# How many objections are taken within an hour from one address, and from everybody together.
PER_ADDRESS, OVERALL = 5, 200
LONGEST = 1000


class TooMany(Refusal):
    """More objections than a person would send."""


def sender_key(address):
    """The keyed hash under which objections from one network address are counted; "" for none."""
    return salted_hmac("objection.sender", address, algorithm="sha256").hexdigest() if address else ""


def reference_for(form_key):
    """The reference number that belongs to a form shown once, so that its second click finds the same."""
    return f"{int(salted_hmac('objection.reference', form_key, algorithm='sha256').hexdigest(), 16) % 10**10:010d}"


@transaction.atomic
def file(
    *,
    notice,
    content,
    at,
    about="",
    row_position=None,
    objector_name="",
    objector_phone="",
    channel=ObjectionChannel.WEB,
    by=None,
    address="",
    reference="",
):
    """Receive an objection during the notice period. Returns it; a row it names is stopped until answered.

    A row number that is not on the notice is kept as written and answered like any other: what the
    sender sees does not tell who is on the list. Raises Refusal when the period is over, when nothing
    is said, or (``TooMany``) when one address or all together send more than a person would.
    """
    content = content.strip()
    if not content:
        raise Refusal("请写明您反映的情况。", field="content")
    if len(content) > LONGEST:
        raise Refusal(f"内容请不要超过 {LONGEST} 字。", field="content")
    key = sender_key(address)
    if channel == ObjectionChannel.WEB:
        _refuse_flood(key, at)
    notice = PublicNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    _refuse_late(notice, channel, at)
    if by is not None and not by.may("objection.answer", notice.scope_organisation()):
        raise workflow.Refused("您没有登记异议的权限。", kind="permission")
    row = NoticeEntry.objects.filter(notice=notice, position=row_position).first() if row_position else None
    objection = Objection.objects.create(
        notice=notice,
        entry=row.entry if row else None,
        channel=channel,
        about=_about(about, row_position),
        content=content,
        objector_name=objector_name.strip(),
        objector_phone=_phone(objector_phone),
        received_at=at,
        received_by=by,
        sender_key=key,
        **({"reference": reference} if reference else {}),
    )
    audit.record(
        action="objection.file",
        label=f"收到异议（{objection.get_channel_display()}）",
        by=by,
        at=at,
        target=objection,
    )
    if row:
        _stop(row.entry, objection, by, at)
    return objection


def _refuse_flood(key, at):
    recent = Objection.objects.filter(received_at__gt=at - timedelta(hours=1), channel=ObjectionChannel.WEB)
    if (key and recent.filter(sender_key=key).count() >= PER_ADDRESS) or recent.count() >= OVERALL:
        raise TooMany("提交次数过多，请一小时后再试，或拨打公示上的监督电话。")


def _refuse_late(notice, channel, at):
    if notice.status != NoticeStatus.POSTED:
        raise Refusal("这次公示已经结束，如有情况请拨打监督电话。")
    if channel == ObjectionChannel.WEB and dates.today(at) > notice.ends_on:
        raise Refusal("公示期已满，如有情况请拨打监督电话。")


def _about(about, row_position):
    number = f"第{row_position}号" if row_position else ""
    return " ".join(part for part in (number, about.strip()) if part)[:60]


def _phone(text):
    """The number to call back. Kept as written when it is not a phone number of ours: it is a help, not a proof."""
    text = text.strip()
    try:
        return identity.parse_phone(text) if text else None
    except ValueError:
        return text[:30]


def _stop(entry, objection, by, at):
    if entry.status == EntryStatus.LISTED:
        workflow.perform(entry, "stop", by=by, at=at, reason=f"异议 {objection.reference}")


@transaction.atomic
def assign(*, objection, row_position, by, at):
    """Say which row of the notice an objection is about, when its sender did not; that row is stopped."""
    row = NoticeEntry.objects.filter(notice=objection.notice_id, position=row_position).first()
    if row is None:
        raise Refusal(f"公示上没有第{row_position}号。", field="row_position")
    workflow.perform(objection, "assign", by=by, at=at, reason=f"对应第{row_position}号")
    if objection.entry_id and objection.entry_id != row.entry_id:
        _release(objection, by, at, f"异议 {objection.reference} 改为第{row_position}号")
    objection.entry = row.entry
    objection.save(update_fields=["entry"])
    _stop(row.entry, objection, by, at)
    return objection


@transaction.atomic
def answer(*, objection, answer, is_upheld, by, at):
    """Answer an objection in words. Upheld: its entry is struck with that reason; else it is listed again.

    The answer is published with the result of the notice, so it may name neither numbers nor the
    illness, address or full name of the people concerned. Raises Refusal with what to leave out.
    """
    no = public_text_refusal(answer, private_words(objection.entry))
    if no:
        raise Refusal(no, field="answer")
    workflow.perform(objection, "answer", by=by, at=at, reason=answer, is_upheld=is_upheld)
    if objection.entry_id:
        if is_upheld:
            entry = objection.entry
            if entry.status in (EntryStatus.LISTED, EntryStatus.STOPPED):
                workflow.perform(entry, "uphold", by=by, at=at, reason=f"异议成立：{answer.strip()}")
        else:
            _release(objection, by, at, f"异议 {objection.reference} 不成立")
    return objection


def private_words(entry):
    """(what, value) of an entry's family that no public text may contain."""
    home = entry.household or (entry.person.household if entry.person_id else None) if entry else None
    if home is None:
        return []
    found = [("住址", home.address)]
    for person in home.members.all():
        found += [("姓名", person.name), ("疾病", person.major_disease)]
    return found


def _release(objection, by, at, reason):
    """List the entry again, unless another objection still holds it."""
    others = Objection.objects.filter(entry=objection.entry_id, status=ObjectionStatus.OPEN).exclude(
        pk=objection.pk
    )
    if objection.entry.status == EntryStatus.STOPPED and not others.exists():
        workflow.perform(objection.entry, "relist", by=by, at=at, reason=reason)
