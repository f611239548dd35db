"""What follows from a plan's quotas and standards, in figures. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from beneficiaries.enums import Basis, StandardKind, StatedSubject, Unit
from beneficiaries.rules import standards

COUNTS = {
    Unit.HOUSEHOLD: StatedSubject.HOUSEHOLDS,
    Unit.PERSON: StatedSubject.PERSONS,
    Unit.INSTITUTION: StatedSubject.INSTITUTIONS,
}
ZERO = Decimal(0)
NO_LIMIT = Decimal("Infinity")


@dataclass(frozen=True)
class Reckoning:
    """One category: how many, yuan of each entry, yuan in all. None where it cannot be told.

    ``each`` is None when what an entry gets depends on the size of its family, or when all of it goes to the
    community; ``whole`` may be known all the same, from the number of persons that the plan states. ``floors`` are
    the kinds of standard of which the plan gives the least only (不低于).
    """

    category: object
    count: int | None
    persons: int | None
    cash_each: Decimal | None
    goods_each: Decimal | None
    cash: Decimal | None
    goods: Decimal | None
    floors: frozenset = frozenset()
    is_by_community: bool = False

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
    """The standard lines of a category after those of the category it adds to, and so on down the chain."""
    by_code = {one.code: one for one in plan.categories}
    return standards.down_the_chain(
        category, lambda one: by_code.get(one.adds_to or None), lambda one: one.standards
    )


def stated_count(plan, category, subject):
    """The number that the plan states of a category (exact, or the least of a vague one), or None."""
    found = [one.low for one in plan.stated if one.category == category.code and one.subject == subject]
    return int(found[0]) if found and found[0] is not None else None


def _of_category(plan, category):
    count, persons, communities = _numbers(plan, category)
    lines = lines_of(plan, category)
    cash, goods = (
        _money([line for line in lines if line.kind == kind], category, count, persons, communities)
        for kind in (StandardKind.CASH, StandardKind.GOODS)
    )
    floors = frozenset(line.kind for line in lines if line.is_floor)
    by_community = any(line.basis == Basis.COMMUNITY for line in lines)
    return Reckoning(
        category, count, persons, cash[0], goods[0], cash[1], goods[1], floors, is_by_community=by_community
    )


def _numbers(plan, category):
    """(entries, persons, communities) of a category; None where the plan does not say."""
    count = category.quota
    if count is None:
        count = spread(plan, category.quotas, category.quota_each)
    if count is None and len(plan.categories) == 1:
        count = plan.quotas.total
        if count is None and plan.quotas.each is not None:
            count = spread(plan, plan.quotas.named, plan.quotas.each)
    persons = count if category.unit == Unit.PERSON else stated_count(plan, category, StatedSubject.PERSONS)
    named = [name for name, number in (category.quotas or plan.quotas.named).items() if number]
    return count, persons, len(plan.scope.covered) or len(named) or None


def _times(line, category, count, persons, communities):
    """How often a line counts in the whole category, None when unknown; months included."""
    months = (line.months or 1) if line.basis == Basis.PERSON_MONTH else 1
    if line.basis == Basis.COMMUNITY:
        return communities
    number = persons if _is_by_head(line, category) else count
    return None if number is None else number * months


def _is_by_head(line, category):
    return line.basis in (Basis.PERSON, Basis.PERSON_MONTH) and category.unit == Unit.HOUSEHOLD


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
            return None, None
        if line.basis != Basis.COMMUNITY:
            months = (line.months or 1) if line.basis == Basis.PERSON_MONTH else 1
            each = None if _is_by_head(line, category) or each is None else each + worth * months
        times = _times(line, category, count, persons, communities)
        whole = None if whole is None or times is None else whole + worth * times
    if lines and all(line.basis == Basis.COMMUNITY for line in lines):
        each = None
    return each, whole


def quantities(plan, codes):
    """``{goods code: (quantity in all, (quantity of each entry, …), has it a floor)}`` of the categories with these codes.

    In all is None where it cannot be told; what goes to the community or by the head is no entry's.
    """
    found = {}
    for category in (one for one in plan.categories if one.code in codes):
        numbers = _numbers(plan, category)
        for line in lines_of(plan, category):
            if line.kind != StandardKind.GOODS:
                continue
            whole, eaches, is_floor = found.get(line.goods, (ZERO, (), False))
            times = _times(line, category, *numbers)
            whole = None if whole is None or times is None else whole + line.quantity * times
            is_each = line.basis != Basis.COMMUNITY and not _is_by_head(line, category)
            eaches = (*eaches, line.quantity) if is_each else eaches
            found[line.goods] = whole, eaches, is_floor or line.is_floor
    return found


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
            found |= _sums(one)
    return found | _whole_plan(plan, reckonings)


SUMS = (
    ("whole", StatedSubject.TOTAL, StatedSubject.PER_HOUSEHOLD, {StandardKind.CASH, StandardKind.GOODS}),
    ("cash", StatedSubject.CASH, StatedSubject.CASH_PER_HOUSEHOLD, {StandardKind.CASH}),
    ("goods", StatedSubject.GOODS, StatedSubject.GOODS_PER_HOUSEHOLD, {StandardKind.GOODS}),
)


def _each(one, name):
    return getattr(one, "each" if name == "whole" else f"{name}_each")


def _sums(one):
    """``{subject: (low, high)}`` of one category; what has a floor has no high."""
    found = {}
    for name, subject, each_subject, kinds in SUMS:
        for key, value in ((subject, getattr(one, name)), (each_subject, _each(one, name))):
            if value is not None:
                found[key, one.category.code] = value, NO_LIMIT if one.floors & kinds else value
    return found


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
    if not reckonings or not all(one.category.standards for one in reckonings):
        return found
    for name, subject, each_subject, kinds in SUMS:
        eaches = [_each(one, name) for one in reckonings]
        is_open = any(one.floors & kinds for one in reckonings)
        if None not in eaches:
            found[each_subject, ""] = min(eaches), NO_LIMIT if is_open else max(eaches)
        if amounts := _amounts(plan, reckonings, name, eaches):
            found[subject, ""] = amounts[0], NO_LIMIT if is_open else amounts[1]
    return found


def _amounts(plan, reckonings, name, eaches):
    """(low, high) of the whole plan's cash, goods or both; None when it cannot be told."""
    wholes = [getattr(one, name) for one in reckonings]
    if None not in wholes:
        return sum(wholes, ZERO), sum(wholes, ZERO)
    by_community = any(one.is_by_community for one in reckonings)
    if plan.quotas.total is not None and None not in eaches and not by_community:
        return plan.quotas.total * min(eaches), plan.quotas.total * max(eaches)
    return None


def _total(numbers):
    numbers = list(numbers)
    return None if None in numbers else sum(numbers)
