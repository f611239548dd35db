"""待办, the household's page, and who is forgotten."""

import copy
from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from visits import entrances
from visits.models import Team
from visits.queries import coverage
from visits.services import needs, teams, visits
from visits.tests import factories
from visits.tests.factories import BEFORE, DAY, ON_THE_DAY
from welfare import menu, panels, todo
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def season(once):
    return once(lambda: factories.season(households=4))


@pytest.fixture
def made(season, db):
    return copy.deepcopy(season)


def titles(user, on):
    return [
        item.title for item in todo.for_user(user, on) if item.kind in {"走访", "走访确认", "告知", "诉求"}
    ]


def test_my_visits_stand_in_todo_on_their_day_and_are_overdue_after_it(made):
    visit = factories.told(made)
    assert titles(made.leader, DAY - timedelta(days=1)) == []
    assert titles(made.leader, DAY) == [f"走访{visit.whom}"]
    assert titles(made.outsider, DAY) == titles(made.clerk, DAY) == []
    item = next(iter(entrances.my_visits(made.leader, DAY + timedelta(days=1))))
    assert item.is_overdue(DAY + timedelta(days=1))


def test_a_visit_to_confirm_waits_for_the_other_member(made):
    visit = factories.done(made)
    assert titles(made.member, DAY) == [f"确认走访{visit.whom}"]
    assert titles(made.leader, DAY) == []
    visits.confirm(visit=visit, by=made.member, at=ON_THE_DAY)
    assert titles(made.member, DAY) == []


def test_households_to_be_told_are_due_two_days_before(made):
    factories.planned(made, 0)
    factories.planned(made, 1)
    (item,) = entrances.to_announce(made.clerk, DAY - timedelta(days=4))
    assert (item.count, item.due_on) == (2, DAY - timedelta(days=2))
    assert not list(entrances.to_announce(user_with("inspector", made.community), DAY - timedelta(days=4)))


def test_a_need_open_for_more_than_a_week_waits_for_who_follows_needs(made):
    need = factories.need(made)
    assert titles(made.clerk, DAY + timedelta(days=7)) == []
    assert titles(made.clerk, DAY + timedelta(days=8)) == ["跟进未解决的诉求"]
    needs.solve(need=need, answer="已解决", by=made.clerk, at=ON_THE_DAY)
    assert titles(made.clerk, DAY + timedelta(days=8)) == []


def test_a_page_marks_one_menu_entry_as_current(made):
    for path in ("/visits/", "/visits/teams/", "/visits/programmes/7/"):
        current = [
            entry["url"]
            for section in menu.for_user(made.clerk, path)
            for entry in section["items"]
            if entry["is_current"]
        ]
        assert current == [
            max(
                (u for u in ("/visits/", "/visits/teams/", "/visits/programmes/") if path.startswith(u)),
                key=len,
            )
        ]


def test_the_household_page_gets_its_visits_and_needs(made):
    visit = factories.confirmed(made)
    factories.need(made, visit, "想修房")
    household = visit.household
    found = {
        panel.key: panel for panel in panels.of("household", made.clerk) if panel.key in {"visits", "needs"}
    }
    shown = {
        key: render_to_string(panel.template, panel.load(household, made.clerk))
        for key, panel in found.items()
    }
    assert "老人在家" in shown["visits"]
    assert "想修房" in shown["needs"]
    stranger = user_with("clerk", made.other_community)
    assert "老人在家" not in render_to_string(
        found["visits"].template, found["visits"].load(household, stranger)
    )


# -- nobody forgotten -----------------------------------------------------------------------------------
def entries(made):
    return coverage.entries_to_visit([made.programme])


def test_a_household_is_forgotten_until_planned_and_again_when_absent_or_cancelled(made):
    assert coverage.without_visit(entries(made)).count() == 4
    visit = factories.planned(made, 0)
    factories.absent(made, 1)
    assert set(coverage.without_visit(entries(made))) == {made.entries[1], made.entries[2], made.entries[3]}
    visits.cancel(visit=visit, by=made.clerk, at=ON_THE_DAY, reason="改由他组走访")
    assert made.entries[0] in coverage.without_visit(entries(made))


def test_figures_add_up_by_community(made):
    factories.confirmed(made, 0)
    factories.done(made, 1)
    factories.planned(made, 2)
    (place,) = coverage.by_organisation(entries(made))
    assert (place.entries, place.planned, place.done, place.confirmed, place.missing) == (4, 1, 2, 1, 1)
    assert coverage.totals([place, place]).entries == 8
    assert coverage.by_programme(entries(made))[made.programme.pk].done == 2


def test_a_team_without_a_visit_leaves_its_members_idle(made):
    other = teams.form(
        programme=made.programme,
        organisation=made.community,
        name="第二组",
        leader=made.outsider,
        members=[made.member],
        by=made.clerk,
        at=BEFORE,
    )
    factories.confirmed(made)
    all_teams = Team.objects.filter(programme=made.programme)
    assert {member.team for member in coverage.members(all_teams).filter(planned_count=0)} == {other}
    counted = {(m.team.name, m.user): (m.planned_count, m.made_count) for m in coverage.members(all_teams)}
    assert counted["第一组", made.member] == (1, 1)
    assert counted["第二组", made.member] == (0, 0)


def test_the_summary_counts_visits_by_mode_and_needs(made):
    visit = factories.confirmed(made, 0)
    factories.absent(made, 1)
    needs.solve(need=factories.need(made, visit), answer="已解决", by=made.clerk, at=ON_THE_DAY)
    factories.need(made, visit)
    figures = coverage.figures(made.programme)
    assert figures["by_mode"] == {"home": 1}
    assert figures["by_status"] == {"done": 1, "absent": 1}
    assert (figures["needs_raised"], figures["needs_solved"], figures["confirmed"]) == (2, 1, 1)
