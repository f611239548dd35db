"""The SQL of criteria and the pure rules decide alike, for everybody, under any criteria."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beneficiaries.enums import CriterionKind, Fact, FamilyRule, Operator, Unit
from beneficiaries.queries import criteria_units
from beneficiaries.rules import eligibility
from beneficiaries.rules.eligibility import Assumption, Node, Tier
from beneficiaries.rules.fact_kinds import ASSUMABLE, FLAGS, NAMED, ORDERED
from beneficiaries.tests import population
from beneficiaries.tests.population import ON, PAPERS, WORDS, every_test, values_of
from welfare.testing.personas import make_organisations

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 2, 3])
def people(request):
    return population.make(make_organisations(), request.param)


def by_sql(people, unit, tiers, rule):
    """{id: key of the first tier met, or None} by the one statement."""
    sql, values = criteria_units.statement(unit, tiers, [people.organisations.township.path], ON, rule)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {pk: fit for pk, _organisation, fit in cursor.fetchall()}


def by_rules(people, unit, tiers, rule):
    found = {pk: eligibility.first_fit(tiers, facts) for pk, facts in people.of(unit, rule).items()}
    return {pk: tier and tier.key for pk, tier in found.items()}


def assert_twins_agree(people, unit, tiers, rule):
    sql, rules = by_sql(people, unit, tiers, rule), by_rules(people, unit, tiers, rule)
    apart = {pk: (sql.get(pk), rules.get(pk)) for pk in sql | rules if sql.get(pk) != rules.get(pk)}
    assert not apart and len(sql) == len(rules), (tiers, unit, rule, apart)
    return rules


# -- generated criteria ------------------------------------------------------------------------------


@st.composite
def a_test(draw):
    fact = draw(st.sampled_from(list(Fact)))
    if fact in FLAGS:
        operator, value = draw(st.sampled_from([Operator.IS_TRUE, Operator.IS_FALSE])), ""
    elif fact in NAMED:
        operator = Operator.ONE_OF
        value = "、".join(draw(st.lists(st.sampled_from(WORDS[fact]), min_size=1, max_size=2, unique=True)))
    else:
        operator, value = draw(st.sampled_from(sorted(ORDERED))), draw(st.sampled_from(values_of(fact)))
    return Node(CriterionKind.TEST, draw(st.booleans()), fact, operator, value)


JUDGED = st.builds(Node, st.just(CriterionKind.JUDGED), st.booleans(), wording=st.just("品学兼优"))
TREES = st.recursive(
    a_test() | JUDGED,
    lambda below: st.builds(
        lambda kind, negated, children: Node(kind, negated, children=tuple(children)),
        st.sampled_from([CriterionKind.ALL, CriterionKind.ANY]),
        st.booleans(),
        st.lists(below, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
ASSUMED = st.dictionaries(
    st.sampled_from(sorted(ASSUMABLE)),
    st.builds(
        Assumption,
        st.sampled_from([Decimal(780), Decimal("1170.01"), Decimal(20000)]),
        st.just("收入证明"),
        st.frozensets(st.sampled_from(PAPERS), min_size=1, max_size=2),  # by name; with_ids
    ),
    max_size=2,
)
TIERS = st.lists(
    st.builds(
        lambda nodes, assumed: Tier(0, "", tuple(nodes), assumed),
        st.lists(TREES, min_size=1, max_size=2),
        ASSUMED,
    ),
    min_size=1,
    max_size=3,
).map(
    lambda tiers: [Tier(place, f"档{place}", tier.nodes, tier.assumed) for place, tier in enumerate(tiers, 1)]
)


def with_ids(tiers):
    """The tiers, the papers they name by their ids."""
    return [
        replace(
            tier,
            assumed={
                fact: replace(one, kinds=population.papers(*one.kinds)) for fact, one in tier.assumed.items()
            },
        )
        for tier in tiers
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tiers=TIERS, unit=st.sampled_from(list(Unit)), rule=st.sampled_from(list(FamilyRule)))
def test_sql_and_the_pure_rules_agree_on_any_criteria(people, tiers, unit, rule):
    if unit == Unit.INSTITUTION:  # of which nothing is assumed
        tiers = [replace(tier, assumed={}) for tier in tiers]
    assert_twins_agree(people, unit, with_ids(tiers), rule)


@pytest.mark.parametrize("unit", [Unit.HOUSEHOLD, Unit.PERSON])
@pytest.mark.parametrize("fact", [Fact.INCOME, Fact.INCOME_MULTIPLE, Fact.MEDICAL])
def test_what_is_assumed_for_want_of_proof_decides_alike(people, unit, fact):
    """One paper, a substitute, or none of them in force; and each of the three outcomes happens."""
    for names in (PAPERS[:1], PAPERS[1:], PAPERS):
        paper = Assumption(Decimal(1170), "收入证明", population.papers(*names))
        assumed = {Fact.INCOME: paper, Fact.MEDICAL: paper}
        value = "1.5" if fact == Fact.INCOME_MULTIPLE else "1170"
        # The assumed amount is at the limit: equal is assumed (or on file and proven), below and above are on file.
        nodes = [
            population.node(fact, operator, value)
            for operator in (Operator.EQUALS, Operator.LESS_THAN, Operator.MORE_THAN)
        ]
        tiers = [Tier(place, "", (node,), assumed) for place, node in enumerate(nodes, 1)]
        for rule in FamilyRule:
            assert set(assert_twins_agree(people, unit, tiers, rule).values()) == {None, 1, 2, 3}


def test_where_nothing_is_assumed_no_paper_is_read():
    node = population.node(Fact.INCOME, Operator.AT_MOST, "1170")
    assumed = {Fact.INCOME: Assumption(Decimal(650), "收入证明", frozenset({1}))}
    for unit in (Unit.HOUSEHOLD, Unit.PERSON):
        plain, reads = (
            criteria_units.statement(unit, [Tier(1, "", (node,), one)], [], ON, FamilyRule.COUNTED)[0]
            for one in ({}, assumed)
        )
        assert "evidence" not in plain
        assert "evidence" in reads


@pytest.mark.parametrize("unit", list(Unit))
def test_sql_and_the_pure_rules_agree_on_every_single_test(unit):
    """A tier for each test by itself, so that each decides for everybody; and each decides for some, where it can."""
    people = population.make(make_organisations(), 7, size=120)
    deciding = set()
    for rule in FamilyRule:
        for node in every_test():
            decided = assert_twins_agree(people, unit, [Tier(1, "", (node,))], rule)
            if any(decided.values()):
                deciding.add(node.fact)
    known = {
        Fact.MONTHS_STOPPED,
        Fact.IS_BANKRUPT,
        Fact.HELPED_BEFORE,
        Fact.HELPED_THIS_YEAR,
        Fact.MONTHS_ON_FILE,
    }
    if unit != Unit.INSTITUTION:
        assert deciding == set(Fact) - {Fact.MONTHS_STOPPED}
    assert known <= deciding | {Fact.MONTHS_STOPPED}


def test_a_fact_is_given_for_everybody_and_every_rule(people):
    for unit in Unit:
        for rule in FamilyRule:
            assert all(set(Fact) <= set(facts) for facts in people.of(unit, rule).values())


def test_nobody_fits_criteria_that_only_people_can_judge(people):
    judged = Tier(1, "", (Node(CriterionKind.JUDGED, wording="确有困难"),))
    assert set(assert_twins_agree(people, Unit.HOUSEHOLD, [judged], FamilyRule.COUNTED).values()) == {None}


def test_without_any_category_nobody_fits(people):
    assert set(by_sql(people, Unit.PERSON, [], FamilyRule.COUNTED).values()) == {None}
