"""慰问金发放表, 慰问品发放表 and 一卡通发放明细 as workbooks."""

from datetime import date

from django.db.models import Prefetch

from disbursements.enums import (
    LIVE_RECEIPT,
    LineStatus,
    ReceiptException,
    ReceiptMethod,
    SheetKind,
    SheetStatus,
)
from disbursements.models import Receipt
from welfare import dates, excel, money
from welfare.excel import OfficialSheet, SheetColumn

DROPPED = (LineStatus.VOIDED, LineStatus.RETURNED)


def workbook(sheet, target, on: date):
    """Write the sheet's own form to ``target`` (path or file). Returns the document's hash."""
    write = {SheetKind.CASH: cash_workbook, SheetKind.GOODS: goods_workbook, SheetKind.BANK: bank_workbook}
    return write[SheetKind(sheet.kind)](sheet, target, on)


def cash_workbook(sheet, target, on: date):
    """慰问金发放表 with the signatures in their cells. Returns the document's hash."""
    columns = [
        SheetColumn(key="n", heading="序号", kind="sequence"),
        SheetColumn(key="name", heading="姓名", width=2.2),
        SheetColumn(key="id", heading="身份证后四位", width=2.2),
        SheetColumn(key="village", heading="村(社区)", width=2.4),
        SheetColumn(key="category", heading="慰问类别", width=3.6),
        SheetColumn(key="amount", heading="金额", kind="money", width=2.3),
        SheetColumn(key="signature", heading="领取人签字（按手印）", kind="signature", width=3.8),
        SheetColumn(key="on", heading="领取日期", kind="date"),
        SheetColumn(key="visitors", heading="慰问干部签字", width=3.0),
        SheetColumn(key="note", heading="备注", width=2.8),
    ]
    lines = _lines(sheet)
    rows = [_signed(line) | {"amount": line.amount} for line in _listed(sheet, lines)]
    return _write(sheet, target, on, lines, columns, rows)


def goods_workbook(sheet, target, on: date):
    """慰问品发放表, one column per item with its unit. Returns the document's hash."""
    lines = _lines(sheet)
    items = {part.item_id: part.item for line in lines for part in line.items.all()}
    columns = [
        SheetColumn(key="n", heading="序号", kind="sequence"),
        SheetColumn(key="name", heading="姓名", width=2.2),
        SheetColumn(key="village", heading="村(社区)", width=2.4),
        SheetColumn(key="category", heading="慰问类别", width=3.4),
        *(
            SheetColumn(key=f"item{pk}", heading=items[pk].name, kind="quantity", unit=items[pk].unit)
            for pk in sorted(items)
        ),
        SheetColumn(key="signature", heading="领取人签字（按手印）", kind="signature", width=3.8),
        SheetColumn(key="visitors", heading="发放人", width=2.6),
        SheetColumn(key="on", heading="日期", kind="date"),
        SheetColumn(key="note", heading="备注", width=2.4),
    ]
    rows = []
    for line in _listed(sheet, lines):
        row = _signed(line) | {f"item{pk}": 0 for pk in items}
        for part in line.items.all():
            row[f"item{part.item_id}"] += part.quantity
        rows.append(row)
    return _write(sheet, target, on, lines, columns, rows, unit_line="")


def bank_workbook(sheet, target, on: date):
    """一卡通发放明细 with full numbers, count and total as control figures. Returns the document's hash.

    The caller has asked for the right to see full numbers, and logs the reason.
    """
    columns = [
        SheetColumn(key="n", heading="序号", kind="sequence"),
        SheetColumn(key="name", heading="姓名", width=2.6),
        SheetColumn(key="id", heading="身份证号", kind="id", width=4.6),
        SheetColumn(key="card", heading="银行卡号", kind="id", width=4.8),
        SheetColumn(key="bank", heading="开户行", width=4.4),
        SheetColumn(key="amount", heading="金额", kind="money"),
        SheetColumn(key="note", heading="备注", width=3.4),
    ]
    lines = _lines(sheet)
    listed = _listed(sheet, lines)
    rows = [
        {
            "name": line.name,
            "id": line.id_number or "",
            "card": line.bank_card or "",
            "bank": line.bank_name,
            "amount": line.amount,
            "note": line.note,
        }
        for line in listed
    ]
    total = money.show(money.total(line.amount for line in listed))
    control = f"控制数：共{len(rows)}笔，合计{total}元。"
    return _write(sheet, target, on, lines, columns, rows, count_unit="笔", notes=[control])


