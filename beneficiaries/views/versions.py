"""Revising a final roster, and what is done to its entries before it walks again; marking doubts."""

from django.utils import timezone

from beneficiaries.forms.procedure import CategoryForm, DoubtForm
from beneficiaries.services import disputes, rosters, versions
from beneficiaries.views.entries import confirm_act, loaded_entry
from beneficiaries.views.rosters import CONFIRM, address, loaded
from welfare import workflow
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, staff


@staff("roster.draft")
def roster_revise(request, pk):
    """A new version of a final roster."""
    found = loaded(request, pk, "roster.draft")
    now = timezone.now()
    return form_page(
        request,
        ReasonForm(request.POST if request.method == "POST" else None, label="修订理由"),
        lambda data: rosters.revise_final(roster=found, by=request.user, at=now, **data),
        heading=f"修订名册：{found.organisation}",
        done=lambda made: address(made or found),
        success="修订版已建立，请调整名单后重新启动评审。",
        template=CONFIRM,
        crumb=found,
        sentence="建立新的一版，抄入现有对象，调整后须重新走完全部环节。新版定案前，原名册继续有效，可以照常发放；定案后由新版取代。已发放的不会重复发放。",
        facts=[
            ("方案", found.programme),
            ("现行版本", f"第{found.version}版"),
            ("对象", f"{rosters.live_count(found)} 个"),
        ],
        why_not=workflow.why_not(found, "revise_final", by=request.user, at=now),
        confirm_label="建立修订版",
        cancel_url=address(found),
    )


@staff("roster.draft")
def entry_category(request, pk):
    """Another category for an entry of a roster in drafting."""
    entry = loaded_entry(request, pk, "roster.draft")
    return form_page(
        request,
        CategoryForm(request.POST if request.method == "POST" else None, entry=entry),
        lambda data: versions.change_category(entry=entry, by=request.user, at=timezone.now(), **data),
        heading=f"调整类别：第{entry.position}号 {entry}",
        done=address(entry.roster_id),
        success="类别已调整。",
        note=f"现为“{entry.category}”。调整后按新类别的条件和标准办理。",
        cancel_url=address(entry.roster_id),
    )


@staff("roster.draft")
def entry_restore(request, pk):
    """List again who was withdrawn from a revision."""
    entry = loaded_entry(request, pk, "roster.draft")
    return confirm_act(
        request,
        entry,
        versions.restore,
        heading=f"恢复列入第{entry.position}号：{entry}",
        success="已恢复列入。",
        sentence="恢复后按原类别和序号列入本版名册。",
        confirm_label="恢复列入",
    )


@staff("roster.view")
def entry_doubt(request, pk):
    """Say what is doubtful about an entry."""
    entry = loaded_entry(request, pk, "roster.view")
    return confirm_act(
        request,
        entry,
        disputes.mark_doubtful,
        form=DoubtForm(request.POST if request.method == "POST" else None),
        heading=f"标明疑义：第{entry.position}号 {entry}",
        success="已标明疑义。",
        sentence="标明后不能撤回：名册再到民主评议环节时，这个对象须开会评议。",
        confirm_label="标明疑义",
    )
