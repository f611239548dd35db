"""Photos of an assessment meeting: kept, seen, voided, on the minutes; by who records meetings there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Assessment, MeetingPhoto
from beneficiaries.services import assessments, meeting_photos
from beneficiaries.tests.factories import Cast, approved_programme, attendees, drafted_roster, picture, walk
from welfare import workflow
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def meeting(tree, cast):
    roster = drafted_roster(approved_programme(tree.township), tree.community, households=2, cast=cast)
    walk(roster, until=RosterStatus.ASSESSING, cast=cast)
    return assessments.open_meeting(
        roster=roster,
        held_at=AT,
        place="村会议室",
        chair="李主任",
        recorder="王会计",
        attendees=attendees(),
        by=cast.clerk,
        at=AT,
    )


def add(meeting, by, **over):
    act = {"kind": "sign_in", "photo": picture(), "by": by, "at": AT}
    return meeting_photos.add(assessment=meeting, **act | over)


def test_a_photo_is_kept_with_its_small_picture_and_on_record(meeting, cast):
    made = add(meeting, cast.clerk, photo=picture(colour=(1, 2, 3)), note="九人签到")
    assert made.proof.storage.exists(made.proof.name) and made.proof.storage.exists(made.thumbnail_name())
    assert AuditEvent.objects.get(action="meeting_photo.add").label == "登记评议照片：签到表"
    with pytest.raises(Refusal, match="已经登记过"):
        add(meeting, cast.clerk, kind="room", photo=picture(colour=(1, 2, 3)))


def test_no_file_is_left_when_it_is_refused(meeting, cast, settings, tree, monkeypatch):
    before = files(settings)
    with pytest.raises(Refusal, match="照片"):
        add(meeting, cast.clerk, photo=SimpleUploadedFile("签到.jpg", b"<html>"))
    with pytest.raises(workflow.Refused, match="没有登记评议照片的权限"):
        add(meeting, user_with("head", tree.community))
    monkeypatch.setattr(meeting_photos, "MOST", 0)
    with pytest.raises(Refusal, match="最多登记 0 张"):
        add(meeting, cast.clerk)
    assert files(settings) == before


def files(settings):
    return sorted(path for path in settings.MEDIA_ROOT.glob("meetings/**/*") if path.is_file())


def test_photos_are_added_after_the_conclusion_and_not_after_the_decision(meeting, cast):
    votes = {entry.pk: {"agree": 9} for entry in meeting.roster.entries.all()}
    assessments.record_votes(assessment=meeting, votes=votes, by=cast.clerk, at=AT)
    assessments.conclude(assessment=meeting, by=cast.clerk, at=AT)
    meeting.roster.refresh_from_db()
    late = add(meeting, cast.clerk)
    walk(meeting.roster, until=RosterStatus.FINAL, cast=cast)
    for change in (
        lambda: add(meeting, cast.clerk, kind="room"),
        lambda: meeting_photos.void(photo=late, by=cast.clerk, at=AT, reason="拍错"),
    ):
        with pytest.raises(workflow.Refused, match="名册已定案，评议照片不能再改"):
            change()


def test_a_voided_one_stays_with_its_reason_and_off_the_minutes(client, meeting, cast):
    made = add(meeting, cast.clerk)
    with pytest.raises(Refusal, match="写明作废的原因"):
        meeting_photos.void(photo=made, by=cast.clerk, at=AT, reason=" ")
    client.force_login(cast.clerk)
    minutes = reverse("assessment_minutes", args=[meeting.pk])
    assert reverse("meeting_photo", args=[made.pk]) in client.get(minutes).content.decode()
    meeting_photos.void(photo=made, by=cast.clerk, at=AT, reason="拍错")
    with pytest.raises(Refusal, match="已经作废"):
        meeting_photos.void(photo=made, by=cast.clerk, at=AT, reason="再次")
    assert reverse("meeting_photo", args=[made.pk]) not in client.get(minutes).content.decode()
    assert "作废原因：拍错" in client.get(reverse("assessment", args=[meeting.pk])).content.decode()


def test_constraints(meeting, cast):
    add(meeting, cast.clerk)
    for name, changes in (
        ("meeting_photo_of_known_kind", {"kind": "tree"}),
        ("meeting_photo_of_known_kind", {"proof": ""}),
        ("meeting_photo_void_complete", {"voided_at": AT}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            MeetingPhoto.objects.update(**changes)
    with pytest.raises(IntegrityError, match="meeting_photo_proof_once"), transaction.atomic():
        again = MeetingPhoto.objects.get()
        again.pk = None
        again.save(force_insert=True)


def test_the_pages_take_show_and_void_it(client, meeting, cast, tree):
    client.force_login(cast.clerk)
    address = reverse("meeting_photo_new", args=[meeting.pk])
    conclude = reverse("assessment_conclude", args=[meeting.pk])
    assert "还没有登记签到表或会场的照片" in client.get(conclude).content.decode()
    data = {"kind": "sign_in", "form_key": "7f1d3c1e-6a57-4f1e-9a6f-1d2f3a4b5c6e"}
    assert client.get(address).status_code == 200
    for _click in range(2):
        assert client.post(address, data | {"photo": picture()}).status_code == 302
    made = MeetingPhoto.objects.get()
    assert "还没有登记" not in client.get(conclude).content.decode()
    page = client.get(reverse("assessment", args=[meeting.pk])).content.decode()
    assert reverse("meeting_photo_thumbnail", args=[made.pk]) in page
    for name in ("meeting_photo", "meeting_photo_thumbnail"):
        answer = client.get(reverse(name, args=[made.pk]))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert client.post(reverse(name, args=[made.pk])).status_code == 405
    void = reverse("meeting_photo_void", args=[made.pk])
    assert client.get(void).status_code == 200
    client.force_login(user_with("clerk", tree.sibling))
    assert client.post(address, data | {"photo": picture()}).status_code == 404
    assert client.post(void, {"reason": "拍错"}).status_code == 404
    assert client.get(reverse("meeting_photo", args=[made.pk])).status_code == 404
    client.force_login(user_with("head", tree.community))
    assert client.post(void, {"reason": "拍错"}).status_code == 403
    client.force_login(cast.clerk)
    assert client.post(void, {"reason": "拍错"}).status_code == 302
    assert Assessment.objects.get().photos.filter(voided_at=None).count() == 0


def test_the_page_costs_the_same_with_3_and_13_photos(client, meeting, cast):
    client.force_login(cast.clerk)
    address = reverse("assessment", args=[meeting.pk])
    counts = []
    for upto in (3, 13):
        while meeting.photos.count() < upto:
            add(meeting, cast.clerk)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