def title(sheet):
    """高板镇2027年春节慰问金发放表"""
    season = sheet.programme.season
    year = "" if str(sheet.year) in season else f"{sheet.year}年"
    return f"{sheet.organisation}{year}{season}{sheet.get_kind_display()}"


def _write(sheet, target, on, lines, columns, rows, *, count_unit="户", unit_line="单位：元", notes=()):
    return excel.write_official(
        target,
        OfficialSheet(
            title=title(sheet),
            unit=sheet.organisation.name,
            on=on,
            columns=columns,
            rows=rows,
            number=sheet.number,
            version=sheet.version,
            count_unit=count_unit,
            unit_line=unit_line,
            notes=[*notes, *_notes(sheet, lines)],
            signers={"制表": str(sheet.drawn_up_by)}
            | ({"审核人": str(sheet.approved_by)} if sheet.approved_by else {}),
            is_rehearsal=sheet.programme.is_rehearsal,
            sheet_name=sheet.get_kind_display(),
        ),
    )


def _notes(sheet, lines):
    """What the reader must know of the sheet's state; the hash of what was approved."""
    if sheet.status == SheetStatus.VOIDED:
        yield "本表已作废，不得据此发放。"
    elif sheet.status == SheetStatus.DRAFT:
        yield "本表尚未审批，不得据此发放。"
    else:
        yield f"审批日期：{dates.today(sheet.approved_at):%Y-%m-%d}　审批内容校验码：{sheet.content_hash}"
        for line in lines:
            if line.status in DROPPED:
                amount = f"{money.show(line.amount)}元" if line.amount else "慰问品"
                yield f"原第{line.position}行{line.name}（{amount}）{line.get_status_display()}，不计入合计：{line.note}"


def _lines(sheet):
    receipts = (
        Receipt.objects.filter(status__in=LIVE_RECEIPT).select_related("taken_by", "second_by").order_by("pk")
    )
    return list(
        sheet.lines.order_by("position").prefetch_related(
            "items__item", Prefetch("receipts", receipts, to_attr="live_receipts")
        )
    )


def _listed(sheet, lines):
    """The lines that count: of a voided sheet all, otherwise those neither voided nor returned."""
    return (
        lines
        if sheet.status == SheetStatus.VOIDED
        else [line for line in lines if line.status not in DROPPED]
    )


def _signed(line):
    receipt = line.live_receipts[0] if line.live_receipts else None
    row = {
        "name": line.name,
        "id": line.id_last_four,
        "village": line.village,
        "category": line.category_name,
        "signature": None,
        "on": None,
        "visitors": "",
        "note": line.note,
    }
    if receipt is None:
        return row
    with receipt.image.open("rb") as picture:
        row["signature"] = picture.read()
    visitors = [receipt.taken_by, receipt.second_by]
    return row | {
        "on": dates.today(receipt.received_at),
        "visitors": "、".join(str(visitor) for visitor in visitors if visitor),
        "note": _remark(receipt),
    }


def _remark(receipt):
    parts = []
    if receipt.exception == ReceiptException.GUARDIAN:
        parts.append(f"监护人{receipt.signer_name}（{receipt.relation}）签收，{receipt.basis}")
    elif receipt.exception == ReceiptException.HOSPITAL:
        parts.append(f"另行签收：{receipt.basis}")
    if receipt.method == ReceiptMethod.FINGERPRINT:
        parts.append(f"手印，见证人{receipt.witness}")
    if receipt.second_by_id is None:
        parts.append("待第二人确认")
    return "；".join(parts)
