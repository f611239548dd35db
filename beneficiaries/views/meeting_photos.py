"""Photos of an assessment meeting for staff: recorded, voided, looked at."""

from django.urls import reverse
from django.utils import timezone

from beneficiaries.forms.assessments import MeetingPhotoForm
from beneficiaries.models import MeetingPhoto
from beneficiaries.services import meeting_photos
from beneficiaries.views.assessments import loaded
from beneficiaries.views.notice_channels import send_proof
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, load, staff


def _photo(request, pk, permission="roster.view"):
    rows = MeetingPhoto.objects.select_related("assessment__roster__organisation", "assessment__step")
    return load(request, rows, pk, permission=permission)


@staff("roster.assess")
def meeting_photo_new(request, pk):
    """Keep one with the meeting."""
    found = loaded(request, pk, "roster.assess")
    back = reverse("assessment", args=[pk])
    return form_page(
        request,
        MeetingPhotoForm(request.POST or None, request.FILES or None),
        lambda data: meeting_photos.add(assessment=found, by=request.user, at=timezone.now(), **data),
        heading=f"登记评议照片：{found.roster.organisation}",
        done=back,
        success="已登记。",
        submit_label="登记",
        cancel_url=back,
    )


@staff("roster.assess")
def meeting_photo_void(request, pk):
    """Mark one that was recorded wrongly."""
    found = _photo(request, pk, "roster.assess")
    back = reverse("assessment", args=[found.assessment_id])
    return form_page(
        request,
        ReasonForm(request.POST or None, label="作废原因"),
        lambda data: meeting_photos.void(
            photo=found, by=request.user, at=timezone.now(), reason=data["reason"]
        ),
        heading=f"作废评议照片：{found}",
        done=back,
        success="已作废，记录仍留档备查。",
        note="作废的照片不删除，注明原因，不再列入评议记录。",
        submit_label="作废",
        cancel_url=back,
    )


@staff("roster.view", methods=("GET", "HEAD"))
def meeting_photo(request, pk, small=False):
    """The photo, or its small picture."""
    return send_proof(_photo(request, pk), small, "评议照片")
