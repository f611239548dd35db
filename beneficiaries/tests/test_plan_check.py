"""What the plan check finds in plans nobody here has seen: sums, lines, funds, tiers, dates, words."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries import plan_file
from beneficiaries.enums import Basis, Fact, MilestoneKind, StandardKind, Unit
from beneficiaries.plan_file import values
from beneficiaries.rules import plan_check

BASE = plan_file.read(plan_file.named("000-6"))


def cash(amount, basis=Basis.HOUSEHOLD, months=None):
    return values.StandardLine(StandardKind.CASH, basis, amount=Decimal(amount), months=months)


def test_of(fact, operator, value):
    return values.Condition("test", fact=fact, operator=operator, value=str(value))


test_of.__test__ = False


HUNDRED = (cash(100),)


def category(code, *, standards=HUNDRED, criteria=(), **over):
    given = {
        "name": f"类别{code}",
        "public_label": "困难家庭",
        "unit": Unit.HOUSEHOLD,
        "precedence": 1,
        "quota": None,
        "is_combinable": False,
        "is_for_minors": False,
        "adds_to": "",
        "requirements": (),
    }
    return values.Category(code=code, standards=tuple(standards), criteria=tuple(criteria), **given | over)


def stated(subject, low, **over):
    given = {
        "text": f"{low}",
        "high": None,
        "exactness": "exact",
        "is_lump_sum": True,
        "category": "",
        "label": "",
        "unit": "",
    }
    return values.Stated(subject=subject, low=None if low is None else Decimal(low), **given | over)


def plan(*categories, settings=(), **over):
    bare = {"funds": (), "quotas": values.Quotas(), "stated": ()}
    found = dataclasses.replace(BASE, categories=categories, **bare | over)
    return dataclasses.replace(found, settings=BASE.settings | dict(settings))


def told(*categories, **over):
    return "\n".join(plan_check.check(plan(*categories, **over)))


# -- sums ------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(1, 2000)), min_size=1, max_size=4),
    st.integers(-5000, 5000),
)
def test_the_total_agrees_exactly_when_it_is_the_sum(lines, error):
    categories = [
        category(f"c{place}", quota=count, standards=[cash(amount)])
        for place, (count, amount) in enumerate(lines)
    ]
    right = sum(count * amount for count, amount in lines)
    findings = plan_check.check(plan(*categories, stated=(stated("cash", max(right + error, 1)),)))
    is_wrong = max(right + error, 1) != right
    assert any(finding.subject == "cash" for finding in findings) == is_wrong


def test_per_person_and_month_is_reckoned_from_the_stated_persons():
    disabled = category("d", quota=252, standards=[cash(100, Basis.PERSON_MONTH, 2)])
    figures = (stated("persons", 854, category="d"), stated("cash", 170800, category="d"))
    assert "请核对" not in told(disabled, stated=figures)
    wrong = (figures[0], stated("cash", 170000, category="d"))
    assert "推算为170,800元，方案载明“170000”（170,000元），相差800元" in told(disabled, stated=wrong)


def test_per_community_is_reckoned_from_those_covered():
    kits = category("k", quota=3, standards=[cash(1000, Basis.COMMUNITY)])
    scope = values.Scope(("甲村", "乙村"))
    assert plan_check.computed(plan(kits, scope=scope))["cash", "k"] == (2000, 2000)
    assert ("cash", "k") not in plan_check.computed(plan(kits))


def test_a_category_that_adds_gets_both_standards():
    base, more = category("a", quota=2), category("b", quota=3, adds_to="a", standards=[cash(50)])
    assert plan_check.computed(plan(base, more))["cash", ""] == (650, 650)


def test_lines_that_do_not_sum_to_the_total_are_told():
    lines = (stated("line", 1000, label="甲"), stated("line", 500, label="乙"))
    assert "各行相加（1,000＋500）为1,500元，方案载明总额“2000”（2,000元），相差500元" in told(
        category("a", standards=()), stated=(*lines, stated("total", 2000))
    )
    assert "各行相加" not in told(category("a", standards=()), stated=(*lines, stated("total", 1500)))


@pytest.mark.parametrize(
    ("exactness", "low", "high", "is_told"),
    [
        ("about", 5030, None, False),
        ("about", 5100, None, True),
        ("at_least", 4000, None, False),
        ("at_least", 5001, None, True),
        ("range", 4000, 6000, False),
        ("range", 5001, 6000, True),
    ],
)
def test_vague_figures_are_held_to_what_they_say(exactness, low, high, is_told):
    figure = stated("cash", low, exactness=exactness, high=None if high is None else Decimal(high))
    findings = plan_check.check(plan(category("a", quota=50), stated=(figure,)))
    assert any("推算" in finding or "＝" in finding for finding in findings) == is_told


def fund(amount, kind="relief"):
    return values.Fund("f", "资金", "用途", amount and Decimal(amount), "", kind)


@pytest.mark.parametrize(
    ("funds", "settings", "words"),
    [
        ([fund(4000)], {}, "缺1,000元"),
        ([fund(6000)], {}, "多1,000元"),
        ([fund(5000), fund(900, "staff")], {}, "属于职工福利，不是慰问支出"),
        ([fund(5000), fund(900, "work")], {}, "属于工作费用，不是慰问支出"),
        ([fund(5000)], {"kind": "staff_benefit"}, "两类资金不得混用"),
        ([fund(None)], {}, "没有写明金额"),
    ],
)
def test_funds_are_held_beside_what_is_needed_and_what_they_may_pay(funds, settings, words):
    findings = plan_check.check(
        dataclasses.replace(plan(category("a", quota=50), settings=settings), funds=tuple(funds))
    )
    assert words in "\n".join(findings)


# -- tiers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("upper", "lower", "words"),
    [
        (("at_most", 1.5), ("at_least", 1.5), "界限重叠"),
        (("less_than", 1.5), ("more_than", 1.5), "恰为此数的哪一类都不属于"),
        (("at_most", 1.5), ("more_than", 1.5), ""),
        (("less_than", 1.5), ("at_least", 1.5), ""),
        (("at_most", 1.5), ("at_least", 2), "档次有空档"),
    ],
)
def test_neighbouring_tiers_meet_at_their_boundary(upper, lower, words):
    found = told(
        category("a", criteria=[test_of(Fact.INCOME_MULTIPLE, *upper)]),
        category("b", criteria=[test_of(Fact.INCOME_MULTIPLE, *lower)]),
    )
    if words:
        assert words in found
    else:
        assert "界限重叠" not in found and "哪一类都不属于" not in found


@pytest.mark.parametrize(("upper", "lower", "has_gap"), [(79, 80, False), (78, 80, True)])
def test_whole_numbers_leave_no_gap_between_neighbours(upper, lower, has_gap):
    found = told(
        category("a", criteria=[test_of(Fact.ELDEST_AGE, "at_most", upper)]),
        category("b", criteria=[test_of(Fact.ELDEST_AGE, "at_least", lower)]),
    )
    assert ("档次有空档" in found) == has_gap


def test_a_gap_filled_by_a_third_tier_is_none():
    found = told(
        category("a", criteria=[test_of(Fact.INCOME, "at_most", 500)]),
        category("b", criteria=[test_of(Fact.INCOME, "at_least", 900)]),
        category("c", criteria=[test_of(Fact.INCOME, "at_most", 2000)]),
    )
    assert "档次有空档" not in found


def test_one_person_in_two_categories_that_combine_is_told():
    veterans = test_of(Fact.CATEGORY, "one_of", "退役军人")
    both = category("a", criteria=[veterans]), category("b", criteria=[veterans], is_combinable=True)
    assert "“退役军人”既在类别“类别a”又在“类别b”" in told(*both)
    assert "会领两次" not in told(both[0], dataclasses.replace(both[1], is_combinable=False))


# -- dates and words -------------------------------------------------------------------------------------


def milestone(name, due, kind=MilestoneKind.WORK, start=None):
    return values.Milestone(name, kind, start, due, None, "", "", "", "")


@pytest.mark.parametrize(
    ("report", "words"),
    [(date(2027, 1, 9), "报送早于完工"), (date(2027, 1, 10), "没有留出汇总时间"), (date(2027, 1, 12), "")],
)
def test_a_report_is_due_after_the_work(report, words):
    milestones = (milestone("走访", date(2027, 1, 10)), milestone("总结", report, MilestoneKind.REPORT))
    found = told(category("a"), milestones=milestones)
    assert words in found and ("总结" in found) == bool(words)


def test_days_count_both_ends():
    milestones = (milestone("走访", date(2027, 1, 17), start=date(2027, 1, 15)),)
    figure = stated("days", 2, label="走访", text="共两天")
    assert "首尾都算是3天，方案载明2天" in told(category("a"), milestones=milestones, stated=(figure,))


@pytest.mark.parametrize(
    ("purpose", "words"),
    [
        ("看望患尿毒症的王某", "写出具体病情（尿毒症）"),
        ("联系人电话13912345678", "有证件号或手机号（139…）"),
        ("看望困难群众", ""),
    ],
)
def test_a_text_that_gives_people_away_is_told(purpose, words):
    found = told(category("a"), settings={"purpose": purpose})
    assert words in found and ("公开前须删去" in found) == bool(words)


@pytest.mark.parametrize("number", plan_file.shipped())
def test_the_check_says_each_thing_once(number):
    findings = plan_check.check(plan_file.read(plan_file.named(number)))
    assert len(findings) == len(set(findings))
