"""公布 for staff: seen before it is published, published, taken down."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.documents import notices as documents
from beneficiaries.enums import EntryStatus
from beneficiaries.forms.notices import PublishForm
from beneficiaries.models import FinalList, Roster
from beneficiaries.services import final_lists
from beneficiaries.views.notices import CONFIRM, is_to_preview, preview_bar, written_form
from welfare.errors import Refusal
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, load, staff


@staff("notice.post")
def final_publish(request, pk):
    """Write the introduction, see the page as residents will (``step=preview``), publish it (POST)."""
    rows = Roster.objects.select_related("organisation", "programme", "supplement_to")
    roster = load(request, rows, pk, permission="notice.post")
    back = reverse("roster", args=[pk])
    form = written_form(request, PublishForm, {"body": final_lists.default_body(roster)})
    if page := is_to_preview(request, form) and _preview(request, roster, form):
        return page
    is_out = roster.final_lists.filter(**{"status": "published"}).exists()
    return form_page(
        request,
        form,
        lambda data: final_lists.publish(roster=roster, by=request.user, at=timezone.now(), **data),
        heading=f"公布结果：{roster.organisation}",
        done=back,
        success="结果已公布。",
        template="beneficiaries/notice_write.html",
        roster=roster,
        facts=[("名册", roster), ("展示", f"{roster.programme.display_days} 天，期满自动撤下")],
        why_not="这份名册的结果已经公布。" if is_out else "",
        cancel_url=back,
    )


def _preview(request, roster, form):
    """The page as residents will see it, or None with the refusal on the form, which then writes nothing either."""
    try:
        fields, rows = final_lists.preview(roster=roster, at=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None
    final = roster.entries.filter(status=EntryStatus.FINAL).count()
    context = {
        "final": documents.final_preview(fields, rows, roster=roster),
        "public_unit": fields["unit_name"],
        **preview_bar(request, form, left_out=final - len(rows)),
    }
    return render(request, "beneficiaries/final_preview.html", context)


@staff("notice.post")
def final_withdraw(request, pk):
    """Take a final list down before its time."""
    rows = FinalList.objects.select_related("roster__organisation", "roster__programme", "roster__step")
    found = load(request, rows, pk, permission="notice.post")
    back = reverse("roster", args=[found.roster_id])
    return form_page(
        request,
        ReasonForm(request.POST if request.method == "POST" else None),
        lambda data: final_lists.withdraw(
            final_list=found, by=request.user, at=timezone.now(), reason=data["reason"]
        ),
        heading=f"撤下公布：{found.title}",
        done=back,
        success="已撤下，可以重新公布。",
        template=CONFIRM,
        crumb=found.roster,
        sentence="撤下后公开页面随即关闭；改正后可以重新公布。",
        tone="danger",
        cancel_url=back,
    )
