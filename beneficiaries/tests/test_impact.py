"""Before criteria change: who would come in and who would fall out, counted for the officer, named for who may see them."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beneficiaries.enums import CriterionKind, Fact, FamilyRule, Operator, Unit
from beneficiaries.models import AidCategory, Criterion, Household, Programme
from beneficiaries.queries import impact
from beneficiaries.queries.screening import compare
from beneficiaries.rules import eligibility
from beneficiaries.rules.eligibility import Node, Tier
from beneficiaries.services import entries as entry_services
from beneficiaries.services import rosters
from beneficiaries.tests import population
from beneficiaries.tests.factories import approved_programme, code, draft_programme, evidence, household
from beneficiaries.tests.test_eligibility_twins import TIERS, with_ids
from welfare.testing.personas import AT, clerk_of, make_organisations, user_with

pytestmark = pytest.mark.django_db
PARTS = ("criteria", "requirements", "standards", "quotas")


def income_up_to(limit, **more):
    return Node(CriterionKind.TEST, fact=Fact.INCOME, operator=Operator.AT_MOST, value=str(limit), **more)


# -- the comparison -----------------------------------------------------------------------------------


@pytest.fixture
def people():
    return population.make(make_organisations(), 5, size=80)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=TIERS, new=TIERS, rules=st.tuples(*[st.sampled_from(list(FamilyRule))] * 2))
def test_the_difference_is_that_of_the_pure_rules(people, old, new, rules):
    old, new = with_ids(old), with_ids(new)
    found = compare(
        Unit.HOUSEHOLD,
        (old, rules[0]),
        (new, rules[1]),
        [people.organisations.county.path],
        population.ON,
        seen_paths=[people.organisations.county.path],
        most=1000,
    )
    before, after = (
        {pk: eligibility.first_fit(tiers, facts) for pk, facts in people.of(Unit.HOUSEHOLD, rule).items()}
        for tiers, rule in zip((old, new), rules, strict=True)
    )
    wanted = {"in": set(), "out": set(), "moved": set()}
    for pk, was in before.items():
        becomes = after[pk]
        if (was and was.key) != (becomes and becomes.key):
            wanted["in" if was is None else "out" if becomes is None else "moved"].add(pk)
    assert {kind: {row.pk for row in rows} for kind, rows in found.rows.items()} == wanted
    assert found.counts == {kind: len(pks) for kind, pks in wanted.items()}


def test_only_the_first_are_named_and_only_where_they_may_be_seen():
    tree = make_organisations()
    for organisation, number in ((tree.community, 4), (tree.other_community, 3)):
        for _home in range(number):
            household(organisation, monthly_income=1000)
    old, new = [Tier(1, "甲", (income_up_to(999),))], [Tier(1, "甲", (income_up_to(1000),))]

    def found(seen, most=50):
        return compare(
            Unit.HOUSEHOLD,
            (old, FamilyRule.COUNTED),
            (new, FamilyRule.COUNTED),
            [tree.county.path],
            date(2026, 1, 5),
            seen_paths=seen,
            most=most,
        )

    assert found([tree.county.path]).counts == found([]).counts == {"in": 7, "out": 0, "moved": 0}
    assert len(found([tree.county.path], most=2).rows["in"]) == 2
    assert len(found([tree.other_community.path]).rows["in"]) == 3
    assert found([]).rows["in"] == []


# -- the preview in the admin ------------------------------------------------------------------------


@pytest.fixture
def ground(tree):
    """A programme in drafting whose first category takes up to 1,000 yuan; two households at 1,000 and 1,001."""
    officer = user_with("programme_officer", tree.township)
    programme = draft_programme(tree.township, by=officer)
    category = programme.categories.order_by("precedence").first()
    Criterion.objects.filter(category__programme=programme).delete()
    Criterion.objects.create(
        category=category, kind="test", fact=Fact.INCOME, operator=Operator.AT_MOST, value="1000", position=1
    )
    for income, name in ((1000, "王秀英"), (1001, "李长福")):
        household(tree.community, head=name, monthly_income=income)
    tree.officer, tree.category = officer, category
    return tree


def preview_url(category):
    return reverse("admin:beneficiaries_aidcategory_preview", args=[category.pk])


def filled(category, **criterion):
    """The category's form with its one condition as ``criterion`` has it."""
    row = category.criteria.get()
    given = {"id": row.pk, "category": category.pk, "position": 1, "kind": "test", "wording": ""}
    given |= {"fact": row.fact, "operator": row.operator, "value": row.value} | criterion
    empty = {
        f"{prefix}-{name}": 0
        for prefix in PARTS
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM", "MAX_NUM")
    }
    return {
        "name": category.name,
        "public_label": "困难家庭",
        "unit": category.unit,
        "precedence": category.precedence,
        **empty,
        "criteria-TOTAL_FORMS": 1,
        "criteria-INITIAL_FORMS": 1,
        "criteria-MAX_NUM": 1000,
        **{f"criteria-0-{name}": value for name, value in given.items()},
    }


