"""The list of households: conditions, pages, sorts, the way down the organisations; nothing of anybody else's."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Code, Household, Person
from beneficiaries.queries import choices, households
from beneficiaries.tests import factories
from welfare import accounts
from welfare.testing.personas import AT, clerk_of, nobody, organisation, user_with

pytestmark = pytest.mark.django_db
ON = date(2026, 1, 5)


@pytest.fixture
def clerk(client, tree):
    client.force_login(clerk_of(tree.community))
    return client


def aged(years, **facts):
    birth_on = date(timezone.localdate().year - years, 1, 1)
    return factories.member(id_number=factories.id_number(birth_on), **facts)


def code(kind):
    return Code.objects.get_or_create(kind=kind, code="T1", defaults={"name": f"试用{kind}"})[0]


@pytest.fixture
def poor(tree):
    """A household that meets every condition of the filter but living alone."""
    home = factories.household(
        tree.community,
        number="POOR1",
        members=[aged(13, school_stage="primary"), aged(94, disability_kind="visual")],
        categories=["low_income"],
        monthly_income=380,
        housing_danger=code("housing_danger"),
    )
    head = Person.objects.filter(household=home, relation="head")
    head.update(is_veteran=True, work_state=code("work_state"))
    home.hardships.update(level="一档")
    Household.objects.filter(pk=home.pk).update(facts_on=date(2024, 5, 1))
    return home


@pytest.fixture
def single(tree):
    """One that meets none of them, and lives alone."""
    home = factories.household(tree.community, number="SINGLE1", head={"name": "李独"}, monthly_income=2000)
    Household.objects.filter(pk=home.pk).update(facts_on=date(2025, 12, 1))
    return home


CONDITIONS = [
    ({"category": "low_income"}, True),
    ({"level": "一档"}, True),
    ({"level": "一档", "category": "veteran"}, False),
    ({"age_from": 94}, True),
    ({"age_from": 95}, False),
    ({"age_to": 13}, True),
    ({"age_to": 12}, False),
    ({"age_from": 14, "age_to": 30}, False),
    ({"income_to": "380"}, True),
    ({"income_to": "379.99"}, False),
    ({"housing_danger": "housing_danger"}, True),
    ({"work_state": "work_state"}, True),
    ({"has_disabled": "on"}, True),
    ({"has_student": "on"}, True),
    ({"has_veteran": "on"}, True),
    ({"lives_alone": "on"}, False),
    ({"facts_before": "2025-01-01"}, True),
    ({"facts_before": "2024-05-01"}, False),
    ({"text": "POOR1"}, True),
    ({"text": "poor1"}, True),
    ({"text": "wxm"}, True),
    ({"archived": "yes"}, False),
    ({"archived": "all"}, True),
]


@pytest.mark.parametrize(("query", "is_found"), CONDITIONS, ids=str)
def test_a_condition_keeps_those_that_meet_it(clerk, poor, single, query, is_found):
    meant = {
        "category": lambda value: factories.category(value).pk,
        "housing_danger": lambda value: code(value).pk,
        "work_state": lambda value: code(value).pk,
    }
    query = {name: meant.get(name, lambda value: value)(value) for name, value in query.items()}
    page = clerk.get(reverse("registry"), query)
    numbers = [row.number for row in page.context["table"].slice.rows]
    assert ("POOR1" in numbers) is is_found
    if "archived" not in query:
        assert ("SINGLE1" in numbers) is bool(query.get("lives_alone"))


def test_those_who_left_or_died_meet_no_condition(clerk, poor):
    Person.objects.filter(household=poor).exclude(relation="head").update(died_on=date(2025, 1, 1))
    for query in ({"has_student": "on"}, {"has_disabled": "on"}, {"age_from": 90}):
        assert clerk.get(reverse("registry"), query).context["table"].slice.rows == []
    assert len(clerk.get(reverse("registry"), {"lives_alone": "on"}).context["table"].slice.rows) == 1


@pytest.mark.parametrize(
    ("birth_on", "age"),
    [(date(1966, 1, 5), 60), (date(1966, 1, 6), 59), (date(1965, 1, 5), 61), (date(1965, 1, 6), 60)],
)
def test_age_counts_full_years(tree, birth_on, age):
    factories.household(tree.community, head={"name": "张", "id_number": factories.id_number(birth_on)})
    found = households.narrow(Household.objects.all(), {"age_from": 60, "age_to": 60}, on=ON)
    assert found.exists() is (age == 60)


def test_on_29_february_the_age_is_counted_from_the_28th(tree):
    factories.household(
        tree.community, head={"name": "张", "id_number": factories.id_number(date(1965, 2, 28))}
    )
    found = households.narrow(Household.objects.all(), {"age_from": 63}, on=date(2028, 2, 29))
    assert found.exists()


def test_bad_conditions_filter_nothing_and_say_so(clerk, poor):
    page = clerk.get(
        reverse("registry"),
        {
            "organisation": "x",
            "category": "9999",
            "age_from": "-1",
            "income_to": "1e99",
            "facts_before": "昨天",
        },
    )
    assert len(page.context["table"].slice.rows) == 1
    assert page.content.decode().count("field-error") >= 5


def test_an_office_sees_its_own_and_what_is_below(client, tree, poor):
    elsewhere = factories.household(tree.other_community, number="ELSE1")
    for user, numbers in [
        (clerk_of(tree.community), {"POOR1"}),
        (user_with("reviewer", tree.township), {"POOR1"}),
        (user_with("approver", tree.county), {"POOR1", "ELSE1"}),
        (clerk_of(tree.sibling), set()),
        (user_with("reviewer", tree.other_township), {"ELSE1"}),
    ]:
        client.force_login(user)
        for query in (
            "",
            "?archived=all",
            f"?organisation={elsewhere.organisation_id}",
            "?sort=-monthly_income",
        ):
            rows = client.get(reverse("registry") + query).context["table"].slice.rows
            seen = {row.number for row in rows}
            assert seen <= numbers and (seen == numbers or query.startswith("?organisation"))
    client.force_login(nobody())
    assert client.get(reverse("registry")).status_code == 403


def test_two_offices_that_are_no_run_of_ids_are_seen_without_those_between(client, tree, poor):
    factories.household(tree.sibling, number="BETWEEN1")
    factories.household(tree.other_community, number="ELSE1")
    user = clerk_of(tree.community)
    accounts.grant(user=user, role="clerk", organisation=tree.other_community, by=None, at=AT)
    client.force_login(user)
    rows = client.get(reverse("registry")).context["table"].slice.rows
    assert {row.number for row in rows} == {"POOR1", "ELSE1"}


def test_pages_lead_on_and_back_and_carry_the_conditions(clerk, tree):
    for number in range(30):
        factories.household(tree.community, number=f"P{number:03}", monthly_income=400)
    page = clerk.get(reverse("registry"), {"income_to": "400"})
    text = page.content.decode()
    last = page.context["table"].slice.rows[-1]
    assert f"?income_to=400&amp;after={last.pk}" in text and "30 户" in text
    rest = clerk.get(reverse("registry"), {"income_to": "400", "after": last.pk})
    assert [row.number for row in rest.context["table"].slice.rows] == [f"P{n:03}" for n in range(25, 30)]
    assert f"before={rest.context['table'].slice.rows[0].pk}" in rest.content.decode()
    final = clerk.get(reverse("registry"), {"page": "last"})
    assert final.context["table"].slice.rows[-1].number == "P029"


def test_a_deep_page_takes_no_more_statements_than_allowed(clerk, tree, django_assert_max_num_queries):
    for number in range(30):
        factories.household(tree.community, number=f"P{number:03}")
    edge = Household.objects.get(number="P024")
    with django_assert_max_num_queries(12):
        assert clerk.get(reverse("registry"), {"after": edge.pk}).status_code == 200


def test_a_county_chooses_its_way_down(tree):
    user = user_with("approver", tree.county)
    for number in range(70):
        organisation(f"{number}村", tree.township)

    def offered(chosen=""):
        return [name for _pk, name in choices.organisations(user, "registry.view", chosen)]

    assert offered() == ["临水县", "　上坪镇", "　下坪镇"]
    assert "　　69村" in offered(str(tree.township.pk)) and "　　丙村" not in offered(str(tree.township.pk))
    assert "　　69村" in offered(str(tree.community.pk))
    assert offered("9" * 30) == offered("x") == offered("")
    clerk = clerk_of(tree.community)
    assert choices.organisations(clerk, "registry.view", str(tree.sibling.pk)) == [
        (tree.community.pk, "甲村")
    ]
