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


@dataclass(frozen=True)
class Tier:
    """The interval of one fact in which a category lies. A bound is (number, is it inside), or None."""

    category: object
    low: tuple | None
    high: tuple | None


def tiers(plan):
    """Gaps and overlaps at the boundary of two neighbouring tiers of one fact."""
    for fact in Fact:
        of_fact = [tier for category in plan.categories if (tier := _tier(category, fact))]
        for below in of_fact:
            for above in of_fact:
                if below.high and above.low and below.category is not above.category:
                    yield from _boundary(fact, below, above, of_fact)


def _tier(category, fact):
    """The interval that the category's own tests of ``fact`` leave; None when it has none, or asks it among others."""
    low = high = None
    for node in category.criteria:
        if node.kind != CriterionKind.TEST or node.fact != fact or node.is_negated or eligibility.fault(node):
            continue
        if node.operator in LOWER:
            low = (Decimal(node.value), LOWER[node.operator])
        elif node.operator in UPPER:
            high = (Decimal(node.value), UPPER[node.operator])
    return Tier(category, low, high) if low or high else None


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
