"""慰问对象: the page of one entry; listing by screening and by hand, taking off, how it is paid."""

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.forms.entries import AssignForm, CandidateForm, NominateForm, PaymentForm
from beneficiaries.models import RosterEntry
from beneficiaries.queries import candidates
from beneficiaries.queries import rosters as queries
from beneficiaries.services import entries, left_out
from beneficiaries.views.entry_page import page_of
from beneficiaries.views.rosters import CONFIRM, address, loaded
from welfare import dates
from welfare.forms import ReasonForm
from welfare.models import Organisation
from welfare.viewtools import form_page, load, staff

READ = ("GET", "HEAD")


def loaded_entry(request, pk, permission):
    """The entry in the user's scope, with what its pages read."""
    rows = RosterEntry.objects.select_related(
        "roster__organisation",
        "roster__step",
        "roster__programme",
        "programme__organiser",
        "category",
        "assigned_by",
        "household",
        "person__household",
        "institution",
    )
    return load(request, rows, pk, permission=permission)


@staff("roster.view", methods=READ)
def entry(request, pk):
    """One entry whole: who, why, on which papers, what became of it at each step."""
    found = loaded_entry(request, pk, "roster.view")
    return render(request, "beneficiaries/entry.html", page_of(found, request.user, timezone.now()))


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
        lambda _data: entries.fill_from_screening(roster=found, by=request.user, at=timezone.now()),
        heading=f"按条件筛选：{found.organisation}",
        done=address(found),
        success=lambda made: f"已列入 {len(made or [])} 个对象。符合条件而没有列入的，原因见“未列入”。",
        template=CONFIRM,
        crumb=found,
        sentence="按方案的条件筛选登记在册的困难群众，按优先次序和困难程度在名额内列入；已列入的不重复。",
        facts=facts,
        confirm_label="筛选并列入",
        cancel_url=address(found),
    )


@staff("roster.view", methods=READ)
def roster_left_out(request, pk):
    """未列入: who fits the conditions and is not listed, each with the reason."""
    found = loaded(request, pk)
    rows = left_out.rows(found, on=dates.today(timezone.now()), viewer=request.user)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    candidates.complete([row.proposal.beneficiary for row in page])
    return render(
        request,
        "beneficiaries/roster_left_out.html",
        {"roster": found, "page": page, "counts": left_out.counts(rows)},
    )


def _picking(request, found, *, form_class, act, heading, lead, **more):
    """Look for somebody (GET), then list one of those found (POST): ``act(category, beneficiary, data)``."""
    search = CandidateForm(request.GET if request.GET else None, roster=found)
    chosen = search.cleaned_data["category"] if search.is_valid() else None
    text = search.cleaned_data["q"] if chosen else ""
    people = candidates.search(found, chosen, text) if chosen else []
    form = form_class(request.POST if request.method == "POST" else None, candidates=people, **more)

    def pick(data):
        beneficiary = next(person for person in people if person.pk == data.pop("beneficiary"))
        return act(chosen, {chosen.unit: beneficiary}, data)

    done = address(found) if request.user.may("roster.view", found.organisation) else reverse("must_visits")
    return form_page(
        request,
        form,
        pick,
        heading=heading,
        done=done,
        success=lambda made: f"已列入第{made.position}号{made}。" if made else "",
        template="beneficiaries/roster_nominate.html",
        search=search,
        people=people,
        elsewhere=candidates.elsewhere(found, text, request.user) if not people else "",
        roster=found,
        lead=lead,
        cancel_url=done,
    )


@staff("roster.draft")
def roster_nominate(request, pk):
    """List somebody by nomination or application."""
    found = loaded(request, pk, "roster.draft")

    def act(category, who, data):
        return entries.add(
            roster=found,
            category=category,
            payment_mode=data.pop("mode"),
            by=request.user,
            at=timezone.now(),
            **who,
            **data,
        )

    return _picking(
        request,
        found,
        form_class=NominateForm,
        act=act,
        heading=f"提名对象：{found.organisation}",
        lead="先选类别、查找登记在册的户或人，再写明理由列入。",
    )


@staff("roster.assign")
def roster_assign(request, pk):
    """Hand a must-visit down to a roster below."""
    found = loaded(request, pk, "roster.assign")
    above = Organisation.objects.above(found.organisation).exclude(pk=found.organisation_id)

    def act(category, who, data):
        return entries.assign(
            roster=found, category=category, by=request.user, at=timezone.now(), **who, **data
        )

    return _picking(
        request,
        found,
        form_class=AssignForm,
        act=act,
        senders=above.visible_to(request.user, "roster.assign"),
        heading=f"下达必访对象：{found.organisation}",
        lead="列入后由下达机构负责，下级不能撤下或不予列入。",
    )


def confirm_act(request, found, service, *, form=None, done="", **page):
    """The confirm page of one act on an entry: a reason, or what ``form`` asks, goes to ``service``."""
    done = done or address(found.roster_id)
    return form_page(
        request,
        form or ReasonForm(request.POST if request.method == "POST" else None),
        lambda data: service(entry=found, by=request.user, at=timezone.now(), **data),
        done=done,
        template=CONFIRM,
        crumb=found.roster,
        facts=[("名册", found.roster), ("类别", found.category), ("状态", found.get_status_display())],
        cancel_url=done,
        **page,
    )


@staff("roster.draft")
def entry_withdraw(request, pk):
    """Take an entry off a roster in drafting."""
    found = loaded_entry(request, pk, "roster.draft")
    return confirm_act(
        request,
        found,
        entries.withdraw,
        tone="danger",
        heading=f"撤下第{found.position}号：{found}",
        sentence="撤下后不再列入本名册，理由记入办理经过。",
        success="已撤下。",
    )


@staff("roster.assign")
def entry_recall(request, pk):
    """Take a must-visit back."""
    found = loaded_entry(request, pk, "roster.assign")
    return confirm_act(
        request,
        found,
        entries.recall,
        tone="danger",
        done=reverse("must_visits"),
        heading=f"撤回指定：第{found.position}号{found}",
        sentence="撤回后不再列入该名册，理由记入办理经过。",
        success="已撤回。",
    )


@staff("roster.review")
def entry_strike(request, pk):
    """不予列入 one entry."""
    found = loaded_entry(request, pk, "roster.review")
    return strike_page(request, found, done=address(found.roster_id))


def strike_page(request, found, *, done):
    """The page that asks why; ``done`` is where it leads."""
    return confirm_act(
        request,
        found,
        entries.strike,
        tone="danger",
        done=done,
        heading=f"不予列入第{found.position}号：{found}",
        sentence="不予列入的意见和理由将书面告知本人，不能撤回。",
        success="已记为不予列入。",
    )


@staff("roster.draft")
def entry_payment(request, pk):
    """Cash or card."""
    found = loaded_entry(request, pk, "roster.draft")
    form = PaymentForm(
        request.POST if request.method == "POST" else None, initial={"mode": found.payment_mode}
    )
    return form_page(
        request,
        form,
        lambda data: entries.choose_payment(
            entry=found, mode=data["mode"], by=request.user, at=timezone.now()
        ),
        heading=f"领取方式：第{found.position}号 {found}",
        done=address(found.roster_id),
        success="已选定领取方式。",
        cancel_url=address(found.roster_id),
        note="一卡通须本人名下有登记在用的银行卡。",
    )
