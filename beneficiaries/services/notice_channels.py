"""公示方式: where else a notice was shown, each with its day and a photo as proof."""

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from beneficiaries.enums import NoticeChannelKind, NoticeStatus
from beneficiaries.models import NoticeChannel, PublicNotice
from beneficiaries.queries import public_pages
from beneficiaries.rules.notice import public_text_refusal
from beneficiaries.services.objections import words_of_notice
from welfare import audit, dates, images, workflow
from welfare.errors import Refusal


def record(*, notice, kind, place, shown_on, photo, by, at, note=""):
    """Write down that the notice was shown there on that day, with a photo of it. Returns the NoticeChannel.

    The photo (JPEG, PNG or WebP; a screenshot for a site) is drawn again without camera data. ``place`` is
    published with the notice. Raises Refusal for another file, for a day before the posting, after its period
    or in the future, for the same photo twice, and for words that may not be public; ``workflow.Refused``
    once the round is over. No file is left when it raises.
    """
    place = place.strip()
    if not place:
        raise Refusal("请写明张贴地点、会议名称或媒体名称。", field="place")
    if no := public_text_refusal(place, words_of_notice(notice)):
        raise Refusal(no, field="place")
    _refuse_day(notice, shown_on, dates.today(at))
    try:
        kept = images.clean_photo(photo)
    except images.Refused as refused:
        raise Refusal(str(refused), field="photo") from refused
    channel = NoticeChannel(
        notice=notice,
        kind=NoticeChannelKind(kind),
        place=place,
        shown_on=shown_on,
        note=note.strip(),
        size=len(kept),
        sha256=hashlib.sha256(kept).hexdigest(),
        recorded_at=at,
        recorded_by=by,
    )
    _store(channel, kept, by, at)
    return channel


def _refuse_day(notice, shown_on, today):
    if not dates.today(notice.posted_at) <= shown_on <= min(notice.ends_on, today):
        raise Refusal("日期应在发布公示之后、公示期内，且不晚于今天。", field="shown_on")


def _store(channel, kept, by, at):
    """Write the files, the row and the event, all or none."""
    channel.proof.name = f"{uuid.uuid4().hex}.jpg"
    try:
        with transaction.atomic():
            workflow.perform(channel.notice, "show", by=by, at=at, reason=str(channel))
            channel.proof.save(channel.proof.name, ContentFile(kept), save=False)
            channel.proof.storage.save(thumbnail_name(channel), ContentFile(images.thumbnail(kept)))
            channel.save(force_insert=True)
    except BaseException as error:
        _remove_files(channel)
        if isinstance(error, IntegrityError) and "notice_channel_proof_once" in str(error):
            raise Refusal("这张照片已经登记过，请另拍一张。", field="photo") from None
        raise


def thumbnail_name(channel):
    """Where the small picture lies, beside the proof."""
    return f"{channel.proof.name.removesuffix('.jpg')}.thumb.jpg"


def _remove_files(channel):
    storage = channel.proof.storage
    if "/" in channel.proof.name:  # it was stored
        storage.delete(thumbnail_name(channel))
        storage.delete(channel.proof.name)


@transaction.atomic
def void(*, channel, by, at, reason):
    """Mark one that was recorded wrongly: it stays on record with its reason and is published no more. Returns it.

    Raises Refusal without a reason, when it is voided already, or once the round is closed.
    """
    if not reason.strip():
        raise Refusal("请写明作废的原因。", field="reason")
    notice = PublicNotice.objects.select_for_update(of=("self",)).get(pk=channel.notice_id)
    channel = NoticeChannel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    if not by.may("notice.post", notice.scope_organisation()):
        raise workflow.Refused("您没有登记公示方式的权限。", kind="permission")
    if notice.status != NoticeStatus.POSTED:
        raise Refusal("公示已经结束，登记的公示方式不能再改。")
    if channel.voided_at is not None:
        raise Refusal("这条记录已经作废。")
    channel.voided_by, channel.voided_at, channel.void_reason = by, at, reason.strip()[:200]
    channel.save(update_fields=["voided_by", "voided_at", "void_reason"])
    audit.record(
        action="notice_channel.void",
        label=f"作废公示方式：{channel}"[:100],
        by=by,
        at=at,
        target=notice,
        reason=reason,
        after={"channel": channel.pk},
    )
    public_pages.changed(notice.token)
    return channel