def preview(client, user, category, **criterion):
    client.force_login(user)
    return client.post(preview_url(category), filled(category, **criterion))


def test_an_officer_reads_how_many_would_come_in_and_nothing_is_saved(client, ground):
    page = preview(client, ground.officer, ground.category, value="1001").content.decode()
    assert "新符合：1 户" in page and "您没有查看登记的权限，只给出数目" in page
    assert "李长福" not in page
    assert ground.category.criteria.get().value == "1000"


def test_who_may_see_the_registry_reads_who_and_why(client, ground):
    user = user_with("programme_officer", ground.township, "reviewer")
    page = preview(client, user, ground.category, value="1001").content.decode()
    assert "李长福" in page and "原不符合：家庭月人均收入1,000元以下（含）（1,001元，超出1元）" in page
    page = preview(client, user, ground.category, value="999").content.decode()
    assert "不再符合：1 户" in page and "现不符合：家庭月人均收入999元以下（含）（1,000元，超出1元）" in page


def test_a_condition_ticked_for_deletion_or_added_counts(client, ground):
    form = filled(ground.category) | {
        "criteria-TOTAL_FORMS": 2,
        "criteria-1-category": ground.category.pk,
        "criteria-1-position": 2,
        "criteria-1-kind": "test",
        "criteria-1-fact": "income",
        "criteria-1-operator": "at_least",
        "criteria-1-value": "1001",
    }
    client.force_login(ground.officer)
    assert "不再符合：1 户" in client.post(preview_url(ground.category), form).content.decode()
    form["criteria-0-DELETE"] = "on"
    page = client.post(preview_url(ground.category), form).content.decode()
    assert "不再符合：1 户" in page and "新符合：1 户" in page


def test_a_group_is_not_deleted_while_something_stands_below_it(client, ground):
    """The database would take it along without a word."""
    category = ground.category
    alone = filled(category)
    group = Criterion.objects.create(category=category, kind="any", position=9)
    category.criteria.filter(kind="test").update(parent=group)
    form = alone | {
        "criteria-TOTAL_FORMS": 2,
        "criteria-INITIAL_FORMS": 2,
        "criteria-0-parent": group.pk,
        "criteria-1-id": group.pk,
        "criteria-1-category": category.pk,
        "criteria-1-position": 9,
        "criteria-1-kind": "any",
        "criteria-1-DELETE": "on",
    }
    client.force_login(ground.officer)
    address = reverse("admin:beneficiaries_aidcategory_change", args=[category.pk])
    page = client.post(address, form).content.decode()
    assert "下面还有1行条件，不能只删除这个组" in page
    assert category.criteria.count() == 2
    client.post(address, form | {"criteria-0-DELETE": "on"})
    assert category.criteria.count() == 0


