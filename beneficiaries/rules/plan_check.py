"""Does the plan add up? Compares what a plan states with what follows from it. Pure.

Nothing here forbids anything: every finding is shown beside the text as given, for people to decide.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from beneficiaries.enums import Exactness, StatedSubject, StepKind, Unit
from beneficiaries.rules import eligibility
from welfare.quantities import plain

ABOUT = Decimal("0.01")  # 约 allows one part in a hundred
FORBIDDEN_IN_LABEL = (
    "病",
    "残",
    "癌",
    "瘫",
    "障碍",
    "精神",
    "智力",
    "艾滋",
    "儿童",
    "孤儿",
    "未成年",
    "学生",
    "孩",
    "失独",
)


class Finding(str):
    """One sentence; ``subject`` names the stated figure it concerns, or the part of the plan."""

    def __new__(cls, text, subject=""):
        found = super().__new__(cls, text)
        found.subject = subject
        return found


@dataclass(frozen=True)
class CategoryOutline:
    """A category as far as sums and notices go; ``cash`` and ``goods`` per entry, None when they depend on its size."""

    name: str
    public_label: str
    unit: str
    quota: int | None
    cash: Decimal | None
    goods: Decimal | None
    has_standard: bool
    criteria: tuple

    @property
    def value(self):
        return None if self.cash is None or self.goods is None else self.cash + self.goods


@dataclass(frozen=True)
class StepOutline:
    kind: str
    label: str
    quorum_share: Decimal | None = None
    pass_share: Decimal | None = None


@dataclass(frozen=True)
class MilestoneOutline:
    name: str
    starts_on: date | None
    due_on: date | None


@dataclass(frozen=True)
class StatedOutline:
    subject: str
    text: str
    low: Decimal | None
    high: Decimal | None
    exactness: str


@dataclass(frozen=True)
class Outline:
    """What is checked, whether it comes from a file or from the database.

    ``quotas`` are (category name or "", count); ``funds`` the foreseen amounts, None where blank.
    """

    starts_on: date
    ends_on: date
    quota_total: int | None
    categories: tuple
    quotas: tuple
    steps: tuple
    milestones: tuple
    funds: tuple
    stated: tuple


def check(outline):
    """Every Finding about the outline, sums first."""
    return [
        *_stated_figures(outline),
        *_funds(outline),
        *_quotas(outline),
        *_categories(outline),
        *_steps(outline),
        *_milestones(outline),
    ]


# -- sums --------------------------------------------------------------------------------------------


def computed(outline):
    """``{subject: (low, high)}`` of what follows from quotas and standards; what cannot be told is missing."""
    categories, total = outline.categories, outline.quota_total
    number = total if total is not None else _sum(category.quota for category in categories)
    found = {} if number is None else {"households": (Decimal(number), Decimal(number))}
    for subject, name in (("total", "value"), ("cash", "cash"), ("goods", "goods")):
        amounts = [getattr(category, name) for category in categories]
        if not amounts or None in amounts:
            continue
        suffix = "per_household" if subject == "total" else f"{subject}_per_household"
        found[suffix] = (min(amounts), max(amounts))
        if number is not None:
            found[subject] = _total(categories, amounts, number)
    return found


def _total(categories, amounts, number):
    quotas = [category.quota for category in categories]
    if None not in quotas:
        exact = sum(quota * amount for quota, amount in zip(quotas, amounts, strict=True))
        return exact, exact
    return number * min(amounts), number * max(amounts)


def _sum(numbers):
    numbers = list(numbers)
    return sum(numbers) if numbers and None not in numbers else None


UNITS = {StatedSubject.HOUSEHOLDS: "户"}


def _stated_figures(outline):
    own = computed(outline)
    for stated in outline.stated:
        if stated.low is None or stated.subject not in own or stated.exactness == Exactness.BLANK:
            continue
        low, high = own[stated.subject]
        if not _agrees(stated, low, high):
            yield Finding(_mismatch(stated, low, high, own), stated.subject)


def _agrees(stated, low, high):
    slack = stated.low * ABOUT if stated.exactness == Exactness.ABOUT else 0
    if stated.exactness == Exactness.AT_LEAST:
        return low >= stated.low
    top = stated.high if stated.exactness == Exactness.RANGE and stated.high is not None else stated.low
    return low <= top + slack and high >= stated.low - slack


def _mismatch(stated, low, high, own):
    unit = UNITS.get(stated.subject, "元")
    result = show(low) if low == high else f"{show(low)}～{show(high)}"
    words = f"{StatedSubject(stated.subject).label}推算为{result}{unit}"
    each = own.get(
        {"total": "per_household", "cash": "cash_per_household", "goods": "goods_per_household"}.get(
            stated.subject
        )
    )
    if each and each[0] == each[1] and "households" in own and low == high:
        words = f"{show(own['households'][0])}户×{show(each[0])}元＝{result}元"
    words += f"，方案载明“{stated.text}”（{show(stated.low)}{unit}），相差{show(abs(stated.low - low))}{unit}"
    if each and "households" in own and own["households"][0] and stated.low % own["households"][0] == 0:
        words += f"；按载明数每户为{show(stated.low / own['households'][0])}元"
    return f"{words}，请核对。"


def show(number):
    """A sum in a sentence: 500, 52,000"""
    return plain(Decimal(f"{number:f}")) if number < 1000 else f"{number:,.2f}".removesuffix(".00")


def _funds(outline):
    foreseen, own = _sum(outline.funds), computed(outline).get("total")
    if foreseen is None or own is None:
        return
    if foreseen < own[0]:
        yield Finding(
            f"资金安排合计{show(foreseen)}元，按标准需要{show(own[0])}元，缺{show(own[0] - foreseen)}元。",
            "funds",
        )
    elif foreseen > own[1]:
        yield Finding(
            f"资金安排合计{show(foreseen)}元，按标准只需{show(own[1])}元，多{show(foreseen - own[1])}元。",
            "funds",
        )


def _quotas(outline):
    whole = [count for name, count in outline.quotas if not name]
    if whole and outline.quota_total is not None and sum(whole) != outline.quota_total:
        yield Finding(f"各村(社区)名额合计{sum(whole)}，与总名额{outline.quota_total}不符。", "quota")
    by_category = _sum(category.quota for category in outline.categories)
    if by_category is not None and outline.quota_total is not None and by_category != outline.quota_total:
        yield Finding(f"各类别名额合计{by_category}，与总名额{outline.quota_total}不符。", "quota")
    for category in outline.categories:
        parts = [count for name, count in outline.quotas if name == category.name]
        if parts and category.quota is not None and sum(parts) != category.quota:
            yield Finding(
                f"类别“{category.name}”分配到村(社区)的名额合计{sum(parts)}，与类别名额{category.quota}不符。",
                "quota",
            )
    units = {category.unit for category in outline.categories}
    if outline.quota_total is not None and by_category is None and len(units) > 1:
        names = "、".join(Unit(unit).label for unit in sorted(units))
        yield Finding(f"各类别的对象单位不同（{names}），总名额不能相加，请按类别写明名额。", "quota")
    if outline.quota_total is None and by_category is None:
        yield Finding("没有总名额，也没有各类别名额，无法推算所需款物。", "quota")


# -- categories, steps, dates ------------------------------------------------------------------------


def _categories(outline):
    if not outline.categories:
        yield Finding("方案没有慰问类别。", "categories")
    for category in outline.categories:
        if not category.has_standard:
            yield Finding(f"类别“{category.name}”没有慰问标准。", "categories")
        if not category.public_label:
            yield Finding(f"类别“{category.name}”没有公开名称，不能公示。", "categories")
        for word in FORBIDDEN_IN_LABEL:
            if word in category.public_label:
                yield Finding(
                    f"公开名称“{category.public_label}”含有“{word}”，会在公示中泄露隐私，请改用中性名称。",
                    "categories",
                )
                break
        tests = list(eligibility.tests(category.criteria))
        if not tests:
            yield Finding(f"类别“{category.name}”没有可以筛选的条件，只能由提名列入。", "criteria")
        for fault in filter(None, map(eligibility.fault, tests)):
            yield Finding(f"类别“{category.name}”的条件有误：{fault}", "criteria")


def _steps(outline):
    places = {}
    for place, step in enumerate(outline.steps):
        places.setdefault(step.kind, place)
    for kind, words in ((StepKind.NOTICE, "名单不经公示"), (StepKind.APPROVAL, "名单无人审批")):
        if kind not in places:
            yield Finding(f"程序中没有“{kind.label}”环节，{words}。", "steps")
    for first, then in (
        (StepKind.ASSESSMENT, StepKind.NOTICE),
        (StepKind.SUBMISSION, StepKind.APPROVAL),
        (StepKind.NOTICE, StepKind.APPROVAL),
        (StepKind.CHECK, StepKind.APPROVAL),
    ):
        if first in places and then in places and places[then] < places[first]:
            yield Finding(f"“{then.label}”排在“{first.label}”之前，次序有误。", "steps")
    for step in outline.steps:
        if step.kind == StepKind.ASSESSMENT and not (step.quorum_share and step.pass_share):
            yield Finding(f"环节“{step.label}”没有写明到会比例和同意比例。", "steps")


def _milestones(outline):
    last = None
    for milestone in outline.milestones:
        days = [on for on in (milestone.starts_on, milestone.due_on) if on]
        if milestone.starts_on and milestone.due_on and milestone.due_on < milestone.starts_on:
            yield Finding(f"时间节点“{milestone.name}”的截止日期早于开始日期。", "milestones")
        for on in days:
            if not outline.starts_on <= on <= outline.ends_on:
                yield Finding(
                    f"时间节点“{milestone.name}”（{on}）不在方案期限{outline.starts_on}至{outline.ends_on}之内。",
                    "milestones",
                )
                break
        if milestone.due_on and last and milestone.due_on < last.due_on:
            yield Finding(
                f"时间节点“{milestone.name}”（{milestone.due_on}）早于前一项“{last.name}”（{last.due_on}）。",
                "milestones",
            )
        last = milestone if milestone.due_on else last
