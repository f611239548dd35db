"""时间节点: what is due, and marking it done."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from beneficiaries.forms.procedure import MilestoneFilter, MilestoneForm
from beneficiaries.queries import milestones as queries
from beneficiaries.services import milestones
from beneficiaries.tables.procedure import MilestoneTable
from welfare import dates
from welfare.viewtools import form_page, list_page, staff


@staff("programme.view", methods=("GET", "HEAD"))
def milestone_list(request):
    """Milestones of the programmes the user may read, the next deadline first."""
    kept = set(queries.kept_by(request.user).values_list("pk", flat=True))
    table = partial(MilestoneTable, on=dates.today(timezone.now()), calendar=dates.load_calendar(), kept=kept)
    return list_page(
        request,
        table,
        queries.visible_to(request.user),
        heading="时间节点",
        filter_form=MilestoneFilter,
        template="beneficiaries/milestones.html",
    )


@staff("programme.view")
def milestone_done(request, pk):
    """Mark one done, with a note."""
    found = queries.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404("没有找到这个时间节点，或它不在您的工作范围内。")
    if not queries.is_kept_by(found, request.user):
        raise PermissionDenied("您可以查看这个时间节点，但没有登记完成的权限。")
    on = dates.today(timezone.now())
    late = queries.when(found, on, dates.load_calendar()) if found.due_on else ""
    return form_page(
        request,
        MilestoneForm(request.POST if request.method == "POST" else None),
        lambda data: milestones.finish(milestone=found, by=request.user, at=timezone.now(), **data),
        heading=f"登记完成：{found}",
        done=reverse("milestones"),
        success="已登记完成。",
        template="components/confirm.html",
        sentence="登记后从待办中移去，不能再改。",
        facts=[
            ("方案", found.programme),
            ("截止", f"{queries.deadline(found)}{f'，{late}' if late else ''}"),
            ("方案原文", found.due_text or "—"),
            ("责任", queries.whose(found)),
            *([("报送", found.recipient)] if found.recipient else []),
        ],
        confirm_label="登记完成",
        cancel_url=reverse("milestones"),
    )
