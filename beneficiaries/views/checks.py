"""抽查: drawing the sample, what was found, the end."""

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import CheckStatus, EntryStatus
from beneficiaries.forms.checks import FindingsForm
from beneficiaries.models import Roster, SampleCheck
from beneficiaries.queries import disputes
from beneficiaries.rules import sampling
from beneficiaries.rules.assessment import share_text
from beneficiaries.services import checks
from welfare import workflow
from welfare.viewtools import form_page, load, new_form_key, staff, submit


def loaded(request, pk, permission="roster.view"):
    rows = SampleCheck.objects.select_related(
        "roster__organisation", "roster__programme", "roster__step", "step", "drawn_by"
    )
    return load(request, rows, pk, permission=permission)


def findings_of(check):
    rows = check.findings.select_related(
        "entry__category", "entry__household", "entry__person__household", "entry__institution", "found_by"
    )
    return list(rows.prefetch_related("entry__household__members").order_by("entry__position"))


def _ground(step):
    """What the plan says of the number drawn, as it was given."""
    said = [share_text(step.sample_share)] if step and step.sample_share else []
    said += [f"{step.sample_number} 户"] if step and step.sample_number else []
    return f"按方案规定（抽查{'、'.join(said)}{'，取多的' if len(said) > 1 else ''}）" if said else ""


def _what_is_drawn(roster):
    """Facts of the confirm page: the step, how many of how many, and who is looked at again."""
    listed = roster.entries.filter(status=EntryStatus.LISTED).count()
    facts = [("环节", roster.step or "—")]
    if roster.step and listed:
        facts.append(("抽取数量", f"从 {listed} 个对象中抽取 {checks.size_of(roster.step, listed)} 个"))
        if untrue := len(disputes.untrue(roster)):
            facts.append(("另须复核", f"上次抽查不实的 {untrue} 个，抽中与否都再核查"))
    return facts


@staff("roster.check")
def check_draw(request, pk):
    """Draw the sample at random."""
    roster = load(
        request, Roster.objects.select_related("organisation", "step"), pk, permission="roster.check"
    )
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda _data: checks.draw(roster=roster, by=request.user, at=timezone.now()),
        heading=f"抽取样本：{roster.organisation}",
        done=lambda made: reverse("check", args=[made.pk]) if made else reverse("roster", args=[pk]),
        success="样本已抽取，请入户核查并登记。",
        template="beneficiaries/roster_confirm.html",
        crumb=roster,
        sentence=f"{_ground(roster.step)}随机抽取，只能抽一次；随机种子随样本保存，任何人可据此复核。",
        facts=_what_is_drawn(roster),
        confirm_label="抽取",
        cancel_url=reverse("roster", args=[pk]),
    )


@staff("roster.view")
def check(request, pk):
    """The sample: record findings (POST) or read them."""
    found = loaded(request, pk, "roster.check" if request.method == "POST" else "roster.view")
    findings = findings_of(found)
    form = FindingsForm(request.POST if request.method == "POST" else None, findings=findings)

    def record():
        for finding, is_true, text, is_key in form.recorded():
            checks.record_finding(
                finding=finding, is_true=is_true, text=text, is_key=is_key, by=request.user, at=timezone.now()
            )

    if request.method == "POST":
        ok, _result = submit(request, form, record, success="核查情况已保存。")
        if ok:
            return redirect("check", pk)
    is_open = found.status == CheckStatus.OPEN
    context = {
        "check": found,
        "roster": found.roster,
        "findings": findings,
        "form": form,
        "form_key": new_form_key(),
        "may_record": is_open and request.user.may("roster.check", found.roster.organisation),
        "is_open": is_open,
    }
    return render(request, "beneficiaries/check.html", context)


@staff("roster.view", methods=("GET", "HEAD"))
def check_list(request, pk):
    """抽查名单 to print: who was drawn from whom by which seed, so that anybody can draw again."""
    found = loaded(request, pk)
    findings = findings_of(found)
    for finding in findings:
        home = finding.entry.household or (
            finding.entry.person.household if finding.entry.person_id else None
        )
        finding.group = home.group_name if home else ""
    context = {
        "check": found,
        "roster": found.roster,
        "findings": findings,
        "redrawn": _redrawn(found, [finding.entry.position for finding in findings]),
    }
    return render(request, "beneficiaries/check_list.html", context)


def _redrawn(check, positions):
    """The sample drawn once more from what is on record; None for one from before that was kept."""
    drawn_from = sampling.from_ranges(check.drawn_from)
    if not drawn_from:
        return None
    step = check.step
    size = sampling.sample_size(len(drawn_from), share=step.sample_share, number=step.sample_number)
    again = sampling.draw(drawn_from, seed=check.seed, size=size)
    return {
        "total": len(drawn_from),
        "size": size,
        "positions": sampling.in_ranges(again),
        "is_same": set(again) <= set(positions),
        "also": sampling.in_ranges(set(positions) - set(again)),
    }


@staff("roster.check")
def check_finish(request, pk):
    """End the check; the roster moves on."""
    found = loaded(request, pk, "roster.check")
    now = timezone.now()
    untrue = found.findings.filter(is_true=False).count()
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda _data: checks.finish(check=found, by=request.user, at=now),
        heading=f"抽查完成：{found.roster.organisation}",
        done=reverse("roster", args=[found.roster_id]),
        success="抽查已完成。",
        template="beneficiaries/roster_confirm.html",
        crumb=found.roster,
        sentence="完成后名册转入下一环节；情况不实的对象须不予列入，或退回本环节复核后，审核才能同意。",
        facts=[("抽取", f"{found.findings.count()} 个对象"), ("情况不实", f"{untrue} 个")],
        confirm_label="抽查完成",
        why_not=workflow.why_not(found, "finish", by=request.user, at=now),
        cancel_url=reverse("check", args=[pk]),
    )
