"""Sheets: list, page, drawing up, moves, lines, export."""

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from disbursements.documents import sheets as documents
from disbursements.enums import SheetStatus
from disbursements.forms.sheets import DrawUpForm, LineFilter, SheetFilter
from disbursements.models import Sheet, SheetLine
from disbursements.queries.problems import problems
from disbursements.services import sheets
from disbursements.tables import LINE_TONES, SHEET_TONES, LineTable, SheetLineTable, SheetTable
from disbursements.views.facts import line_facts, sheet_facts
from welfare import audit, dates
from welfare.viewtools import form_page, list_page, load, move_buttons, move_page, send_workbook, staff

# Moves that have a page of their own; the others are confirmed by ``sheet_move``.
OWN_PAGE = {"hand_out": "sheet_hand_out"}
MOVES = frozenset({"approve", "send", "close", "discard", "void"})
CONSEQUENCES = {
    "approve": ["审批后内容不能再改；有误须作废后重新造表。", "资金即时占用（物资即时预留）。"],
    "close": ["结清后签收不能再改。"],
    "void": ["作废不能恢复；占用的资金（预留的物资）退回，对象可列入新表。"],
    "discard": ["作废不能恢复；对象可列入新表。"],
}


@staff("sheet.view", methods=("GET", "HEAD"))
def sheet_list(request):
    return list_page(
        request,
        SheetTable,
        Sheet.objects.visible_to(request.user, "sheet.view").for_table(),
        heading="发放表",
        filter_form=SheetFilter,
        template="disbursements/sheets.html",
        may_draw_up=request.user.may("sheet.draw_up"),
        may_give=request.user.may("visit.do"),
    )


@staff("sheet.view", methods=("GET", "HEAD"))
def line_list(request):
    """Lines over all sheets: what the figures of the summary lead to."""
    lines = SheetLine.objects.visible_to(request.user, "sheet.view").for_table().order_by("sheet", "position")
    return list_page(
        request,
        LineTable,
        lines,
        heading="发放明细",
        filter_form=LineFilter,
        template="disbursements/lines.html",
    )


@staff("sheet.view", methods=("GET", "HEAD"))
def sheet_page(request, pk):
    sheet = load_sheet(request, pk)
    is_draft = sheet.status == SheetStatus.DRAFT
    return list_page(
        request,
        SheetLineTable,
        sheet.lines.for_table().order_by("position"),
        heading=str(sheet),
        template="disbursements/sheet.html",
        sheet=sheet,
        tone=SHEET_TONES[sheet.status],
        facts=sheet_facts(sheet),
        transitions=move_buttons(sheet, request.user, lambda move: move_url(sheet, move)),
        problems=problems(sheet) if is_draft else [],
        custodies=sheet.custodies.select_related("team", "drawn_by", "handed_by").prefetch_related("returns"),
        may_take_back=request.user.may("sheet.hand_out", sheet.organisation),
        may_export=request.user.may("bank.manage" if sheet.is_bank else "export", sheet.organisation),
        may_record_bank=sheet.is_bank
        and is_at(sheet, "drawn")
        and request.user.may("bank.manage", sheet.organisation),
        may_draw_again=is_at(sheet, "voided")
        and not Sheet.objects.filter(replaces=sheet).exists()
        and request.user.may("sheet.draw_up", sheet.organisation),
    )


@staff("sheet.draw_up")
def sheet_new(request):
    form = DrawUpForm(request.POST or None, user=request.user)

    def act(data):
        return sheets.draw_up(
            programme=data["programme"],
            organisation=data["organisation"],
            kind=data["kind"],
            rosters=form.rosters(),
            by=request.user,
            at=timezone.now(),
            **form.source(),
        )

    return form_page(
        request,
        form,
        act,
        heading="造发放表",
        done=lambda made: reverse("sheet", args=[made.pk]) if made else reverse("sheets"),
        success=lambda made: f"已造表{made}，共{made.line_count}行。",
        cancel_url=reverse("sheets"),
        submit_label="造表",
        template="disbursements/form.html",
        trail=[("发放表", reverse("sheets")), ("造发放表", "")],
        note="从已定案的名册造表：领取方式为现金的列入慰问金发放表，为一卡通的列入一卡通明细；慰问品发给全部对象。",
    )


