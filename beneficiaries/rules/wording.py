"""Conditions in words, as the notice board would say them. Pure."""

from decimal import Decimal

from beneficiaries.enums import CriterionKind, Fact, Operator
from beneficiaries.rules.fact_kinds import FLAGS, MONEY, NAMED, WHOLE, help_named, listed


def of(node):
    """The condition as the notice board would say it: 家庭月人均收入在低保标准1.5倍以下（含）"""
    words = _wording(node)
    return f"不是：{words}" if node.is_negated else words


def _wording(node):
    if node.kind in (CriterionKind.ALL, CriterionKind.ANY):
        return "以下条件同时满足" if node.kind == CriterionKind.ALL else "以下条件满足其一"
    if node.kind == CriterionKind.JUDGED:
        return node.wording
    if node.fact in FLAGS:
        return f"{Fact(node.fact).label}：{Operator(node.operator).label}"
    if node.fact in NAMED:
        return _named_wording(node)
    subject = Fact(node.fact).label.split("（")[0]
    bound = Operator(node.operator).label
    amount = {**WHOLE, **dict.fromkeys(MONEY, "元")}.get(node.fact, "")
    if node.fact == Fact.INCOME_MULTIPLE:
        subject, amount = "家庭月人均收入为低保标准的", "倍"
    if node.fact == Fact.MONTHS_ON_FILE:
        subject = "建档"
    if node.operator in (Operator.MORE_THAN, Operator.LESS_THAN, Operator.EQUALS):
        return f"{subject}{bound.split('（')[0]}{number(node.value)}{amount}"
    return f"{subject}{number(node.value)}{amount}{bound}"


def _named_wording(node):
    given = listed(node.value)
    all_given = "、".join(given)
    some = "之一" if len(given) > 1 else ""
    return {
        Fact.CATEGORY: f"困难类别为{all_given}{some}",
        Fact.SCHOOL_STAGE: f"有{all_given}在读学生",
        Fact.LISTED_DISEASE: f"有成员患{all_given}{some}",
        Fact.DISABILITY_GRADE: f"有{all_given}残疾人",
        Fact.HOUSING_DANGER: f"房屋安全等级为{all_given}{some}",
        Fact.WORK_STATE: f"有成员就业状况为{all_given}{some}",
        Fact.VETERAN_KIND: f"有成员为{all_given}{some}",
        Fact.HELPED_BEFORE: "或".join(_help_wording(name) for name in given),
    }[Fact(node.fact)]


def _help_wording(name):
    year, code = help_named(name) or (None, name)
    when, by = f"{year}年" if year else "", f"由方案{code}" if code else ""
    return f"{when}已{by}救助" if by else f"{when}已获救助"


def number(value):
    """1,170 or 2,339.5 or 1.5: no needless zeros."""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
