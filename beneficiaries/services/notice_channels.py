"""公示方式: where else a notice was shown, each with its day and a photo as proof."""

from django.db import transaction

from beneficiaries.enums import NoticeChannelKind, NoticeStatus
from beneficiaries.models import NoticeChannel, PublicNotice
from beneficiaries.queries import public_pages
from beneficiaries.rules.notice import public_text_refusal
from beneficiaries.services import proofs
from beneficiaries.services.objections import words_of_notice
from welfare import dates, workflow
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
    channel = NoticeChannel(
        notice=notice,
        kind=NoticeChannelKind(kind),
        place=place,
        shown_on=shown_on,
        note=note.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    return proofs.keep(
        channel, photo, lambda: workflow.perform(notice, "show", by=by, at=at, reason=str(channel))
    )


def _refuse_day(notice, shown_on, today):
    if not dates.today(notice.posted_at) <= shown_on <= min(notice.ends_on, today):
        raise Refusal("日期应在发布公示之后、公示期内，且不晚于今天。", field="shown_on")


@transaction.atomic
def void(*, channel, by, at, reason):
    """Mark one that was recorded wrongly: it stays on record with its reason and is published no more. Returns it.

    Raises Refusal without a reason, when it is voided already, or once the round is closed.
    """
    notice = PublicNotice.objects.select_for_update(of=("self",)).get(pk=channel.notice_id)
    channel = NoticeChannel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    if not by.may("notice.post", notice.scope_organisation()):
        raise workflow.Refused("您没有登记公示方式的权限。", kind="permission")
    if notice.status != NoticeStatus.POSTED:
        raise Refusal("公示已经结束，登记的公示方式不能再改。")
    proofs.void(channel, subject=notice, label="公示方式", by=by, at=at, reason=reason)
    public_pages.changed(notice.token)
    return channel
