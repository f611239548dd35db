"""Planning: teams, slots for a whole community, telling ahead."""

import copy
from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from visits.enums import Channel
from visits.models import Visit
from visits.services import teams, visits
from visits.tests import factories
from visits.tests.factories import BEFORE, DAY, ON_THE_DAY
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import clerk_of, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def season(once):
    return once(lambda: factories.season(households=6))


@pytest.fixture
def made(season, db):
    return copy.deepcopy(season)


def plan_all(made, **over):
    return visits.plan_all(
        **{"team": made.team, "entries": made.entries, "days": [DAY], "by": made.clerk, "at": BEFORE, **over}
    )


# -- teams ----------------------------------------------------------------------------------------------
def form(made, **over):
    return teams.form(
        **{
            "programme": made.programme,
            "organisation": made.community,
            "name": "第二组",
            "leader": made.leader,
            "members": [made.member],
            "by": made.clerk,
            "at": BEFORE,
            **over,
        }
    )


def test_somebody_may_be_in_several_teams_and_the_leader_is_a_member(made):
    team = form(made)
    assert {row.user for row in team.members.all()} == {made.leader, made.member}


def test_a_team_of_one_is_refused(made):
    with pytest.raises(Refusal, match="至少2人"):
        form(made, members=[made.leader])


def test_somebody_without_the_right_to_visit_is_refused_by_name(made):
    stranger = user_with("visitor", made.other_community)
    with pytest.raises(Refusal, match=f"{stranger}没有在甲村走访的权限"):
        form(made, members=[stranger])


def test_two_teams_of_one_name_are_refused(made):
    with pytest.raises(Refusal, match="已有“第一组”"):
        form(made, name=" 第一组 ")


def test_a_team_needs_an_approved_programme(made):
    draft = factories.registry.draft_programme(made.township)
    with pytest.raises(Refusal, match="尚未批准"):
        form(made, programme=draft)


def test_a_team_is_formed_where_the_programme_reaches(made):
    clerk = clerk_of(made.other_community)
    with pytest.raises(Refusal, match="不在丙村实施"):
        form(made, organisation=made.other_community, by=clerk)


def test_a_team_is_formed_by_who_may_plan_there(made):
    with pytest.raises(Refusal, match="没有为甲村安排走访的权限"):
        form(made, by=clerk_of(made.sibling))


def change(made, members, at):
    return teams.change(
        team=made.team, name="第一组", leader=made.leader, members=members, by=made.clerk, at=at
    )


def test_members_may_change_before_the_day(made):
    factories.planned(made)
    change(made, [made.outsider], BEFORE)
    assert {row.user for row in made.team.members.all()} == {made.leader, made.outsider}


def test_nobody_stands_in_on_the_day_of_a_visit(made):
    factories.planned(made)
    with pytest.raises(Refusal, match="严禁替代"):
        change(made, [made.outsider], ON_THE_DAY)


def test_nobody_new_confirms_a_visit_already_made(made):
    factories.done(made)
    with pytest.raises(Refusal, match="严禁替代"):
        change(made, [made.member, made.outsider], ON_THE_DAY)


# -- visits ---------------------------------------------------------------------------------------------
def test_a_community_is_planned_by_group_in_slots(made):
    planned = plan_all(made, minutes=30)
    groups = [visit.household.group_name for visit in planned]
    assert groups == sorted(groups)
    assert [visit.slot for visit in planned][:3] == ["09:00–09:30", "09:30–10:00", "10:00–10:30"]
    assert {visit.organisation for visit in planned} == {made.community}


def test_planning_a_community_takes_the_same_number_of_statements_for_more_households():
    counts = []
    for households in (3, 13):
        made = factories.season(households=households)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            plan_all(made)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_a_second_planning_avoids_the_slots_taken(made):
    first = plan_all(made, entries=made.entries[:3])
    second = plan_all(made, entries=made.entries[3:])
    taken = {(visit.planned_on, visit.slot_from) for visit in (*first, *second)}
    assert len(taken) == 6


def test_planning_twice_is_refused_and_plans_nothing(made):
    plan_all(made, entries=made.entries[:1])
    with pytest.raises(Refusal, match="不能重复安排"):
        plan_all(made)
    assert Visit.objects.count() == 1


