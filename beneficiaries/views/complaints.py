"""举报 for inspectors and those who look into one: the register, one complaint, its moves."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import UNSETTLED_COMPLAINT
from beneficiaries.forms.complaints import (
    AssignComplaintForm,
    ComplaintFilter,
    ComplaintForm,
    ConcludeForm,
    FeedbackForm,
)
from beneficiaries.queries import complaints as queries
from beneficiaries.services import complaints
from beneficiaries.tables.complaints import COMPLAINT_TONES, ComplaintTable
from welfare import audit, dates, masking
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, list_page, load, move_buttons, reveal, staff

VIEW, HANDLE = "complaint.view", "complaint.handle"
READ = ("GET", "HEAD")
MOST_EVENTS = 50


def loaded(request, pk, permission=VIEW):
    rows = queries.seen_by(request.user).select_related(
        "organisation", "handler", "received_by", "concluded_by", "roster__programme", "household", "entry"
    )
    return load(request, rows, pk, permission=permission)


@staff(VIEW, methods=READ)
def complaint_list(request):
    """The register, as far as the user watches over it or was handed something."""
    return list_page(
        request,
        ComplaintTable,
        queries.for_list(request.user),
        heading="举报",
        filter_form=partial(ComplaintFilter, on=dates.today(timezone.now())),
        template="beneficiaries/complaint_list.html",
        may_register=request.user.may(HANDLE),
    )


@staff(HANDLE)
def complaint_new(request):
    """Enter one."""
    today = dates.today(timezone.now())
    form = ComplaintForm(request.POST or None, user=request.user, initial={"received_on": today})
    return form_page(
        request,
        form,
        lambda _data: complaints.register(by=request.user, at=timezone.now(), **form.facts()),
        heading="登记举报",
        done=lambda made: reverse("complaint", args=[made.pk]) if made else reverse("complaints"),
        success=lambda made: f"已登记，编号 {made.reference}。" if made else "",
        submit_label="登记",
        form_class="two-columns",
        cancel_url=reverse("complaints"),
    )


@staff(VIEW, methods=READ)
def complaint(request, pk):
    """One complaint; who looked is written down."""
    found = loaded(request, pk)
    if request.method == "GET":
        audit.viewed(by=request.user, at=timezone.now(), target=found, what="举报内容")
    may_handle = request.user.may(HANDLE, found.organisation)
    today = dates.today(timezone.now())
    context = {
        "complaint": found,
        "tone": COMPLAINT_TONES[found.status],
        "is_late": found.status in UNSETTLED_COMPLAINT and found.due_on < today,
        "may_handle": may_handle,
        "name": masking.mask_name(found.complainant_name) if may_handle else "",
        "whom_url": reverse("complaint_whom", args=[pk]) if may_handle else "",
        "buttons": move_buttons(
            found, request.user, lambda move: reverse(f"complaint_{move}", args=[found.pk])
        ),
        "events": _history(found),
    }
    return render(request, "beneficiaries/complaint.html", context)


def _history(found):
    """What was done, newest first; looks stand in the access log."""
    done = audit.events_about(found).exclude(action="view").order_by("-at", "-pk")
    return [
        {
            "at": event.at,
            "who": event.actor_name,
            "text": event.label.removeprefix("举报："),
            "reason": event.reason,
            "tone": "",
        }
        for event in done[:MOST_EVENTS]
    ]


@staff(HANDLE, methods=("POST",))
def complaint_whom(request, pk):
    """Who complained, for the inspector; the look is logged."""
    found = loaded(request, pk, HANDLE)
    told = "，".join(part for part in (found.complainant_name, found.complainant_contact) if part)
    return reveal(request, found, told, what="举报人", reason="核查和反馈举报")


def _page(request, found, form, act, **context):
    back = reverse("complaint", args=[found.pk])
    return form_page(request, form, act, done=back, cancel_url=back, **context)


@staff(HANDLE)
def complaint_assign(request, pk):
    """Hand it to somebody."""
    found = loaded(request, pk, HANDLE)
    today = dates.today(timezone.now())
    form = AssignComplaintForm(
        request.POST or None,
        handlers=queries.possible_handlers(found, today),
        initial={"due_on": found.due_on, "handler": found.handler_id},
    )
    return _page(
        request,
        found,
        form,
        lambda data: complaints.assign(complaint=found, by=request.user, at=timezone.now(), **data),
        heading=f"交办：{found}",
        success="已交办。",
        submit_label="交办",
    )


@staff(VIEW)
def complaint_conclude(request, pk):
    """The handler writes what was found."""
    found = loaded(request, pk)
    if found.handler != request.user:
        raise PermissionDenied("由承办人填写核查情况。")
    return _page(
        request,
        found,
        ConcludeForm(request.POST or None),
        lambda data: complaints.conclude(complaint=found, by=request.user, at=timezone.now(), **data),
        heading=f"填写核查情况：{found}",
        success="已填写，等督查人员审阅和反馈。",
    )


@staff(HANDLE)
def complaint_reopen(request, pk):
    """Send it back."""
    found = loaded(request, pk, HANDLE)
    return _page(
        request,
        found,
        ReasonForm(request.POST or None, label="发回理由"),
        lambda data: complaints.reopen(complaint=found, by=request.user, at=timezone.now(), **data),
        heading=f"发回重查：{found}",
        success="已发回承办人。",
        submit_label="发回重查",
    )


@staff(HANDLE)
def complaint_feed_back(request, pk):
    """Write down how the complainant was told."""
    found = loaded(request, pk, HANDLE)
    form = FeedbackForm(request.POST or None, initial={"on": dates.today(timezone.now())})
    return _page(
        request,
        found,
        form,
        lambda data: complaints.feed_back(complaint=found, by=request.user, at=timezone.now(), **data),
        heading=f"登记反馈：{found}",
        success="已登记反馈，办结归档。",
        submit_label="登记",
    )
