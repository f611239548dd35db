"""Tiers that overlap or leave a gap at a boundary, and categories that would pay one person twice.

以上/以下/以内 include the number, 不满/超过 do not (民法典 1259).
"""

from dataclasses import dataclass
from decimal import Decimal

from beneficiaries.enums import CriterionKind, Fact, Operator, StandardKind, Unit
from beneficiaries.rules import eligibility
from beneficiaries.rules.plan_check.finding import Finding, show

LOWER = {Operator.AT_LEAST: True, Operator.MORE_THAN: False}  # is the number itself inside?
UPPER = {Operator.AT_MOST: True, Operator.LESS_THAN: False}


FLIPPED = {
    Operator.AT_LEAST: Operator.LESS_THAN,
    Operator.MORE_THAN: Operator.AT_MOST,
    Operator.AT_MOST: Operator.MORE_THAN,
    Operator.LESS_THAN: Operator.AT_LEAST,
}


@dataclass(frozen=True)
class Tier:
    """The interval of one fact in which a category lies, and what else it asks. A bound is (number, is it inside), or None."""

    category: object
    low: tuple | None
    high: tuple | None
    others: frozenset


def tiers(plan):
    """Gaps and overlaps between two neighbouring tiers of one fact."""
    for fact in Fact:
        of_fact = [tier for category in plan.categories if (tier := _tier(category, fact))]
        for below in of_fact:
            for above in of_fact:
                if below.high and above.low and below.category is not above.category:
                    yield from _boundary(fact, below, above, of_fact)
                    yield from _overlap(fact, below, above)


def _tier(category, fact):
    """The interval that the category's tests of ``fact`` leave, the tightest of them; None when it has none."""
    low = high = None
    others = []
    for node in _all_of(category.criteria):
        operator = FLIPPED.get(node.operator) if node.is_negated else node.operator
        if node.kind != CriterionKind.TEST or node.fact != fact or eligibility.fault(node):
            others.append(node)
        elif operator in LOWER:
            bound = Decimal(node.value), LOWER[operator]
            low = bound if low is None else max(low, bound, key=lambda one: (one[0], not one[1]))
        elif operator in UPPER:
            bound = Decimal(node.value), UPPER[operator]
            high = bound if high is None else min(high, bound)
        else:
            others.append(node)
    tests = frozenset(one for one in others if one.kind != CriterionKind.JUDGED)
    return Tier(category, low, high, tests) if low or high else None


def _all_of(nodes):
    """The conditions that must all hold: groups of all are opened, at any depth."""
    for node in nodes:
        if node.kind == CriterionKind.ALL and not node.is_negated:
            yield from _all_of(node.children)
        else:
            yield node


def _overlap(fact, below, above):
    """Two tiers that share more than their boundary.

    Only where they are meant to divide the fact between them: one begins and ends below the other, and all else that
    can be tested is the same. Tiers by precedence (1.5倍以内, 2倍以内) have no lower bound, and so are none of these.
    """
    starts_lower = below.low is None or below.low[0] < above.low[0]
    ends_lower = above.high is None or below.high[0] < above.high[0]
    if not (starts_lower and ends_lower and below.others == above.others):
        return
    upper, lower = below.high, above.low
    last, first = upper[0], lower[0]
    if fact in eligibility.WHOLE:
        last, first = last - (not upper[1]), first + (not lower[1])
    is_shared = last >= first if fact in eligibility.WHOLE else last > first
    if not is_shared or upper[0] == lower[0]:
        return
    label = Fact(fact).label.split("（")[0]
    is_both = below.category.is_combinable or above.category.is_combinable
    then = "两类可同时享受，会各领一次" if is_both else "都归入优先次序在前的一类"
    yield Finding(
        f"类别“{below.category.name}”与“{above.category.name}”的{label}在{show(lower[0])}至{show(upper[0])}之间重叠，{then}，请核对界限。",
        "criteria",
    )


def _boundary(fact, below, above, all_tiers):
    upper, lower = below.high, above.low
    step = 1 if fact in eligibility.WHOLE else 0
    label = Fact(fact).label.split("（")[0]
    pair = f"类别“{below.category.name}”与“{above.category.name}”"
    if upper[0] == lower[0]:
        if upper[1] and lower[1]:
            yield Finding(
                f"{pair}都含{label}{show(upper[0])}（“以上”“以下”含本数），界限重叠；恰为此数的按优先次序归入前一类。",
                "criteria",
            )
        elif not upper[1] and not lower[1]:
            yield Finding(
                f"{pair}都不含{label}{show(upper[0])}（“超过”“不满”不含本数），恰为此数的哪一类都不属于。",
                "criteria",
            )
    elif upper[0] < lower[0] and not _is_filled(upper[0], lower[0], all_tiers):
        if step and (lower[0] - (0 if lower[1] else -1)) - (upper[0] - (0 if upper[1] else 1)) <= step:
            return
        yield Finding(
            f"{pair}之间，{label}{show(upper[0])}至{show(lower[0])}的哪一类都不属于，档次有空档。", "criteria"
        )


def _is_filled(start, end, all_tiers):
    """Does some tier reach over the whole way from ``start`` to ``end``?"""
    return any(
        (tier.low is None or tier.low[0] <= start) and (tier.high is None or tier.high[0] >= end)
        for tier in all_tiers
    )


def paid_twice(plan):
    """Pairs of categories that may be had together and are for the same people."""
    for place, first in enumerate(plan.categories):
        for second in plan.categories[place + 1 :]:
            if Unit.INSTITUTION in (first.unit, second.unit) or not (
                first.is_combinable or second.is_combinable
            ):
                continue
            shared = held(first) & held(second)
            if shared and _pays(first) and _pays(second) and first.adds_to != second.code != first.code:
                yield Finding(
                    f"“{'”“'.join(sorted(shared))}”既在类别“{first.name}”又在“{second.name}”，且可同时享受，同一人会领两次，请写明只享受一类还是可以兼得。",
                    "twice",
                )


def held(category):
    """Hardship categories by which one comes into ``category``."""
    return {
        name
        for node in eligibility.tests(category.criteria)
        if node.fact == Fact.CATEGORY and not node.is_negated
        for name in eligibility.names(node.value)
    }


def _pays(category):
    return any(line.kind != StandardKind.SERVICE for line in category.standards)