def test_more_visits_than_the_day_has_slots_are_refused(made):
    with pytest.raises(Refusal, match="最多能安排 5 户，现有 6 户"):
        plan_all(made, minutes=60, hours=((time(9), time(14)),))


@pytest.mark.parametrize(
    ("day", "sentence"), [(date(2026, 3, 1), "不在方案期间"), (date(2026, 1, 11), "已经过去")]
)
def test_a_day_outside_the_programme_or_past_is_refused(made, day, sentence):
    with pytest.raises(Refusal, match=sentence):
        plan_all(made, days=[day])


def test_an_entry_that_is_not_final_is_refused(made):
    entry = made.entries[0]
    type(entry).objects.filter(pk=entry.pk).update(**{"status": "struck"})
    with pytest.raises(Refusal, match="尚未定案（不予列入）"):
        plan_all(made)


def test_an_entry_of_another_community_is_refused(made):
    entries = factories.final_entries(made.programme, made.sibling, 1)
    with pytest.raises(Refusal, match=r"没有为乙社区安排|不在乙社区走访"):
        plan_all(made, entries=entries)


def test_a_team_is_not_sent_to_two_doors_at_once(made):
    factories.planned(made, 0)
    with pytest.raises(Refusal, match=r"09:00–09:30 已安排走访"):
        factories.planned(made, 1, slot_from=time(9, 15), slot_to=time(9, 45))


def test_rescheduling_asks_for_a_free_team_and_a_day_in_the_programme(made):
    visit = factories.planned(made, 0)
    factories.planned(made, 1)
    move = {"visit": visit, "by": made.clerk, "at": BEFORE, "reason": "修路", "slot_from": time(10)}
    with pytest.raises(Refusal, match="已安排走访"):
        visits.reschedule(planned_on=DAY, slot_to=time(10, 30), **move)
    with pytest.raises(Refusal, match="不在方案期间"):
        visits.reschedule(planned_on=date(2026, 5, 1), slot_to=time(10, 30), **move)
    visits.reschedule(planned_on=DAY + timedelta(days=1), slot_to=time(10, 30), **move)
    visit.refresh_from_db()
    assert (visit.planned_on, visit.slot) == (DAY + timedelta(days=1), "10:00–10:30")


def test_planning_is_on_record_for_each_household(made):
    plan_all(made)
    assert AuditEvent.objects.filter(action="visit.plan", organisation_id=made.community.pk).count() == 6


# -- telling ahead --------------------------------------------------------------------------------------
def tell(made, planned, **over):
    return visits.tell_all(
        **{
            "visits": planned,
            "told_on": DAY - timedelta(days=2),
            "channel": Channel.PHONE,
            "told_whom": "户主或家属",
            "by": made.clerk,
            "at": ON_THE_DAY,
            **over,
        }
    )


def test_many_households_are_told_at_once(made):
    planned = plan_all(made)
    tell(made, planned)
    assert not Visit.objects.to_announce().exists()


def test_a_household_told_already_is_named(made):
    planned = plan_all(made)
    tell(made, planned[:1])
    with pytest.raises(Refusal, match=f"{planned[0].whom}.*已经告知过"):
        tell(made, planned)
    assert Visit.objects.to_announce().count() == 5


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"told_on": DAY + timedelta(days=1)}, "不能晚于今天"),
        ({"told_whom": " "}, "告知了谁"),
    ],
)
def test_a_notice_names_a_past_day_and_somebody(made, over, sentence):
    with pytest.raises(Refusal, match=sentence):
        tell(made, [factories.planned(made)], **over)


def test_a_visit_already_made_is_not_told(made):
    with pytest.raises(Refusal, match="已走访，不需要再告知"):
        tell(made, [factories.done(made)])


def test_a_member_may_record_the_notice_and_an_outsider_not(made):
    visit = factories.planned(made)
    with pytest.raises(Refusal, match="没有为甲村安排走访的权限"):
        tell(made, [visit], by=made.outsider)
    assert tell(made, [visit], by=made.member)
