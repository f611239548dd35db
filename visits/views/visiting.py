"""What is done with one visit: told, surveyed, photographed, made, confirmed, met with a closed door."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from visits.enums import VisitStatus
from visits.forms import (
    AbsentForm,
    AnnounceForm,
    CompleteForm,
    NeedForm,
    PhotoForm,
    RescheduleForm,
    SlotForm,
    SurveyForm,
)
from visits.queries import people
from visits.services import needs, photos, surveys, visits
from visits.views.visits import load_visit
from welfare import dates, workflow
from welfare.viewtools import form_page, move_page, staff


def _page(request, visit, form, act, **context):
    """A form page of one visit that leads back to it."""
    back = reverse("visit", args=[visit.pk])
    page = {"template": "visits/act.html", "crumbs": _crumbs(visit), "why_not": "", "facts": _facts(visit)}
    context = page | context
    return form_page(request, form, act, done=back, cancel_url=back, **context)


def _crumbs(visit):
    return [("走访", reverse("visits")), (str(visit.whom), reverse("visit", args=[visit.pk]))]


def _facts(visit):
    return [
        ("慰问对象", str(visit.whom)),
        ("地址", people.address_of(visit)),
        ("走访时间", f"{visit.planned_on:%Y年%m月%d日} {visit.slot}".strip()),
        ("慰问组", str(visit.team)),
    ]


@staff("visit.do")
def tell(request, pk):
    """Record that this household was told."""
    visit, now = load_visit(request, pk), timezone.now()
    return _page(
        request,
        visit,
        AnnounceForm(request.POST or None, initial={"told_on": dates.today(now)}),
        lambda data: visits.tell_ahead(visit=visit, by=request.user, at=now, **data),
        heading="登记上门告知",
        form_class="two-columns",
        note=f"按规定须提前{visit.team.programme.advance_notice_days}天告知，即不晚于{visit.tell_by_on:%m月%d日}。",
        success=lambda notice: (
            "告知不足规定天数，请改期后重新告知。" if notice and notice.is_late else "已登记告知。"
        ),
    )


@staff("visit.do")
def survey(request, pk):
    """入户调查表."""
    visit, now = load_visit(request, pk), timezone.now()
    found = getattr(visit, "survey", None)
    form = SurveyForm(request.POST or None, instance=found, initial=None if found else _expected(visit))
    return _page(
        request,
        visit,
        form,
        lambda data: surveys.fill(visit=visit, answers=data, by=request.user, at=now),
        heading=f"入户调查表：{visit.whom}",
        success="调查表已保存。",
        submit_label="保存调查表",
        form_class="two-columns",
        template="visits/survey.html",
    )


def _expected(visit):
    """What the register already says, so that nobody writes it again."""
    household = people.household_of(visit)
    if household is None:
        return {}
    head = household.head
    return {
        "informant": head.name if head else "",
        "informant_relation": "本人" if head else "",
        "members_at_home": len(household.members.all()),
        "monthly_income": household.monthly_income,
    }


@staff("visit.do")
def photo_add(request, pk):
    """Add a photo."""
    visit, now = load_visit(request, pk), timezone.now()
    return _page(
        request,
        visit,
        PhotoForm(request.POST or None, request.FILES or None),
        lambda data: photos.add(visit=visit, by=request.user, at=now, **data),
        heading="上传照片",
        success="照片已保存。",
        submit_label="上传",
        template="visits/photo.html",
    )


@staff("visit.do")
def need_new(request, pk):
    """Note what they ask for."""
    visit, now = load_visit(request, pk), timezone.now()
    return _page(
        request,
        visit,
        NeedForm(request.POST or None),
        lambda data: needs.note(visit=visit, by=request.user, at=now, **data),
        heading="记录诉求",
        success="诉求已记录，将跟踪到解决。",
    )


@staff("visit.do")
def complete(request, pk):
    """Record the visit as made."""
    visit, now = load_visit(request, pk, permission="visit.do"), timezone.now()
    others = visit.team.programme.visitors_needed - 1
    return _page(
        request,
        visit,
        CompleteForm(request.POST or None),
        lambda data: visits.complete(visit=visit, by=request.user, at=now, **data),
        heading=f"登记走访：{visit.whom}",
        note=f"登记后还须同组另外 {others} 人用自己的账号确认。" if others else "",
        success="走访已登记，请同组人员用自己的账号确认。" if others else "走访已登记。",
        submit_label="登记走访",
        why_not=workflow.why_not(visit, "complete", by=request.user, at=now),
    )


@staff("visit.do")
def confirm(request, pk):
    """A second member confirms."""
    visit = load_visit(request, pk)
    return move_page(
        request,
        visit,
        "confirm",
        done=reverse("visit", args=[pk]),
        heading=f"确认走访：{visit.whom}",
        confirm_label="确认走访",
        sentence="您确认自己到场走访了这一户，下面的记录属实。确认以后内容不能再改。",
        facts=[
            *_facts(visit),
            ("登记人", f"{visit.done_by or ''}"),
            ("走访地点", visit.place),
            ("走访情况", visit.finding),
        ],
    )


@staff("visit.do")
def absent(request, pk):
    """Nobody was met."""
    visit, now = load_visit(request, pk, permission="visit.do"), timezone.now()
    return _page(
        request,
        visit,
        AbsentForm(request.POST or None),
        lambda data: visits.mark_absent(visit=visit, by=request.user, at=now, **data),
        heading=f"未遇到人：{visit.whom}",
        note="登记后请安排补访，不要漏户。",
        success="已登记未遇，请安排补访。",
        submit_label="登记未遇",
        why_not=workflow.why_not(visit, "mark_absent", by=request.user, at=now),
    )


@staff("visit.do")
def follow_up(request, pk):
    """Plan another visit to somebody who was absent."""
    visit, now = load_visit(request, pk), timezone.now()
    days = visit.team.programme.advance_notice_days
    first = dates.today(now) + timedelta(days=days or 1)
    return form_page(
        request,
        SlotForm(
            request.POST or None,
            initial={"planned_on": first, "slot_from": visit.slot_from, "slot_to": visit.slot_to},
        ),
        lambda data: visits.plan(
            team=visit.team,
            entry=visit.entry,
            follow_up_of=visit,
            mode=visit.mode,
            by=request.user,
            at=now,
            **data,
        ),
        heading=f"安排补访：{visit.whom}",
        note=f"仍由“{visit.team}”走访；须提前{days}天告知。" if days else f"仍由“{visit.team}”走访。",
        done=lambda made: reverse("visit", args=[made.pk if made else pk]),
        success="补访已安排，请提前告知。",
        submit_label="安排补访",
        form_class="two-columns",
        cancel_url=reverse("visit", args=[pk]),
        template="visits/act.html",
        crumbs=_crumbs(visit),
        facts=[*_facts(visit), ("未遇原因", visit.status_reason)],
        why_not="" if visit.status == VisitStatus.ABSENT else "只有未遇到人的走访才需要补访。",
    )


@staff("visit.plan")
def reschedule(request, pk):
    """Another day, time or team."""
    visit, now = load_visit(request, pk, permission="visit.plan"), timezone.now()
    initial = {
        "team": visit.team_id,
        "planned_on": visit.planned_on,
        "slot_from": visit.slot_from,
        "slot_to": visit.slot_to,
    }
    teams = people.teams_for(visit.team.programme, visit.organisation)
    return _page(
        request,
        visit,
        RescheduleForm(request.POST or None, teams=teams, initial=initial),
        lambda data: visits.reschedule(visit=visit, by=request.user, at=now, **data),
        heading=f"改期：{visit.whom}",
        note="改到另一天的，须重新告知。",
        success="已改期。",
        submit_label="改期",
        form_class="two-columns",
        why_not=workflow.why_not(visit, "reschedule", by=request.user, at=now),
    )


@staff("visit.plan")
def cancel(request, pk):
    """Give a planned visit up."""
    visit = load_visit(request, pk)
    return move_page(
        request,
        visit,
        "cancel",
        done=reverse("visit", args=[pk]),
        heading=f"取消走访：{visit.whom}",
        facts=_facts(visit),
        consequences=["取消后这一户会列入“尚未安排”，须另行安排，以免漏户。"],
        confirm_label="取消走访",
        tone="danger",
    )
