"""Places that a plan names: two villages of one name are two, in every version, copy and file."""

import dataclasses

import pytest

from beneficiaries import plan_file
from beneficiaries.models import BarredOrganisation, Quota
from beneficiaries.plan_file import values
from beneficiaries.queries.place_names import PlaceNames
from beneficiaries.queries.plans import plan_of
from beneficiaries.services import plans
from beneficiaries.tests.factories import draft_programme
from beneficiaries.tests.factories import plan as shipped_plan
from welfare import workflow
from welfare.enums import Level
from welfare.errors import Refusal
from welfare.testing.personas import AT, organisation, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(tree):
    """The tree with a second 甲村, in 下坪镇."""
    tree.namesake = organisation("甲村", tree.other_township, Level.COMMUNITY)
    return tree


@pytest.fixture
def officer(ground):
    return user_with("programme_officer", ground.county)


def named_twice(ground, officer):
    """A county programme of both villages, quotas 60 and 44 (of one category 6 and 4), approved."""
    made = draft_programme(ground.county, by=officer)
    made.covered.set([ground.community, ground.namesake])
    made.quotas.all().delete()
    first = made.categories.order_by("precedence").first()
    for place, count in ((ground.community, 60), (ground.namesake, 44)):
        Quota.objects.create(programme=made, organisation=place, count=count)
        Quota.objects.create(programme=made, organisation=place, category=first, count=count // 10)
    workflow.perform(made, "submit", by=officer, at=AT)
    return workflow.perform(made, "approve", by=user_with("programme_approver", ground.county), at=AT)


def counts(programme):
    rows = programme.quotas.order_by("category", "organisation__path")
    return sorted(rows.values_list("organisation", "category__code", "count"), key=str)


def again(way, programme, officer):
    if way == "revise":
        return plans.revise(programme=programme, by=officer, at=AT)
    if way == "copy":
        return plans.copy(programme=programme, year=2028, by=officer, at=AT)
    read = plan_file.parse(plan_file.write(plan_of(programme)))
    return plans.load_plan(plan=read, organiser=programme.organiser, by=officer, at=AT)


@pytest.mark.parametrize("way", ["revise", "copy", "file"])
def test_two_villages_of_one_name_stay_two(ground, officer, way):
    programme = named_twice(ground, officer)
    made = again(way, programme, officer)
    assert set(made.covered.all()) == {ground.community, ground.namesake}
    assert counts(made) == counts(programme)
    assert len(counts(made)) == 4


@pytest.mark.parametrize("way", ["revise", "file"])
def test_the_barred_one_of_two_stays_barred(ground, officer, way):
    programme = named_twice(ground, officer)
    BarredOrganisation.objects.create(programme=programme, organisation=ground.namesake, reason="虚报")
    barred = again(way, programme, officer).barred.get()
    assert (barred.organisation, barred.reason) == (ground.namesake, "虚报")


def test_a_bar_is_of_one_year(ground, officer):
    programme = named_twice(ground, officer)
    BarredOrganisation.objects.create(programme=programme, organisation=ground.namesake, reason="虚报")
    assert not again("copy", programme, officer).barred.exists()


# -- whose a milestone is ----------------------------------------------------------------------------------


def offices(programme):
    return list(programme.milestones.order_by("position").values_list("responsible_organisation", flat=True))


@pytest.mark.parametrize("way", ["revise", "copy", "file"])
def test_the_responsible_organisations_of_milestones_stay(ground, officer, way):
    """One of two namesakes, one outside the organiser, and nobody though the unit bears a name."""
    programme = named_twice(ground, officer)
    programme.milestones.update(is_each_community=False)
    elsewhere = organisation("财政局")
    chosen = [ground.namesake, elsewhere, None]
    rows = list(programme.milestones.order_by("position"))
    for row, office in zip(rows, chosen, strict=False):
        row.responsible_organisation, row.responsible_unit = office, "乙社区"
        row.save()
    programme.milestones.filter(pk=rows[3].pk).update(responsible_unit="甲村")
    assert offices(again(way, programme, officer)) == offices(programme)
    assert offices(programme)[:4] == [ground.namesake.pk, elsewhere.pk, None, None]


@pytest.mark.parametrize("way", ["revise", "copy", "file"])
def test_what_is_each_communitys_stays_so(ground, officer, way):
    programme = named_twice(ground, officer)
    each = list(programme.milestones.order_by("position").values_list("is_each_community", flat=True))
    assert each == [True, True, False, False, True, False]
    made = again(way, programme, officer)
    assert list(made.milestones.order_by("position").values_list("is_each_community", flat=True)) == each


def with_milestone(**over):
    found = covering("乙社区")
    return dataclasses.replace(found, milestones=(dataclasses.replace(found.milestones[0], **over),))


def test_a_unit_that_bears_the_name_of_one_organisation_is_that_one(ground, officer):
    for unit, office in (("乙社区", ground.sibling), ("甲村", None), ("党政办", None)):
        plan = with_milestone(responsible_unit=unit)
        made = plans.load_plan(plan=plan, organiser=ground.county, by=officer, at=AT)
        assert made.milestones.get().responsible_organisation == office


def test_an_unclear_or_unknown_responsible_organisation_is_refused(ground, officer):
    for name, words in (("甲村", "有2处同名：上坪镇/甲村、下坪镇/甲村"), ("丁村", "“丁村”不在主办机构")):
        with pytest.raises(Refusal, match=words):
            plan = with_milestone(responsible=name)
            plans.load_plan(plan=plan, organiser=ground.county, by=officer, at=AT)


def test_a_closed_office_does_not_stop_the_next_version(ground, officer):
    programme = named_twice(ground, officer)
    programme.milestones.update(is_each_community=False, responsible_organisation=ground.sibling)
    ground.sibling.is_active = False
    ground.sibling.save()
    assert set(offices(again("revise", programme, officer))) == {None}


def test_a_name_is_as_long_as_it_needs_to_be(ground):
    names = PlaceNames(ground.county)
    assert names.of(ground.community) == "上坪镇/甲村"
    assert names.of(ground.sibling) == "乙社区"
    assert PlaceNames(ground.township).of(ground.community) == "甲村"
    assert PlaceNames(ground.township).of(ground.county) == ground.county.code


def test_a_place_that_no_path_tells_apart_goes_by_its_code(tree):
    below = organisation("上坪镇", tree.township, Level.COMMUNITY)
    names = PlaceNames(tree.township)
    assert (names.of(below), names.of(tree.township)) == ("上坪镇/上坪镇", tree.township.code)
    assert names.meant_by(tree.township.code) == [tree.township]


@pytest.mark.parametrize("form", ["乙社区", "上坪镇/乙社区", "临水县/上坪镇/乙社区", None])
def test_short_names_long_names_and_codes_are_read(ground, officer, form):
    plan = covering(form or ground.sibling.code)
    made = plans.load_plan(plan=plan, organiser=ground.county, by=officer, at=AT)
    assert made.covered.get() == ground.sibling


def covering(name):
    found = shipped_plan("002-7")
    return dataclasses.replace(found, scope=values.Scope((name,)))


@pytest.mark.parametrize("part", ["covered", "barred", "quota"])
def test_a_name_of_several_places_is_refused_with_all_of_them(ground, officer, part):
    plan = covering("甲村")
    if part == "barred":
        plan = dataclasses.replace(plan, scope=values.Scope((), (("甲村", "虚报"),)))
    if part == "quota":
        plan = dataclasses.replace(plan, scope=values.Scope(), quotas=values.Quotas(5, named={"甲村": 5}))
    with pytest.raises(Refusal, match="“甲村”有2处同名：上坪镇/甲村、下坪镇/甲村，请写明是哪一处"):
        plans.load_plan(plan=plan, organiser=ground.county, by=officer, at=AT)


def test_a_closed_village_is_not_taken_for_its_namesake(ground, officer):
    """The other 甲村 is open; the plan meant the one that is not."""
    programme = named_twice(ground, officer)
    ground.namesake.is_active = False
    ground.namesake.save()
    with pytest.raises(Refusal, match="“下坪镇/甲村”不在主办机构的实施范围内"):
        plans.revise(programme=programme, by=officer, at=AT)


def test_names_cost_one_statement_and_none_until_one_is_asked_for(ground, django_assert_num_queries):
    with django_assert_num_queries(0):
        names = PlaceNames(ground.county)
    with django_assert_num_queries(1):
        names.of(ground.community)
        names.meant_by("乙社区")
