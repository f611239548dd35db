"""异议 to a public notice: received from anybody, answered by staff."""

import contextlib
import ipaddress
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from beneficiaries.enums import (
    EntryStatus,
    NoticeStatus,
    ObjectionAction,
    ObjectionChannel,
    ObjectionStatus,
    StepKind,
)
from beneficiaries.models import NoticeEntry, Objection, PublicNotice
from beneficiaries.queries import notices as queries
from beneficiaries.queries import objections as queries_of_objections
from beneficiaries.queries import public_pages, public_rows
from beneficiaries.rules.notice import public_text_refusal
from beneficiaries.workflows import review
from welfare import audit, dates, identity, jobs, workflow
from welfare.errors import Refusal

STOP_JOB = "objections.stop"

# How many objections are taken within an hour from one address, and from everybody together.
PER_ADDRESS, OVERALL = 5, 200
LONGEST = 1000


class TooMany(Refusal):
    """More objections than a person would send."""


def sender_key(address):
    """The keyed hash under which objections from one network address are counted; "" for none.

    An IPv6 address counts as its /64: one household has them all. An IPv4 address written as IPv6 counts as itself.
    """
    if not address:
        return ""
    with contextlib.suppress(ValueError):
        found = ipaddress.ip_address(address)
        found = getattr(found, "ipv4_mapped", None) or found
        address = str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
    return salted_hmac("objection.sender", address, algorithm="sha256").hexdigest()


