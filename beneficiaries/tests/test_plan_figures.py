"""The plan check on figures beside one another, tiers, milestones, and standards that add, have floors or go to communities."""

import dataclasses
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries import plan_file
from beneficiaries.enums import Basis, CriterionKind, Fact, StandardKind
from beneficiaries.plan_file import values
from beneficiaries.rules import plan_check, standards
from beneficiaries.tests.test_plan_check import cash, category, milestone, plan, stated, test_of, told

TEXT = plan_file.named("000-6").read_text(encoding="utf-8")
RICE = values.Goods("rice", "大米", "袋", "", None)


def rice(quantity, basis=Basis.HOUSEHOLD, **over):
    return values.StandardLine(
        StandardKind.GOODS, basis, goods="rice", quantity=Decimal(quantity), unit_price=None, **over
    )


def floor(amount):
    return dataclasses.replace(cash(amount), is_floor=True)


def each(subject, low, **over):
    return stated(subject, low, is_lump_sum=False, **over)


FIFTY = category("a", quota=50, standards=[cash(500)])
TWO = category("a", standards=()), category("b", standards=())
OPEN = (category("a", standards=()),)


@pytest.mark.parametrize(
    ("categories", "figures", "words"),
    [
        # a line beside number × standard
        (
            [FIFTY],
            [stated("line", 26000, category="a")],
            "应为25,000元，分项载明“26000”（26,000元），相差1,000元",
        ),
        ([FIFTY], [stated("line", 25000, category="a")], ""),
        ([FIFTY], [each("line", 500, category="a")], ""),
        ([FIFTY], [each("line", 600, category="a")], "标准为500元，分项载明“600”"),
        ([FIFTY], [stated("line", 20000, category="a"), stated("line", 5000, category="a")], ""),
        # cash and goods beside the total
        (
            OPEN,
            [stated("cash", 20000), stated("goods", 30000), stated("total", 60000)],
            "＝50,000元，款物总额载明“60000”，相差10,000元",
        ),
        (OPEN, [stated("cash", 20000), stated("goods", 30000), stated("total", 50000)], ""),
        (
            OPEN,
            [stated("cash", 20000), stated("goods", 30000), stated("total", 50400, exactness="about")],
            "",
        ),
        (
            OPEN,
            [stated("cash", 20000, exactness="at_least"), stated("goods", 30000), stated("total", 60000)],
            "",
        ),
        # categories beside the whole
        (
            TWO,
            [stated("cash", 30000, category="a"), stated("cash", 30000, category="b"), stated("cash", 90000)],
            "相加（30,000＋30,000）为60,000元，方案载明“90000”（90,000元），相差30,000元",
        ),
        (
            TWO,
            [stated("cash", 45000, category="a"), stated("cash", 45000, category="b"), stated("cash", 90000)],
            "",
        ),
        (
            TWO,
            [
                stated("households", 20, category="a"),
                stated("households", 30, category="b"),
                stated("households", 60),
            ],
            "为50户，方案载明“60”（60户），相差10户",
        ),
        (TWO, [stated("households", 20, category="a"), stated("households", 60)], ""),
        (
            OPEN,
            [
                stated("households", 20, label="甲村"),
                stated("households", 30, label="乙村"),
                stated("households", 60),
            ],
            "相加（甲村20＋乙村30）为50户",
        ),
        (
            OPEN,
            [
                stated("households", 20, label="甲村"),
                stated("households", 40, label="乙村"),
                stated("households", 60),
            ],
            "",
        ),
        # number × each beside the total, no standards
        (
            OPEN,
            [
                stated("households", 104),
                each("per_household", 500),
                stated("total", 54080, exactness="about"),
            ],
            "104户×500元＝52,000元，方案载明“54080”（54,080元）",
        ),
        (
            OPEN,
            [
                stated("households", 104),
                each("per_household", 500, exactness="at_least"),
                each("cash_per_household", 200),
                each("goods_per_household", 300),
                stated("total", 54080),
            ],
            "104户×500元＝52,000元",
        ),
        (
            OPEN,
            [
                stated("households", 104),
                each("per_household", 500, exactness="at_least"),
                stated("total", 54080),
            ],
            "",
        ),
        (OPEN, [stated("households", 104), each("per_household", 520), stated("total", 54080)], ""),
        (
            OPEN,
            [stated("persons", 80, exactness="at_least"), each("per_household", 0), stated("total", 0)],
            "",
        ),
    ],
)
def test_figures_are_held_beside_one_another(categories, figures, words):
    found = told(*categories, stated=tuple(figures))
    assert words in found and ("请核对" in found) == bool(words)


