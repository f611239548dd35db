"""名册: the list, drafting, and the moves along the procedure."""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.documents import rosters as documents
from beneficiaries.forms.rosters import DraftForm, ReturnForm, RosterFilter
from beneficiaries.models import Roster
from beneficiaries.queries import rosters as queries
from beneficiaries.services import rosters
from beneficiaries.tables.rosters import RosterTable
from beneficiaries.views.roster_page import page_of
from welfare import audit, dates
from welfare.viewtools import form_page, list_page, load, move_page, send_workbook, staff

CONFIRM = "beneficiaries/roster_confirm.html"


def address(roster):
    return reverse("roster", args=[getattr(roster, "pk", roster)])


def loaded(request, pk, permission="roster.view"):
    """The roster in the user's scope, with what its page reads."""
    rows = Roster.objects.select_related("programme", "organisation__parent", "step", "replaces")
    return load(request, rows, pk, permission=permission)


@staff("roster.view", methods=("GET", "HEAD"))
def roster_list(request):
    """Rosters in scope."""
    return list_page(
        request,
        RosterTable,
        queries.rosters_for_list(request.user),
        heading="名册",
        filter_form=partial(RosterFilter, user=request.user),
        template="beneficiaries/roster_list.html",
        can_draft=request.user.may("roster.draft"),
        may_see_relatives=request.user.may("relative.view"),
    )


@staff("roster.view", methods=("GET", "HEAD"))
def roster(request, pk):
    """One roster: where it stands, what is next and who must do it, its entries and papers."""
    return render(request, "beneficiaries/roster.html", page_of(loaded(request, pk), request, timezone.now()))


@staff("roster.draft")
def roster_new(request):
    """Begin a roster."""
    form = DraftForm(request.POST if request.method == "POST" else None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: rosters.draft(**data, by=request.user, at=timezone.now()),
        heading="建立名册",
        done=lambda made: address(made) if made else reverse("rosters"),
        success="名册已建立，请筛选或提名对象。",
        submit_label="建立",
        cancel_url=reverse("rosters"),
    )


MOVES = {"start", "submit", "approve", "cancel", "waive_assessment"}


@staff("roster.view")
def roster_move(request, pk, move):
    """The confirm page of a move that asks for a reason at most."""
    found = loaded(request, pk)
    if move not in MOVES:
        raise Http404("没有这项办理。")
    step = queries.next_step(found)
    onward = f"转入“{step}”环节" if step else "名册定案"
    return move_page(
        request,
        found,
        move,
        done=address(found),
        facts=[
            ("方案", found.programme),
            ("名册", found.organisation),
            ("列入对象", f"{rosters.live_count(found)} 个"),
            ("办理后", "名册作废，对象全部撤下" if move == "cancel" else onward),
        ],
    )


@staff("roster.view")
def roster_return(request, pk):
    """Back to an earlier step, with a reason."""
    found = loaded(request, pk)
    return return_page(request, found, done=address(found))


def return_page(request, found, *, done, **context):
    """The page that asks to which step, and why; ``done`` is where it leads."""
    return form_page(
        request,
        ReturnForm(request.POST if request.method == "POST" else None, roster=found),
        lambda data: rosters.return_to(roster=found, by=request.user, at=timezone.now(), **data),
        heading=f"退回名册：{found.organisation}",
        done=done,
        success="已退回。",
        template=CONFIRM,
        crumb=found,
        sentence="退回后，名册从所选环节重新办理；正在张贴的公示随即撤下。",
        tone="danger",
        confirm_label="确认退回",
        cancel_url=done,
        **context,
    )


@staff("export", methods=("GET", "HEAD"))
def roster_workbook(request, pk):
    """花名册 as a workbook; logged."""
    found = loaded(request, pk, "export")
    now = timezone.now()
    audit.viewed(by=request.user, at=now, target=found, what="花名册（导出）")
    return send_workbook(
        lambda target: documents.roster_workbook(found, target, on=dates.today(now)),
        filename=f"花名册-{found.organisation}.xlsx",
    )
