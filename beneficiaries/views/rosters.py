"""名册: the list, drafting, and the moves along the procedure."""

from functools import partial

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.documents import rosters as documents
from beneficiaries.forms.rosters import (
    CandidateForm,
    DraftForm,
    NominateForm,
    PaymentForm,
    ReturnForm,
    RosterFilter,
)
from beneficiaries.models import Roster, RosterEntry
from beneficiaries.queries import candidates
from beneficiaries.queries import rosters as queries
from beneficiaries.services import rosters
from beneficiaries.tables.rosters import RosterTable
from beneficiaries.views.roster_page import page_of
from welfare import audit, dates
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, list_page, load, move_page, send_workbook, staff

CONFIRM = "beneficiaries/roster_confirm.html"


def address(roster):
    return reverse("roster", args=[getattr(roster, "pk", roster)])


def loaded(request, pk, permission="roster.view"):
    """The roster in the user's scope, with what its page reads."""
    rows = Roster.objects.select_related("programme", "organisation", "step")
    return load(request, rows, pk, permission=permission)


def loaded_entry(request, pk, permission):
    rows = RosterEntry.objects.select_related(
        "roster__organisation",
        "roster__step",
        "roster__programme",
        "household",
        "person__household",
        "institution",
    )
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
    )


@staff("roster.view", methods=("GET", "HEAD"))
def roster(request, pk):
    """One roster: where it stands, what is next and who must do it, its entries and papers."""
    return render(
        request, "beneficiaries/roster.html", page_of(loaded(request, pk), request.user, timezone.now())
    )


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


@staff("roster.draft")
def roster_fill(request, pk):
    """List those whom the conditions propose, after saying so."""
    found = loaded(request, pk, "roster.draft")
    facts = [
        (f"{what}名额", f"{count}，已列 {used}") for what, _category, count, used in queries.places(found)
    ]
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda _data: rosters.fill_from_screening(roster=found, by=request.user, at=timezone.now()),
        heading=f"按条件筛选：{found.organisation}",
        done=address(found),
        success=_filled,
        template=CONFIRM,
        crumb=found,
        sentence="按方案的条件筛选登记在册的困难群众，按优先次序和困难程度在名额内列入；已列入的不重复。",
        facts=facts,
        confirm_label="筛选并列入",
        cancel_url=address(found),
    )


def _filled(made):
    if count := made.count():
        return f"已列入 {count} 个对象。"
    return "没有可以列入的对象：没有符合条件者，或名额已满。"


@staff("roster.draft")
def roster_nominate(request, pk):
    """Look for somebody (GET), then list one of those found with a reason (POST)."""
    found = loaded(request, pk, "roster.draft")
    search = CandidateForm(request.GET if request.GET else None, roster=found)
    chosen = search.cleaned_data["category"] if search.is_valid() else None
    people = candidates.search(found, chosen, search.cleaned_data["q"]) if chosen else []
    form = NominateForm(request.POST if request.method == "POST" else None, candidates=people)

    def act(data):
        beneficiary = next(person for person in people if person.pk == data["beneficiary"])
        return rosters.add_entry(
            roster=found,
            category=chosen,
            origin=data["origin"],
            reason=data["reason"],
            payment_mode=data["mode"],
            by=request.user,
            at=timezone.now(),
            **{chosen.unit: beneficiary},
        )

    return form_page(
        request,
        form,
        act,
        heading=f"提名对象：{found.organisation}",
        done=address(found),
        success=lambda made: f"已列入第{made.position}号{made}。" if made else "",
        template="beneficiaries/roster_nominate.html",
        search=search,
        people=people,
        roster=found,
        cancel_url=address(found),
    )


MOVES = {"start", "submit", "approve", "cancel"}


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


def _reasoned(request, entry, service, *, done, heading, sentence, success):
    """A confirm page with a reason, for one entry."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda data: service(entry=entry, by=request.user, at=timezone.now(), reason=data["reason"]),
        heading=heading,
        done=done,
        success=success,
        template=CONFIRM,
        crumb=entry.roster,
        sentence=sentence,
        facts=[("名册", entry.roster), ("类别", entry.category), ("状态", entry.get_status_display())],
        tone="danger",
        cancel_url=done,
    )


@staff("roster.draft")
def entry_withdraw(request, pk):
    """Take an entry off a roster in drafting."""
    entry = loaded_entry(request, pk, "roster.draft")
    return _reasoned(
        request,
        entry,
        rosters.withdraw_entry,
        done=address(entry.roster_id),
        heading=f"撤下第{entry.position}号：{entry}",
        sentence="撤下后不再列入本名册，理由记入办理经过。",
        success="已撤下。",
    )


@staff("roster.review")
def entry_strike(request, pk):
    """不予列入 one entry."""
    entry = loaded_entry(request, pk, "roster.review")
    return strike_page(request, entry, done=address(entry.roster_id))


def strike_page(request, entry, *, done):
    """The page that asks why; ``done`` is where it leads."""
    return _reasoned(
        request,
        entry,
        rosters.strike,
        done=done,
        heading=f"不予列入第{entry.position}号：{entry}",
        sentence="不予列入的意见和理由将书面告知本人，不能撤回。",
        success="已记为不予列入。",
    )


@staff("roster.draft")
def entry_payment(request, pk):
    """Cash or card."""
    entry = loaded_entry(request, pk, "roster.draft")
    form = PaymentForm(
        request.POST if request.method == "POST" else None, initial={"mode": entry.payment_mode}
    )
    return form_page(
        request,
        form,
        lambda data: rosters.choose_payment(
            entry=entry, mode=data["mode"], by=request.user, at=timezone.now()
        ),
        heading=f"领取方式：第{entry.position}号 {entry}",
        done=address(entry.roster_id),
        success="已选定领取方式。",
        cancel_url=address(entry.roster_id),
        note="一卡通须本人名下有登记在用的银行卡。",
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
