"""What the moves of a sheet do: freeze and commit, hand out, take back, release."""

from django.db.models import Sum

from disbursements.enums import LineStatus, MovementKind
from disbursements.models import Custody, SheetLine, SheetLineItem
from disbursements.procedure import funds, stock
from disbursements.rules.content import content_hash
from disbursements.rules.goods import add_up
from welfare import money, workflow


def freeze(attempt):
    """Approval: fix total and hash of what the lines say, and commit the fund or reserve the stock."""
    sheet = attempt.subject
    sheet.content_hash = hash_of(sheet)
    if sheet.is_goods:
        _move_goods(attempt, goods_of(sheet.lines.all()), MovementKind.RESERVE)
    else:
        funds.commit(sheet.allocation, sheet.total_amount)


def hash_of(sheet):
    """SHA-256 of the sheet's head and of every line as drawn up."""
    head = {
        "number": sheet.number,
        "version": sheet.version,
        "kind": sheet.kind,
        "programme": f"{sheet.programme.code}/{sheet.programme.version}",
        "organisation": sheet.organisation.code,
        "total": sheet.total_amount,
    }
    lines = sheet.lines.order_by("position").prefetch_related("items__item")
    return content_hash(head, [_content(line) for line in lines])


def _content(line):
    return {
        "position": line.position,
        "entry": line.entry_id,
        "name": line.name,
        "id": line.id_number or line.id_last_four,
        "village": line.village,
        "group": line.group_name,
        "category": line.category_name,
        "amount": line.amount,
        "bank": line.bank_name,
        "card": line.bank_card or "",
        "goods": sorted([part.item.code, part.quantity, part.unit_price] for part in line.items.all()),
    }


def goods_of(lines):
    """{item: quantity} over the lines."""
    parts = SheetLineItem.objects.filter(line__in=lines).select_related("item").order_by("item_id")
    return add_up((part.item, part.quantity) for part in parts)


def goods_rows(goods):
    """Goods as JSON rows for custody: [{item, name, unit, quantity}]."""
    return [
        {"item": item.pk, "name": item.name, "unit": item.unit, "quantity": str(quantity)}
        for item, quantity in sorted(goods.items(), key=lambda pair: pair[0].pk)
    ]


def into_hands(attempt):
    """Hand-out: the lines go into the drawer's custody; goods leave the store. Puts the Custody into ``data``."""
    sheet, lines = attempt.subject, attempt.data["lines"]
    goods = goods_of(lines) if sheet.is_goods else {}
    custody = Custody.objects.create(
        sheet=sheet,
        team=attempt.data["team"],
        amount=money.total(line.amount for line in lines),
        line_count=len(lines),
        items=goods_rows(goods),
        drawn_by=attempt.data["to"],
        drawn_at=attempt.at,
        handed_by=attempt.by,
    )
    SheetLine.objects.filter(pk__in=[line.pk for line in lines]).update(custody=custody)
    if goods:
        _move_goods(attempt, goods, MovementKind.OUT)
    attempt.data["custodies"].append(custody)


def let_go(attempt):
    """Voiding an approved sheet: release what its pending lines hold, then void them."""
    release(attempt.subject, attempt.subject.lines.pending(), by=attempt.by, at=attempt.at)
    drop_lines(attempt)


def drop_lines(attempt):
    """Voiding a sheet voids its pending lines, so that the entries may stand on another."""
    workflow.perform_many(
        attempt.subject.lines.all(), "void", by=attempt.by, at=attempt.at, reason=attempt.reason
    )


def release(sheet, lines, *, by, at):
    """Give back what pending lines, in nobody's hands, hold of the fund or the store."""
    if sheet.is_goods:
        goods = goods_of(lines)
        if goods:
            stock.move(store=sheet.store, goods=goods, kind=MovementKind.RELEASE, by=by, at=at, sheet=sheet)
    else:
        funds.release(sheet.allocation, lines.aggregate(sum=Sum("amount"))["sum"])


def unbalanced(sheet):
    """The custodies where drawn ≠ received + brought back: [(custody, drawn, received, returned)]."""
    wrong = []
    for custody in sheet.custodies.prefetch_related("returns", "lines__items__item").order_by("pk"):
        received = [line for line in custody.lines.all() if line.status == LineStatus.RECEIVED]
        brought = list(custody.returns.all())
        drawn = _weigh(custody.amount, custody.line_count, custody.items)
        out = _weigh(
            money.total(line.amount for line in received),
            len(received),
            goods_rows(add_up((part.item, part.quantity) for line in received for part in line.items.all())),
        )
        back = [_weigh(one.amount, one.line_count, one.items) for one in brought]
        if drawn != _plus([out, *back]):
            wrong.append(custody)
    return wrong


def _weigh(amount, count, items):
    return {"amount": amount, "count": count} | {
        f"item{row['item']}": money.yuan(row["quantity"]) for row in items
    }


def _plus(weights):
    return add_up(pair for weight in weights for pair in weight.items())


def _move_goods(attempt, goods, kind):
    stock.move(
        store=attempt.subject.store,
        goods=goods,
        kind=kind,
        by=attempt.by,
        at=attempt.at,
        sheet=attempt.subject,
    )