@pytest.mark.parametrize(
    ("line", "figure", "words"),
    [
        (rice(1), stated("quantity", 100, label="大米", unit="袋"), "应为50袋，方案载明“100”（100袋），相差50袋"),
        (rice(2), stated("quantity", 100, label="大米", unit="袋"), ""),
        (rice(1), stated("quantity", 100, text="大米100袋"), "相差50袋"),
        (rice(1), stated("quantity", 100, label="大米", unit="斤"), ""),
        (rice(1), stated("quantity", 100, label="面粉", unit="袋"), ""),
        (rice(1, is_floor=True), stated("quantity", 100, label="大米", unit="袋"), ""),
        (rice(1), each("quantity", 2, label="大米", unit="袋"), "每份应为1袋"),
        (rice(2, Basis.COMMUNITY), stated("quantity", 4, label="大米", unit="袋"), ""),
        (rice(2, Basis.COMMUNITY), stated("quantity", 5, label="大米", unit="袋"), "应为4袋"),
    ],
)  # fmt: skip
def test_goods_are_counted_beside_their_stated_quantity(line, figure, words):
    one = category("a", quota=50, standards=[line])
    scope = values.Scope(("甲村", "乙村"))
    found = told(one, stated=(figure,), goods=(RICE,), scope=scope)
    assert words in found and ("请核对" in found) == bool(words)


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(1, 2000)), min_size=2, max_size=4),
    st.integers(-3, 3),
)
def test_what_categories_state_agrees_exactly_when_it_sums_to_the_whole(parts, error):
    categories = [category(f"c{place}", standards=()) for place in range(len(parts))]
    figures = [
        stated("total", number * amount, category=f"c{place}") for place, (number, amount) in enumerate(parts)
    ]
    whole = sum(number * amount for number, amount in parts)
    findings = plan_check.check(plan(*categories, stated=(*figures, stated("total", whole + error))))
    assert any(finding.subject == "total" for finding in findings) == bool(error)


# -- tiers -----------------------------------------------------------------------------------------------


def income(*bounds, fact=Fact.INCOME):
    return [test_of(fact, operator, value) for operator, value in bounds]


def all_of(*nodes):
    return values.Condition(CriterionKind.ALL, children=tuple(nodes))


LOWER, UPPER = income(("at_most", 1000)), income(("at_least", 800), ("at_most", 1500))
HOLDS = test_of(Fact.CATEGORY, "one_of", "低保户")
JUDGED = values.Condition(CriterionKind.JUDGED, wording="确有困难")


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (LOWER, UPPER, "在800至1,000之间重叠"),
        (income(("at_least", 0), ("at_most", 1000)), UPPER, "在800至1,000之间重叠"),
        ([all_of(*LOWER)], [all_of(*UPPER)], "在800至1,000之间重叠"),
        ([*LOWER, JUDGED], UPPER, "在800至1,000之间重叠"),
        ([*LOWER, HOLDS], UPPER, ""),  # other people
        (income(("at_most", 1500)), income(("at_most", 2000)), ""),  # by precedence
        (income(("at_most", 2000)), income(("at_least", 800), ("at_most", 1500)), ""),  # one inside the other
        (LOWER, income(("more_than", 1000)), ""),
        ([all_of(*LOWER)], [all_of(*income(("at_least", 1500)))], "1,000至1,500的哪一类都不属于"),
        ([values.Condition(CriterionKind.ANY, children=tuple(LOWER))], UPPER, ""),
        (
            [dataclasses.replace(income(("more_than", 1000))[0], is_negated=True)],
            income(("at_least", 1500)),
            "档次有空档",
        ),
        (
            income(("at_most", 3000), ("at_most", 1000)),
            income(("more_than", 1000)),
            "",
        ),  # the tightest counts
    ],
)
def test_tiers_divide_a_fact_without_gap_or_overlap(first, second, words):
    found = told(category("a", criteria=first), category("b", criteria=second))
    assert words in found and any(one in found for one in ("重叠", "空档")) == bool(words)


@pytest.mark.parametrize(("last", "is_told"), [("less_than", False), ("at_most", True)])
def test_whole_numbers_that_only_seem_to_overlap_do_not(last, is_told):
    first = income((last, 80), fact=Fact.ELDEST_AGE)
    second = income(("more_than", 79 - is_told), fact=Fact.ELDEST_AGE)
    assert ("重叠" in told(category("a", criteria=first), category("b", criteria=second))) == is_told


