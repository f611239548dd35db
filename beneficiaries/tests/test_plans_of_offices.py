"""Two offices load the same plan: each has its own programme, in its own versions, and neither stops the other's."""

import dataclasses

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from beneficiaries.models import EarlierHelp, FinalList, GoodsItem, Programme
from beneficiaries.queries.programme_page import other_versions
from beneficiaries.queries.rosters import programmes_for
from beneficiaries.services import final_lists, plans, rosters
from beneficiaries.tests import factories
from beneficiaries.tests.factories import Cast, approved_programme, draft_programme, final_roster
from beneficiaries.tests.test_exclusions import helped, nominate
from beneficiaries.tests.test_programme_admin import new_programme
from welfare import workflow
from welfare.errors import Refusal
from welfare.testing.personas import AT, clerk_of, user_with
from welfare.testing.races import DONE, at_once, meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(tree):
    return approved_programme(tree.township)


@pytest.fixture
def theirs(tree):
    """The same plan, loaded and approved by the neighbouring township afterwards."""
    return approved_programme(tree.other_township)


def test_both_are_first_versions_and_both_stay_in_use(ours, theirs):
    assert (ours.code, ours.year, ours.version) == (theirs.code, theirs.year, 1)
    assert theirs.version == 1
    assert set(Programme.objects.in_use()) == {ours, theirs}


def test_a_clerk_is_still_offered_the_programme_of_the_own_office(client, tree, ours, theirs):
    assert list(programmes_for(tree.community)) == [ours]
    client.force_login(clerk_of(tree.community))
    form = client.get(reverse("roster_new")).context["form"]
    assert list(form.fields["programme"].queryset) == [ours]


def test_a_newer_version_of_another_office_replaces_nothing(tree, ours, theirs):
    officer = user_with("programme_officer", tree.other_township)
    newer = plans.revise(programme=theirs, by=officer, at=AT)
    assert newer.version == 2
    workflow.perform(newer, "submit", by=officer, at=AT)
    approver = user_with("programme_approver", tree.other_township)
    workflow.perform(newer, "approve", by=approver, at=AT)
    assert set(Programme.objects.in_use()) == {ours, newer}


def test_drafts_of_another_office_stop_neither_revision_nor_copy(client, tree, ours, theirs):
    other = user_with("programme_officer", tree.other_township)
    plans.revise(programme=theirs, by=other, at=AT)
    plans.copy(programme=theirs, year=2028, by=other, at=AT)
    client.force_login(user_with("programme_officer", tree.township))
    assert client.post(reverse("programme_revise", args=[ours.pk])).status_code == 302
    assert client.post(reverse("programme_copy", args=[ours.pk]), {"year": 2028}).status_code == 302
    made = Programme.objects.filter(organiser=tree.township).exclude(pk=ours.pk).order_by("version")
    assert list(made.values_list("version", "year")) == [(2, 2027), (3, 2028)]


def test_the_command_counts_versions_per_office(tree, ours, capsys):
    factories.hardship_categories()
    officer = user_with("programme_officer", tree.other_township)
    call_command("load_programme", "000-6", organiser=tree.other_township.code, by=officer.username)
    assert "第1版" in capsys.readouterr().out


def test_the_admin_counts_versions_per_office(client, tree, ours):
    client.force_login(user_with("programme_officer", tree.other_township))
    add = reverse("admin:beneficiaries_programme_add")
    given = new_programme(tree, organiser=tree.other_township.pk, code=ours.code)
    assert client.post(add, given).status_code == 302
    assert Programme.objects.get(organiser=tree.other_township).version == 1


def test_the_database_refuses_a_version_twice_within_an_office(tree, theirs):
    draft = draft_programme(tree.township)
    with pytest.raises(IntegrityError, match="programme_code_version_once"), transaction.atomic():
        Programme.objects.filter(pk=theirs.pk).update(organiser=draft.organiser)


def test_a_draft_takes_a_free_version_when_its_code_is_changed(client, tree, ours):
    officer = user_with("programme_officer", tree.township)
    client.force_login(officer)
    client.post(reverse("admin:beneficiaries_programme_add"), new_programme(tree, code="fresh"))
    draft = Programme.objects.get(code="fresh")
    url = reverse("admin:beneficiaries_programme_change", args=[draft.pk])
    assert client.post(url, new_programme(tree, code=ours.code)).status_code == 302
    draft.refresh_from_db()
    assert (draft.code, draft.version) == (ours.code, 2)


def test_other_versions_and_comparison_show_none_of_another_office(client, tree, ours, theirs):
    above = user_with("programme_officer", tree.county)
    plans.revise(programme=theirs, by=user_with("programme_officer", tree.other_township), at=AT)
    newer = plans.revise(programme=ours, by=user_with("programme_officer", tree.township), at=AT)
    assert other_versions(ours, above) == [newer]
    client.force_login(above)
    page = client.get(reverse("programme_compare", args=[newer.pk]))
    assert page.context["versions"] == [ours]