def test_what_would_be_assumed_without_a_paper_counts_from_the_form(client, ground):
    form = filled(ground.category) | {
        "requirements-TOTAL_FORMS": 1,
        "requirements-MAX_NUM": 1000,
        "requirements-0-category": ground.category.pk,
        "requirements-0-kind": code("evidence_kind", "收入证明").pk,
        "requirements-0-substitutes": [code("evidence_kind", "其他").pk],
        "requirements-0-assumed_fact": "income",
        "requirements-0-assumed_value": "2000",
    }
    client.force_login(ground.officer)
    assert "不再符合：1 户" in client.post(preview_url(ground.category), form).content.decode()
    clerk = clerk_of(ground.community)
    evidence(home_at(1000), by=clerk, kind="其他")
    assert "没有人因此" in client.post(preview_url(ground.category), form).content.decode()


def home_at(income):
    return Household.objects.get(monthly_income=income)


def test_no_change_and_a_wrong_form_are_said(client, ground):
    assert "没有人因此" in preview(client, ground.officer, ground.category).content.decode()
    page = preview(client, ground.officer, ground.category, value="很少").content.decode()
    assert "不能推算" in page and "不是数字" in page


def test_a_category_that_goes_before_takes_over(client, ground):
    second = ground.category.programme.categories.order_by("precedence")[1]
    Criterion.objects.create(
        category=second, kind="test", fact=Fact.INCOME, operator=Operator.AT_MOST, value="1001", position=1
    )
    user = user_with("programme_officer", ground.township, "reviewer")
    client.force_login(user)
    page = client.post(
        preview_url(second), filled(second) | {"precedence": 0, "unit": "household"}
    ).content.decode()
    assert "改列其他类别：1 户" in page and f"优先次序在前的“{second.name}”也符合" in page


def test_the_preview_is_posted_in_scope_while_drafting(client, ground):
    client.force_login(ground.officer)
    assert client.get(preview_url(ground.category)).status_code == 405
    assert client.post("/admin/beneficiaries/aidcategory/999999/preview/").status_code == 404
    client.force_login(user_with("programme_officer", ground.other_township))
    assert client.post(preview_url(ground.category), filled(ground.category)).status_code == 404
    client.force_login(user_with("programme_approver", ground.township))
    assert client.post(preview_url(ground.category), filled(ground.category)).status_code == 403
    approved = approved_programme(ground.township, by=ground.officer, code="other").categories.first()
    client.force_login(ground.officer)
    assert client.post(preview_url(approved)).status_code == 403


# -- two versions of a programme ----------------------------------------------------------------------


def next_version(programme, limit, *, by):
    """The next version of ``programme``, the first category up to ``limit`` yuan."""
    made = draft_programme(programme.organiser, by=by)
    Criterion.objects.filter(category__programme=made).delete()
    first = made.categories.order_by("precedence").first()
    Criterion.objects.create(
        category=first, kind="test", fact=Fact.INCOME, operator=Operator.AT_MOST, value=str(limit), position=1
    )
    return made


def test_two_versions_are_compared_by_the_code_of_their_categories(client, ground):
    newer = next_version(ground.category.programme, 1001, by=ground.officer)
    client.force_login(user_with("programme_officer", ground.township, "reviewer"))
    page = client.get(reverse("programme_compare", args=[newer.pk])).content.decode()
    assert "新符合：1 户" in page and "李长福" in page
    assert (
        reverse("programme_compare", args=[newer.pk])
        in client.get(reverse("programme", args=[newer.pk])).content.decode()
    )
    first = client.get(reverse("programme_compare", args=[ground.category.programme_id]))
    assert "没有可以比较的较早版本" in first.content.decode()


def approve_page(client, programme):
    return client.get(f"/admin/beneficiaries/programme/{programme.pk}/move/approve/").content.decode()


