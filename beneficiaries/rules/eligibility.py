"""Who qualifies: criteria over plain facts, and why, in words. Pure; the SQL twin is ``queries.screening``.

Three-valued: a fact that is not on file makes its test *unknown*, negated or not, and unknown never
qualifies anybody. A judged condition is decided by the assessment: screening passes over it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from beneficiaries.enums import CriterionKind, Fact, Operator, SchoolStage
from welfare import money

MONEY = frozenset({Fact.INCOME, Fact.MEDICAL, Fact.LOSS})
WHOLE = {
    Fact.DISABLED_COUNT: "人",
    Fact.SEVERE_DISABLED_COUNT: "人",
    Fact.CHILD_COUNT: "人",
    Fact.MEMBER_COUNT: "人",
    Fact.ELDEST_AGE: "岁",
    Fact.YOUNGEST_AGE: "岁",
    Fact.MONTHS_STOPPED: "个月",
}
FLAGS = frozenset(
    {Fact.HAS_MAJOR_DISEASE, Fact.LIVES_ALONE, Fact.PARTY_MEMBER, Fact.VETERAN, Fact.HELPED_THIS_YEAR}
)
SETS = frozenset({Fact.CATEGORY, Fact.SCHOOL_STAGE})
ORDERED = frozenset(
    {Operator.AT_LEAST, Operator.AT_MOST, Operator.MORE_THAN, Operator.LESS_THAN, Operator.EQUALS}
)
NEAR = Decimal("0.1")  # a miss by a tenth of the limit or less is told with its distance

UNDECIDED = "待评议"
NOT_ON_FILE = "未登记"


@dataclass(frozen=True)
class Node:
    """One condition: a group, a test of a fact, or a judged one. As ``models.Criterion``, with its children."""

    kind: str
    is_negated: bool = False
    fact: str = ""
    operator: str = ""
    value: str = ""
    wording: str = ""
    children: tuple = ()


@dataclass(frozen=True)
class Line:
    """One condition for one beneficiary, in words. ``is_met`` None: by the assessment."""

    text: str
    value: str
    is_met: bool | None
    depth: int = 0

    def as_dict(self):
        return {"text": self.text, "value": self.value, "is_met": self.is_met, "depth": self.depth}


def tree(rows):
    """The top Nodes of criteria rows (any objects with ``id``, ``parent_id`` and Criterion's columns, in order)."""
    below = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)

    def node(row):
        return Node(
            row.kind,
            row.is_negated,
            row.fact,
            row.operator,
            row.value,
            row.wording,
            tuple(node(child) for child in below.get(row.id, ())),
        )

    return tuple(node(row) for row in below.get(None, ()))


def tests(nodes):
    """Every test below ``nodes``."""
    for node in nodes:
        if node.kind == CriterionKind.TEST:
            yield node
        yield from tests(node.children)


def fault(node):
    """The Chinese sentence why a test cannot be computed (operator or value unfit for the fact), or None."""
    if node.kind != CriterionKind.TEST:
        return None
    label, operator = Fact(node.fact).label, Operator(node.operator)
    if node.fact in FLAGS:
        return None if operator in (Operator.IS_TRUE, Operator.IS_FALSE) else f"“{label}”只能比较“是”或“否”。"
    if node.fact in SETS:
        if operator not in (Operator.ONE_OF, Operator.EQUALS):
            return f"“{label}”只能用“属于其一”或“等于”。"
        return _set_fault(node, label)
    if operator not in ORDERED:
        return f"“{label}”是数字，请用“以上”“以下”“超过”“不满”或“等于”。"
    try:
        number = Decimal(node.value)
    except InvalidOperation:
        return f"“{label}”的值“{node.value}”不是数字。"
    if not number.is_finite() or number < 0 or number >= money.LIMIT:
        return f"“{label}”的值“{node.value}”超出范围。"
    if node.fact in WHOLE and number != int(number):
        return f"“{label}”的值应为整数。"
    return None


def _set_fault(node, label):
    if not names(node.value):
        return f"“{label}”须写明名称，多个用“、”隔开。"
    if node.fact == Fact.SCHOOL_STAGE and (unknown := names(node.value) - set(SchoolStage.labels)):
        return f"“{label}”没有“{'、'.join(sorted(unknown))}”，可以填：{'、'.join(SchoolStage.labels)}。"
    return None


def names(value):
    """The names in a value: 低保户、低保边缘户"""
    return {name for name in value.replace("，", "、").split("、") if name}


# -- deciding ----------------------------------------------------------------------------------------


def fits(nodes, facts):
    """True when everything that can be computed is met; what is judged is left open.

    False when nothing can be computed (only the assessment knows) and when a deciding fact is not on file.
    """
    return _truth(Node(CriterionKind.ALL, children=tuple(nodes)), facts, False) is True


