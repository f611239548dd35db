"""认定: answering what of an entry only people can judge."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import RosterStatus
from beneficiaries.forms.judgements import JudgeForm
from beneficiaries.models import RosterEntry
from beneficiaries.queries import judgements as queries
from beneficiaries.services import judgements
from beneficiaries.services.judgements import MOVE_AT
from welfare import workflow
from welfare.viewtools import form_page, load, staff, was_submitted

NEEDED = {RosterStatus.ASSESSING: "roster.assess", RosterStatus.REVIEWING: "roster.review"}
ELSEWHERE = "名册在民主评议或审核环节时，才能认定条件。"


def loaded(request, pk):
    """The entry in the user's scope; 403 where she lacks the right of the step, whatever it is."""
    rows = RosterEntry.objects.select_related(
        "roster__organisation",
        "roster__step",
        "roster__programme",
        "programme",
        "category",
        "household__organisation",
        "person__household__organisation",
        "institution",
    )
    entry = load(request, rows, pk, permission="roster.view")
    needed = [NEEDED[entry.roster.status]] if entry.roster.status in NEEDED else NEEDED.values()
    if not any(request.user.may(permission, entry.roster.organisation) for permission in needed):
        raise PermissionDenied("您可以查看此对象，但没有认定条件的权限。")
    return entry


@staff("roster.view")
def entry_judge(request, pk):
    """Each judged condition of the entry with its answer so far; a POST decides those that were filled in."""
    entry, now = loaded(request, pk), timezone.now()
    if request.method == "POST" and was_submitted(request):
        messages.info(request, "这份表单已经提交过，没有重复办理。")
        return redirect("roster", entry.roster_id)
    asked = queries.asked(entry)
    form = JudgeForm(request.POST if request.method == "POST" else None, asked=asked)
    move = MOVE_AT.get(entry.roster.status)

    def act(_data):
        return [
            judgements.answer(
                entry=entry, criterion=criterion, is_met=is_met, reason=reason, by=request.user, at=now
            )
            for criterion, is_met, reason in form.answered()
        ]

    return form_page(
        request,
        form,
        act,
        heading=f"认定条件：第{entry.position}号 {entry}",
        done=reverse("roster", args=[entry.roster_id]),
        success=_said,
        template="beneficiaries/entry_judge.html",
        entry=entry,
        why_not=workflow.why_not(entry, move, by=request.user, at=now) if move else ELSEWHERE,
        cancel_url=reverse("roster", args=[entry.roster_id]),
    )


def _said(made):
    """已认定 2 项。由“甲”改列“乙”。"""
    ends = [one.consequence for one in made or () if one.consequence]
    return f"已认定 {len(made or ())} 项。" + "".join(f"{end}。" for end in ends)