def reference_for(form_key):
    """The reference number that belongs to a form shown once, so that its second click finds the same."""
    return f"{int(salted_hmac('objection.reference', form_key, algorithm='sha256').hexdigest(), 16) % 10**12:012d}"


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
    is_public=False,
):
    """Receive an objection during the notice period. Returns it; a row it names is stopped until answered.

    A row number that is not on the notice is kept as written and answered like any other: what the sender
    sees does not tell who is on the list. ``is_public`` (the page open to everybody) runs the same statements
    for every number, so that the time does not tell either: its entry is stopped in a job right after
    (``stop_objected``; a notice does not close before). It is due within the programme's working days.

    Raises Refusal when the period is over, when nothing is said, or (``TooMany``) when one address or all
    together send more than a person would.
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
    row = NoticeEntry.objects.filter(notice=notice, position=row_position or 0).first()
    objection = Objection.objects.create(
        notice=notice,
        entry_id=row.entry_id if row else None,
        channel=channel,
        about=_about(about, row_position),
        content=content,
        objector_name=objector_name.strip(),
        objector_phone=_phone(objector_phone),
        received_at=at,
        received_by=by,
        sender_key=key,
        due_on=_due_on(notice, at),
        **({"reference": reference} if reference else {}),
    )
    audit.record(
        action="objection.file",
        label=f"收到异议（{objection.get_channel_display()}）",
        by=by,
        at=at,
        target=objection,
    )
    if is_public:
        jobs.start(
            STOP_JOB,
            by=notice.posted_by,
            organisation=notice.scope_organisation(),
            at=at,
            notice_id=notice.pk,
        )
    elif row:
        _stop(row.entry, objection, by, at)
    return objection


@transaction.atomic
def stop_objected(*, notice, at):
    """Stop every listed entry of the notice with an open objection. Harmless to repeat. Returns how many."""
    notice = PublicNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    return review.stop_objected(notice, by=None, at=at)


def stop_all_objected(at):
    """``stop_objected`` for every notice; for a job that was lost. Returns how many entries."""
    waiting = PublicNotice.objects.filter(
        objections__status=ObjectionStatus.OPEN,
        objections__entry__status=EntryStatus.LISTED,
    )
    return sum(stop_objected(notice=notice, at=at) for notice in waiting.order_by("pk").distinct())


def _due_on(notice, at):
    """The last working day for the answer; where the calendar of the year is missing, by the week alone."""
    start, days = dates.today(at), notice.roster.programme.objection_days
    try:
        return dates.last_day(start, days, True, dates.load_calendar())
    except dates.CalendarUnknown:
        return start + timedelta(days=days + 2 * ((start.weekday() + days) // 5))


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
    earlier = objection.entry
    if earlier and earlier != row.entry and not queries_of_objections.is_held(earlier, besides=objection.pk):
        _list_again(earlier, by, at, f"异议 {objection.reference} 改为第{row_position}号")
    objection.entry = row.entry
    objection.save(update_fields=["entry"])
    _stop(row.entry, objection, by, at)
    return objection


@transaction.atomic
def answer(*, objection, answer, is_upheld, by, at, action=ObjectionAction.CHECKED, acted_on=None):
    """Answer an objection in words. Upheld: its entry is struck with that reason; else it is listed again.

    ``action`` is what was done: papers checked, the household visited again (on ``acted_on``), or REASSESS:
    then nothing is decided yet (``is_upheld`` None). Where its roster comes to an assessment from here, the entry
    walks on to it; past the assessment it stays stopped until the roster is sent back there, or the notice
    closes and it goes to a supplementary roster that is assessed anew. The answer is published with the result of the
    notice, so it may name neither numbers nor the illness, address or full name of anybody on the list.
    Raises Refusal with what to leave out, or what is missing.
    """
    _refuse_action(objection, action, acted_on, is_upheld, at)
    no = public_text_refusal(answer, words_of_notice(objection.notice, objection.entry_id))
    if no:
        raise Refusal(no, field="answer")
    workflow.perform(
        objection,
        "answer",
        by=by,
        at=at,
        reason=answer,
        is_upheld=is_upheld,
        action=action,
        acted_on=acted_on,
    )
    public_pages.changed(objection.notice.token)
    if objection.entry_id:
        _settle(objection, objection.entry, by, at)
    return objection


def _settle(objection, entry, by, at):
    if objection.is_upheld:
        if entry.status in (EntryStatus.LISTED, EntryStatus.STOPPED):
            workflow.perform(entry, "uphold", by=by, at=at, reason=f"异议成立：{objection.answer}")
    elif queries_of_objections.is_held(entry):
        _stop(entry, objection, by, at)
    else:
        what = "须重新评议" if objection.action == ObjectionAction.REASSESS else "不成立"
        _list_again(entry, by, at, f"异议 {objection.reference} {what}")


def _refuse_action(objection, action, acted_on, is_upheld, at):
    if action == ObjectionAction.REASSESS:
        if objection.entry_id is None:
            raise Refusal("请先把异议对应到公示对象，再选“重新评议”。", field="action")
        if not objection.notice.step.programme.steps.filter(kind=StepKind.ASSESSMENT).exists():
            raise Refusal("本方案没有民主评议环节，不能选“重新评议”。", field="action")
        if is_upheld is not None:
            raise Refusal("选“重新评议”的，结论由评议作出，请一并选“重新评议”。", field="is_upheld")
    elif is_upheld is None:
        raise Refusal("请选择异议成立或不成立。", field="is_upheld")
    elif is_upheld and objection.entry_id is None:
        raise Refusal(
            "请先把异议对应到公示对象，再作“异议成立”；不涉及公示对象的，答复为不成立并说明。",
            field="is_upheld",
        )
    if action == ObjectionAction.RESURVEYED and acted_on is None:
        raise Refusal("入户复核的，请填写复核日期。", field="acted_on")
    if acted_on is not None and not dates.today(objection.received_at) <= acted_on <= dates.today(at):
        raise Refusal("核查日期应在收到异议之后、今天以前。", field="acted_on")


def words_of_notice(notice, entry_id=None):
    """(what, value) that no public text of this notice may hold: of everybody on it, and of one entry more."""
    return public_rows.private_words(queries.entries_of(notice.pk, entry_id))


def _list_again(entry, by, at, reason):
    if entry.status == EntryStatus.STOPPED:
        workflow.perform(entry, "relist", by=by, at=at, reason=reason)
