"""A meeting without quorum or entered wrongly is declared void and another is held; only who came withdraws."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Assessment, ProcedureStep
from beneficiaries.services import assessments, rosters
from beneficiaries.tests.factories import Cast, approved_programme, drafted_roster
from welfare import workflow
from welfare.errors import Refusal
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def roster(tree, cast):
    programme = approved_programme(tree.township)
    ProcedureStep.objects.filter(programme=programme, kind="assessment").update(quorum_share="0.6667")
    made = drafted_roster(programme, tree.community, households=2, cast=cast)
    return rosters.start(roster=made, by=cast.clerk, at=timezone.now())


def met(roster, cast, present, absent=0):
    people = [{"name": f"代表{number}"} for number in range(present)]
    away = [
        {"name": f"缺席{number}", "is_present": False, "absence_reason": "外出"} for number in range(absent)
    ]
    at = timezone.now()
    return assessments.open_meeting(
        roster=roster,
        held_at=at,
        place="村委会",
        chair="王书记",
        recorder="李文书",
        attendees=people + away,
        by=cast.clerk,
        at=at,
    )


def voted(meeting, cast, **votes):
    every = {entry.pk: votes for entry in meeting.roster.entries.all()}
    assessments.record_votes(assessment=meeting, votes=every, by=cast.clerk, at=timezone.now())


def test_a_meeting_without_quorum_says_so_and_gives_way_to_another(client, roster, cast):
    first = met(roster, cast, present=4, absent=3)
    client.force_login(cast.clerk)
    page = client.get(reverse("assessment", args=[first.pk])).content.decode()
    assert "不足三分之二，评议无效。请把本次记录作废，另行召集会议。" in page
    with pytest.raises(Refusal, match="请先把原记录作废"):
        met(roster, cast, present=7)
    address = reverse("assessment_void", args=[first.pk])
    assert address in page
    assert "留存备查" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "到会人数不足"}).status_code == 302
    first.refresh_from_db()
    assert (first.status, first.void_reason) == ("void", "到会人数不足")
    for name in ("assessment", "assessment_minutes"):
        assert "到会人数不足" in client.get(reverse(name, args=[first.pk])).content.decode()
    second = met(roster, cast, present=7)
    voted(second, cast, agree=7)
    roster = assessments.conclude(assessment=second, by=cast.clerk, at=timezone.now())
    assert roster.status != RosterStatus.ASSESSING


def test_votes_of_a_void_meeting_count_nowhere(client, roster, cast):
    first = met(roster, cast, present=5)
    voted(first, cast, against=5)
    assessments.void(assessment=first, by=cast.clerk, at=timezone.now(), reason="人员登记有误")
    with pytest.raises(workflow.Refused, match="已作废"):
        assessments.conclude(assessment=first, by=cast.clerk, at=timezone.now())
    client.force_login(cast.clerk)
    assert "反对 5" not in client.get(reverse("roster", args=[roster.pk])).content.decode()
    second = met(roster, cast, present=5)
    with pytest.raises(workflow.Refused, match="没有记票"):
        assessments.conclude(assessment=second, by=cast.clerk, at=timezone.now())


def test_a_result_announced_is_not_void_and_outsiders_do_not_declare_it(client, tree, roster, cast):
    meeting = met(roster, cast, present=5)
    address = reverse("assessment_void", args=[meeting.pk])
    client.force_login(user_with("clerk", tree.other_community))
    assert client.get(address).status_code == 404
    client.force_login(user_with("reviewer", tree.township))
    assert client.get(address).status_code == 403
    voted(meeting, cast, agree=5)
    assessments.conclude(assessment=meeting, by=cast.clerk, at=timezone.now())
    with pytest.raises(workflow.Refused):
        assessments.void(assessment=meeting, by=cast.clerk, at=timezone.now(), reason="有误")


def test_the_database_keeps_one_meeting_that_counts_and_a_reason_for_each_that_does_not(roster, cast):
    meeting = met(roster, cast, present=5)
    rows = Assessment.objects.filter(pk=meeting.pk)
    for wrong in ({"void_reason": "有误"}, {"status": "void"}):
        with pytest.raises(IntegrityError, match="assessment_void_with_reason"), transaction.atomic():
            rows.update(**wrong)
    assessments.void(assessment=meeting, by=cast.clerk, at=timezone.now(), reason="有误")
    met(roster, cast, present=5)
    with pytest.raises(IntegrityError, match="assessment_once_per_step_and_lap"), transaction.atomic():
        rows.update(status="recording", void_reason="")


def test_only_who_came_withdraws(roster, cast):
    meeting = met(roster, cast, present=5, absent=1)
    with pytest.raises(Refusal, match="回避人“路人甲”不在到会人员中"):
        voted(meeting, cast, agree=4, withdrawn="路人甲")
    with pytest.raises(Refusal, match="“缺席0”不在到会人员中"):
        voted(meeting, cast, agree=4, withdrawn="缺席0")
    voted(meeting, cast, agree=4, withdrawn="代表1")


def test_who_will_not_pass_is_named_before_it_is_announced(client, roster, cast):
    meeting = met(roster, cast, present=6)
    first, second = roster.entries.order_by("position")
    votes = {first.pk: {"agree": 6}, second.pk: {"agree": 3, "against": 3}}
    assessments.record_votes(assessment=meeting, votes=votes, by=cast.clerk, at=timezone.now())
    client.force_login(cast.clerk)
    page = client.get(reverse("assessment_conclude", args=[meeting.pk])).content.decode()
    assert f"第{second.position}号{second}（同意3、反对3、弃权0）" in page
    assert f"第{first.position}号" not in page
