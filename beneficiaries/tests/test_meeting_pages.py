"""The page that records an assessment meeting: as many people as came, and nothing typed is lost."""

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import RosterStatus
from beneficiaries.forms.assessments import MeetingForm
from beneficiaries.models import Assessment
from beneficiaries.services import assessments
from beneficiaries.tests.factories import Cast, approved_programme, attendees, roster_at
from welfare.testing.personas import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def roster(tree, cast):
    programme = approved_programme(tree.township)
    return roster_at(RosterStatus.ASSESSING, programme, tree.community, cast=cast, at=AT)


def filled(people, rows):
    """What the page of a meeting sends: the people in its first rows, the others as they are offered."""
    data = {"held_at": f"{timezone.localtime(AT):%Y-%m-%dT%H:%M}", "place": "会议室", "chair": "李主任"}
    for number in range(rows):
        person = people[number] if number < len(people) else {"name": "", "is_present": True}
        data[f"name_{number}"] = person["name"]
        data[f"capacity_{number}"] = person.get("capacity", "")
        data[f"reason_{number}"] = person.get("absence_reason", "")
        if person["is_present"]:
            data[f"present_{number}"] = "on"
    return data


def test_a_meeting_of_forty_gets_more_rows_and_keeps_what_was_typed(client, roster, cast):
    client.force_login(cast.clerk)
    address = reverse("assessment_new", args=[roster.pk])
    people = attendees(39, 1)
    assert client.get(address).content.decode().count('name="name_') == 15
    for typed, rows in ((people[:15], 15), (people[:30], 30)):
        data = filled(typed, rows) | {"more": "1", "held_at": "不是时间"}
        page = client.post(address, data).content.decode()
        assert page.count('name="name_') == rows + 15
        assert all(f'value="{person["name"]}"' in page for person in typed)
        assert 'value="不是时间"' in page
        assert "is-bad-cell" not in page
        assert "field-error" not in page
    assert not Assessment.objects.exists()
    bad = client.post(address, filled(people, 45)).content.decode()
    assert f'value="{people[38]["name"]}"' in bad  # without a recorder it comes back as long as it was
    data = filled(people, 45) | {"recorder": "王书记"}
    client.post(address, data)
    meeting = Assessment.objects.get()
    assert (meeting.expected_count, meeting.present_count) == (40, 39)


def test_who_was_ticked_off_stays_so_when_rows_are_added_and_two_hundred_are_the_most():
    sent = QueryDict(mutable=True)
    sent.update(filled(attendees(1, 1), 190) | {"more": "1"})
    form = MeetingForm.longer(sent)
    assert [form["present_0"].value(), form["present_1"].value(), form["present_195"].value()] == [
        True,
        False,
        True,
    ]
    assert form["reason_1"].value() == "外出务工"
    assert (len(form.rows), form.may_grow) == (200, False)


def test_everybody_of_the_last_meeting_is_offered_again(client, roster, cast):
    client.force_login(cast.clerk)
    address = reverse("assessment_new", args=[roster.pk])
    assessments.open_meeting(
        roster=roster,
        held_at=AT,
        place="会议室",
        chair="李主任",
        recorder="王书记",
        attendees=attendees(80),
        by=cast.clerk,
        at=AT,
    )
    page = client.get(address).content.decode()
    assert all(f'value="{person["name"]}"' in page for person in attendees(80))
    assert page.count('name="name_') == 83
