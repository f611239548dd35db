"""What one entry gets: cash and goods by the standards of its category. Pure: any objects with those attributes."""

from dataclasses import dataclass
from decimal import Decimal

from beneficiaries.enums import Basis, StandardKind, Unit
from welfare import money
from welfare.quantities import plain


@dataclass(frozen=True)
class GoodsLine:
    """Goods of one entry: ``item`` is the catalogue's, ``unit_price`` the plan's (or the catalogue's)."""

    item: object
    quantity: Decimal
    unit_price: Decimal
    is_floor: bool = False

    @property
    def value(self):
        return money.yuan(self.quantity * self.unit_price)

    def __str__(self):
        return f"{self.item.name}{at_least(self)}{plain(self.quantity)}{self.item.unit}"


@dataclass(frozen=True)
class Entitlement:
    """Cash and goods of one entry, and both in words."""

    cash: Decimal
    goods: tuple
    text: str

    @property
    def goods_value(self):
        return money.total(line.value for line in self.goods)

    @property
    def value(self):
        return self.cash + self.goods_value


def entitlement(category, *, family_size):
    """The ``Entitlement`` of an entry of ``category`` (prefetch ``standards__goods_item`` and ``adds_to`` for many).

    A category that adds to another gives the other's lines and its own. An entry that is a person or an
    institution counts once, whatever the size of a family. Lines per community belong to no entry: they are told in
    the words and add nothing to the sums. Goods of one item are one line.
    """
    heads = family_size if category.unit == Unit.HOUSEHOLD else 1
    return of_lines(lines_of(category), family_size=heads)


def lines_of(category):
    """The standard lines of an entry of ``category``, after those of the category it adds to, and so on down the chain."""
    return down_the_chain(
        category, lambda one: one.adds_to if one.adds_to_id else None, lambda one: one.standards.all()
    )


def down_the_chain(category, base_of, lines):
    """All that ``lines`` gives of the category and of those below it, lowest first. A circle is walked once."""
    chain = []
    while category is not None and category not in chain:
        chain.append(category)
        category = base_of(category)
    return [line for one in reversed(chain) for line in lines(one)]


def circle(base_of):
    """The codes of one circle in ``{code: code of the category it adds to}``, in order; empty when there is none."""
    for start in base_of:
        chain = []
        code = start
        while code in base_of and code not in chain:
            chain.append(code)
            code = base_of[code]
        if code in chain:
            return chain[chain.index(code) :]
    return []


def of_lines(lines, *, family_size):
    """As ``entitlement``, from the standard lines themselves."""
    cash, goods, others = Decimal("0.00"), {}, []
    has_floor = False
    for line in lines:
        times = multiplier(line.basis, line.months, family_size)
        if line.kind == StandardKind.SERVICE:
            others += [line.description] if line.description else []
        elif line.basis == Basis.COMMUNITY:
            others.append(line_in_words(line))
        elif not times:
            continue
        elif line.kind == StandardKind.CASH:
            cash += line.amount * times
            has_floor = has_floor or line.is_floor
        else:
            _add(goods, line, times)
    cash, goods = money.yuan(cash), tuple(goods.values())
    return Entitlement(cash, goods, in_words(cash, goods, others, has_floor=has_floor))


def _add(goods, line, times):
    """Another line of goods, joined with that of the same item and price."""
    price = line.unit_price if line.unit_price is not None else line.goods_item.reference_price
    key = (line.goods_item.pk, price)
    before = goods.get(key)
    quantity = line.quantity * times + (before.quantity if before else 0)
    is_floor = line.is_floor or bool(before and before.is_floor)
    goods[key] = GoodsLine(line.goods_item, quantity, price, is_floor)


def multiplier(basis, months, family_size):
    """How often a line counts for one entry."""
    return {
        Basis.HOUSEHOLD: 1,
        Basis.PERSON: family_size,
        Basis.PERSON_MONTH: family_size * (months or 0),
        Basis.COMMUNITY: 0,
    }[basis]


def at_least(line):
    """不低于, where the plan gives the least only."""
    return "不低于" if line.is_floor else ""


def line_in_words(line):
    """每户慰问金不低于200元; 每村（社区）大米2袋; of a service its description."""
    basis = Basis(line.basis).label
    if line.kind == StandardKind.CASH:
        return f"{basis}慰问金{at_least(line)}{plain(line.amount)}元"
    if line.kind == StandardKind.GOODS:
        return f"{basis}{line.goods_item.name}{at_least(line)}{plain(line.quantity)}{line.goods_item.unit}"
    return line.description


def in_words(cash, goods, others=(), *, has_floor=False):
    """慰问金200元；大米1袋、食用油1桶；义诊；每村（社区）大米2袋"""
    parts = [f"慰问金{'不低于' if has_floor else ''}{plain(cash)}元"] if cash else []
    if goods:
        parts.append("、".join(str(line) for line in goods))
    return "；".join([*parts, *others]) or "不发放款物"
