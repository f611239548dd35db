"""Screening: conditions in words, order, reasons and precedence. That SQL and rules agree: ``test_eligibility_twins``."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from beneficiaries.enums import (
    CriterionKind,
    Fact,
    Operator,
    Relation,
    Unit,
)
from beneficiaries.models import (
    AidCategory,
    Criterion,
    Hardship,
    HelpGiven,
    Household,
    Institution,
    MinimumLine,
    Person,
    Programme,
    Roster,
    RosterEntry,
)
from beneficiaries.queries import facts
from beneficiaries.rules import eligibility, explanation
from beneficiaries.rules.eligibility import Node
from beneficiaries.services import screening
from beneficiaries.tests.factories import hardship_categories
from welfare.testing.personas import clerk_of, make_organisations

pytestmark = pytest.mark.django_db
ON = date(2026, 2, 28)
NAMES = ("低保户", "因病致贫", "拆迁过渡")
LINE = Decimal(780)


def make_household(organisation, number, held=None, is_over=False, members=(), **columns):
    household = Household.objects.create(
        organisation=organisation, number=number, registered_on=date(2025, 1, 1), **columns
    )
    if held:
        to_on = date(2025, 12, 31) if is_over else None
        Hardship.objects.create(
            household=household, category=hardship_categories(held)[0], from_on=date(2025, 1, 1), to_on=to_on
        )
    for place, member in enumerate(members):
        make_member(household, place, **member)
    return household


def make_member(household, place=0, held=None, is_counted=True, **columns):
    columns.setdefault("relation", Relation.OTHER if place else Relation.HEAD)
    person = Person.objects.create(
        household=household,
        name=f"成员{place}",
        is_counted=is_counted,
        not_counted_reason="" if is_counted else "服刑",
        **columns,
    )
    if held:
        Hardship.objects.create(
            person=person, category=hardship_categories(held)[0], from_on=date(2025, 1, 1)
        )
    return person


def make_programme(tree, nodes, unit=Unit.HOUSEHOLD):
    programme = Programme.objects.create(
        code="t", name="试", organiser=tree.township, season="春节", year=2026, starts_on=ON, ends_on=ON
    )
    category = AidCategory.objects.create(programme=programme, code="a", name="甲", unit=unit)
    add_criteria(category, nodes)
    return programme


def add_criteria(category, nodes, parent=None):
    for position, node in enumerate(nodes):
        row = Criterion.objects.create(
            category=category,
            parent=parent,
            kind=node.kind,
            is_negated=node.is_negated,
            fact=node.fact,
            operator=node.operator,
            value=node.value,
            wording=node.wording,
            position=position,
        )
        add_criteria(category, node.children, row)


@pytest.fixture
def tree():
    organisations = make_organisations()
    MinimumLine.objects.create(
        organisation=organisations.county, is_rural=True, from_on=date(2025, 1, 1), monthly_amount=LINE
    )
    return organisations


# -- one household in words ---------------------------------------------------------------------------


def a_node(fact, operator, value="", **more):
    return Node(CriterionKind.TEST, fact=fact, operator=operator, value=value, **more)


UP_TO_LINE_AND_A_HALF = a_node(Fact.INCOME_MULTIPLE, Operator.AT_MOST, "1.5")


def explained(tree, node, **columns):
    household = make_household(tree.community, "H1", **columns)
    return explanation.explain([node], facts.of(household, ON))[0]


def test_a_miss_by_one_yuan_says_so(tree):
    line = explained(tree, UP_TO_LINE_AND_A_HALF, monthly_income=1171)
    assert line.text == "家庭月人均收入为低保标准的1.5倍以下（含）"
    assert line.value == "1,171元（低保标准780元，1.5倍为1,170元），超出1元"
    assert line.is_met is False


def test_what_is_not_on_file_meets_neither_a_condition_nor_its_negation(tree):
    for negated in (False, True):
        node = a_node(Fact.MEDICAL, Operator.AT_LEAST, "1", is_negated=negated)
        assert eligibility.fits([node], facts.of(make_household(tree.community, f"H{negated}"), ON)) is False
    assert explained(tree, node).value == "未登记"


def test_a_judged_condition_waits_for_the_assessment(tree):
    line = explained(tree, Node(CriterionKind.JUDGED, wording="品学兼优"))
    assert (line.text, line.value, line.is_met) == ("品学兼优", "待评议", None)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (a_node(Fact.INCOME, Operator.EQUALS, "5"), None),
        (a_node(Fact.INCOME, Operator.IS_TRUE), "是数字"),
        (a_node(Fact.INCOME, Operator.AT_MOST, "很少"), "不是数字"),
        (a_node(Fact.CHILD_COUNT, Operator.AT_LEAST, "1.5"), "整数"),
        (a_node(Fact.VETERAN, Operator.AT_LEAST, "1"), "“是”或“否”"),
        (a_node(Fact.CATEGORY, Operator.ONE_OF, ""), "写明名称"),
        (a_node(Fact.SCHOOL_STAGE, Operator.ONE_OF, "博士"), "小学"),
    ],
)
def test_a_test_that_cannot_be_computed_is_told(node, words):
    fault = eligibility.fault(node)
    assert fault is None if words is None else words in fault


# -- proposals ---------------------------------------------------------------------------------------


@pytest.fixture
def programme(tree):
    """甲: income up to 1.5 lines; 乙: up to 3 lines."""
    programme = make_programme(tree, [UP_TO_LINE_AND_A_HALF])
    programme.exclusion_group = "spring"
    programme.save()
    second = AidCategory.objects.create(programme=programme, code="b", name="乙", precedence=2)
    add_criteria(second, [a_node(Fact.INCOME_MULTIPLE, Operator.AT_MOST, "3")])
    return programme


def numbers(proposals):
    return [proposal.household.number for proposal in proposals]


def living(organisation, number, income, **columns):
    return make_household(organisation, number, monthly_income=income, members=[{}], **columns)


def propose(programme, organisation):
    return screening.propose(programme=programme, organisation=organisation, on=ON)


def test_the_poorer_comes_first_and_each_stands_in_its_first_category(tree, programme):
    living(tree.community, "H1", 2340)
    living(tree.community, "H2", 600, medical_cost=10)
    living(tree.community, "H3", 600, medical_cost=20)
    living(tree.community, "H4", 2341)
    living(tree.other_community, "H5", 1)
    found = propose(programme, tree.township)
    assert [(p.household.number, p.category.name) for p in found] == [
        ("H3", "甲"),
        ("H2", "甲"),
        ("H1", "乙"),
    ]
    assert found[0].explanation[0]["is_met"] is True


def test_nobody_is_proposed_by_judgement_alone(tree):
    programme = make_programme(tree, [Node(CriterionKind.JUDGED, wording="确有困难")])
    living(tree.community, "H1", 0)
    assert propose(programme, tree.township) == []


def test_a_household_without_a_living_head_is_left_out_and_says_why(tree, programme):
    make_household(tree.community, "H1", monthly_income=0, members=[{"died_on": date(2025, 6, 1)}])
    (left_out,) = screening.screen(programme=programme, organisation=tree.community, on=ON)
    assert "户主已故" in left_out.why_not
    assert propose(programme, tree.community) == []


def test_who_was_helped_by_the_group_this_year_is_left_out(tree, programme):
    helped, other_group = (living(tree.community, number, 0) for number in ("H1", "H2"))
    for household, group in ((helped, "spring"), (other_group, "autumn")):
        earlier = Programme.objects.create(
            code=group,
            name=group,
            organiser=tree.township,
            season="春节",
            year=2026,
            starts_on=ON,
            ends_on=ON,
            exclusion_group=group,
        )
        category = AidCategory.objects.create(programme=earlier, code="a", name="甲")
        HelpGiven.objects.create(
            organisation=tree.community,
            programme=earlier,
            category=category,
            household=household,
            year=2026,
            received_on=ON,
            source_key=group,
        )
    assert numbers(propose(programme, tree.township)) == ["H2"]


@pytest.mark.parametrize("status", ["listed", "rejected"])
def test_who_is_or_was_on_a_roster_of_the_programme_is_left_out(tree, programme, status):
    clerk = clerk_of(tree.community)
    roster = Roster.objects.create(
        programme=programme, organisation=tree.community, drafted_by=clerk, drafted_at=timezone.now()
    )
    RosterEntry.objects.create(
        roster=roster,
        programme=programme,
        category=programme.categories.first(),
        household=living(tree.community, "H1", 0),
        origin="screening",
        status=status,
        added_by=clerk,
        added_at=timezone.now(),
    )
    living(tree.community, "H2", 0)
    assert numbers(propose(programme, tree.township)) == ["H2"]


def test_a_person_of_a_listed_household_is_left_out(tree, programme):
    elders = AidCategory.objects.create(
        programme=programme, code="c", name="老人", unit=Unit.PERSON, precedence=3
    )
    add_criteria(elders, [a_node(Fact.ELDEST_AGE, Operator.AT_LEAST, "75")])
    old = {"birth_on": date(1951, 2, 28)}
    make_household(tree.community, "H1", monthly_income=0, members=[old])
    make_household(tree.community, "H2", monthly_income=9999, members=[old])
    found = propose(programme, tree.township)
    assert [(p.category.name, (p.household or p.person.household).number) for p in found] == [
        ("甲", "H1"),
        ("老人", "H2"),
    ]


def test_a_stopped_enterprise_is_proposed_as_an_institution(tree, programme):
    category = AidCategory.objects.create(
        programme=programme, code="d", name="困难企业", unit=Unit.INSTITUTION, precedence=4
    )
    add_criteria(category, [a_node(Fact.MONTHS_STOPPED, Operator.AT_LEAST, "6")])
    for name, months in (("砖厂", 6), ("油坊", 5), ("茶场", None)):
        Institution.objects.create(
            organisation=tree.community, name=name, stopped_months=months, registered_on=date(2025, 1, 1)
        )
    assert [proposal.institution.name for proposal in propose(programme, tree.township)] == ["砖厂"]


def test_the_number_of_statements_does_not_grow(
    tree, programme, django_assert_num_queries, django_assert_max_num_queries
):
    def count_explained():
        return len([proposal.explanation for proposal in propose(programme, tree.township)])

    living(tree.community, "H0", 0)
    with django_assert_max_num_queries(20) as first:
        assert count_explained() == 1
    for number in range(10):
        living(tree.community, f"X{number}", number, held="低保户")
    with django_assert_num_queries(len(first)):
        assert count_explained() == 11
