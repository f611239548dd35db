"""诉求: the list, one need, solved or taken up again."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from visits.forms import AnswerForm, NeedFilter
from visits.models import Need
from visits.services import needs
from visits.tables import NEED_TONES, NeedTable
from welfare import audit, dates
from welfare.viewtools import form_page, list_page, load, move_buttons, move_page, staff

ADDRESSES = {"solve": "need_solve", "reopen": "need_reopen"}


@staff("need.follow", methods=("GET", "HEAD"))
def need_list(request):
    """What people asked for; the oldest open ones first."""
    rows = Need.objects.visible_to(request.user).for_table().order_by("status", "noted_at", "id")
    on = dates.today(timezone.now())
    return list_page(request, partial(NeedTable, on=on), rows, heading="诉求", filter_form=NeedFilter)


@staff("need.follow", methods=("GET", "HEAD"))
def need(request, pk):
    """One need and what became of it."""
    subject = _load(request, pk)
    return render(
        request,
        "visits/need.html",
        {
            "need": subject,
            "tone": NEED_TONES[subject.status],
            "days": subject.age_in_days(dates.today(timezone.now())),
            "facts": _facts(subject),
            "buttons": move_buttons(subject, request.user, lambda name: reverse(ADDRESSES[name], args=[pk])),
            "events": [
                {
                    "at": event.at,
                    "who": event.actor_name,
                    "text": event.label,
                    "reason": event.reason,
                    "tone": "",
                }
                for event in audit.events_about(subject)[:50]
            ],
        },
    )


@staff("need.follow")
def solve(request, pk):
    """Say how it was solved."""
    subject = _load(request, pk, permission="need.follow")
    now = timezone.now()
    return form_page(
        request,
        AnswerForm(request.POST or None),
        lambda data: needs.solve(need=subject, by=request.user, at=now, **data),
        heading="登记解决",
        done=reverse("need", args=[pk]),
        success="诉求已解决。",
        submit_label="登记解决",
        cancel_url=reverse("need", args=[pk]),
        template="visits/act.html",
        crumbs=[("诉求", reverse("needs")), (subject.get_kind_display(), reverse("need", args=[pk]))],
        facts=_facts(subject),
        why_not="",
    )


@staff("need.follow")
def reopen(request, pk):
    """Take it up again."""
    subject = _load(request, pk)
    return move_page(
        request,
        subject,
        "reopen",
        done=reverse("need", args=[pk]),
        heading="重新办理诉求",
        facts=_facts(subject),
    )


def _load(request, pk, permission=None):
    found = Need.objects.select_related(
        "organisation",
        "household",
        "visit__team__programme",
        "visit__entry__institution",
        "noted_by",
        "solved_by",
    )
    return load(request, found, pk, permission=permission)


def _facts(need):
    return [
        ("提出的户", str(need.whom)),
        ("村(社区)", str(need.organisation)),
        ("类别", need.get_kind_display()),
        ("诉求内容", need.text),
        ("提出时间", f"{dates.today(need.noted_at):%Y年%m月%d日}，{need.noted_by}记录"),
    ]
