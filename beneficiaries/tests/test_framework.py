"""A framework programme over its children: totals, coverage, who is listed twice and who may see that."""

import copy
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import HelpGiven, Programme, RosterEntry
from beneficiaries.queries import framework
from beneficiaries.services import entries
from beneficiaries.tests.factories import Cast, approved_programme, drafted_roster, household
from welfare.testing.personas import AT, make_organisations, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept_ground(once):
    """A county framework with a child of the township and one of the county, three households each in 甲村."""

    def lay():
        tree = make_organisations()
        whole = approved_programme(tree.county, code="whole")
        children = [
            approved_programme(place, code=code)
            for place, code in ((tree.township, "child-a"), (tree.county, "child-b"))
        ]
        Programme.objects.filter(pk__in=[one.pk for one in children]).update(parent=whole, exclusion_group="")
        for one in children:
            one.refresh_from_db()
        cast = Cast(tree.community)
        lists = [drafted_roster(one, tree.community, cast=cast) for one in children]
        return SimpleNamespace(tree=tree, whole=whole, children=children, cast=cast, lists=lists)

    return once(lay)


@pytest.fixture
def ground(kept_ground, db):
    return copy.deepcopy(kept_ground)


def list_in(roster, home, by):
    return entries.add(
        roster=roster,
        category=roster.programme.categories.order_by("precedence").first(),
        origin="nomination",
        household=home,
        reason="困难",
        by=by,
        at=AT,
    )


def test_a_programme_without_children_has_no_overview(ground):
    assert framework.overview(ground.children[0], ground.cast.clerk) is None


def test_the_totals_are_those_of_the_children(ground):
    entry = ground.lists[0].entries.first()
    HelpGiven.objects.create(
        organisation=ground.tree.community,
        programme=ground.children[0],
        category=entry.category,
        household=entry.household,
        year=2027,
        amount=300,
        goods_value=50,
        received_on=AT.date(),
        source_key="a",
    )
    seen = framework.overview(ground.whole, user_with("approver", ground.tree.county))
    one, other = seen.children
    assert (one.rosters, one.final, one.entries, one.communities, one.covered) == (1, 0, 3, 1, 2)
    assert (other.covered, other.received) == (3, Decimal("0.00"))
    assert one.received == 350
    assert seen.total.entries == 6
    assert seen.total.value == one.value + other.value > 0
    assert seen.total.persons == sum(RosterEntry.objects.values_list("family_size", flat=True))


def test_who_is_listed_in_two_children_is_named_to_who_may_see_them_and_counted_for_others(ground):
    home = household(ground.tree.community, head="李重复")
    for roster in ground.lists:
        list_in(roster, home, ground.cast.clerk)
    county = framework.overview(ground.whole, user_with("approver", ground.tree.county))
    (twice,) = county.twice
    assert (twice.who, twice.where) == (f"李重复（{home.number}）", "甲村")
    assert twice.programmes == tuple(str(one) for one in ground.children)
    elsewhere = framework.overview(ground.whole, user_with("clerk", ground.tree.sibling))
    assert (elsewhere.twice, elsewhere.twice_count, elsewhere.hidden_count) == ([], 1, 1)


def test_the_page_shows_it_and_hides_the_names(client, ground):
    home = household(ground.tree.community, head="李重复")
    for roster in ground.lists:
        list_in(roster, home, ground.cast.clerk)
    address = reverse("programme", args=[ground.whole.pk])
    client.force_login(ground.cast.clerk)
    page = client.get(address).content.decode()
    assert "下属方案" in page and "李重复" in page
    client.force_login(user_with("clerk", ground.tree.sibling))
    page = client.get(address).content.decode()
    assert "李重复" not in page and "只计数" in page


def test_it_costs_the_same_for_three_and_thirteen_entries(ground):
    viewer, counts = user_with("approver", ground.tree.county), []
    for number in (3, 10):
        for _ in range(number):
            home = household(ground.tree.community)
            for roster in ground.lists:
                list_in(roster, home, ground.cast.clerk)
        framework.overview(ground.whole, viewer)
        with CaptureQueriesContext(connection) as run:
            framework.overview(ground.whole, viewer)
        counts.append(len(run))
    assert counts[0] == counts[1]