def test_who_approves_a_new_version_reads_how_many_it_lets_in_and_out(
    client, ground, django_assert_max_num_queries
):
    first = ground.category.programme
    newer = next_version(first, 1001, by=ground.officer)
    Programme.objects.filter(pk=first.pk).update(status="approved")
    Programme.objects.filter(pk=newer.pk).update(status="submitted")
    client.force_login(user_with("programme_approver", ground.township))
    with django_assert_max_num_queries(40):
        page = approve_page(client, newer)
    url = f"{reverse('programme_compare', args=[newer.pk])}?version=1"
    assert "与第 1 版相比：新符合 1 户、不再符合 0 户。" in page and f'href="{url}"' in page
    assert "李长福" not in page and "改列其他类别" not in page
    assert "新符合：1 户" in client.get(url).content.decode()
    Criterion.objects.filter(category__programme=newer).update(value="999")
    assert "新符合 0 户、不再符合 1 户。" in approve_page(client, newer)


def test_a_first_version_and_one_after_a_draft_have_nothing_to_compare(client, ground):
    client.force_login(user_with("programme_approver", ground.township))
    first = ground.category.programme
    newer = next_version(first, 1001, by=ground.officer)
    Programme.objects.update(status="submitted")
    for programme in (first, newer):
        page = approve_page(client, programme)
        assert "可以据此建立名册" in page and "新符合" not in page and "版本比较" not in page
    Programme.objects.filter(pk=first.pk).update(status="approved", year=first.year - 1)
    assert "新符合" not in approve_page(client, newer)


def test_counts_are_of_ones_own_organisations(client, ground):
    newer = next_version(ground.category.programme, 1001, by=ground.officer)
    Programme.objects.filter(code=newer.code).update(status="approved")
    household(ground.sibling, monthly_income=1001)
    client.force_login(user_with("clerk", ground.community))
    page = client.get(reverse("programme_compare", args=[newer.pk])).content.decode()
    assert "新符合：1 户" in page
    client.force_login(user_with("clerk", ground.other_community))
    assert client.get(reverse("programme_compare", args=[newer.pk])).status_code == 404


def test_who_lacks_the_right_and_outsiders(client, ground):
    url = reverse("programme_compare", args=[ground.category.programme_id])
    client.force_login(user_with("keeper", ground.township))
    assert client.get(url).status_code == 403
    client.force_login(ground.officer)
    assert client.post(url).status_code == 405


def test_the_statements_do_not_grow_with_those_who_change(ground, django_assert_num_queries):
    user = user_with("programme_officer", ground.township, "reviewer")
    today = date(2026, 1, 5)

    def count():
        old = impact.Side([Tier(1, "甲", (income_up_to(999),))], FamilyRule.COUNTED)
        new = impact.Side([Tier(1, "甲", (income_up_to(1001),))], FamilyRule.COUNTED)
        paths = [ground.township.path]
        (group,) = impact.of_change(Unit.HOUSEHOLD, old, new, user=user, paths=paths, on=today)
        return group.count

    user.may("registry.view")  # roles are read once
    with django_assert_num_queries(15):
        assert count() == 2
    for _home in range(10):
        household(ground.community, monthly_income=1000)
    with django_assert_num_queries(15):
        assert count() == 12


# -- frozen -------------------------------------------------------------------------------------------


def test_a_roster_keeps_the_criteria_of_the_version_it_was_drafted_with(tree):
    """A later version with other conditions changes nothing for a roster of the earlier one."""
    programme = approved_programme(tree.township)
    home = household(tree.community, monthly_income=100, categories=["low_income"])
    clerk = user_with("clerk", tree.community)
    roster = rosters.draft(programme=programme, organisation=tree.community, by=clerk, at=AT)
    next_version(programme, 1, by=user_with("programme_officer", tree.township))
    (entry,) = entry_services.fill_from_screening(roster=roster, by=clerk, at=AT)
    assert (entry.household, entry.category.programme) == (home, programme)
    assert {line["text"] for line in entry.explanation} and AidCategory.objects.filter(
        programme__code=programme.code
    ).count() == 2 * programme.categories.count()
