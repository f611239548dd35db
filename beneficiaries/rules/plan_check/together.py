"""Stated figures beside one another: parts beside their whole, numbers beside standards, lines, quantities of goods.

What ``sums.stated_figures`` can reckon from quotas and standards it tells itself; here is what the plan's own figures
say of one another, standards filled in or not. Figures are taken as (least, most): 约 and 不低于 leave their room.
"""

from decimal import Decimal

from beneficiaries.enums import StatedSubject
from beneficiaries.rules.plan_check import reckoning
from beneficiaries.rules.plan_check.figures import COUNTED, UNITS, about, interval, subject_of
from beneficiaries.rules.plan_check.finding import Finding, between, show

MONEY = (StatedSubject.TOTAL, StatedSubject.CASH, StatedSubject.GOODS)
EACH = {
    StatedSubject.TOTAL: StatedSubject.PER_HOUSEHOLD,
    StatedSubject.CASH: StatedSubject.CASH_PER_HOUSEHOLD,
    StatedSubject.GOODS: StatedSubject.GOODS_PER_HOUSEHOLD,
}
SPLITS = (
    (StatedSubject.TOTAL, StatedSubject.CASH, StatedSubject.GOODS),
    (StatedSubject.PER_HOUSEHOLD, StatedSubject.CASH_PER_HOUSEHOLD, StatedSubject.GOODS_PER_HOUSEHOLD),
)


def figures_together(plan):
    """What the stated figures, one beside another, contradict."""
    own, told = reckoning.computed(plan), _told(plan)
    for code in ("", *(one.code for one in plan.categories)):
        yield from _split(plan, code, own, told)
        yield from _times(plan, code, own, told)
    for subject in (*COUNTED, *MONEY):
        yield from _by_category(plan, subject, own, told)
        yield from _by_label(plan, subject, told)
    yield from _lines_of_categories(plan, own)
    yield from _quantities(plan)


def _told(plan):
    """``{(subject, code): Stated}`` of figures that stand for a whole: unlabelled, with a number, the only one of their kind."""
    found = {}
    for one in plan.stated:
        if one.low is not None and not one.label:
            found.setdefault((one.subject, one.category), []).append(one)
    return {key: rows[0] for key, rows in found.items() if len(rows) == 1}


def _meet(first, second):
    return first[0] <= second[1] and second[0] <= first[1]


def _added(intervals):
    return sum((low for low, _high in intervals), Decimal(0)), sum(
        (high for _low, high in intervals), Decimal(0)
    )


def _most(number, each):
    """Their product; nothing for any number of people is nothing."""
    return number * each if number and each else Decimal(0)


def _off(parts, whole):
    """How far (least, most) of the parts is from the whole."""
    return show(parts[0] - whole[1] if parts[0] > whole[1] else whole[0] - parts[1])


def _split(plan, code, own, told):
    """Cash and goods beside the total of both, for the whole or for each; standards tell it where they are known."""
    for whole, *parts in SPLITS:
        stated = [told.get((subject, code)) for subject in (whole, *parts)]
        if None in stated or all((subject, code) in own for subject in (whole, *parts)):
            continue
        total, cash, goods = stated
        added = _added([interval(cash), interval(goods)])
        if not _meet(added, interval(total)):
            yield Finding(
                f"{about(plan, cash)}{show(cash.low)}元＋{about(plan, goods)}{show(goods.low)}元＝{between(*added)}元，"
                f"{about(plan, total)}载明“{total.text}”，相差{_off(added, interval(total))}元，请核对。",
                subject_of(total),
            )


def _times(plan, code, own, told):
    """The stated number times the stated standard beside the stated sum, where no standard has been filled in."""
    count, counter = _count(plan, code, own, told)
    if count is None:
        return
    for subject, each_subject in EACH.items():
        total = told.get((subject, code))
        if total is None or not total.is_lump_sum or (subject, code) in own:
            continue
        for each in _eaches(each_subject, code, told):
            whole = count[0] * each[0], _most(count[1], each[1])
            if not _meet(whole, interval(total)):
                yield Finding(
                    f"{about(plan, total)}：{between(*count)}{counter}×{between(*each)}元＝{between(*whole)}元，"
                    f"方案载明“{total.text}”（{show(total.low)}元），相差{_off(whole, interval(total))}元，请核对。",
                    subject_of(total),
                )
                break


def _eaches(each_subject, code, told):
    """What each gets, (least, most): as stated, and as cash and goods of each add up to."""
    if stated := told.get((each_subject, code)):
        yield interval(stated)
    parts = [told.get((subject, code)) for subject in SPLITS[1][1:]]
    if each_subject == StatedSubject.PER_HOUSEHOLD and None not in parts:
        yield _added([interval(one) for one in parts])


def _count(plan, code, own, told):
    """((least, most), counter) of those who get something: as stated, else as planned; None when both or none are told."""
    found = [
        (interval(told[key]) if key in told else own[key], UNITS[key[0]])
        for subject in COUNTED
        if (key := (subject, code)) in told or key in own
    ]
    category = next((one for one in plan.categories if one.code == code), None)
    if category is not None and len(found) > 1:
        unit = UNITS[reckoning.COUNTS[category.unit]]
        found = [one for one in found if one[1] == unit]
    return found[0] if len(found) == 1 else (None, "")