@staff("sheet.view")
def sheet_move(request, pk, move):
    """Confirm page of one move."""
    sheet = load_sheet(request, pk)
    if move not in MOVES:
        raise Http404("没有这项办理。")
    return move_page(
        request,
        sheet,
        move,
        done=reverse("sheet", args=[pk]),
        facts=sheet_facts(sheet),
        consequences=CONSEQUENCES.get(move, []),
    )


@staff("sheet.draw_up")
def sheet_again(request, pk):
    """A new version of a voided sheet."""
    sheet = load_sheet(request, pk, permission="sheet.draw_up")
    return form_page(
        request,
        forms.Form(request.POST or None),
        lambda data: sheets.draw_again(sheet=sheet, by=request.user, at=timezone.now()),
        heading=f"重新造表：{sheet}",
        done=lambda made: reverse("sheet", args=[made.pk if made else pk]),
        success=lambda made: f"已重新造表{made}。",
        cancel_url=reverse("sheet", args=[pk]),
        submit_label="重新造表",
        note="按名册现在的情况重新造表，编号不变，版本加一；原表保留备查。",
        template="disbursements/form.html",
        trail=sheet_trail(sheet, "重新造表"),
    )


@staff("export", methods=("GET", "HEAD"))
def sheet_export(request, pk):
    """The sheet as its official form. Cash and goods sheets; logged. Full numbers go through ``bank_export``."""
    sheet = load_sheet(request, pk, permission="export")
    if sheet.is_bank:
        raise Http404("一卡通发放明细含完整号码，请从“导出一卡通明细”办理。")
    now = timezone.now()
    audit.viewed(by=request.user, at=now, target=sheet, what="发放表（导出）")
    return workbook_response(sheet, now)


@staff("sheet.view", methods=("GET", "HEAD"))
def line_page(request, pk):
    """One line: what it gives, its receipts, what may be done with it."""
    rows = SheetLine.objects.select_related(
        "sheet__organisation", "custody__team", "custody__drawn_by", "entry"
    )
    line = load(request, rows.prefetch_related("items__item"), pk, permission="sheet.view")
    may_settle = (
        line.status == "pending"
        and line.sheet.status in {"approved", "drawn"}
        and request.user.may("sheet.draw_up", line.sheet.organisation)
    )
    receipts = line.receipts.select_related("taken_by", "second_by", "voided_by").order_by("-pk")
    context = {
        "line": line,
        "tone": LINE_TONES[line.status],
        "facts": line_facts(line),
        "receipts": receipts,
        "may_settle": may_settle,
        "may_sign_here": is_counter_of(line, request.user),
    }
    return render(request, "disbursements/line.html", context)


# -- what several pages use --------------------------------------------------------------------------


def load_sheet(request, pk, *, permission="sheet.view"):
    """The sheet in the user's scope (404), with the permission (403)."""
    rows = Sheet.objects.select_related(
        "organisation",
        "programme",
        "allocation__fund",
        "store",
        "drawn_up_by",
        "approved_by",
        "closed_by",
        "replaces",
    )
    return load(request, rows, pk, permission=permission)


def sheet_trail(sheet, here):
    """Breadcrumbs below a sheet: [(label, address)]; the last is the page itself."""
    return [("发放表", reverse("sheets")), (str(sheet), reverse("sheet", args=[sheet.pk])), (here, "")]


def move_url(sheet, move):
    """Where the button of a move leads."""
    if move in OWN_PAGE:
        return reverse(OWN_PAGE[move], args=[sheet.pk])
    return reverse("sheet_move", args=[sheet.pk, move])


def is_at(sheet, status):
    return sheet.status == status


def is_counter_of(line, user):
    """Whether ``user`` drew this line at the counter and may have it signed there."""
    custody = line.custody
    return (
        line.status == "pending"
        and custody is not None
        and custody.team_id is None
        and custody.drawn_by_id == user.pk
    )


def workbook_response(sheet, at):
    """The sheet's workbook as a download."""
    on = dates.today(at)
    return send_workbook(lambda target: documents.workbook(sheet, target, on), filename=f"{sheet}.xlsx")