def test_a_framework_is_that_of_the_nearest_office(tree):
    officer = user_with("programme_officer", tree.county)
    near = draft_programme(tree.township, by=officer, code="whole")
    first, second = (draft_programme(tree.county, by=officer, code="whole") for _ in range(2))
    assert (first.version, second.version) == (1, 2)
    wanted = dataclasses.replace(factories.plan(), framework="whole")
    for place, parent in ((tree.township, near), (tree.other_township, second)):
        assert plans.load_plan(plan=wanted, organiser=place, by=officer, at=AT).parent == parent


def test_another_offices_plan_of_the_code_excludes_nobody_without_a_common_group(tree):
    """What one office writes down as its own code cannot close the other's list; a common group says so."""
    above = approved_programme(tree.county, exclusion_group="")
    ours = approved_programme(tree.township, exclusion_group="")
    cast, home = Cast(tree.community), factories.household(tree.community)
    first = rosters.draft(programme=above, organisation=tree.community, by=cast.clerk, at=AT)
    second = rosters.draft(programme=ours, organisation=tree.community, by=cast.clerk, at=AT)
    for roster in (first, second):
        assert nominate(roster, home, cast.clerk).pk


def test_a_result_takes_down_only_the_lists_of_its_own_programme(tree):
    cast = Cast(tree.community)
    for programme in (approved_programme(tree.county), approved_programme(tree.township, exclusion_group="")):
        roster = final_roster(programme, tree.community, cast=cast)
        final_lists.publish(roster=roster, by=cast.clerk, at=AT)
    assert FinalList.objects.filter(status="published").count() == 2


def test_earlier_help_is_asked_of_the_person_wherever_the_same_plan_helped(tree, ours):
    """A family that moved here was helped all the same: the code of an earlier year names the plan, not the office."""
    theirs = approved_programme(tree.other_township, year=2026)
    home = factories.household(tree.community)
    helped(home, theirs, year=2026)
    EarlierHelp.objects.create(programme=ours, year=2026, programme_code=theirs.code, is_strict=True)
    cast = Cast(tree.community)
    roster = rosters.draft(programme=ours, organisation=tree.community, by=cast.clerk, at=AT)
    with pytest.raises(Refusal, match="一律不再列入"):
        nominate(roster, home, cast.clerk)


# -- the catalogue they share --------------------------------------------------------------------------------


def goods_named(plan, **over):
    """The plan with its first goods otherwise."""
    first, *rest = plan.goods
    return dataclasses.replace(plan, goods=(dataclasses.replace(first, **over), *rest))


@pytest.mark.parametrize("over", [{"name": "面粉"}, {"unit": "斤"}, {"specification": "5千克/袋"}])
def test_other_goods_under_a_code_of_the_catalogue_are_refused(tree, ours, over):
    officer = user_with("programme_officer", tree.other_township)
    plan = goods_named(factories.plan(), **over)
    with pytest.raises(Refusal, match="物资代码“rice-10kg”在物资目录中是“大米 袋 10千克/袋”") as refused:
        plans.load_plan(plan=plan, organiser=tree.other_township, by=officer, at=AT)
    assert next(iter(over.values())) in refused.value.message
    assert not Programme.objects.filter(organiser=tree.other_township).exists()


def test_the_catalogue_keeps_its_word_and_takes_what_it_lacks(tree):
    officer = user_with("programme_officer", tree.township)
    bare = GoodsItem.objects.create(code="rice-10kg", name="大米", unit="袋")
    priced = GoodsItem.objects.create(code="oil-5l", name="食用油", unit="桶", reference_price=70)
    plans.load_plan(plan=factories.plan(), organiser=tree.township, by=officer, at=AT)
    bare.refresh_from_db()
    priced.refresh_from_db()
    assert (bare.specification, bare.reference_price) == ("10千克/袋", 68)
    assert (priced.specification, priced.reference_price) == ("5升/桶", 70)


@pytest.mark.django_db(transaction=True)
def test_one_plan_loaded_twice_at_once_becomes_two_versions(tree):
    draft_programme(tree.sibling)  # so that the catalogue has all it needs
    officer = user_with("programme_officer", tree.township)

    def load():
        plans.load_plan(plan=factories.plan(), organiser=tree.township, by=officer, at=AT)

    assert at_once(load, load) == [DONE, DONE]
    assert sorted(Programme.objects.filter(organiser=tree.township).values_list("version", flat=True)) == [
        1,
        2,
    ]


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_runs_into_the_database(tree, monkeypatch):
    draft_programme(tree.sibling)
    officer, both_looked = user_with("programme_officer", tree.township), meeting()

    def look_and_think(organiser, code):
        found = Programme.objects.next_version(organiser, code)
        both_looked.wait()
        return found

    monkeypatch.setattr(plans.programmes, "take_version", look_and_think)

    def load():
        plans.load_plan(plan=factories.plan(), organiser=tree.township, by=officer, at=AT)

    got = at_once(load, load)
    assert sorted(answer == DONE for answer in got) == [False, True]