# -- milestones ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "kind", "is_told"),
    [(date(2027, 1, 9), "relief", True), (date(2027, 1, 10), "relief", False), (date(2027, 1, 9), "visit_only", False)],
)  # fmt: skip
def test_work_begins_when_the_work_before_it_is_done(starts, kind, is_told):
    milestones = (milestone("公示", date(2027, 1, 10)), milestone("走访", date(2027, 1, 12), start=starts))
    found = told(category("a"), milestones=milestones, settings={"kind": kind})
    assert ("前一项“公示”到2027-01-10才结束" in found) == is_told


def test_a_milestone_that_ends_before_it_begins_is_refused_by_the_file():
    text = TEXT.replace('due = "农历腊月初五"', 'due = "农历腊月初三"')
    with pytest.raises(plan_file.PlanError, match="截止日期早于开始日期"):
        plan_file.parse(text)


# -- standards -------------------------------------------------------------------------------------------

CHAIN = (
    category("a", quota=1, standards=[cash(100)]),
    category("b", quota=1, standards=[cash(200)], adds_to="a"),
    category("c", quota=1, standards=[cash(300)], adds_to="b"),
)


def test_a_chain_of_categories_that_add_is_walked_to_its_end():
    assert plan_check.computed(plan(*CHAIN))["cash", "c"] == (600, 600)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6))
def test_each_link_of_a_chain_gives_its_own_line_once(amounts):
    links = {place: (place - 1 if place else None, [amount]) for place, amount in enumerate(amounts)}
    got = standards.down_the_chain(len(amounts) - 1, lambda one: links[one][0], lambda one: links[one][1])
    assert got == amounts
    assert standards.circle({place: links[place][0] for place in links}) == []
    closed = {place: (place - 1) % len(amounts) for place in links}
    assert sorted(standards.circle(closed)) == sorted(links)
    assert sorted(standards.down_the_chain(0, closed.get, lambda one: links[one][1])) == sorted(amounts)


def test_a_circle_is_refused_by_the_file():
    text = TEXT.replace('code = "low-income"', 'code = "low-income"\nadds_to = "other"').replace(
        'code = "other"', 'code = "other"\nadds_to = "low-income"'
    )
    with pytest.raises(plan_file.PlanError, match="增发绕成了圈：“low-income”→“other”"):
        plan_file.parse(text)


@pytest.mark.parametrize(
    ("low", "is_told"), [(10000, False), (12000, False), (9000, True)]
)  # at, above and below the floor
def test_a_figure_above_a_floor_is_no_mismatch(low, is_told):
    found = told(category("a", quota=50, standards=[floor(200)]), stated=(stated("cash", low),))
    assert ("推算为不低于10,000元" in found) == is_told == ("请核对" in found)


def test_communities_are_counted_from_their_quotas_where_none_is_named():
    kits = category("k", quota=3, standards=[cash(1000, Basis.COMMUNITY)], quotas={"甲村": 1, "乙村": 2})
    found = plan_check.computed(plan(kits))
    assert found["cash", "k"] == (2000, 2000) and ("cash_per_household", "k") not in found


def line(kind=StandardKind.CASH, basis=Basis.HOUSEHOLD, *, is_floor=False, amount=200, quantity=2):
    item = SimpleNamespace(pk=1, name="大米", unit="袋", reference_price=Decimal(50))
    return SimpleNamespace(
        kind=kind,
        basis=basis,
        is_floor=is_floor,
        amount=Decimal(amount),
        quantity=Decimal(quantity),
        goods_item=item,
        unit_price=None,
        months=None,
        description="义诊",
    )


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line(StandardKind.GOODS, Basis.COMMUNITY)], "每村（社区）大米2袋"),
        ([line(), line(StandardKind.GOODS, Basis.COMMUNITY)], "慰问金200元；每村（社区）大米2袋"),
        ([line(is_floor=True)], "慰问金不低于200元"),
        ([line(StandardKind.GOODS, is_floor=True)], "大米不低于2袋"),
        ([line(basis=Basis.COMMUNITY, is_floor=True)], "每村（社区）慰问金不低于200元"),
        ([line(StandardKind.SERVICE, Basis.COMMUNITY)], "义诊"),
        ([], "不发放款物"),
    ],
)
def test_a_standard_says_its_floor_and_its_community(lines, words):
    given = standards.of_lines(lines, family_size=3)
    assert given.text == words
    assert given.cash == (200 if words.startswith("慰问金") else 0)
