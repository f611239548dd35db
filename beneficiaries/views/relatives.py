"""近亲属备案: the register, and the check of an entry in person."""

from functools import partial

from django.urls import reverse
from django.utils import timezone

from beneficiaries.forms.procedure import RelativeCheckForm, RelativeFilter, RelativeForm
from beneficiaries.models import StaffRelative
from beneficiaries.queries import relatives as queries
from beneficiaries.services import relatives
from beneficiaries.tables.procedure import RelativeTable
from beneficiaries.views.entries import loaded_entry
from beneficiaries.views.rosters import CONFIRM, address
from welfare import dates, workflow
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, list_page, load, staff


@staff("relative.view", methods=("GET", "HEAD"))
def relative_list(request):
    """The register, within scope."""
    rows = StaffRelative.objects.visible_to(request.user, "relative.view").select_related("organisation")
    may_declare = request.user.may("relative.declare")
    return list_page(
        request,
        partial(RelativeTable, may_end=may_declare),
        rows.order_by("organisation__path", "staff_name", "pk"),
        heading="近亲属备案",
        filter_form=RelativeFilter,
        template="beneficiaries/relatives.html",
        may_declare=may_declare,
    )


@staff("relative.declare")
def relative_new(request):
    """Declare one."""
    form = RelativeForm(request.POST if request.method == "POST" else None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: relatives.declare(**data, by=request.user, at=timezone.now()),
        heading="备案近亲属",
        done=reverse("relatives"),
        success=lambda made: f"已备案：{made}。" if made else "",
        note="近亲属：配偶、父母、子女、兄弟姐妹、祖父母和外祖父母、孙子女和外孙子女。列入名册的，由上一级当面核查。",
        template="beneficiaries/relative_form.html",
        submit_label="备案",
        cancel_url=reverse("relatives"),
    )


@staff("relative.declare")
def relative_end(request, pk):
    """End a declaration, with a reason."""
    found = load(
        request, StaffRelative.objects.select_related("organisation"), pk, permission="relative.declare"
    )
    return form_page(
        request,
        ReasonForm(request.POST if request.method == "POST" else None, label="注销原因"),
        lambda data: relatives.end(relative=found, by=request.user, at=timezone.now(), **data),
        heading=f"注销备案：{found}",
        done=reverse("relatives"),
        success="已注销。",
        template="components/confirm.html",
        sentence="注销后不再提示；原备案和已作的核查保留备查。",
        facts=[
            ("工作单位", found.organisation),
            ("备案人", found.declared_by),
            ("备案日期", f"{found.declared_at:%Y-%m-%d}"),
        ],
        confirm_label="注销",
        tone="danger",
        cancel_url=reverse("relatives"),
    )


@staff("roster.check")
def entry_relative_check(request, pk):
    """The next level records what it found in person."""
    entry = loaded_entry(request, pk, "roster.check")
    now = timezone.now()
    kin = queries.of_roster(entry.roster).get(entry.pk)
    declared = kin.relatives if kin else []
    form = RelativeCheckForm(
        request.POST if request.method == "POST" else None, initial={"checked_on": dates.today(now)}
    )
    return form_page(
        request,
        form,
        lambda data: relatives.check(entry=entry, by=request.user, at=now, **data),
        heading=f"近亲属当面核查：第{entry.position}号 {entry}",
        done=address(entry.roster_id),
        success="核查情况已登记。",
        template=CONFIRM,
        crumb=entry.roster,
        sentence="由上一级人员入户当面核查后登记；情况不实的，须不予列入或退回后重新核查。",
        facts=[
            ("名册", entry.roster),
            ("类别", entry.category),
            ("近亲属关系", "；".join(f"{one.organisation}{one}" for one in declared) or "没有备案"),
        ],
        why_not=workflow.why_not(entry, "check_relative", by=request.user, at=now),
        confirm_label="登记核查",
        cancel_url=address(entry.roster_id),
    )
