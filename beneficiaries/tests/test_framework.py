"""A framework programme over its children: totals, coverage, who is listed twice and who may see that."""

import copy
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.enums import RosterStatus, StatedSubject
from beneficiaries.models import HelpGiven, Programme, Roster, RosterEntry, StatedFigure
from beneficiaries.queries import framework
from beneficiaries.rules import rollup
from beneficiaries.services import entries, plans, rosters
from beneficiaries.tests.factories import Cast, approved_programme, drafted_roster, household, walk
from welfare import workflow
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


# -- one version, and the framework's own words -------------------------------------------------------------


def counted(ground):
    found = framework.overview(ground.whole, user_with("approver", ground.tree.county)).children[0]
    return found.rosters, found.final, found.entries, found.persons, found.value


def test_of_a_revised_roster_one_version_counts_before_during_and_after(ground):
    first = ground.lists[0]
    walk(first, until=RosterStatus.FINAL, cast=ground.cast)
    before = counted(ground)
    assert before[:3] == (1, 1, 3)
    reason = {"by": ground.cast.clerk, "at": AT, "reason": "一户漏列"}
    second = rosters.revise_final(roster=Roster.objects.get(pk=first.pk), **reason)
    list_in(second, household(ground.tree.community), ground.cast.clerk)
    assert counted(ground) == before
    walk(second, until=RosterStatus.FINAL, cast=Cast(ground.tree.community))
    assert counted(ground)[:3] == (1, 1, 4)


def state(whole, subject, low, **more):
    return StatedFigure.objects.create(programme=whole, subject=subject, text=f"约{low}", low=low, **more)


def lines_of(ground, user=None):
    ground.whole.refresh_from_db()
    return framework.overview(ground.whole, user or user_with("approver", ground.tree.county)).lines


def test_what_the_children_come_to_stands_beside_what_the_framework_states(client, ground):
    ground.whole.stated_figures.all().delete()
    ground.whole.foreseen_funds.update(amount=100)
    Programme.objects.filter(pk=ground.whole.pk).update(quota_total=5)
    Programme.objects.filter(pk__in=[one.pk for one in ground.children]).update(quota_total=4)
    state(ground.whole, "households", 4)
    state(ground.whole, "cash", 9_999_999)
    state(ground.whole, "households", 1, label="其中低保户")
    found = {(line.label, line.children): line.finding for line in lines_of(ground)}
    assert found["慰问户数", "已列入6户"] == ("下属方案已列入6户，总体方案载明“约4”，超出2户，请核对。")
    assert found["总名额", "名额合计8个"] == "下属方案名额合计8个，与总体方案总名额5个不符，请核对。"
    assert found["总名额", "已列入6个"] == "下属方案已列入6个，超出总体方案总名额5个，请核对。"
    (cash,) = [line for line in lines_of(ground) if line.label == "慰问金总额"]
    assert not cash.finding
    assert sum("超出总体方案资金安排" in finding for finding in found.values()) == 1
    client.force_login(user_with("approver", ground.tree.county))
    page = client.get(reverse("programme", args=[ground.whole.pk])).content.decode()
    assert "下属方案已列入6户，总体方案载明“约4”" in page


def test_who_sees_a_part_of_the_children_sees_no_check(ground):
    other = approved_programme(ground.tree.other_township, code="child-c")
    Programme.objects.filter(pk=other.pk).update(parent=ground.whole)
    assert lines_of(ground, ground.cast.clerk) is None
    assert lines_of(ground) is not None


def test_a_child_in_two_versions_plans_its_quota_once(ground):
    Programme.objects.filter(pk__in=[ground.whole.pk, *(one.pk for one in ground.children)]).update(
        quota_total=10
    )
    officer = user_with("programme_officer", ground.tree.county)
    ground.children[1].refresh_from_db()
    plans.revise(programme=ground.children[1], by=officer, at=AT)
    assert "名额合计20个" in {line.children for line in lines_of(ground)}


def test_the_children_stay_when_the_framework_is_revised(ground):
    reader = user_with("approver", ground.tree.county)
    before = framework.overview(ground.whole, reader)
    officer = user_with("programme_officer", ground.tree.county)
    newer = plans.revise(programme=ground.whole, by=officer, at=AT)
    workflow.perform(newer, "submit", by=officer, at=AT)
    newer = workflow.perform(newer, "approve", by=user_with("programme_approver", ground.tree.county), at=AT)
    later = approved_programme(ground.tree.other_township, code="child-c")
    Programme.objects.filter(pk=later.pk).update(parent=newer)
    Programme.objects.filter(pk=approved_programme(ground.tree.county, code="other-year").pk).update(
        parent=plans.copy(programme=newer, year=newer.year + 1, by=officer, at=AT)
    )
    for version in (newer, ground.whole):
        seen = framework.overview(version, reader)
        assert {one.programme for one in seen.children} == {*ground.children, later}
        assert seen.total.entries == before.total.entries
        assert seen.lines is not None


def test_two_offices_children_of_one_code_are_two_children(ground):
    """The same plan loaded by two offices: neither is a version of the other."""
    Programme.objects.filter(pk=ground.whole.pk).update(quota_total=20)
    Programme.objects.filter(pk__in=[one.pk for one in ground.children]).update(quota_total=10, code="same")
    assert "名额合计20个" in {line.children for line in lines_of(ground)}


figures = st.integers(0, 200).map(Decimal)


@given(figures, figures, st.sampled_from(["exact", "at_least", "range"]), st.booleans(), figures)
def test_more_than_stated_is_always_said_less_only_at_the_end(low, span, exactness, is_final, number):
    one = SimpleNamespace(
        subject="households", text="若干", low=low, high=low + span, exactness=exactness, label=""
    )
    one.is_lump_sum = True
    listed = dict.fromkeys(rollup.SUBJECTS, 0) | {StatedSubject.HOUSEHOLDS: number}
    sums = rollup.Sums(listed, int(number), Decimal(0), None, None, is_final)
    (line,) = rollup.lines([one], None, None, sums)
    top = {"exact": low, "at_least": None, "range": low + span}[exactness]
    is_over, is_under = top is not None and number > top, is_final and number < low
    assert ("超出" in line.finding) is is_over
    assert ("少" in line.finding) is is_under
    assert bool(line.finding) is (is_over or is_under)
