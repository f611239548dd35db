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

    @property
    def value(self):
        return money.yuan(self.quantity * self.unit_price)

    def __str__(self):
        return f"{self.item.name}{plain(self.quantity)}{self.item.unit}"


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
    institution counts once, whatever the size of a family. Lines per community belong to no entry and give
    nothing here. Goods of one item are one line.
    """
    heads = family_size if category.unit == Unit.HOUSEHOLD else 1
    return of_lines(lines_of(category), family_size=heads)


def lines_of(category):
    """The standard lines of an entry of ``category``: those of the category it adds to, then its own."""
    base = list(category.adds_to.standards.all()) if category.adds_to_id else []
    return [*base, *category.standards.all()]


def of_lines(lines, *, family_size):
    """As ``entitlement``, from the standard lines themselves."""
    cash, goods, services = Decimal("0.00"), {}, []
    for line in lines:
        times = multiplier(line.basis, line.months, family_size)
        if not times:
            continue
        if line.kind == StandardKind.CASH:
            cash += line.amount * times
        elif line.kind == StandardKind.GOODS:
            price = line.unit_price if line.unit_price is not None else line.goods_item.reference_price
            key = (line.goods_item.pk, price)
            quantity = goods[key].quantity if key in goods else 0
            goods[key] = GoodsLine(line.goods_item, quantity + line.quantity * times, price)
        elif line.description:
            services.append(line.description)
    cash, goods = money.yuan(cash), tuple(goods.values())
    return Entitlement(cash, goods, in_words(cash, goods, services))


def multiplier(basis, months, family_size):
    """How often a line counts for one entry."""
    return {
        Basis.HOUSEHOLD: 1,
        Basis.PERSON: family_size,
        Basis.PERSON_MONTH: family_size * (months or 0),
        Basis.COMMUNITY: 0,
    }[basis]


def in_words(cash, goods, services=()):
    """慰问金200元；大米1袋、食用油1桶"""
    parts = [f"慰问金{plain(cash)}元"] if cash else []
    if goods:
        parts.append("、".join(str(line) for line in goods))
    return "；".join([*parts, *services]) or "不发放款物"
