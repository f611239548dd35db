"""The database refuses the impossible, each refusal by its name."""

import copy
from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from visits.models import AdvanceNotice, Need, Survey, Team, TeamMember, Visit, VisitConfirmation
from visits.tests import factories
from visits.tests.factories import DAY, ON_THE_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def season(once):
    return once(lambda: factories.season())


@pytest.fixture
def made(season, db):
    return copy.deepcopy(season)


def refused(name, act):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def update(row, **changes):
    """As a careless hand at the database would."""
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**changes)


def test_a_visit_is_to_somebody(made):
    refused("visit_to_somebody", update(factories.planned(made), entry=None, household=None))


@pytest.mark.parametrize("slot_to", [time(9, 0), time(8, 0)])
def test_a_slot_ends_after_it_begins(made, slot_to):
    refused("visit_slot_in_order", update(factories.planned(made), slot_to=slot_to))


def test_an_entry_has_one_planned_visit(made):
    first, second = factories.planned(made, 0), factories.planned(made, 1)
    refused("visit_one_planned_per_entry", update(second, entry=first.entry))


def test_a_team_has_one_visit_in_a_slot(made):
    factories.planned(made, 0)
    refused("visit_one_per_team_and_slot", update(factories.planned(made, 1), slot_from=time(9)))


def test_an_absent_visit_has_one_follow_up(made):
    first = factories.absent(made)
    factories.planned(made, 0, on=date(2026, 1, 25), follow_up_of=first, at=ON_THE_DAY)
    refused("visit_one_follow_up", update(factories.planned(made, 1), follow_up_of=first))


def test_a_visit_does_not_follow_itself(made):
    visit = factories.planned(made)
    refused("visit_not_own_follow_up", update(visit, follow_up_of=visit))


@pytest.mark.parametrize("changes", [{"done_at": ON_THE_DAY}, {"done_by": True}])
def test_who_and_when_stand_together(made, changes):
    changes = {name: made.leader if value is True else value for name, value in changes.items()}
    refused("visit_done_at_by_together", update(factories.planned(made), **changes))


@pytest.mark.parametrize("changes", [{"finding": ""}, {"place": ""}])
def test_a_done_visit_has_place_and_finding(made, changes):
    refused("visit_done_has_place_and_finding", update(factories.done(made), **changes))


def test_a_visit_not_made_says_why(made):
    refused("visit_not_made_has_reason", update(factories.absent(made), status_reason=""))


def test_only_a_done_visit_is_confirmed(made):
    refused("visit_confirmed_only_when_done", update(factories.planned(made), confirmed_at=ON_THE_DAY))


@pytest.mark.parametrize(("reach", "name"), [("planned", "visit"), ("need", "need")])
def test_a_status_is_one_of_the_list(made, reach, name):
    refused(
        f"{name}_status_known|need_solved_with_words",
        update(getattr(factories, reach)(made), **{"status": "x"}),
    )


def test_a_member_confirms_once(made):
    visit = factories.done(made)
    act = lambda: VisitConfirmation.objects.create(visit=visit, user=made.leader, at=ON_THE_DAY)  # noqa: E731
    refused("visit_confirmation_once_per_user", act)


def test_a_team_has_one_name_and_a_member_once(made):
    other = {"programme": made.programme, "organisation": made.community, "leader": made.leader}
    other |= {"formed_by": made.clerk, "formed_at": ON_THE_DAY}
    refused("team_name_once", lambda: Team.objects.create(name="第一组", **other))
    refused("team_member_once", lambda: TeamMember.objects.create(team=made.team, user=made.leader))


def test_a_notice_comes_before_the_visit_to_somebody_once_a_day(made):
    notice = factories.told(made).notices.get()
    refused("advance_notice_before_the_visit", update(notice, told_on=date(2026, 1, 21)))
    refused("advance_notice_told_somebody", update(notice, told_whom=""))
    notice.pk = None
    refused("advance_notice_once_per_day_told", lambda: AdvanceNotice.save(notice, force_insert=True))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("survey_member_changes_told", {"members_agree": False, "member_changes": ""}),
        ("survey_other_income_told", {"income_agrees": False, "monthly_income": None}),
        ("survey_money_not_negative", {"monthly_income": -1}),
        ("survey_money_not_negative", {"yearly_outgoing": -1}),
    ],
)
def test_survey_answers_belong_together(made, name, changes):
    factories.surveyed(made)
    refused(name, update(Survey.objects.get(), **changes))


def test_a_need_has_words_and_its_answer(made):
    need = factories.need(made)
    refused("need_has_words", update(need, text=""))
    refused("need_solved_with_words", update(need, solved_at=ON_THE_DAY, solved_by=made.clerk))
    refused("need_solved_with_words", update(need, **{"status": "solved"}))
    assert Need.objects.open().count() == Visit.objects.filter(planned_on=DAY).count() == 1
