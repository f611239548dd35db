"""Photos of an assessment meeting: the sheet signed on arrival, the room, the written record."""

from django.db import transaction

from beneficiaries.enums import MeetingPhotoKind, RosterStatus
from beneficiaries.models import Assessment, MeetingPhoto
from beneficiaries.services import proofs
from welfare import audit, workflow
from welfare.errors import Refusal

MOST = 20


def add(*, assessment, kind, photo, by, at, note=""):
    """Keep a photo with the meeting, also after its conclusion. Returns the MeetingPhoto.

    It is drawn again without camera data. Raises Refusal for a file that is no photo, for the same one twice, for
    more than 20, and once the roster is decided on; ``workflow.Refused`` for who does not record meetings there.
    """
    row = MeetingPhoto(
        assessment=assessment,
        kind=MeetingPhotoKind(kind),
        note=note.strip(),
        recorded_at=at,
        recorded_by=by,
    )

    def act():
        locked = _locked(assessment.pk, by)
        if locked.photos.filter(voided_at=None).count() >= MOST:
            raise Refusal(f"每次评议会最多登记 {MOST} 张照片。", field="photo")
        audit.record(
            action="meeting_photo.add", label=f"登记评议照片：{row}", by=by, at=at, target=assessment
        )

    return proofs.keep(row, photo, act)


@transaction.atomic
def void(*, photo, by, at, reason):
    """Mark one that was recorded wrongly; it stays on record with its reason. Returns it. Raises as ``add`` does."""
    assessment = _locked(photo.assessment_id, by)
    row = MeetingPhoto.objects.select_for_update(of=("self",)).get(pk=photo.pk)
    return proofs.void(row, subject=assessment, label="评议照片", by=by, at=at, reason=reason)


def why_not(assessment, by):
    """The sentence why ``by`` may not change the photos now, or ""."""
    if not by.may("roster.assess", assessment.scope_organisation()):
        return "您没有登记评议照片的权限。"
    if assessment.roster.status in (RosterStatus.FINAL, RosterStatus.SUPERSEDED, RosterStatus.CANCELLED):
        return f"名册{assessment.roster.get_status_display()}，评议照片不能再改。"
    return ""


def _locked(pk, by):
    found = Assessment.objects.select_related("roster__organisation").select_for_update(of=("self", "roster"))
    assessment = found.get(pk=pk)
    if no := why_not(assessment, by):
        raise workflow.Refused(no, kind="guard")
    return assessment
