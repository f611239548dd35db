"""Stores and goods: opening a store, taking goods in, asking what is there."""

from decimal import Decimal, InvalidOperation

from django.db import transaction

from disbursements.enums import MovementKind
from disbursements.models import StockBalance, Store
from disbursements.procedure import stock
from welfare import audit
from welfare.errors import Refusal

PLACES = Decimal("0.01")
LIMIT = Decimal(10) ** 8


@transaction.atomic
def open_store(*, organisation, name, by, at):
    """A new store of the organisation, or the one of that name. Raises Refusal without stock.move there."""
    if not by.may("stock.move", organisation):
        raise Refusal(f"您没有{organisation}的仓管权限。")
    store, is_new = Store.objects.get_or_create(organisation=organisation, name=name)
    if is_new:
        audit.record(action="store.open", label="新建库房", by=by, at=at, target=store)
    return store


@transaction.atomic
def take_in(*, store, item, quantity, by, at, note=""):
    """Goods arrive. Returns the StockBalance. Raises Refusal without stock.move, or for a quantity that is none."""
    if not by.may("stock.move", store.organisation):
        raise Refusal(f"您没有“{store}”的仓管权限。")
    quantity = _positive(quantity)
    StockBalance.objects.get_or_create(store=store, item=item)
    stock.move(store=store, goods={item: quantity}, kind=MovementKind.TAKE_IN, by=by, at=at, note=note)
    audit.record(
        action="stock.take_in",
        label="物资入库",
        by=by,
        at=at,
        target=store,
        reason=note,
        after={"item": item.code, "quantity": quantity},
    )
    return StockBalance.objects.get(store=store, item=item)


def balance(store, item):
    """How much of ``item`` lies in the store, reserved or not."""
    held = StockBalance.objects.filter(store=store, item=item).first()
    return held.quantity if held else Decimal(0)


def _positive(quantity):
    try:
        quantity = Decimal(quantity)
    except (InvalidOperation, TypeError, ValueError):
        raise Refusal("数量须为数字。", field="quantity") from None
    if not quantity.is_finite() or quantity <= 0 or quantity >= LIMIT:
        raise Refusal("数量须大于零，请核对是否多写了几位。", field="quantity")
    if quantity != quantity.quantize(PLACES):
        raise Refusal("数量最多两位小数。", field="quantity")
    return quantity
