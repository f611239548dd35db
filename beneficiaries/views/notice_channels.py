"""公示方式 for staff: where a notice was shown, recorded with a photo, voided, looked at."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from beneficiaries.forms.notices import ChannelForm
from beneficiaries.models import NoticeChannel
from beneficiaries.services import notice_channels
from beneficiaries.views.notices import loaded
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, load, send_file, staff

# A picture shows itself and does nothing else, wherever it is opened.
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"


def _channel(request, pk, permission="roster.view"):
    rows = NoticeChannel.objects.select_related("notice__roster__organisation", "notice__step")
    return load(request, rows, pk, permission=permission)


@staff("notice.post")
def notice_channel_new(request, pk):
    """Record where it was shown."""
    found = loaded(request, pk, "notice.post")
    back = reverse("roster_notice", args=[pk])
    return form_page(
        request,
        ChannelForm(request.POST or None, request.FILES or None),
        lambda data: notice_channels.record(notice=found, by=request.user, at=timezone.now(), **data),
        heading=f"登记公示方式：{found.community_name}",
        done=back,
        success="已登记。",
        submit_label="登记",
        cancel_url=back,
    )


@staff("notice.post")
def notice_channel_void(request, pk):
    """Mark one that was recorded wrongly."""
    found = _channel(request, pk, "notice.post")
    back = reverse("roster_notice", args=[found.notice_id])
    return form_page(
        request,
        ReasonForm(request.POST or None, label="作废原因"),
        lambda data: notice_channels.void(
            channel=found, by=request.user, at=timezone.now(), reason=data["reason"]
        ),
        heading=f"作废公示方式：{found}",
        done=back,
        success="已作废，记录仍留档备查。",
        note="作废的记录不删除，注明原因，不再对外公开。",
        submit_label="作废",
        cancel_url=back,
    )


@staff("roster.view", methods=("GET", "HEAD"))
def notice_channel_photo(request, pk, small=False):
    """The photo, or its small picture."""
    return send_proof(_channel(request, pk), small, "公示照片")


def send_proof(found, small, name):
    """The photo of a PhotoProof, or its small picture, as a response that can do nothing but show."""
    try:
        stored = found.proof.storage.open(found.thumbnail_name() if small else found.proof.name)
    except FileNotFoundError:
        raise Http404("照片不在存储中，请联系系统管理员从备份恢复。") from None
    response = send_file(
        stored, filename=f"{name}-{found.pk}.jpg", content_type="image/jpeg", is_download=False
    )
    response["Content-Security-Policy"] = SANDBOX
    return response
