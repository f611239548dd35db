"""Receipts: signing at the visit or at the counter, the second person's confirmation, voiding."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from disbursements.forms.receipts import ReceiptForm
from disbursements.models import Receipt, SheetLine
from disbursements.procedure.receipts import second_person_refusal
from disbursements.services import receipts
from disbursements.views.facts import line_facts
from visits.models import Visit
from welfare import audit
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, load, send_file, staff

RECEIPT_TONES = {"taken": "warn", "confirmed": "good", "voided": "neutral"}
LINES = SheetLine.objects.select_related(
    "sheet__organisation",
    "sheet__programme",
    "recipient",
    "organisation",
    "custody__team",
    "custody__drawn_by",
).prefetch_related("items__item")


@staff()
def visit_sign(request, visit_pk, pk):
    """The recipient signs for a line at a visit of my team."""
    visit = load(request, Visit, visit_pk)
    line = LINES.filter(pk=pk, lineage=visit.entry.lineage).first() if visit.entry_id else None
    if line is None:
        raise Http404("这次走访没有这一行发放明细。")
    return _sign(request, line, visit, done=reverse("visit", args=[visit_pk]))


@staff("sheet.hand_out")
def counter_sign(request, pk):
    """The recipient signs at the counter."""
    line = load(request, LINES, pk, permission="sheet.hand_out")
    return _sign(request, line, None, done=reverse("sheet_line", args=[pk]))


def _sign(request, line, visit, *, done):
    form = ReceiptForm(request.POST or None, request.FILES or None)

    def act(_data):
        method, image = form.picture()
        return receipts.take(
            line=line,
            method=method,
            image=image,
            received_at=timezone.now(),
            by=request.user,
            visit=visit,
            **form.facts(),
        )

    return form_page(
        request,
        form,
        act,
        heading=f"签收：{line.name}",
        done=lambda made: reverse("receipt", args=[made.pk]) if made else done,
        success="已签收，请另一名工作人员确认。",
        cancel_url=done,
        template="disbursements/sign.html",
        trail=_trail(visit, line, "签收"),
        line=line,
        visit=visit,
        facts=line_facts(line),
    )


@staff(methods=("GET", "HEAD"))
def receipt_page(request, pk):
    """A receipt with its picture, and what may be done with it."""
    receipt = load_receipt(request, pk)
    context = {
        "receipt": receipt,
        "tone": RECEIPT_TONES[receipt.status],
        "facts": [*line_facts(receipt.line), *_receipt_facts(receipt)],
        "why_not_confirm": second_person_refusal(receipt, request.user) or "",
        "why_not_void": receipts.void_refusal(receipt, request.user) or "",
    }
    return render(request, "disbursements/receipt.html", context)


@staff(methods=("GET", "HEAD"))
def receipt_image(request, pk):
    """The signature or fingerprint; the view is logged."""
    receipt = load_receipt(request, pk)
    audit.viewed(by=request.user, at=timezone.now(), target=receipt, what="签收图片")
    is_png = receipt.image.name.endswith(".png")
    return send_file(
        receipt.image,
        filename=f"receipt-{pk}.{'png' if is_png else 'jpg'}",
        content_type="image/png" if is_png else "image/jpeg",
        is_download=False,
    )


@staff()
def receipt_confirm(request, pk):
    """The second person confirms what she saw."""
    receipt = load_receipt(request, pk)
    return form_page(
        request,
        ReasonForm(request.POST or None, is_required=False, label="说明（可不填）"),
        lambda data: receipts.confirm(receipt=receipt, by=request.user, at=timezone.now()),
        heading=f"确认签收：{receipt.line.name}",
        done=_after(request, receipt),
        success="已确认，计入已获救助。",
        cancel_url=reverse("receipt", args=[pk]),
        template="disbursements/form_with_facts.html",
        submit_label="我在场，确认签收",
        trail=_trail(receipt.visit, receipt.line, "确认签收"),
        facts=[*line_facts(receipt.line), *_receipt_facts(receipt)],
        note="确认即表示：您在场看到领取人本人（或所列监护人）签收。",
    )


@staff()
def receipt_void(request, pk):
    """Void a receipt; the line may be signed for again."""
    receipt = load_receipt(request, pk)
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: receipts.void(
            receipt=receipt, by=request.user, at=timezone.now(), reason=data["reason"]
        ),
        heading=f"作废签收：{receipt.line.name}",
        done=reverse("receipt", args=[pk]),
        success="已作废，可以重新签收。",
        cancel_url=reverse("receipt", args=[pk]),
        template="disbursements/form_with_facts.html",
        submit_label="作废",
        trail=_trail(receipt.visit, receipt.line, "作废签收"),
        facts=[*line_facts(receipt.line), *_receipt_facts(receipt)],
        note="作废的签收保留备查，不能恢复。",
    )


def load_receipt(request, pk):
    """A receipt of my team's visits, or of sheets in my scope."""
    rows = Receipt.objects.select_related(
        "line__sheet__organisation", "line__organisation", "line__recipient", "visit", "taken_by", "second_by"
    ).prefetch_related("line__items__item")
    return load(request, rows, pk)


def _trail(visit, line, here):
    """Breadcrumbs back to the visit, or to the line for a receipt at the counter."""
    if visit is not None:
        return [("走访", reverse("visit", args=[visit.pk])), (here, "")]
    return [("发放明细", reverse("sheet_line", args=[line.pk])), (here, "")]


def _after(request, receipt):
    return (
        reverse("visit", args=[receipt.visit_id])
        if receipt.visit_id
        else reverse("receipt", args=[receipt.pk])
    )


def _receipt_facts(receipt):
    facts = [
        ("签收人", f"{receipt.signer_name}{f'（{receipt.relation}）' if receipt.relation else ''}"),
        ("方式", receipt.get_method_display()),
        ("签收时间", f"{timezone.localtime(receipt.received_at):%Y-%m-%d %H:%M}"),
        ("慰问干部", receipt.taken_by),
    ]
    if receipt.exception:
        facts += [("特殊情形", f"{receipt.get_exception_display()}；依据：{receipt.basis}")]
    if receipt.witness:
        facts += [("见证人", receipt.witness)]
    if receipt.second_by:
        facts += [
            ("第二确认人", f"{receipt.second_by}，{timezone.localtime(receipt.second_at):%Y-%m-%d %H:%M}")
        ]
    return facts
