"""Screening: conditions in words, order, reasons and precedence. That SQL and rules agree: ``test_eligibility_twins``."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.enums import (
    CriterionKind,
    Fact,
    FamilyRule,
    Operator,
    Relation,
    Unit,
)
from beneficiaries.models import (
    AidCategory,
    Code,
    Criterion,
    EvidenceRequirement,
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
from beneficiaries.queries.rosters import family_sizes
from beneficiaries.rules import eligibility, explanation, fact_kinds
from beneficiaries.rules import family as rules_of_family
from beneficiaries.rules.eligibility import Assumption, Node
from beneficiaries.services import evidence, screening
from beneficiaries.tests.factories import code, hardship_categories
from beneficiaries.tests.factories import evidence as paper
from welfare.testing.personas import AT, clerk_of, make_organisations

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


def give(tree, household, code, *, year=2026, **over):
    """The household received something from a programme of that code."""
    earlier = Programme.objects.create(
        code=code,
        name=code,
        organiser=tree.township,
        season="春节",
        year=year,
        starts_on=ON,
        ends_on=ON,
        **over,
    )
    HelpGiven.objects.create(
        organisation=tree.community,
        programme=earlier,
        category=AidCategory.objects.create(programme=earlier, code="a", name="甲"),
        household=household,
        year=year,
        received_on=ON,
        source_key=code,
    )


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


def test_income_follows_the_family_rule_and_says_how_it_was_reckoned(tree):
    """3,000 yuan a month for three on the register, of whom two count: 1,500 a head."""
    home = make_household(
        tree.community,
        "H1",
        monthly_income=1000,
        members=[{}, {"relation": Relation.SPOUSE}, {"relation": Relation.PARENT, "is_counted": False}],
    )
    node = a_node(Fact.INCOME, Operator.AT_MOST, "1499")
    for rule, value in (
        (FamilyRule.EVERYONE, "1,000元"),
        (FamilyRule.COUNTED, "1,500元（家庭月总收入3,000元，按2人计），超出1元"),
        (FamilyRule.THREE, "1,500元（家庭月总收入3,000元，按2人计），超出1元"),  # a childless couple
    ):
        assert explanation.explain([node], facts.of(home, ON, rule))[0].value == value
    make_member(home, 3, relation=Relation.CHILD)
    assert facts.of(home, ON, FamilyRule.THREE)["heads"] == 3
    assert family_sizes([home.pk], FamilyRule.THREE) == {home.pk: 3}


@pytest.mark.parametrize(
    ("family", "size"),
    [
        ({"everyone": 1, "counted": 1, "spouses": 0, "children": 0}, 3),
        ({"everyone": 2, "counted": 2, "spouses": 0, "children": 1}, 2),
        ({"everyone": 2, "counted": 2, "spouses": 1, "children": 0}, 2),
        ({"everyone": 3, "counted": 3, "spouses": 1, "children": 1}, 3),
        ({"everyone": 5, "counted": 4, "spouses": 1, "children": 2}, 4),
        ({"everyone": 5, "counted": 5, "spouses": 1, "children": 1}, 3),
    ],
)
def test_a_family_is_normally_three(family, size):
    assert rules_of_family.size(FamilyRule.THREE, **family) == size


def test_without_the_paper_the_assumed_amount_counts_and_is_said(tree):
    home = make_household(tree.community, "H1", members=[{}, {"relation": Relation.CHILD}])
    assumed = {Fact.INCOME: Assumption(Decimal(1171), "收入证明", frozenset({1}))}
    own = facts.of(home, ON)
    line = explanation.explain([UP_TO_LINE_AND_A_HALF], own, assumed=assumed)[0]
    assert line.value == ("未登记，无收入证明，按1,171元推定（低保标准780元，1.5倍为1,170元），超出1元")
    assert not eligibility.fits([UP_TO_LINE_AND_A_HALF], own)
    assert line.is_assumed
    assumed = {Fact.INCOME: Assumption(Decimal(1170), "收入证明", frozenset({1}))}
    assert eligibility.fits([UP_TO_LINE_AND_A_HALF], own, assumed=assumed)


@pytest.mark.parametrize(
    ("income", "papers", "fits", "value"),
    [
        (1200, set(), True, "登记1,200元不计，无收入证明，按650元推定"),
        (600, set(), True, "登记600元不计，无收入证明，按650元推定"),
        (1200, {3}, True, "登记1,200元不计，无收入证明，按650元推定"),
        (1200, {1}, False, "1,200元"),
        (1200, {2}, False, "1,200元"),
        (600, {2}, True, "600元"),
        (None, set(), True, "未登记，无收入证明，按650元推定"),
        (None, {1}, False, "证明已归档，金额未登记，待核"),
    ],
)
def test_what_is_on_file_counts_only_with_the_paper_or_a_substitute(tree, income, papers, fits, value):
    own = facts.of(living(tree.community, "H1", income), ON) | {"papers": frozenset(papers)}
    node = a_node(Fact.INCOME, Operator.AT_MOST, "1000")
    assumed = {Fact.INCOME: Assumption(Decimal(650), "收入证明", frozenset({1, 2}))}
    (line,) = explanation.explain([node], own, assumed=assumed)
    assert (line.is_met, line.value) == (fits, value)
    assert eligibility.fits([node], own, assumed=assumed) is fits
    assert line.is_assumed is ("推定" in value)


def test_a_fact_that_is_proven_and_not_on_file_meets_neither_a_test_nor_its_negation(tree):
    own = facts.of(living(tree.community, "H1", None), ON) | {"papers": frozenset({1})}
    assumed = {Fact.INCOME: Assumption(Decimal(650), "收入证明", frozenset({1}))}
    node = a_node(Fact.INCOME, Operator.AT_MOST, "1000")
    for one in (node, replace(node, is_negated=True)):
        assert eligibility.fits([one], own, assumed=assumed) is False


@pytest.mark.parametrize(
    ("node", "text", "value"),
    [
        ((Fact.HELPED_BEFORE, "2025、2025:p1"), "2025年已获救助或2025年已由方案p1救助", "2025年方案p1"),
        ((Fact.HOUSING_DANGER, "C级、D级"), "房屋安全等级为C级、D级之一", "未登记"),
        ((Fact.DISABILITY_GRADE, "一级、二级"), "有一级、二级残疾人", "二级"),
        ((Fact.WORK_STATE, "下岗失业"), "有成员就业状况为下岗失业", "下岗失业"),
        ((Fact.VETERAN_KIND, "烈属"), "有成员为烈属", "无"),
        ((Fact.LISTED_DISEASE, "胃癌"), "有成员患胃癌", "胃癌"),
    ],
)
def test_named_facts_in_words(tree, node, text, value):
    home = make_household(tree.community, "H1", members=[{"disability_grade": 2}])
    Person.objects.update(
        work_state=Code.objects.get(kind="work_state", name="下岗失业"),
        listed_disease=Code.objects.get(kind="disease", name="胃癌"),
    )
    give(tree, home, "p1", year=2025)
    fact, names = node
    line = explanation.explain([a_node(fact, Operator.ONE_OF, names)], facts.of(home, ON))[0]
    assert (line.text, line.value) == (text, value)


def test_months_on_file_turn_on_the_same_day_or_the_last_of_the_month():
    assert [
        fact_kinds.months_between(day, date(2026, 2, 28))
        for day in (date(2025, 11, 27), date(2025, 11, 28), date(2025, 11, 30), date(2025, 12, 1), ON)
    ] == [3, 3, 3, 2, 0]
    assert fact_kinds.months_between(date(2026, 3, 1), ON) == -1


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_full_months_are_the_days_on_which_they_turn(filed_on, on):
    months = fact_kinds.months_between(filed_on, on)
    assert filed_on <= fact_kinds.filed_by(months, on)
    assert filed_on > fact_kinds.filed_by(months + 1, on)


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
        (a_node(Fact.DISABILITY_GRADE, Operator.ONE_OF, "五级"), "一级"),
        (a_node(Fact.HELPED_BEFORE, Operator.ONE_OF, "去年！"), "请写年度"),
        (a_node(Fact.HELPED_BEFORE, Operator.ONE_OF, "2026:000-6、000-6"), None),
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
    assert found[0].explanation[0]["is_met"] is True and found[0].tried == []
    missed = found[2].tried[0]
    assert (missed["category"], missed["fits"]) == ("甲", False)
    assert missed["lines"][0]["value"].startswith("2,340元")


def test_a_place_goes_to_the_category_of_higher_precedence_before_the_poorer_of_a_lower_one(tree, programme):
    """The quota is cut from the front of the list."""
    first = AidCategory.objects.create(programme=programme, code="s", name="重病低保户", precedence=0)
    add_criteria(first, [a_node(Fact.CATEGORY, Operator.ONE_OF, NAMES[0])])
    living(tree.community, "H1", 100)
    living(tree.community, "H2", 900, held=NAMES[0])
    living(tree.community, "H3", 800, held=NAMES[0])
    assert [(p.household.number, p.category.name) for p in propose(programme, tree.township)] == [
        ("H3", "重病低保户"),
        ("H2", "重病低保户"),
        ("H1", "甲"),
    ]


def test_just_over_a_boundary_the_category_above_says_by_how_much(tree, programme):
    living(tree.community, "H1", 1171)
    (found,) = propose(programme, tree.township)
    assert found.category.name == "乙"
    assert found.tried[0]["lines"][0]["value"].endswith("超出1元")


def test_a_nominated_household_that_fits_nothing_shows_every_category(tree, programme):
    home = living(tree.community, "H1", 2341)
    first = programme.categories.order_by("precedence").first()
    lines, tried = screening.account(category=first, beneficiary=home, on=ON)
    assert lines[0]["is_met"] is False
    assert [(tier["category"], tier["fits"], tier["lines"][0]["value"][-4:]) for tier in tried] == [
        ("乙", False, "超出1元")
    ]


def test_the_assumption_of_a_category_counts_in_screening_too(tree, programme):
    """Without an income on file the second category assumes 2,000 yuan; the first assumes nothing."""
    living(tree.community, "H1", None)
    paper = Code.objects.get(kind="evidence_kind", code="income")
    second = programme.categories.get(code="b")
    EvidenceRequirement.objects.create(
        category=second, kind=paper, assumed_fact=Fact.INCOME, assumed_value=2000
    )
    (found,) = propose(programme, tree.township)
    assert found.category == second
    assert found.explanation[0]["value"].startswith("未登记，无收入证明，按2,000元推定")
    assert found.is_assumed and found.explanation[0]["is_assumed"]


@pytest.mark.parametrize("unit", [Unit.HOUSEHOLD, Unit.PERSON])
def test_screening_counts_the_income_on_file_only_with_a_paper_in_force(tree, unit):
    """By turns without a paper, with one that ran out, a substitute, a voided paper."""
    programme = make_programme(tree, [a_node(Fact.INCOME, Operator.AT_MOST, "1000")])
    programme.categories.update(unit=unit)
    home, by = living(tree.community, "H1", 1200), clerk_of(tree.community)
    asked = EvidenceRequirement.objects.create(
        category=programme.categories.get(),
        kind=code("evidence_kind", "收入证明"),
        assumed_fact=Fact.INCOME,
        assumed_value=650,
    )
    asked.substitutes.add(code("evidence_kind", "其他"))

    def judged_by_assumption():
        return [one.is_assumed for one in propose(programme, tree.township)]

    def kept_out():
        return screening.kept_out_by_assumption(programme=programme, organisation=tree.township, on=ON)

    assert judged_by_assumption() == [True]
    assert kept_out() == []
    paper(home, by=by, kind="残疾证")
    paper(home, by=by, kind="收入证明", valid_until=ON - timedelta(days=1))
    assert judged_by_assumption() == [True]
    instead = paper(home.head, by=by, kind="其他", valid_until=ON)
    assert judged_by_assumption() == []
    Household.objects.filter(pk=home.pk).update(monthly_income=900)
    assert judged_by_assumption() == [False]
    EvidenceRequirement.objects.update(assumed_value=2000)
    assert judged_by_assumption() == [False]
    evidence.void(evidence=instead, reason="传错", by=by, at=AT)
    assert judged_by_assumption() == []
    assert [one.beneficiary.pk for one in kept_out()] == [home.pk if unit == "household" else home.head.pk]


def test_only_an_amount_can_be_assumed(programme):
    paper = Code.objects.get(kind="evidence_kind", code="income")
    with pytest.raises(IntegrityError, match="evidence_requirement_assumes_an_amount"), transaction.atomic():
        EvidenceRequirement.objects.create(
            category=programme.categories.first(),
            kind=paper,
            assumed_fact=Fact.ELDEST_AGE,
            assumed_value=60,
        )


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
        give(tree, household, group, exclusion_group=group)
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
