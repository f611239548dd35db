"""Stated figures beside computed ones, funds beside needs, quotas beside totals."""

from decimal import Decimal

from beneficiaries.enums import BY_LIST, Exactness, SpendingKind, StatedSubject, Unit
from beneficiaries.plan_file.values import SUMMARY
from beneficiaries.rules.plan_check import reckoning
from beneficiaries.rules.plan_check.figures import (
    COUNTED,
    UNITS,
    about,
    interval,
    name_of,
    subject_of,
)
from beneficiaries.rules.plan_check.finding import Finding, between, show

EACH = {
    StatedSubject.TOTAL: StatedSubject.PER_HOUSEHOLD,
    StatedSubject.CASH: StatedSubject.CASH_PER_HOUSEHOLD,
    StatedSubject.GOODS: StatedSubject.GOODS_PER_HOUSEHOLD,
}
DIVIDED = (*EACH, StatedSubject.LINE, StatedSubject.QUANTITY)
UNIT_WORDS = {Unit.HOUSEHOLD: "户", Unit.PERSON: "人", Unit.INSTITUTION: "个单位"}


def stated_figures(plan):
    """Each stated figure that the plan's own numbers contradict, leave open, or do not divide."""
    own = reckoning.computed(plan)
    for stated in plan.stated:
        key = stated.subject, stated.category
        if stated.exactness == Exactness.BLANK:
            yield Finding(
                f"{about(plan, stated)}空缺（方案原文“{stated.text}”），无法核对，请补填。",
                subject_of(stated),
            )
        elif stated.low is None:
            continue
        elif stated.subject in COUNTED and stated.exactness != Exactness.EXACT:
            yield Finding(
                f"{about(plan, stated)}“{stated.text}”不是确数，无法据以核算款物。", subject_of(stated)
            )
        is_own_line = stated.label and not stated.category  # a line that belongs to no category
        if stated.low is None or (is_own_line and stated.subject not in DIVIDED):
            continue
        if key in own and not is_own_line:
            if not _agrees(stated, *own[key]):
                yield Finding(_mismatch(plan, stated, own), subject_of(stated))
        else:
            yield from _division(plan, stated)
    yield from _units_mixed(plan)
    yield from _lines(plan)


def _agrees(stated, low, high):
    """An amount stated 不低于 is met by all that reaches it, and by a standard that has no upper limit."""
    least, most = interval(stated)
    return (
        low <= most
        and (low if stated.exactness == Exactness.AT_LEAST and high.is_finite() else high) >= least
    )


def _mismatch(plan, stated, own):
    low, high = own[stated.subject, stated.category]
    unit = UNITS.get(stated.subject, "元")
    result = between(low, high)
    words = f"{about(plan, stated)}推算为{result}{unit}"
    each = own.get((EACH.get(stated.subject), stated.category))
    count, counter = _count(plan, stated.category, own)
    simple = each and each[0] == each[1] and count and low == high == count * each[0]
    if simple:
        words = f"{_where(plan, stated)}{show(count)}{counter}×{show(each[0])}元＝{result}元"
    words += f"，方案载明“{stated.text}”（{show(stated.low)}{unit}），相差{show(abs(stated.low - low))}{unit}"
    if simple and stated.low % count == 0:
        words += f"；按载明数每{counter}为{show(stated.low / count)}元"
    return f"{words}，请核对。"


def _where(plan, stated):
    return f"类别“{name_of(plan, stated.category)}”：" if stated.category else ""


def _count(plan, code, own):
    """(number, 户 or 人) of a category or of the whole plan, (None, "") when it is not known or mixed."""
    found = [
        (own[subject, code][0], UNITS[subject])
        for subject in COUNTED
        if (subject, code) in own and own[subject, code][0]
    ]
    if len(found) > 1 and code:
        unit = next(one.unit for one in plan.categories if one.code == code)
        found = [one for one in found if one[1] == UNITS[reckoning.COUNTS[unit]]]
    return found[0] if len(found) == 1 else (None, "")


