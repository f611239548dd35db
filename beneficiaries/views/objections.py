"""异议 for staff: those in scope, one with its answer, one received by phone or on paper."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import ObjectionStatus
from beneficiaries.forms.objections import AnswerForm, AssignForm, ObjectionFilter, ReceivedForm
from beneficiaries.models import Objection, PublicNotice
from beneficiaries.services import objections
from beneficiaries.tables.rosters import ObjectionTable
from welfare import dates, masking
from welfare.viewtools import form_page, list_page, load, reveal, staff


def loaded(request, pk, permission="roster.view"):
    rows = Objection.objects.select_related(
        "notice__roster__organisation",
        "notice__step",
        "entry__household",
        "entry__person__household",
        "entry__institution",
    )
    return load(request, rows, pk, permission=permission)


@staff("roster.view", methods=("GET", "HEAD"))
def objection_list(request):
    """Objections in scope, open ones first."""
    rows = (
        Objection.objects.visible_to(request.user)
        .select_related("notice")
        .order_by("-status", "-received_at", "-pk")
    )
    narrowed = partial(ObjectionFilter, on=dates.today(timezone.now()))
    return list_page(request, ObjectionTable, rows, heading="异议", filter_form=narrowed)


@staff("roster.view", methods=("GET", "HEAD"))
def objection(request, pk):
    """One objection and what became of it."""
    found = loaded(request, pk)
    may_answer = request.user.may(
        "objection.answer", found.notice.roster.organisation, level=found.notice.step.level
    )
    row = found.entry and found.entry.notice_rows.filter(notice=found.notice_id).first()
    context = {
        "objection": found,
        "row": row,
        "phone": masking.mask_phone(found.objector_phone),
        "phone_url": reverse("objection_phone", args=[pk]) if may_answer else "",
        "may_answer": may_answer and found.status == ObjectionStatus.OPEN,
        "is_late": found.status == ObjectionStatus.OPEN
        and found.due_on is not None
        and found.due_on < dates.today(timezone.now()),
        "tone": "warn" if found.status == ObjectionStatus.OPEN else "good",
    }
    return render(request, "beneficiaries/objection.html", context)


@staff("objection.answer", methods=("POST",))
def objection_phone(request, pk):
    """The objector's number, to call back; the view is logged."""
    found = loaded(request, pk, "objection.answer")
    return reveal(
        request, found, found.objector_phone, what="异议反映人联系电话", reason="联系反映人核实异议"
    )


@staff("objection.answer")
def objection_answer(request, pk):
    """Answer it: upheld strikes the entry, else it is listed again or waits to be assessed anew."""
    found = loaded(request, pk, "objection.answer")
    return form_page(
        request,
        AnswerForm(request.POST if request.method == "POST" else None),
        lambda data: objections.answer(objection=found, by=request.user, at=timezone.now(), **data),
        heading=f"答复异议 {found.reference}",
        done=reverse("objection", args=[pk]),
        success="已答复。",
        template="beneficiaries/objection_answer.html",
        objection=found,
        submit_label="答复",
        cancel_url=reverse("objection", args=[pk]),
    )


@staff("objection.answer")
def objection_assign(request, pk):
    """Say which row it is about."""
    found = loaded(request, pk, "objection.answer")
    return form_page(
        request,
        AssignForm(request.POST if request.method == "POST" else None),
        lambda data: objections.assign(objection=found, by=request.user, at=timezone.now(), **data),
        heading=f"对应公示对象：异议 {found.reference}",
        done=reverse("objection", args=[pk]),
        success="已对应，该对象暂停办理。",
        note=f"反映内容：{found.content}",
        cancel_url=reverse("objection", args=[pk]),
    )


@staff("objection.answer")
def objection_receive(request, pk):
    """Enter an objection received by phone, on paper or in person."""
    rows = PublicNotice.objects.select_related("roster__organisation")
    notice = load(request, rows, pk, permission="objection.answer")
    return form_page(
        request,
        ReceivedForm(request.POST if request.method == "POST" else None),
        lambda data: objections.file(notice=notice, by=request.user, at=timezone.now(), **data),
        heading=f"登记异议：{notice.community_name}",
        done=reverse("roster_notice", args=[pk]),
        success=lambda made: f"已登记，受理编号 {made.reference}。" if made else "",
        cancel_url=reverse("roster_notice", args=[pk]),
    )
