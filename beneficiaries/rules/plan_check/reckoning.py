"""What follows from a plan's quotas and standards, in figures. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from beneficiaries.enums import Basis, StandardKind, StatedSubject, Unit

COUNTS = {
    Unit.HOUSEHOLD: StatedSubject.HOUSEHOLDS,
    Unit.PERSON: StatedSubject.PERSONS,
    Unit.INSTITUTION: StatedSubject.INSTITUTIONS,
}
ZERO = Decimal(0)


@dataclass(frozen=True)
class Reckoning:
    """One category: how many, yuan of each entry, yuan in all. None where it cannot be told.

    ``each`` is None when what an entry gets depends on the size of its family; ``whole`` may be known all the
    same, from the number of persons that the plan states.
    """

    category: object
    count: int | None
    persons: int | None
    cash_each: Decimal | None
    goods_each: Decimal | None
    cash: Decimal | None
    goods: Decimal | None

    @property
    def each(self):
        return None if self.cash_each is None or self.goods_each is None else self.cash_each + self.goods_each

    @property
    def whole(self):
        return None if self.cash is None or self.goods is None else self.cash + self.goods


def of(plan):
    """A Reckoning for every category, in order."""
    return [_of_category(plan, category) for category in plan.categories]


def lines_of(plan, category):
    """The standard lines of a category, with those of the category it adds to."""
    base = next((one for one in plan.categories if one.code == category.adds_to), None)
    return (*(base.standards if base else ()), *category.standards)


def stated_count(plan, category, subject):
    """The number that the plan states of a category (exact, or the least of a vague one), or None."""
    found = [one.low for one in plan.stated if one.category == category.code and one.subject == subject]
    return int(found[0]) if found and found[0] is not None else None


def _of_category(plan, category):
    count = category.quota
    if count is None:
        count = spread(plan, category.quotas, category.quota_each)
    if count is None and len(plan.categories) == 1:
        count = plan.quotas.total
        if count is None and plan.quotas.each is not None:
            count = spread(plan, plan.quotas.named, plan.quotas.each)
    persons = count if category.unit == Unit.PERSON else stated_count(plan, category, StatedSubject.PERSONS)
    lines = lines_of(plan, category)
    cash, goods = (
        _money(
            [line for line in lines if line.kind == kind], category, count, persons, len(plan.scope.covered)
        )
        for kind in (StandardKind.CASH, StandardKind.GOODS)
    )
    return Reckoning(category, count, persons, cash[0], goods[0], cash[1], goods[1])


def communities(plan):
    """How many communities the plan covers, where that is known."""
    return plan.scope.communities or len(plan.scope.covered) or None


def spread(plan, named, each):
    """What quotas of communities come to: those named, and ``each`` for every other. None when it cannot be told."""
    if each is None:
        return sum(named.values()) if named else None
    number = communities(plan)
    if number is None or number < len(named):
        return None
    return sum(named.values()) + each * (number - len(named))


def _money(lines, category, count, persons, communities):
    """(yuan each, yuan in all) of lines of one kind."""
    each, whole = ZERO, ZERO
    for line in lines:
        worth = line.amount if line.kind == StandardKind.CASH else _goods_worth(line)
        if worth is None:
            each = whole = None
            break
        worth *= line.months or 1 if line.basis == Basis.PERSON_MONTH else 1
        by_head = line.basis in (Basis.PERSON, Basis.PERSON_MONTH) and category.unit == Unit.HOUSEHOLD
        if line.basis == Basis.COMMUNITY:
            times = communities or None
        else:
            each = None if by_head or each is None else each + worth
            times = persons if by_head else count
        whole = None if whole is None or times is None else whole + worth * times
    if not lines:
        return ZERO, ZERO
    return each, whole


def _goods_worth(line):
    """Yuan of one line; None without a price."""
    return line.quantity * line.unit_price if line.unit_price else None


def computed(plan):
    """``{(subject, category code): (low, high)}`` of what follows; the whole plan has the code "". What cannot be told is missing."""
    found, reckonings = {}, of(plan)
    for one in reckonings:
        code = one.category.code
        found |= _pairs(code, {COUNTS[one.category.unit]: one.count})
        if one.category.unit == Unit.HOUSEHOLD:
            found |= _pairs(code, {StatedSubject.PERSONS: one.persons})
        if one.category.standards:
            found |= _pairs(code, _sums(one))
    return found | _whole_plan(plan, reckonings)


def _sums(one):
    return {
        StatedSubject.TOTAL: one.whole,
        StatedSubject.CASH: one.cash,
        StatedSubject.GOODS: one.goods,
        StatedSubject.PER_HOUSEHOLD: one.each,
        StatedSubject.CASH_PER_HOUSEHOLD: one.cash_each,
        StatedSubject.GOODS_PER_HOUSEHOLD: one.goods_each,
    }


def _pairs(code, values):
    return {
        (subject, code): (Decimal(value), Decimal(value))
        for subject, value in values.items()
        if value is not None
    }


def _whole_plan(plan, reckonings):
    found = {}
    for unit, subject in COUNTS.items():
        of_unit = [one for one in reckonings if one.category.unit == unit]
        number = _total(one.count for one in of_unit) if of_unit else None
        if of_unit and len(of_unit) == len(reckonings) and plan.quotas.total is not None:
            number = plan.quotas.total
        if number is not None:
            found |= _pairs("", {subject: number})
    for name, subject, each_subject in (
        ("whole", StatedSubject.TOTAL, StatedSubject.PER_HOUSEHOLD),
        ("cash", StatedSubject.CASH, StatedSubject.CASH_PER_HOUSEHOLD),
        ("goods", StatedSubject.GOODS, StatedSubject.GOODS_PER_HOUSEHOLD),
    ):
        eaches = [getattr(one, "each" if name == "whole" else f"{name}_each") for one in reckonings]
        if reckonings and None not in eaches and all(one.category.standards for one in reckonings):
            found[each_subject, ""] = (min(eaches), max(eaches))
        if amounts := _amounts(plan, reckonings, name, eaches):
            found[subject, ""] = amounts
    return found


def _amounts(plan, reckonings, name, eaches):
    """(low, high) of the whole plan's cash, goods or both; None when it cannot be told."""
    wholes = [getattr(one, name) for one in reckonings]
    if not reckonings or not all(one.category.standards for one in reckonings):
        return None
    if None not in wholes:
        return sum(wholes, ZERO), sum(wholes, ZERO)
    if plan.quotas.total is not None and None not in eaches:
        return plan.quotas.total * min(eaches), plan.quotas.total * max(eaches)
    return None


def _total(numbers):
    numbers = list(numbers)
    return None if None in numbers else sum(numbers)
