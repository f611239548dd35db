"""The life of a visit: who may do what, when, and in which words it is refused."""

import copy
from datetime import date, time, timedelta

import pytest
from django.db import transaction

from visits.enums import Mode, VisitStatus
from visits.services import visits
from visits.tests import factories
from visits.tests.factories import DAY, ON_THE_DAY
from welfare import roles, workflow
from welfare.errors import Refusal
from welfare.testing.personas import user_with
from welfare.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def season(once):
    return once(lambda: factories.season())


@pytest.fixture
def made(season, db):
    return copy.deepcopy(season)


def test_a_told_visit_is_completed_by_a_member_and_confirmed_by_another(made):
    visit = factories.confirmed(made)
    assert visit.status == VisitStatus.DONE
    assert visit.confirmed_at == ON_THE_DAY
    assert [row.user for row in visit.confirmations.all()] == [made.leader, made.member]
    assert (visit.done_at, visit.done_by) == (ON_THE_DAY, made.leader)


def test_nobody_off_the_team_completes_a_visit(made):
    visit = factories.told(made)
    with pytest.raises(Refused, match=r"不是“第一组”的组员.*严禁替代"):
        visits.complete(visit=visit, finding="在家", place="家中", by=made.outsider, at=ON_THE_DAY)
    visit.refresh_from_db()
    assert visit.status == VisitStatus.PLANNED


def test_nobody_off_the_team_confirms_a_visit(made):
    visit = factories.done(made)
    with pytest.raises(Refused, match="严禁替代"):
        visits.confirm(visit=visit, by=made.outsider, at=ON_THE_DAY)


def test_nobody_off_the_team_marks_absent(made):
    with pytest.raises(Refused, match="严禁替代"):
        visits.mark_absent(visit=factories.told(made), reason="无人", by=made.outsider, at=ON_THE_DAY)


def test_who_completed_a_visit_cannot_confirm_it(made):
    visit = factories.done(made)
    with pytest.raises(Refused, match="另一人用自己的账号确认"):
        visits.confirm(visit=visit, by=made.leader, at=ON_THE_DAY)
    visit.refresh_from_db()
    assert visit.confirmed_at is None


def test_a_third_name_is_needed_where_the_programme_asks_for_three(made):
    third = factories.visitors(made.community, 1)[0]
    made.team.members.create(user=third)
    type(made.programme).objects.filter(pk=made.programme.pk).update(visitors_needed=3)
    visit = factories.confirmed(made)
    assert visit.confirmed_at is None
    visits.confirm(visit=visit, by=third, at=ON_THE_DAY)
    assert visit.confirmed_at == ON_THE_DAY


def test_a_confirmed_visit_takes_no_further_name(made):
    third = factories.visitors(made.community, 1)[0]
    visit = factories.confirmed(made)
    made.team.members.create(user=third)
    with pytest.raises(Refused, match="确认人数已够"):
        visits.confirm(visit=visit, by=third, at=ON_THE_DAY)


def test_a_visit_not_told_ahead_is_refused(made):
    with pytest.raises(Refused, match=r"还没有上门告知.*提前2天"):
        visits.complete(
            visit=factories.planned(made), finding="在家", place="家", by=made.leader, at=ON_THE_DAY
        )


def test_a_visit_told_too_late_is_refused_with_both_dates(made):
    visit = factories.told(made, days_ahead=1)
    with pytest.raises(Refused, match="01月19日才告知01月20日走访，不足规定的提前2天"):
        visits.complete(visit=visit, finding="在家", place="家中", by=made.leader, at=ON_THE_DAY)


@pytest.mark.parametrize("mode", [Mode.PHONE, Mode.LETTER])
def test_a_call_or_letter_needs_no_notice(made, mode):
    visit = factories.planned(made, mode=mode)
    visits.complete(visit=visit, finding="已通话", place="电话", by=made.leader, at=ON_THE_DAY)
    assert visit.status == VisitStatus.DONE


def test_no_notice_is_needed_where_the_programme_asks_for_none():
    made = factories.season(advance_notice_days=0)
    visit = factories.planned(made)
    visits.complete(visit=visit, finding="在家", place="家中", by=made.leader, at=ON_THE_DAY)
    assert visit.status == VisitStatus.DONE


def test_a_visit_moved_to_another_day_must_be_told_again(made):
    visit = factories.told(made)
    later = DAY + timedelta(days=1)
    visits.reschedule(
        visit=visit,
        planned_on=later,
        slot_from=time(9),
        slot_to=time(10),
        by=made.clerk,
        at=ON_THE_DAY,
        reason="下雪",
    )
    with pytest.raises(Refused, match="还没有上门告知"):
        visits.complete(
            visit=visit, finding="在家", place="家中", by=made.leader, at=ON_THE_DAY + timedelta(days=1)
        )


