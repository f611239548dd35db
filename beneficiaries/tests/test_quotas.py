"""名额: of a community, of a township over its communities together, of each community without naming it."""

import copy
import dataclasses
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries import plan_file
from beneficiaries.enums import RosterStatus
from beneficiaries.models import Quota, Roster
from beneficiaries.plan_file import values
from beneficiaries.queries import plans as plans_of
from beneficiaries.queries import rosters as queries
from beneficiaries.rules import plan_check
from beneficiaries.services import entries, plans, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    drafted_roster,
    final_roster,
    hardship_categories,
    household,
    plan,
    walk,
)
from welfare.errors import Refusal
from welfare.testing.personas import AT, make_organisations, user_with


@pytest.fixture(scope="module")
def kept_ground(once):
    """A county's programme without quotas; 甲村 and 乙村 lie in 上坪镇, another village elsewhere."""

    def lay():
        tree = make_organisations()
        programme = approved_programme(tree.county)
        programme.quotas.all().delete()
        type(programme).objects.filter(pk=programme.pk).update(quota_total=None)
        programme.refresh_from_db()
        return SimpleNamespace(tree=tree, programme=programme, cast=Cast(tree.community))

    return once(lay)


@pytest.fixture
def ground(kept_ground, db):
    return copy.deepcopy(kept_ground)


def used(roster):
    return {what: (count, taken) for what, _category, count, taken in queries.places(roster)}


def start(roster):
    rosters.start(roster=roster, by=roster.drafted_by, at=AT)


def test_the_quota_of_a_township_binds_the_rosters_of_all_its_communities_together(ground):
    Quota.objects.create(programme=ground.programme, organisation=ground.tree.township, count=5)
    start(drafted_roster(ground.programme, ground.tree.community, households=3, cast=ground.cast))
    second = drafted_roster(ground.programme, ground.tree.sibling, households=3)
    assert used(second) == {"上坪镇": (5, 6)}
    with pytest.raises(Refusal, match="上坪镇名额 5 个，现列 6 个，超出 1 个"):
        start(second)


def test_screening_stops_where_the_township_is_full(ground):
    Quota.objects.create(programme=ground.programme, organisation=ground.tree.township, count=4)
    start(drafted_roster(ground.programme, ground.tree.community, households=3, cast=ground.cast))
    for number in range(3):
        household(ground.tree.sibling, categories=["low_income"], monthly_income=300 + number)
    by = Cast(ground.tree.sibling).clerk
    roster = rosters.draft(programme=ground.programme, organisation=ground.tree.sibling, by=by, at=AT)
    assert len(entries.fill_from_screening(roster=roster, by=by, at=AT)) == 1


def test_a_revision_of_a_community_counts_once_for_its_township(ground):
    Quota.objects.create(programme=ground.programme, organisation=ground.tree.township, count=9)
    first = final_roster(ground.programme, ground.tree.community, cast=ground.cast)
    second = rosters.revise_final(
        roster=Roster.objects.get(pk=first.pk), by=ground.cast.clerk, at=AT, reason="漏列"
    )
    walk(second, until=RosterStatus.REVIEWING, cast=Cast(ground.tree.community))
    other = drafted_roster(ground.programme, ground.tree.sibling, households=1)
    assert used(second) == {"上坪镇": (9, 3)}
    assert used(other) == {"上坪镇": (9, 4)}


def test_a_township_outside_does_not_bind(ground):
    Quota.objects.create(programme=ground.programme, organisation=ground.tree.other_township, count=1)
    roster = drafted_roster(ground.programme, ground.tree.community, households=3, cast=ground.cast)
    assert used(roster) == {}
    start(roster)


def test_each_community_has_its_own_places_unless_it_is_named(ground):
    first = ground.programme.categories.order_by("precedence").first()
    Quota.objects.create(programme=ground.programme, count=2)
    Quota.objects.create(programme=ground.programme, organisation=ground.tree.sibling, count=4)
    Quota.objects.create(programme=ground.programme, category=first, count=9)
    roster = drafted_roster(
        ground.programme, ground.tree.community, households=3, cast=ground.cast, category=first
    )
    assert used(roster) == {"甲村": (2, 3), f"甲村“{first}”": (9, 3)}
    with pytest.raises(Refusal, match="甲村名额 2 个，现列 3 个"):
        start(roster)
    other = drafted_roster(ground.programme, ground.tree.sibling, households=3, category=first)
    assert used(other)[str(ground.tree.sibling)] == (4, 3)
    start(other)