class _Open:
    """A judged condition: says nothing, in *all* and in *any*."""


def _truth(node, facts, is_negated):
    """True, False, None (not on file) or _Open of a node; ``is_negated`` by what stands above it."""
    is_negated ^= node.is_negated
    if node.kind == CriterionKind.JUDGED:
        return _Open
    if node.kind == CriterionKind.TEST:
        met = _met(node, facts)
        return None if met is None else met ^ is_negated
    parts = [part for child in node.children if (part := _truth(child, facts, is_negated)) is not _Open]
    if not parts:
        return _Open
    wins = (node.kind == CriterionKind.ANY) ^ is_negated  # not (all) is any of the nots
    if wins in parts:
        return wins
    return None if None in parts else not wins


def _met(node, facts):
    """True or False of a test, without its negation; None when the fact is not on file."""
    if node.fact in SETS:
        return bool(names(node.value) & set(facts[node.fact]))
    if node.fact in FLAGS:
        return facts[node.fact] is (node.operator == Operator.IS_TRUE)
    number, limit = _number_and_limit(node, facts)
    if number is None or limit is None:
        return None
    return {
        Operator.AT_LEAST: number >= limit,
        Operator.AT_MOST: number <= limit,
        Operator.MORE_THAN: number > limit,
        Operator.LESS_THAN: number < limit,
        Operator.EQUALS: number == limit,
    }[node.operator]


def _number_and_limit(node, facts):
    """What is compared: a multiple of the line compares yuan, so that no division rounds."""
    if node.fact != Fact.INCOME_MULTIPLE:
        return facts[node.fact], Decimal(node.value)
    line = facts["minimum_line"]
    return facts[Fact.INCOME], None if line is None else line * Decimal(node.value)


# -- in words ----------------------------------------------------------------------------------------


def wording(node):
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
    if node.fact == Fact.CATEGORY:
        return f"困难类别为{'、'.join(sorted_names(node.value))}" + (
            "之一" if len(names(node.value)) > 1 else ""
        )
    if node.fact == Fact.SCHOOL_STAGE:
        return f"有{'、'.join(sorted_names(node.value))}在读学生"
    subject = Fact(node.fact).label.split("（")[0]
    bound = Operator(node.operator).label
    amount = {**WHOLE, **dict.fromkeys(MONEY, "元")}.get(node.fact, "")
    if node.fact == Fact.INCOME_MULTIPLE:
        subject, amount = "家庭月人均收入为低保标准的", "倍"
    if node.operator in (Operator.MORE_THAN, Operator.LESS_THAN, Operator.EQUALS):
        return f"{subject}{bound.split('（')[0]}{_number(node.value)}{amount}"
    return f"{subject}{_number(node.value)}{amount}{bound}"


def sorted_names(value):
    """The names in the order in which they were written."""
    return list(dict.fromkeys(name for name in value.replace("，", "、").split("、") if name))


def explain(nodes, facts, depth=0):
    """Lines for one beneficiary: each condition, the own value, met or not, and by how much it was missed."""
    found = []
    for node in nodes:
        truth = _truth(node, facts, False)
        is_met = None if truth is _Open else truth is True
        found.append(Line(wording(node), _own_value(node, facts, truth), is_met, depth))
        found += explain(node.children, facts, depth + 1)
    return found


def _own_value(node, facts, truth):
    if node.kind == CriterionKind.JUDGED:
        return UNDECIDED
    if node.kind != CriterionKind.TEST:
        return ""
    if node.fact in SETS:
        return "、".join(sorted(facts[node.fact])) or "无"
    if node.fact in FLAGS:
        return "是" if facts[node.fact] else "否"
    number, limit = _number_and_limit(node, facts)
    if number is None:
        return NOT_ON_FILE
    unit = WHOLE.get(node.fact, "元")
    words = f"{_number(number)}{unit}"
    if node.fact == Fact.INCOME_MULTIPLE:
        if limit is None:
            return f"{words}，当地低保标准未录入"
        words += (
            f"（低保标准{_number(facts['minimum_line'])}元，{_number(node.value)}倍为{_number(limit)}元）"
        )
    return words + ("" if truth else _distance(number, limit, unit))


def _distance(number, limit, unit):
    gap = abs(number - limit)
    if not gap:
        return "，恰为界限"
    if gap > limit * NEAR:
        return ""
    return f"，{'超出' if number > limit else '差'}{_number(gap)}{unit}"


def _number(value):
    """1,170 or 2,339.5 or 1.5: no needless zeros."""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# -- ages --------------------------------------------------------------------------------------------


def born_by(years, on):
    """The last day of birth of somebody who is ``years`` old (or more) on ``on``."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February, and no such day that year
        return date(on.year - years, 2, 28)


Facts = Mapping  # {Fact: value or None} and "minimum_line"; see queries.facts
