"""Cash and goods in a team's hands: bringing back what was not received, and settling single lines."""

from django.db import transaction

from disbursements.enums import LIVE_RECEIPT, LineStatus, MovementKind, SheetStatus
from disbursements.models import Custody, CustodyReturn, Receipt, SheetLine
from disbursements.procedure import sheets, stock
from welfare import audit, money, workflow
from welfare.errors import Refusal


@transaction.atomic
def bring_back(*, custody, by, at, note="", lines=None):
    """The keeper takes back what the drawer did not hand over: all pending lines, or only ``lines`` (ids).

    The lines may then be drawn again, returned or voided. Returns the CustodyReturn. Raises Refusal
    without sheet.hand_out, from the drawer herself, with a receipt open, or when nothing is left.
    """
    sheet = custody.sheet
    if not by.may("sheet.hand_out", sheet.organisation):
        raise Refusal("您没有收回款物的权限，请由出纳（仓管）办理。")
    if custody.team_id and by.pk == custody.drawn_by_id:
        raise Refusal("领取人不能自己收回自己领出的款物，请由出纳（仓管）清点。")
    Custody.objects.select_for_update(of=("self",)).get(pk=custody.pk)
    back = custody.lines.pending() if lines is None else custody.lines.pending().filter(pk__in=lines)
    back = list(back.select_for_update(of=("self",)).order_by("position"))
    if not back:
        raise Refusal("没有要缴回的款物：领出的都已签收或已缴回。")
    signed = Receipt.objects.filter(line__in=back, status__in=LIVE_RECEIPT).select_related("line").first()
    if signed:
        raise Refusal(f"{signed.line.name}已签收、待第二人确认，不能缴回。请先确认或作废这份签收。")
    goods = sheets.goods_of(back) if sheet.is_goods else {}
    brought = CustodyReturn.objects.create(
        custody=custody,
        amount=money.total(line.amount for line in back),
        line_count=len(back),
        items=sheets.goods_rows(goods),
        at=at,
        received_by=by,
        note=note,
    )
    SheetLine.objects.filter(pk__in=[line.pk for line in back]).update(custody=None)
    if goods:
        stock.move(
            store=sheet.store, goods=goods, kind=MovementKind.BACK, by=by, at=at, sheet=sheet, note=note
        )
    audit.record(
        action="custody.bring_back",
        label="缴回款物",
        by=by,
        at=at,
        target=sheet,
        reason=note,
        after={"drawn_by": str(custody.drawn_by), "lines": len(back), "amount": brought.amount},
    )
    return brought


def return_line(*, line, by, at, reason):
    """退回: nobody will receive this line. Its money or goods are free again, the entry may stand on a new sheet."""
    return _drop(line, "return", by, at, reason)


def void_line(*, line, by, at, reason):
    """作废: the line was wrong (a dead recipient, a wrong amount). Freed as by ``return_line``."""
    return _drop(line, "void", by, at, reason)


@transaction.atomic
def _drop(line, move, by, at, reason):
    """Raises Refusal without sheet.draw_up, without a reason, and while the line is in somebody's hands."""
    sheet = line.sheet
    if not by.may("sheet.draw_up", sheet.organisation):
        raise Refusal("您没有处理发放明细的权限，请由财务人员办理。")
    if not reason.strip():
        raise Refusal("须写明理由。", field="reason")
    type(sheet).objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    sheet.refresh_from_db(fields=["status"])
    line = SheetLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if sheet.status not in {SheetStatus.APPROVED, SheetStatus.DRAWN}:
        raise Refusal(f"发放表现为“{sheet.get_status_display()}”，不能单独处理某一行。")
    if line.status != LineStatus.PENDING:
        raise Refusal(f"这一行{line.get_status_display()}，不能再处理。")
    if line.custody_id:
        raise Refusal("这一行的款物还在慰问组手中，请先缴回出纳（仓管）。")
    sheets.release(sheet, SheetLine.objects.filter(pk=line.pk), by=by, at=at)
    SheetLine.objects.filter(pk=line.pk).update(note=reason[:200])
    return workflow.perform(SheetLine.objects.get(pk=line.pk), move, by=by, at=at, reason=reason)