def _by_category(plan, subject, own, told):
    """What the categories state or come to beside what the whole plan states; standards and quotas tell it where they can."""
    whole = told.get((subject, ""))
    if whole is None or (subject, "") in own or len(plan.categories) < 2:
        return
    keys = [(subject, one.code) for one in plan.categories]
    known = [interval(told[key]) if key in told else own[key] for key in keys if key in told or key in own]
    if len(known) < 2:
        return
    added, limit = _added(known), interval(whole)
    is_over = added[0] > limit[1]
    may_be_over = subject in COUNTED and any(one.is_combinable for one in plan.categories)
    if (is_over and not may_be_over) or (added[1] < limit[0] and len(known) == len(keys)):
        unit = UNITS.get(subject, "元")
        sum_text = "＋".join(between(*one) for one in known)
        yield Finding(
            f"各类别{about(plan, whole)}相加（{sum_text}）为{between(*added)}{unit}，"
            f"方案载明“{whole.text}”（{show(whole.low)}{unit}），相差{_off(added, limit)}{unit}，请核对。",
            subject_of(whole),
        )


def _by_label(plan, subject, told):
    """Two or more labelled figures of one kind beside the whole; one that is blank may make up what is missing."""
    whole = told.get((subject, ""))
    parts = [one for one in plan.stated if one.subject == subject and one.label and not one.category]
    known = [interval(one) for one in parts if one.low is not None]
    if whole is None or len(known) < 2:
        return
    added, limit = _added(known), interval(whole)
    if added[0] > limit[1] or (added[1] < limit[0] and len(known) == len(parts)):
        unit = UNITS.get(subject, "元")
        sum_text = "＋".join(f"{one.label}{show(one.low)}" for one in parts if one.low is not None)
        yield Finding(
            f"{about(plan, whole)}各项相加（{sum_text}）为{between(*added)}{unit}，"
            f"方案载明“{whole.text}”（{show(whole.low)}{unit}），相差{_off(added, limit)}{unit}，请核对。",
            subject_of(whole),
        )


def _lines_of_categories(plan, own):
    """Stated lines of a category beside what its number and standards come to, in cash, in goods or in both."""
    for category in plan.categories:
        lines = [
            one
            for one in plan.stated
            if one.subject == StatedSubject.LINE and one.category == category.code and one.low is not None
        ]
        for is_lump_sum, subjects in ((True, MONEY), (False, tuple(EACH.values()))):
            of_kind = [one for one in lines if one.is_lump_sum == is_lump_sum]
            known = [own[subject, category.code] for subject in subjects if (subject, category.code) in own]
            odd = [one for one in of_kind if not any(_meet(interval(one), right) for right in known)]
            added = _added([interval(one) for one in of_kind])
            if known and odd and not any(_meet(added, right) for right in known):
                yield _odd_line(category, odd[0], known[0], is_lump_sum)


def _odd_line(category, line, right, is_lump_sum):
    what = "按名额和标准应为" if is_lump_sum else "的标准为"
    return Finding(
        f"类别“{category.name}”{what}{between(*right)}元，分项载明“{line.text}”（{show(line.low)}元），"
        f"相差{_off(interval(line), right)}元，请核对。",
        subject_of(line),
    )


def _quantities(plan):
    """Stated quantities of one kind of goods beside number times standard; only where name and unit point to one item."""
    for stated in plan.stated:
        if stated.subject != StatedSubject.QUANTITY or stated.low is None:
            continue
        codes = {stated.category} if stated.category else {one.code for one in plan.categories}
        found = reckoning.quantities(plan, codes)
        items = [one for one in plan.goods if one.code in found and _names(stated, one)]
        if len(items) != 1:
            continue
        whole, eaches, is_floor = found[items[0].code]
        unit, name = items[0].unit, items[0].name
        if stated.is_lump_sum and whole is not None:
            right = whole, reckoning.NO_LIMIT if is_floor else whole
        elif not stated.is_lump_sum and eaches:
            right = min(eaches), reckoning.NO_LIMIT if is_floor else max(eaches)
        else:
            continue
        if not _meet(interval(stated), right):
            yield Finding(
                f"{name}按{'名额和标准' if stated.is_lump_sum else '标准每份'}应为{between(*right)}{unit}，"
                f"方案载明“{stated.text}”（{show(stated.low)}{unit}），相差{_off(interval(stated), right)}{unit}，请核对。",
                subject_of(stated),
            )


def _names(stated, item):
    """Does a stated quantity speak of this item: by its unit, and by its name in the label (or, without one, in the text)?"""
    words = stated.label or stated.text
    if stated.unit and stated.unit != item.unit:
        return False
    if not stated.unit and item.unit not in stated.text:
        return False
    return item.name in words or (not stated.label and stated.unit == item.unit)
