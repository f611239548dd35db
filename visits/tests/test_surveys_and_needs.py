"""Surveys and needs."""

import copy
from datetime import timedelta

import pytest

from visits.enums import HousingDanger, NeedKind, NeedStatus
from visits.services import needs, surveys, visits
from visits.tests import factories
from visits.tests.factories import ANSWERS, ON_THE_DAY
from welfare.errors import Refusal
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def season(once):
    return once(lambda: factories.season(households=1))


@pytest.fixture
def made(season, db):
    return copy.deepcopy(season)


def fill(made, visit, by=None, at=ON_THE_DAY, **answers):
    return surveys.fill(visit=visit, answers=ANSWERS | answers, by=by or made.leader, at=at)


def test_a_survey_holds_typed_answers_and_may_be_corrected(made):
    visit = factories.told(made)
    fill(made, visit, housing_dangers=[HousingDanger.LEAKING])
    survey = fill(made, visit, members_at_home=3, by=made.member)
    assert survey.housing_dangers == [HousingDanger.LEAKING]
    assert (survey.members_at_home, survey.filled_by) == (3, made.member)
    assert type(survey).objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"informant": ""}, "informant"),
        ({"members_agree": False}, "member_changes"),
        ({"income_agrees": False}, "monthly_income"),
        ({"monthly_income": -1}, "monthly_income"),
        ({"housing_kind": "castle"}, "housing_kind"),
        ({"housing_dangers": ["ghosts"]}, "housing_dangers"),
        ({"members_at_home": "许多"}, "members_at_home"),
        ({"help_held": "长" * 501}, "help_held"),
    ],
)
def test_a_bad_answer_is_refused_with_its_field(made, answers, field):
    with pytest.raises(Refusal) as refused:
        fill(made, factories.told(made), **answers)
    assert refused.value.field == field


def test_a_survey_is_filled_in_by_the_team_on_the_day(made):
    visit = factories.told(made)
    with pytest.raises(Refusal, match="严禁替代"):
        fill(made, visit, by=made.outsider)
    with pytest.raises(Refusal, match="到日才能填写"):
        fill(made, visit, at=ON_THE_DAY - timedelta(days=1))


def test_a_survey_is_closed_with_the_confirmation(made):
    visit = factories.done(made)
    fill(made, visit)
    visits.confirm(visit=visit, by=made.member, at=ON_THE_DAY)
    with pytest.raises(Refusal, match="不能再改"):
        fill(made, visit)


def test_an_absent_visit_has_no_survey(made):
    with pytest.raises(Refusal, match="未遇，不能再填写"):
        fill(made, factories.absent(made))


# -- needs ----------------------------------------------------------------------------------------------
def test_a_need_is_followed_until_solved_with_an_answer(made):
    need = factories.need(made)
    needs.solve(need=need, answer="已列入危房改造", by=made.clerk, at=ON_THE_DAY)
    assert (need.status, need.answer, need.solved_by) == (NeedStatus.SOLVED, "已列入危房改造", made.clerk)


def test_a_need_is_not_solved_without_words(made):
    with pytest.raises(Refusal, match="理由"):
        needs.solve(need=factories.need(made), answer=" ", by=made.clerk, at=ON_THE_DAY)


def test_a_need_solved_too_early_is_taken_up_again(made):
    need = factories.need(made)
    needs.solve(need=need, answer="已解决", by=made.clerk, at=ON_THE_DAY)
    needs.reopen(need=need, reason="雨天仍漏", by=made.clerk, at=ON_THE_DAY)
    assert (need.status, need.answer, need.solved_at) == (NeedStatus.OPEN, "", None)


def test_a_need_without_words_is_refused(made):
    with pytest.raises(Refusal, match="诉求内容"):
        factories.need(made, text=" ")


def test_a_need_is_noted_by_the_team_or_who_follows_needs_there(made):
    visit = factories.told(made)
    note = {"visit": visit, "kind": NeedKind.WORK, "text": "想找零工", "at": ON_THE_DAY}
    with pytest.raises(Refusal, match="严禁替代"):
        needs.note(by=user_with("visitor", made.other_community), **note)
    assert needs.note(by=made.clerk, **note).household == visit.household


@pytest.mark.parametrize("role", ["clerk", "head", "visitor", "reviewer", "inspector", "keeper"])
def test_a_need_is_solved_by_roles_that_follow_needs(made, role):
    place = made.township if role == "reviewer" else made.community
    user = user_with(role, place)
    need = factories.need(made)
    if role in {"clerk", "head", "visitor"}:
        needs.solve(need=need, answer="已解决", by=user, at=ON_THE_DAY)
    else:
        with pytest.raises(Refusal, match="没有“登记解决”的权限"):
            needs.solve(need=need, answer="已解决", by=user, at=ON_THE_DAY)