def test_the_places_cost_the_same_for_many_quotas(ground, django_assert_num_queries):
    roster = drafted_roster(ground.programme, ground.tree.community, cast=ground.cast)
    for place in (None, ground.tree.county, ground.tree.township, ground.tree.community):
        Quota.objects.create(programme=ground.programme, organisation=place, count=9)
    fresh = Roster.objects.select_related("programme", "organisation").get(pk=roster.pk)
    with django_assert_num_queries(4):
        assert len(queries.places(fresh)) == 3


# -- in the plan ------------------------------------------------------------------------------------------


def each_plan(**over):
    """The plan of 000-6 with five places for each community."""
    return dataclasses.replace(plan(), quotas=values.Quotas(**{"total": None, "each": 5} | over))


def test_it_survives_file_database_and_copy(ground):
    hardship_categories(*plans.names_by_fact(plan()).get("category", ()))
    category = dataclasses.replace(plan().categories[0], quota_each=3)
    whole = dataclasses.replace(each_plan(named={"甲村": 4}), categories=(category, *plan().categories[1:]))
    assert plan_file.parse(plan_file.write(whole)).quotas == whole.quotas
    officer = user_with("programme_officer", ground.tree.township)
    made = plans.load_plan(plan=whole, organiser=ground.tree.township, by=officer, at=AT)
    again = plans.copy(programme=made, year=made.year + 1, by=officer, at=AT)
    for one in (made, again):
        found = plans_of.plan_of(one)
        assert (found.quotas.named, found.quotas.each) == ({"甲村": 4}, 5)
        assert [row.quota_each for row in found.categories][:2] == [3, None]
        assert found.scope.communities == 2


def test_the_plan_of_a_township_with_five_households_a_village_keeps_to_it():
    villages = next(one for one in plan("002-4").categories if one.code == "villages")
    assert (villages.quota, villages.quota_each) == (50, 5)


def told(found, communities):
    scope = dataclasses.replace(found.scope, communities=communities)
    return [one for one in plan_check.check(dataclasses.replace(found, scope=scope)) if "名额" in one]


@given(st.integers(1, 30), st.integers(0, 20), st.integers(0, 600), st.integers(0, 30))
def test_communities_times_each_agree_with_the_total_or_it_is_told(number, each, total, named):
    parts = {"甲村": named} if number > 1 else {}
    whole = named * len(parts) + each * (number - len(parts))
    found = each_plan(total=total, each=each, named=parts)
    findings = [one for one in told(found, number) if "与总名额" in one and "个村(社区)" in one]
    assert bool(findings) is (whole != total)
    if findings:
        assert f"名额合计{whole}，与总名额{total}不符" in findings[0]
    assert not [one for one in told(found, None) if "个村(社区)" in one]


def test_a_category_of_so_many_a_village_is_held_against_its_own_quota():
    found = plan("002-4")
    assert told(found, 10) == told(found, None)
    assert "类别“各村困难群众（每村5户）”实施范围内9个村(社区)，9×5，名额合计45，与类别名额50不符。" in told(
        found, 9
    )


def test_the_pages_say_each_community(client, ground):
    Quota.objects.create(programme=ground.programme, count=5)
    client.force_login(user_with("approver", ground.tree.county))
    page = client.get(reverse("programme", args=[ground.programme.pk])).content.decode()
    assert "每个村（社区）" in page
    assert str(ground.programme.quotas.get()) == "每个村(社区) 5"


def test_the_admin_takes_it_once_without_an_organisation(ground):
    form = modelform_factory(Quota, fields=["organisation", "category", "count"])
    facts = {"organisation": "", "category": "", "count": "5"}
    first = form(facts, instance=Quota(programme=ground.programme))
    assert first.is_valid(), first.errors
    first.save()
    with pytest.raises(ValidationError):
        Quota(programme=ground.programme, count=6).validate_constraints()
