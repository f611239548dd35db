"""Goods moving: every change of a balance is one conditional UPDATE and one row in the log."""

from decimal import Decimal

from django.db.models import F

from disbursements.enums import EFFECT, MovementKind
from disbursements.models import StockBalance, StockMovement
from welfare.errors import Refusal
from welfare.quantities import plain


def move(*, store, goods, kind, by, at, sheet=None, note=""):
    """Move ``goods`` ({item: quantity}) of a store by ``kind``. Raises Refusal when they are not there.

    Items are taken in order of id, so that two sheets cannot wait for one another.
    """
    for item in sorted(goods, key=lambda item: item.pk):
        quantity = goods[item]
        if not _shift(store, item, quantity, kind):
            raise Refusal(_lacking(store, item, quantity))
    StockMovement.objects.bulk_create(
        StockMovement(
            store=store, item=item, kind=kind, quantity=quantity, sheet=sheet, at=at, by=by, note=note
        )
        for item, quantity in goods.items()
    )


def _shift(store, item, quantity, kind):
    """The conditional UPDATE; the number of rows it changed (0: not enough)."""
    held, kept = EFFECT[kind]
    enough = StockBalance.objects.filter(store=store, item=item)
    if kind == MovementKind.RESERVE:
        enough = enough.filter(quantity__gte=F("reserved") + quantity)
    return enough.update(quantity=F("quantity") + held * quantity, reserved=F("reserved") + kept * quantity)


def _lacking(store, item, quantity):
    balance = StockBalance.objects.filter(store=store, item=item).first()
    free = balance.free if balance else Decimal(0)
    has, needs, short = (f"{plain(part)}{item.unit}" for part in (free, quantity, quantity - free))
    return f"库存不足：“{store}”的{item.name}可用{has}，需{needs}，差{short}。请先补充入库，或减少发放对象后重新造表。"