def _division(plan, stated):
    """A lump sum that no standard explains and that does not divide evenly among those it is for."""
    if not stated.is_lump_sum or stated.subject not in DIVIDED:
        return
    count, counter = _stated_or_planned(plan, stated.category)
    if not count or count == 1:
        return
    each = stated.low / count
    is_money = stated.subject != StatedSubject.QUANTITY
    unit = stated.unit or "元"
    whole = each == each.quantize(Decimal("0.01")) if is_money else each == each.to_integral_value()
    if whole and plan.document == SUMMARY and stated.subject == StatedSubject.CASH and each % 10:
        yield Finding(
            f"{about(plan, stated)}“{stated.text}”：平均每{counter}{show(each)}元，不是整十元，可能每{counter}不同或数字有误。",
            subject_of(stated),
        )
    if whole:
        return
    yield Finding(
        f"{about(plan, stated)}“{stated.text}”：{show(stated.low)}{unit}÷{show(count)}{counter}"
        f"＝{'约' if each != each.quantize(Decimal('0.01')) else ''}{show(each)}{unit}，"
        f"{'不是整数单价' if is_money else '不是整份'}，可能每{counter}不同或数字有误。",
        subject_of(stated),
    )


def _stated_or_planned(plan, code):
    """(number, counter) as stated, else as planned; of the category, else of the whole plan."""
    for subject, counter in UNITS.items():
        for one in plan.stated:
            if one.subject == subject and one.category == code and one.low:
                return one.low, counter
    category = next((one for one in plan.categories if one.code == code), None)
    if category is not None and category.quota:
        return Decimal(category.quota), UNIT_WORDS[category.unit]
    if not code and plan.quotas.total:
        return Decimal(plan.quotas.total), "户"
    return None, ""


def _units_mixed(plan):
    """One number given once in households and once in persons."""
    for category in plan.categories:
        counts = {
            one.subject: one
            for one in plan.stated
            if one.category == category.code
            and one.subject in (StatedSubject.HOUSEHOLDS, StatedSubject.PERSONS)
        }
        if len(counts) == 2:
            households, persons = counts[StatedSubject.HOUSEHOLDS], counts[StatedSubject.PERSONS]
            if households.low is not None and households.low == persons.low:
                yield Finding(
                    f"类别“{category.name}”的数量一处写“{households.text}”、一处写“{persons.text}”，户与人混用，请核对发放单位。",
                    subject_of(persons),
                )


# -- lines and their sum -----------------------------------------------------------------------------


def _lines(plan):
    """The lines of the plan summed as they stand, beside the stated total."""
    lines = [one for one in plan.stated if one.subject == StatedSubject.LINE and one.low is not None]
    goods = [
        one
        for one in plan.stated
        if one.subject == StatedSubject.GOODS and one.low is not None and not one.category
    ]
    totals = [
        one
        for one in plan.stated
        if one.subject in (StatedSubject.TOTAL, StatedSubject.CASH)
        and not one.category
        and one.low is not None
    ]
    if not lines or not totals:
        return
    money, material = sum(one.low for one in lines), sum(one.low for one in goods)
    for total in totals:
        added = "＋".join(show(one.low) for one in (*lines, *goods))
        if total.subject == StatedSubject.CASH and material and total.low == money + material:
            yield Finding(
                f"慰问金总额“{total.text}”恰为各行数字直接相加（{added}＝{show(total.low)}元），"
                f"其中{show(material)}元是物资：须把物资计作慰问金"
                f"{'、把每户(人)标准当作总额' if any(not one.is_lump_sum for one in lines) else ''}才合得上，请分开核算。",
                "goods_as_cash",
            )
        elif all(one.is_lump_sum for one in lines):
            own = money + (material if total.subject == StatedSubject.TOTAL else 0)
            if not _agrees(total, own, own):
                yield Finding(
                    f"各行相加（{added}）为{show(own)}元，方案载明总额“{total.text}”（{show(total.low)}元），"
                    f"相差{show(abs(own - total.low))}元，请核对。",
                    "lines",
                )


