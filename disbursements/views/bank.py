"""一卡通: export with full numbers (right, reason, log), and the bank's answer."""

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from disbursements.forms.sheets import BankResultForm, ExportReasonForm
from disbursements.services import bank
from disbursements.views.facts import sheet_facts
from disbursements.views.sheets import load_sheet, sheet_trail, workbook_response
from welfare import audit
from welfare.viewtools import form_page, staff

SALT = "disbursements.bank_export"
TICKET_SECONDS = 300


@staff("bank.manage")
def bank_export(request, pk):
    """Asks why; logs it; leads to the file by a ticket that only this user may use, for five minutes."""
    sheet = load_bank_sheet(request, pk)
    ticket = signing.dumps([sheet.pk, request.user.pk], salt=SALT)
    return form_page(
        request,
        ExportReasonForm(request.POST or None),
        lambda data: audit.viewed(
            by=request.user,
            at=timezone.now(),
            target=sheet,
            what="完整身份证号和银行卡号（导出一卡通明细）",
            reason=data["reason"],
        ),
        heading=f"导出一卡通明细：{sheet}",
        done=f"{reverse('bank_file', args=[pk])}?ticket={ticket}",
        cancel_url=reverse("sheet", args=[pk]),
        template="disbursements/form_with_facts.html",
        submit_label="导出",
        facts=sheet_facts(sheet),
        trail=sheet_trail(sheet, "导出一卡通明细"),
        note="文件含完整身份证号和银行卡号，只能用于送银行代发，请妥善保管、用后删除。",
    )


@staff("bank.manage", methods=("GET", "HEAD"))
def bank_file(request, pk):
    """The workbook, for a ticket of ``bank_export``."""
    sheet = load_bank_sheet(request, pk)
    try:
        ticket = signing.loads(request.GET.get("ticket", ""), salt=SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        ticket = None
    if ticket != [sheet.pk, request.user.pk]:
        raise PermissionDenied("导出链接已失效。请回到发放表，填写用途后重新导出。")
    return workbook_response(sheet, timezone.now())


@staff("bank.manage")
def bank_result(request, pk):
    """What the bank did with each line."""
    sheet = load_bank_sheet(request, pk)
    form = BankResultForm(request.POST or None, lines=sheet.lines.pending().order_by("position"))
    return form_page(
        request,
        form,
        lambda data: bank.record_result(
            sheet=sheet, by=request.user, at=timezone.now(), returned=form.returned()
        ),
        heading=f"登记银行代发结果：{sheet}",
        done=reverse("sheet", args=[pk]),
        success=lambda counts: f"已登记：已付{counts[0]}笔，退回{counts[1]}笔。",
        cancel_url=reverse("sheet", args=[pk]),
        submit_label="登记结果",
        template="disbursements/form.html",
        trail=sheet_trail(sheet, "登记银行结果"),
        note="没有填写退回原因的，登记为已付并计入已获救助；退回的资金退还，对象可列入后续批次。",
    )


def load_bank_sheet(request, pk):
    sheet = load_sheet(request, pk, permission="bank.manage")
    if not sheet.is_bank:
        raise Http404("这不是一卡通发放明细。")
    return sheet
