"""公示 for staff: posting, what hangs now, closing with a result, taking down."""

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.documents.notices import page_url, round_text
from beneficiaries.enums import NoticeStatus
from beneficiaries.forms.rosters import PostNoticeForm
from beneficiaries.models import PublicNotice, Roster
from beneficiaries.queries import notices as queries
from beneficiaries.services import notices
from welfare import dates, workflow
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, load, move_buttons, staff

CONFIRM = "beneficiaries/roster_confirm.html"
TONES = {NoticeStatus.POSTED: "warn", NoticeStatus.CLOSED: "good", NoticeStatus.WITHDRAWN: "neutral"}


def loaded(request, pk, permission="roster.view"):
    rows = PublicNotice.objects.select_related(
        "roster__organisation", "roster__programme", "roster__step", "step"
    )
    return load(request, rows, pk, permission=permission)


@staff("notice.post")
def notice_post(request, pk):
    """Post the notice of the current step."""
    rows = Roster.objects.select_related("organisation", "step", "programme")
    roster = load(request, rows, pk, permission="notice.post")
    step = roster.step
    days = f"{step.days} 个工作日" if step and step.is_working_days else f"{step.days if step else 0} 天"
    return form_page(
        request,
        PostNoticeForm(request.POST if request.method == "POST" else None),
        lambda data: notices.post(roster=roster, by=request.user, at=timezone.now(), place=data["place"]),
        heading=f"张贴公示：{roster.organisation}",
        done=lambda made: reverse("roster_notice", args=[made.pk]) if made else reverse("roster", args=[pk]),
        success="公示已发布，请打印张贴。",
        template=CONFIRM,
        crumb=roster,
        sentence="发布后名单随即公开，内容固定不再更改；只公开遮盖后的姓名、组别、人口、公开类别和标准。",
        facts=[("环节", step or "—"), ("公示天数", f"{days}（自发布次日起算）")],
        confirm_label="发布公示",
        cancel_url=reverse("roster", args=[pk]),
    )


@staff("roster.view", methods=("GET", "HEAD"))
def roster_notice(request, pk):
    """One notice as staff see it: period, rows, objections, what may be done."""
    found = loaded(request, pk)
    is_here = found.roster.step_id == found.step_id and found.roster.lap == found.lap
    context = {
        "notice": found,
        "round_text": round_text(found.round_number),
        "tone": TONES[found.status],
        "rows": queries.public_rows(found.pk),
        "left_out": found.roster.entries.filter(status__in=["listed", "stopped"])
        .exclude(notice_rows__notice=found)
        .count()
        if is_here
        else 0,
        "objections": list(found.objections.select_related("received_by").order_by("received_at")),
        "buttons": move_buttons(found, request.user, _move_url(found)) if is_here else [],
        "page_url": page_url(found.token),
        "may_answer": request.user.may("objection.answer", found.roster.organisation),
        "days_left": (found.ends_on - dates.today(timezone.now())).days + 1,
    }
    return render(request, "beneficiaries/roster_notice.html", context)


def _move_url(notice):
    return lambda move: reverse(f"roster_notice_{move}", args=[notice.pk])


@staff("notice.post")
def roster_notice_close(request, pk):
    """End the round with its result."""
    found = loaded(request, pk, "notice.post")
    now = timezone.now()
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda _data: notices.close(notice=found, by=request.user, at=now),
        heading=f"公示办结：{found.title}",
        done=reverse("roster", args=[found.roster_id]),
        success="公示已办结，结果报告已生成。",
        template=CONFIRM,
        crumb=found.roster,
        sentence="办结后生成公示结果报告，名册转入下一环节。",
        facts=[
            ("公示时间", f"{found.starts_on:%Y-%m-%d} 至 {found.ends_on:%Y-%m-%d}"),
            ("异议", f"{found.objections.count()} 件"),
        ],
        confirm_label="公示办结",
        why_not=workflow.why_not(found, "close", by=request.user, at=now),
        cancel_url=reverse("roster_notice", args=[pk]),
    )


@staff("notice.post")
def roster_notice_withdraw(request, pk):
    """Take the notice down before its time."""
    found = loaded(request, pk, "notice.post")
    return form_page(
        request,
        ReasonForm(request.POST if request.method == "POST" else None),
        lambda data: notices.withdraw(
            notice=found, by=request.user, at=timezone.now(), reason=data["reason"]
        ),
        heading=f"撤下公示：{found.title}",
        done=reverse("roster", args=[found.roster_id]),
        success="公示已撤下，可以重新张贴。",
        template=CONFIRM,
        crumb=found.roster,
        sentence="撤下后公开页面随即关闭；改正后可重新张贴，公示期重新起算。",
        tone="danger",
        cancel_url=reverse("roster_notice", args=[pk]),
    )