def test_a_visit_is_not_recorded_before_its_day(made):
    visit = factories.told(made)
    with pytest.raises(Refused, match="到日才能登记"):
        visits.complete(
            visit=visit, finding="在家", place="家中", by=made.leader, at=ON_THE_DAY - timedelta(days=1)
        )


@pytest.mark.parametrize(("finding", "place"), [("", "家中"), ("在家", "  ")])
def test_a_visit_is_completed_with_words(made, finding, place):
    with pytest.raises(Refused, match="写明走访地点和走访情况"):
        visits.complete(
            visit=factories.told(made), finding=finding, place=place, by=made.leader, at=ON_THE_DAY
        )


def test_an_absence_needs_its_reason(made):
    with pytest.raises(Refused, match="理由"):
        visits.mark_absent(visit=factories.told(made), reason=" ", by=made.leader, at=ON_THE_DAY)


def test_an_absent_household_is_visited_again_and_the_visits_are_linked(made):
    first = factories.absent(made)
    second = visits.plan(
        team=made.team,
        entry=first.entry,
        planned_on=date(2026, 1, 23),
        slot_from=time(9),
        slot_to=time(9, 30),
        by=made.leader,
        at=ON_THE_DAY,
        follow_up_of=first,
    )
    assert list(first.follow_ups.all()) == [second]


def test_a_second_follow_up_is_refused(made):
    first = factories.absent(made)
    again = {"planned_on": date(2026, 1, 23), "at": ON_THE_DAY, "follow_up_of": first}
    factories.planned(made, **again)
    with pytest.raises(Refusal, match=r"已安排|补访"):
        factories.planned(made, **again)


def test_only_an_absent_visit_has_a_follow_up(made):
    with pytest.raises(Refusal, match="未遇到人"):
        factories.planned(made, follow_up_of=factories.confirmed(made), at=ON_THE_DAY)


def test_a_visitor_may_plan_nothing_but_a_follow_up(made):
    with pytest.raises(Refusal, match="没有为甲村安排走访的权限"):
        factories.planned(made, by=made.leader)


# -- from × to × role ---------------------------------------------------------------------------------
DATA = {
    "complete": {"finding": "在家", "place": "家中"},
    "reschedule": {"planned_on": DAY + timedelta(days=3), "slot_from": time(9), "slot_to": time(10)},
}
REACH = {
    VisitStatus.PLANNED: factories.told,
    VisitStatus.DONE: factories.done,
    VisitStatus.ABSENT: factories.absent,
    VisitStatus.CANCELLED: lambda made: visits.cancel(
        visit=factories.told(made), by=made.clerk, at=ON_THE_DAY, reason="已搬走"
    ),
}
ALLOWED = {
    ("complete", VisitStatus.PLANNED),
    ("mark_absent", VisitStatus.PLANNED),
    ("reschedule", VisitStatus.PLANNED),
    ("cancel", VisitStatus.PLANNED),
    ("confirm", VisitStatus.DONE),
}
MOVES = ["complete", "confirm", "mark_absent", "reschedule", "cancel"]


@pytest.mark.parametrize("status", VisitStatus.values)
def test_each_move_from_each_state_by_each_role(made, status):
    """A member of the team with a role may do a move exactly when the table and her role say so."""
    visit = REACH[status](made)
    for role in roles.ROLES:
        user = _somebody(role, made)
        made.team.members.create(user=user)
        for name in MOVES:
            move = workflow.machine_of(visit).move(name)
            may = (name, status) in ALLOWED and move.permission in roles.ROLES[role].permissions
            assert _may(visit, name, user, made) == may, f"{name} from {status} by {role}"


def _somebody(role, made):
    for place in (made.community, made.township, made.county):
        if place.level in roles.ROLES[role].levels:
            return user_with(role, place)
    raise AssertionError(role)


def _may(visit, name, user, made):
    data = DATA.get(name, {})
    if name == "reschedule":
        data = data | {"team": made.team}
    try:
        with transaction.atomic():
            fresh = type(visit).objects.get(pk=visit.pk)
            workflow.perform(fresh, name, by=user, at=ON_THE_DAY, reason="因故", **data)
            raise _Undo
    except _Undo:
        return True
    except Refused:
        return False


class _Undo(Exception):
    pass
