"""What this room adds to the menu, to 待办 and to the pages of the rooms on its left."""

from django.db.models import Q
from django.urls import reverse

from beneficiaries.models import HelpGiven, Programme
from disbursements.enums import LIVE_RECEIPT, ReceiptStatus, SheetStatus
from disbursements.models import Receipt, Sheet, SheetLine
from welfare import dates, menu, money, panels, scope, todo

SECTION = "资金与发放"


def register():
    """Called once from ``apps.py: ready()``."""
    for order, (label, url_name, permission, icon) in enumerate(
        (
            ("资金安排", "funds", "fund.manage", "cash-coin"),
            ("物资库存", "stock", "stock.view", "box-seam"),
            ("发放表", "sheets", "sheet.view", "receipt"),
            ("汇总表", "summaries", "report.view", "bar-chart"),
        )
    ):
        menu.register(menu.Item(label, url_name, SECTION, order, (permission,), icon))
    todo.register(sheets_waiting)
    todo.register(receipts_waiting)
    panels.register(
        "household",
        panels.Panel(
            "help", "已获救助", "disbursements/_help_panel.html", help_of, "registry.view", order=60
        ),
    )
    panels.register(
        "visit", panels.Panel("receipts", "签收", "disbursements/_receipt_panel.html", lines_of, order=60)
    )


# -- 待办 --------------------------------------------------------------------------------------------


def sheets_waiting(user, on):
    """Sheets to approve, to hand out, to close."""
    if not user.may("sheet.view"):
        return
    open_ones = [SheetStatus.DRAFT, SheetStatus.APPROVED, SheetStatus.DRAWN]
    sheets = Sheet.objects.visible_to(user, "sheet.view").filter(status__in=open_ones)
    for sheet in sheets.select_related("organisation").with_free_count().order_by("pk"):
        found = _wants(sheet, user)
        if found:
            kind, since = found
            detail = f"{sheet.get_kind_display()}，{sheet.line_count}户（人）"
            if sheet.total_amount:
                detail += f"，{money.show(sheet.total_amount)}元"
            yield todo.Todo(str(sheet), reverse("sheet", args=[sheet.pk]), kind, detail, dates.today(since))


def _wants(sheet, user):
    """(what the sheet waits for ``user`` to do, since when) or None."""

    def may(permission):
        return user.may(permission, sheet.organisation)

    if sheet.status == SheetStatus.DRAFT:
        return ("审批发放表", sheet.drawn_up_at) if may("sheet.approve") else None
    if sheet.is_bank and sheet.pending_count and may("bank.manage"):
        is_sent = sheet.status == SheetStatus.DRAWN
        return ("登记银行结果" if is_sent else "送银行代发"), sheet.approved_at
    if not sheet.is_bank and sheet.free_count and may("sheet.hand_out"):
        return "领出款物", sheet.approved_at
    if sheet.status == SheetStatus.DRAWN and not sheet.pending_count and may("sheet.draw_up"):
        return "结清发放表", sheet.approved_at
    return None


def receipts_waiting(user, on):
    """Receipts that I may confirm: of my teams, taken by somebody else; at the counter with the right."""
    counter = scope.condition(user, "line__organisation", "receipt.confirm") & Q(visit=None)
    receipts = (
        Receipt.objects.filter(status=ReceiptStatus.TAKEN)
        .filter(Q(visit__team__members__user=user.pk) | counter)
        .exclude(taken_by=user.pk)
        .select_related("line", "taken_by")
        .order_by("pk")
    )
    for receipt in receipts.distinct():
        yield todo.Todo(
            f"{receipt.line.name}的签收",
            reverse("receipt", args=[receipt.pk]),
            "确认签收",
            f"{receipt.line.village}，经手{receipt.taken_by}",
            dates.today(receipt.received_at),
        )


# -- panels ------------------------------------------------------------------------------------------


def help_of(household, user):
    """What the household and its members received, from anyone, so that nobody is helped twice unseen.

    The programme of another office is named only as far as the user may see it.
    """
    helped = HelpGiven.objects.filter(Q(household=household) | Q(person__household=household))
    rows = list(
        helped.select_related("programme", "category", "person").order_by("-received_on", "-pk")[:200]
    )
    known = set(
        Programme.objects.visible_to(user)
        .filter(pk__in={row.programme_id for row in rows})
        .values_list("pk", flat=True)
    )
    for row in rows:
        row.is_known = row.programme_id in known
    return {"help_given": rows}


def lines_of(visit, user):
    """The lines of the visit's entry with their live receipts, and which of them may be signed for here."""
    if visit.entry_id is None:
        return {"lines": [], "visit": visit}
    lines = SheetLine.objects.filter(
        lineage=visit.entry.lineage, sheet__status__in=[SheetStatus.DRAWN, SheetStatus.CLOSED]
    ).exclude(status__in=["voided", "returned"])
    receipts = Receipt.objects.filter(line__in=lines.values("pk"), status__in=LIVE_RECEIPT)
    by_line = {
        receipt.line_id: receipt
        for receipt in receipts.select_related("taken_by", "second_by").order_by("pk")
    }
    seen = set(
        Receipt.objects.visible_to(user)
        .filter(pk__in=[one.pk for one in by_line.values()])
        .values_list("pk", flat=True)
    )
    is_member = visit.team.members.filter(user=user.pk).exists()
    rows = []
    for line in lines.for_table().order_by("is_goods", "pk"):
        receipt = by_line.get(line.pk)
        is_here = line.custody is not None and line.custody.team_id == visit.team_id
        rows.append(
            {
                "line": line,
                "receipt": receipt,
                "may_open": receipt is not None and receipt.pk in seen,
                "may_sign": is_member and is_here and receipt is None and line.status == "pending",
                "may_confirm": is_member
                and receipt is not None
                and receipt.status == ReceiptStatus.TAKEN
                and receipt.taken_by_id != user.pk,
            }
        )
    return {"lines": rows, "visit": visit}