# -- funds, quotas -----------------------------------------------------------------------------------

NOT_RELIEF = {SpendingKind.STAFF: "职工福利", SpendingKind.WORK: "工作费用"}


def funds(plan):
    """Foreseen funds beside what the standards need, and spending that relief money may not pay."""
    for fund in plan.funds:
        if fund.amount is None:
            yield Finding(
                f"资金“{fund.name}”没有写明金额{f'（方案原文“{fund.amount_text}”）' if fund.amount_text else ''}。",
                "funds",
            )
    yield from _not_relief(plan)
    amounts = [fund.amount for fund in plan.funds if fund.spending_kind not in NOT_RELIEF]
    foreseen, own = None if None in amounts else sum(amounts), reckoning.computed(plan).get(("total", ""))
    if not amounts or foreseen is None or own is None:
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


def _not_relief(plan):
    own_staff = plan.settings["kind"] == "staff_benefit"
    for fund in plan.funds:
        what = NOT_RELIEF.get(fund.spending_kind)
        if what and not (own_staff and fund.spending_kind == SpendingKind.STAFF):
            yield Finding(
                f"资金“{fund.name}”中的“{fund.spending or what}”属于{what}，不是慰问支出，不得与慰问资金混用，请另列。",
                "funds",
            )
        elif own_staff and not what:
            yield Finding(
                f"职工慰问方案的资金“{fund.name}”列作困难慰问，两类资金不得混用，请另立方案。", "funds"
            )


def quotas(plan):
    """Quotas of communities and categories beside the totals they belong to."""
    named, total = plan.quotas.named, plan.quotas.total
    each = plan.quotas.each
    parts = reckoning.spread(plan, named, each)
    if None not in (parts, total) and parts != total:
        yield Finding(f"{_parts(plan, named, each)}名额合计{parts}，与总名额{total}不符。", "quota")
    counts = [category.quota for category in plan.categories]
    by_category = sum(counts) if counts and None not in counts else None
    if by_category is not None and total is not None and by_category != total:
        yield Finding(f"各类别名额合计{by_category}，与总名额{total}不符。", "quota")
    for category in plan.categories:
        yield from _of_category(plan, category)
    units = {category.unit for category in plan.categories}
    if total is not None and by_category is None and len(units) > 1:
        names = "、".join(Unit(unit).label for unit in sorted(units))
        yield Finding(f"各类别的对象单位不同（{names}），总名额不能相加，请按类别写明名额。", "quota")
    is_by_list = plan.document != SUMMARY and plan.settings["kind"] in BY_LIST
    is_open = total is None and by_category is None and not named and each is None
    if is_by_list and plan.categories and is_open:
        without = [one.name for one in plan.categories if one.quota is None]
        what = "也没有各类别名额" if len(without) == len(counts) else f"类别“{'”“'.join(without)}”也没有名额"
        yield Finding(f"没有总名额，{what}，无法推算所需款物。", "quota")


def _of_category(plan, category):
    """The category's quotas of communities beside its own; one for each community beside what is stated."""
    parts = reckoning.spread(plan, category.quotas, category.quota_each)
    if parts is None or category.quota in (None, parts):
        return
    if category.quota_each is None:
        words = f"分配到村(社区)的名额合计{parts}"
    else:
        words = f"{_parts(plan, category.quotas, category.quota_each)}名额合计{parts}"
    yield Finding(f"类别“{category.name}”{words}，与类别名额{category.quota}不符。", "quota")


def _parts(plan, named, each):
    """各村(社区); with a quota of each, how many there are and how much each has."""
    if each is None:
        return "各村(社区)"
    number = reckoning.communities(plan)
    others = number - len(named)
    return f"实施范围内{number}个村(社区)，{f'除写明的{len(named)}个外' if named else ''}{others}×{each}，"
