"""Nobody reads of a visit that is not hers: canaries in every page, list, file and filter."""

import copy

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Household, Person
from visits.models import AdvanceNotice, Need, Photo, Survey, Team, TeamMember, Visit, VisitConfirmation
from visits.services import photos, teams
from visits.tests import factories
from visits.tests.factories import BEFORE, ON_THE_DAY
from visits.tests.test_pages import jpeg
from welfare.testing.personas import clerk_of, user_with

pytestmark = pytest.mark.django_db
MODELS = [Team, TeamMember, Visit, VisitConfirmation, AdvanceNotice, Survey, Photo, Need]
CANARIES = ["金丝雀户", "金丝雀诉求", "金丝雀情况", "金丝雀组"]


@pytest.fixture(scope="module")
def aviary(once):
    return once(visit_full_of_canaries)


@pytest.fixture
def made(aviary, db, monkeypatch):
    """甲村 with one visit full of canaries."""
    monkeypatch.setattr(timezone, "now", lambda: ON_THE_DAY)
    return copy.deepcopy(aviary)


def visit_full_of_canaries():
    made = factories.season(households=0)
    made.entries = factories.final_entries(
        factories.programme(made.township), made.community, 1, heads=["金丝雀户"]
    )
    made.programme = made.entries[0].programme
    made.team = teams.form(
        programme=made.programme,
        organisation=made.community,
        name="金丝雀组",
        leader=made.leader,
        members=[made.member],
        by=made.clerk,
        at=BEFORE,
    )
    made.visit = factories.surveyed(made)
    made.need = factories.need(made, made.visit, "金丝雀诉求")
    made.photo = photos.add(visit=made.visit, file=jpeg(), caption="门口", by=made.leader, at=ON_THE_DAY)
    factories.visits.complete(
        visit=made.visit, finding="金丝雀情况", place="家中", by=made.leader, at=ON_THE_DAY
    )
    return made


def pages(made):
    """Every page that could tell of the visit."""
    visit, team, need = [made.visit.pk], [made.team.pk], [made.need.pk]
    lists = ["visits", "teams", "needs", "visits_announce", "visit_programmes", "team_place", "todo"]
    found = [(name, []) for name in lists]
    found += [
        (name, visit) for name in ("visit", "visit_confirm", "visit_survey", "visit_complete", "visit_tell")
    ]
    found += [(name, visit) for name in ("visit_photo_add", "visit_need", "visit_absent", "visit_follow_up")]
    found += [(name, visit) for name in ("visit_reschedule", "visit_cancel")]
    found += [("visit_photo", [made.visit.pk, made.photo.pk])]
    found += [(name, team) for name in ("team", "team_change", "team_schedule", "team_schedule_xlsx")]
    found += [(name, need) for name in ("need", "need_solve", "need_reopen")]
    found += [("visit_overview", [made.programme.pk])]
    found += [("visit_plan", [made.programme.pk, made.community.pk])]
    return [reverse(name, args=args) for name, args in found]


def read(user, address):
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_canaries_sing_for_the_team(made):
    sung = "".join(read(made.leader, address)[1].decode("utf-8", "replace") for address in pages(made))
    assert all(canary in sung for canary in CANARIES)


STRANGERS = {
    "a visitor of the township off the team": lambda made: user_with("visitor", made.township),
    "a visitor of the county off the team": lambda made: user_with("visitor", made.county),
    "the clerk of another community": lambda made: clerk_of(made.sibling),
    "the inspector of another township": lambda made: user_with("inspector", made.other_township),
    "a keeper of the community": lambda made: user_with("keeper", made.community),
    "an accountant of the township": lambda made: user_with("accountant", made.township),
    "the administrator": lambda made: user_with("administrator", made.county),
    "a clerk elsewhere who visits for the township": lambda made: _clerk_and_visitor(made),
}


def _clerk_and_visitor(made):
    """Her clerk's rights in one community must not ride on her visitor's role over all of them."""
    from welfare import accounts

    user = clerk_of(made.sibling)
    accounts.grant(user=user, role="visitor", organisation=made.township, by=None, at=BEFORE)
    return user


@pytest.mark.parametrize("who", STRANGERS)
def test_no_canary_sings_for_a_stranger(made, who):
    user = STRANGERS[who](made)
    for address in pages(made):
        answer, body = read(user, address)
        text = body.decode("utf-8", "replace")
        assert not [canary for canary in CANARIES if canary in text], address
        assert "甲村第" not in text
        if str(made.visit.pk) in address.split("/") and answer["Content-Type"].startswith("image"):
            raise AssertionError(f"{address} gave a photo")


@pytest.mark.parametrize("who", STRANGERS)
def test_no_row_is_visible_to_a_stranger(made, who):
    user = STRANGERS[who](made)
    assert not [model.__name__ for model in MODELS if model.objects.visible_to(user).exists()]


def test_a_visitor_of_the_whole_township_sees_no_household_of_the_register(made):
    user = user_with("visitor", made.township)
    assert not Household.objects.visible_to(user).exists()
    assert not Person.objects.visible_to(user).exists()


@pytest.mark.parametrize("model", MODELS)
def test_rows_are_seen_once_by_the_team_and_by_overseers(made, model):
    """Twice over: a clerk who is also a member of the team finds no row doubled."""
    TeamMember.objects.create(team=made.team, user=made.clerk)
    count = model.objects.count()
    for user in (
        made.leader,
        made.clerk,
        user_with("reviewer", made.township),
        user_with("approver", made.county),
    ):
        assert model.objects.visible_to(user).count() == count


def test_a_visitor_who_left_sees_nothing(made):
    made.leader.is_active = False
    assert not Visit.objects.visible_to(made.leader).exists()


def test_a_filter_offers_only_what_i_see(made):
    stranger = clerk_of(made.other_community)
    _answer, body = read(stranger, reverse("visits") + f"?team={made.team.pk}&programme={made.programme.pk}")
    assert "金丝雀" not in body.decode()
    assert made.programme.name not in body.decode()


@pytest.mark.parametrize("model", ["team", "visit", "need"])
def test_the_admin_lists_only_what_i_see(made, model):
    address = reverse(f"admin:visits_{model}_changelist")
    inside, outside = user_with("inspector", made.community), user_with("inspector", made.other_township)
    for user in (inside, outside):
        user.is_staff = True
        user.save()
    change = reverse(f"admin:visits_{model}_change", args=[getattr(made, model).pk])
    if model != "need":
        assert "金丝雀" in read(inside, address)[1].decode()
        assert read(inside, change)[0].status_code == 200
        assert "金丝雀" not in read(outside, address)[1].decode()
    assert read(outside, change)[0].status_code in {302, 403}
