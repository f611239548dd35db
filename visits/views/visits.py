"""Lists of visits, the visit page, and what it serves: photos and the phone number."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from visits.enums import VisitStatus
from visits.forms import VisitFilter
from visits.models import Visit, VisitConfirmation
from visits.queries import people
from visits.tables import NEED_TONES, VisitTable
from visits.workflows import substitution
from welfare import dates, masking, panels
from welfare.identity import age_on
from welfare.viewtools import list_page, load, move_buttons, reveal, send_file, staff

ADDRESSES = {
    "complete": "visit_complete",
    "confirm": "visit_confirm",
    "mark_absent": "visit_absent",
    "reschedule": "visit_reschedule",
    "cancel": "visit_cancel",
}


@staff("visit.view", methods=("GET", "HEAD"))
def visit_list(request):
    """Visits of my teams and of the organisations I oversee, in the order of the day."""
    on = dates.today(timezone.now())
    rows = Visit.objects.visible_to(request.user).for_table().in_order()
    return list_page(
        request,
        VisitTable,
        rows,
        heading="走访",
        filter_form=partial(VisitFilter, user=request.user, on=on),
        template="visits/visits.html",
        may_tell=request.user.may("visit.do"),
    )


def load_visit(request, pk, permission=None):
    """One visit of my teams or my organisations, with what its pages read."""
    names = Prefetch("confirmations", VisitConfirmation.objects.select_related("user"))
    found = Visit.objects.select_related(
        "team__programme",
        "team__leader",
        "organisation",
        "household",
        "entry__category",
        "entry__person",
        "entry__institution",
        "follow_up_of",
        "survey",
        "done_by",
    ).prefetch_related(names)
    return load(request, found, pk, permission=permission)


@staff("visit.view", methods=("GET", "HEAD"))
def visit(request, pk):
    """Who, where, what they are due, what they asked for; and everything to be done at the door."""
    subject = load_visit(request, pk)
    on = dates.today(timezone.now())
    no = substitution(subject.team, request.user)
    household = people.household_of(subject)
    subject.household = household
    is_open = subject.status in (VisitStatus.PLANNED, VisitStatus.DONE) and subject.confirmed_at is None
    return render(
        request,
        "visits/visit.html",
        {
            "visit": subject,
            "whom": subject.whom,
            "facts": _facts(subject),
            "household_members": _members(household, on),
            "phone": masking.mask_phone(people.phone_of(subject)),
            "phone_url": reverse("visit_phone", args=[pk]) if _may_call(request.user, subject, no) else "",
            "notice": subject.notice_given if subject.must_be_told else None,
            "survey": getattr(subject, "survey", None),
            "photos": subject.photos.select_related("taken_by"),
            "needs": [{"need": need, "tone": NEED_TONES[need.status]} for need in people.needs_of(subject)],
            "names": subject.confirmations.all(),
            "names_needed": subject.team.programme.visitors_needed,
            "team_members": subject.team.members.select_related("user"),
            "is_member": no is None,
            "is_open": is_open,
            "is_due": subject.planned_on <= on,
            "may_tell": no is None or request.user.may("visit.plan", subject.organisation),
            "may_note": no is None or request.user.may("need.follow", subject.organisation),
            "follow_up": subject.follow_ups.exclude(status=VisitStatus.CANCELLED).first(),
            "panels": _panels(subject, request),
            "buttons": []
            if subject.confirmed_at
            else move_buttons(subject, request.user, lambda name: reverse(ADDRESSES[name], args=[pk])),
        },
    )


@staff("visit.view", methods=("GET", "HEAD"))
def photo(request, pk, photo):
    """One photo, to whoever may see its visit."""
    subject = load_visit(request, pk)
    found = subject.photos.filter(pk=photo).first()
    if found is None:
        raise Http404("没有找到这张照片。")
    return send_file(
        found.file, filename=f"visit-{pk}-{photo}.jpg", content_type="image/jpeg", is_download=False
    )


@staff("visit.do", methods=("POST",))
def phone(request, pk):
    """The number to call before a visit: to the team while the visit is planned, and to who may reveal; logged."""
    subject = load_visit(request, pk)
    if not _may_call(request.user, subject, substitution(subject.team, request.user)):
        raise PermissionDenied("您不能查看这个号码。走访前由本组人员查看，其他人员须有查看完整号码的权限。")
    number = people.phone_of(subject)
    return reveal(request, subject, number, what="走访对象的联系电话", reason="走访前联系")


def _may_call(user, visit, no):
    is_on_the_way = (
        no is None and visit.status == VisitStatus.PLANNED and user.may("visit.do", visit.organisation)
    )
    return is_on_the_way or user.may("registry.reveal", visit.organisation)


def _facts(visit):
    due = people.due([visit]).get(visit.pk)
    return [
        ("地址", people.address_of(visit)),
        ("慰问类别", str(visit.entry.category) if visit.entry else ""),
        ("应得款物", due.text if due else ""),
        ("领取方式", visit.entry.get_payment_mode_display() if visit.entry else ""),
        ("走访时间", f"{visit.planned_on:%Y年%m月%d日} {visit.slot}".strip()),
        ("方式", visit.get_mode_display()),
    ]


def _members(household, on):
    if household is None:
        return []
    return [
        {
            "name": person.name,
            "relation": person.get_relation_display(),
            "sex": person.get_sex_display(),
            "age": age_on(person.birth_on, on) if person.birth_on else "",
            "health": person.get_health_display(),
        }
        for person in household.members.all()
    ]


def _panels(visit, request):
    """What other rooms add to the visit page (签收), drawn with their own templates."""
    return [
        {
            "key": panel.key,
            "label": panel.label,
            "html": render_to_string(panel.template, panel.load(visit, request.user), request),
        }
        for panel in panels.of("visit", request.user)
    ]
