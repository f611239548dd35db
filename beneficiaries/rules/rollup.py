"""A framework's own words beside what its children come to: stated figures, quota, funds. Pure.

While rosters are still under way less than stated is no contradiction; more than stated always is.
"""

from dataclasses import dataclass
from decimal import Decimal

from beneficiaries.enums import StatedSubject
from beneficiaries.rules.plan_check import UNITS, show
from beneficiaries.rules.plan_check.figures import interval

SUBJECTS = (*UNITS, StatedSubject.TOTAL, StatedSubject.CASH, StatedSubject.GOODS)


@dataclass(frozen=True)
class Sums:
    """What the children come to. ``planned`` and ``foreseen`` are None where a child does not say its quota or funds."""

    listed: dict  # {StatedSubject: number} of those in SUBJECTS
    entries: int
    value: Decimal
    planned: int | None
    foreseen: Decimal | None
    is_final: bool  # every child has rosters, and all of them are final


@dataclass(frozen=True)
class Line:
    """A figure of the framework beside the children's; ``finding`` when they contradict one another."""

    label: str
    stated: str
    children: str
    finding: str = ""


def lines(stated, quota, funds, sums):
    """[Line]: each lump sum that the framework states as a whole, its quota, its funds (None where it does not say)."""
    found = [
        _figure(one, sums)
        for one in stated
        if one.subject in SUBJECTS and one.is_lump_sum and one.low is not None and not one.label
    ]
    return found + [
        line
        for line in (
            _quota(quota, sums),
            _listed("总名额", quota, sums.entries, "个", "已列入"),
            _funds(funds, sums),
            _listed("资金安排", funds, sums.value, "元", "已列入款物"),
        )
        if line
    ]


def _figure(one, sums):
    label, unit = StatedSubject(one.subject).label, UNITS.get(one.subject, "元")
    number = Decimal(sums.listed[one.subject])
    low, high = interval(one)
    said = f"总体方案载明“{one.text}”"
    finding = ""
    if number > high:
        finding = f"下属方案已列入{show(number)}{unit}，{said}，超出{show(number - high)}{unit}，请核对。"
    elif sums.is_final and number < low:
        finding = f"下属方案全部定案，共{show(number)}{unit}，{said}，少{show(low - number)}{unit}，请核对。"
    return Line(label, one.text, f"已列入{show(number)}{unit}", finding)


def _quota(quota, sums):
    if quota is None or sums.planned is None:
        return None
    finding = ""
    if sums.planned != quota:
        finding = f"下属方案名额合计{sums.planned}个，与总体方案总名额{quota}个不符，请核对。"
    return Line("总名额", f"{quota}个", f"名额合计{sums.planned}个", finding)


def _funds(funds, sums):
    """A child may leave part to the framework; more than its funds only out of its own."""
    if funds is None or sums.foreseen is None:
        return None
    finding = ""
    if sums.foreseen > funds:
        finding = (
            f"下属方案资金安排合计{show(sums.foreseen)}元，总体方案资金{show(funds)}元，"
            f"超出{show(sums.foreseen - funds)}元；含下属单位自筹的，请在总体方案中写明。"
        )
    return Line("资金安排", f"{show(funds)}元", f"资金合计{show(sums.foreseen)}元", finding)


def _listed(label, most, number, unit, what):
    if most is None:
        return None
    finding = ""
    if number > most:
        finding = f"下属方案{what}{show(number)}{unit}，超出总体方案{label}{show(most)}{unit}，请核对。"
    return Line(label, f"{show(most)}{unit}", f"{what}{show(number)}{unit}", finding)
