"""Handing out, bringing back, settling single lines."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from disbursements.forms.sheets import HandOutForm, NoteForm
from disbursements.models import Custody, SheetLine
from disbursements.services import custody as hands
from disbursements.services import sheets
from disbursements.views.facts import custody_text, line_facts, sheet_facts
from disbursements.views.sheets import load_sheet, sheet_trail
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, load, staff

SETTLE = {"return": ("退回", hands.return_line), "void": ("作废", hands.void_line)}


@staff("sheet.hand_out")
def sheet_hand_out(request, pk):
    """The keeper hands out to a member of a team, or keeps it at the counter."""
    sheet = load_sheet(request, pk, permission="sheet.hand_out")
    form = HandOutForm(request.POST or None, sheet=sheet, user=request.user)

    def act(_data):
        team, to = form.who()
        return sheets.hand_out(sheet=sheet, team=team, by=request.user, to=to, at=timezone.now())

    return form_page(
        request,
        form,
        act,
        heading=f"领出款物：{sheet}",
        done=reverse("sheet", args=[pk]),
        success=lambda made: f"已发给{made.drawn_by}，共{made.line_count}份。",
        cancel_url=reverse("sheet", args=[pk]),
        template="disbursements/form_with_facts.html",
        submit_label="发出",
        facts=sheet_facts(sheet),
        note="当面点清后发出。领取人对领出的款物负责，未发出的须缴回。",
        trail=sheet_trail(sheet, "领出款物"),
    )


@staff("sheet.hand_out")
def custody_back(request, pk):
    """The keeper takes back what was not received."""
    rows = Custody.objects.select_related("sheet__organisation", "team", "drawn_by")
    custody = load(request, rows, pk, permission="sheet.hand_out")
    left = custody.lines.pending().order_by("position")
    return form_page(
        request,
        NoteForm(request.POST or None),
        lambda data: hands.bring_back(custody=custody, by=request.user, at=timezone.now(), note=data["note"]),
        heading=f"缴回款物：{custody}",
        done=reverse("sheet", args=[custody.sheet_id]),
        success=lambda made: f"已收回{made.line_count}份。",
        cancel_url=reverse("sheet", args=[custody.sheet_id]),
        template="disbursements/form_with_facts.html",
        submit_label="收回",
        facts=[
            ("发放表", custody.sheet),
            ("领出", custody_text(custody)),
            ("未签收", "、".join(f"第{line.position}行{line.name}" for line in left) or "没有"),
        ],
        note="收回全部未签收的款物，当面点清。",
        trail=sheet_trail(custody.sheet, "缴回款物"),
    )


@staff("sheet.draw_up")
def line_settle(request, pk, move):
    """Return or void one line that is in nobody's hands."""
    if move not in SETTLE:
        raise Http404("没有这项办理。")
    label, act = SETTLE[move]
    rows = SheetLine.objects.select_related("sheet__organisation").prefetch_related("items__item")
    line = load(request, rows, pk, permission="sheet.draw_up")
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: act(line=line, by=request.user, at=timezone.now(), reason=data["reason"]),
        heading=f"{label}：{line}",
        done=reverse("sheet", args=[line.sheet_id]),
        success=f"已{label}。",
        cancel_url=reverse("sheet_line", args=[pk]),
        template="disbursements/form_with_facts.html",
        submit_label=label,
        facts=line_facts(line),
        note="办理后资金（物资）退回，对象可以列入新的发放表。",
        trail=sheet_trail(line.sheet, f"第{line.position}行{label}"),
    )
