"""民主评议: the meeting, the votes on one page, the conclusion, the minutes on A4."""

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import AssessmentStatus
from beneficiaries.forms.assessments import MeetingForm, MeetingPhotoForm, VotesForm
from beneficiaries.models import Assessment, AssessmentAttendee, Roster
from beneficiaries.queries import disputes
from beneficiaries.queries import rosters as queries
from beneficiaries.rules.assessment import pass_text, quorum_refusal, share_text
from beneficiaries.services import assessments, meeting_photos
from welfare import workflow
from welfare.forms import ReasonForm
from welfare.viewtools import form_page, load, new_form_key, staff, submit


def loaded(request, pk, permission="roster.view"):
    rows = Assessment.objects.select_related(
        "roster__organisation", "roster__programme", "roster__step", "step"
    )
    return load(request, rows, pk, permission=permission)


@staff("roster.assess")
def assessment_new(request, pk):
    """Record that a meeting was held, and who came; ``more`` asks for more rows and records nothing."""
    roster = load(
        request, Roster.objects.select_related("organisation", "step"), pk, permission="roster.assess"
    )
    if "more" in request.POST:
        form = MeetingForm.longer(request.POST)
    else:
        people = _people_of_the_last_meeting(roster.organisation)
        form = MeetingForm(request.POST if request.method == "POST" else None, earlier=people)

    def act(data):
        return assessments.open_meeting(
            roster=roster,
            attendees=form.attendees(),
            by=request.user,
            at=timezone.now(),
            **{name: data[name] for name in ("held_at", "place", "chair", "recorder", "minutes")},
        )

    return form_page(
        request,
        form,
        act,
        heading=f"记录评议会：{roster.organisation}",
        done=lambda made: reverse("assessment", args=[made.pk]) if made else reverse("roster", args=[pk]),
        success="评议会已登记，请逐项记票。",
        template="beneficiaries/assessment_new.html",
        roster=roster,
        cancel_url=reverse("roster", args=[pk]),
    )


def _people_of_the_last_meeting(organisation):
    """(name, capacity) of everybody on its list, whether they came or not."""
    rows = AssessmentAttendee.objects.filter(assessment__roster__organisation=organisation)
    last = rows.order_by("-assessment", "id").values("assessment")[:1]
    return rows.filter(assessment=last).order_by("id").values_list("name", "capacity")


@staff("roster.view")
def assessment(request, pk):
    """The votes on every entry, to record (POST) or to read."""
    found = loaded(request, pk, "roster.assess" if request.method == "POST" else "roster.view")
    votes = {vote.entry_id: vote for vote in found.votes.all()}
    is_open = found.status == AssessmentStatus.RECORDING
    wanted = (
        disputes.to_assess(found.roster, found.step)
        if is_open
        else found.roster.entries.filter(pk__in=list(votes)).order_by("position", "id")
    )
    entries = list(queries.for_pages(wanted))
    why = disputes.reasons(found.roster) if is_open and found.step.is_for_disputed else {}
    for entry in entries:
        entry.why_assessed = "；".join(why.get(entry.pk, ()))
    form = VotesForm(request.POST if request.method == "POST" else None, entries=entries, votes=votes)
    if request.method == "POST":
        ok, _result = submit(
            request,
            form,
            lambda: assessments.record_votes(
                assessment=found, votes=form.votes(), by=request.user, at=timezone.now()
            ),
            success="票数已保存。",
        )
        if ok:
            return redirect("assessment", pk)
    context = _meeting(found) | {
        "form": form,
        "form_key": new_form_key(),
        "rows": [(entry, votes.get(entry.pk)) for entry in entries],
        "is_open": is_open,
        "may_record": is_open and request.user.may("roster.assess", found.roster.organisation),
        "voted": len(votes),
        "photos": list(found.photos.select_related("recorded_by", "voided_by").order_by("pk")),
        "photo_form": None if meeting_photos.why_not(found, request.user) else MeetingPhotoForm(),
    }
    return render(request, "beneficiaries/assessment.html", context)


def _meeting(found):
    step = found.step
    return {
        "assessment": found,
        "roster": found.roster,
        "attendees": list(found.attendees.all()),
        "quorum": f"到会要求{share_text(step.quorum_share)}以上" if step.quorum_share else "到会人数不作要求",
        "pass_share": pass_text(step.pass_share),
        "no_quorum": quorum_refusal(
            present=found.present_count, expected=found.expected_count, share=step.quorum_share
        ),
    }


@staff("roster.assess")
def assessment_conclude(request, pk):
    """Announce the result: who failed is rejected, the roster moves on."""
    found = loaded(request, pk, "roster.assess")
    now = timezone.now()
    votes = assessments.counted(found)
    failed = [
        f"第{vote.entry.position}号{vote.entry}（同意{vote.agree}、反对{vote.against}、弃权{vote.abstain}）"
        for vote in votes
        if not vote.is_passed
    ]
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda _data: assessments.conclude(assessment=found, by=request.user, at=now),
        heading=f"宣布评议结果：{found.roster.organisation}",
        done=reverse("roster", args=[found.roster_id]),
        success="评议已结束，未通过的对象不再列入。",
        template="beneficiaries/roster_confirm.html",
        crumb=found.roster,
        sentence=f"同意票达到{pass_text(found.step.pass_share)}的对象继续列入，其余记为“评议未通过”；名册转入下一环节。",
        facts=[
            ("应到、实到", f"{found.expected_count} 人、{found.present_count} 人"),
            ("已记票", f"{len(votes)} 个对象"),
            ("将记为未通过", "、".join(failed) or "没有"),
        ],
        consequences=["宣布后票数不能再改。", *_without_photos(found)],
        confirm_label="宣布结果",
        why_not=workflow.why_not(found, "conclude", by=request.user, at=now),
        cancel_url=reverse("assessment", args=[pk]),
    )


@staff("roster.assess")
def assessment_void(request, pk):
    """The meeting counts for nothing; another may be held."""
    found = loaded(request, pk, "roster.assess")
    now = timezone.now()
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: assessments.void(assessment=found, by=request.user, at=now, **data),
        heading=f"作废评议记录：{found.roster.organisation}",
        done=reverse("roster", args=[found.roster_id]),
        success="这次评议记录已作废，可以另行召集会议。",
        template="beneficiaries/roster_confirm.html",
        crumb=found.roster,
        sentence="到会人数不够、或参会人员登记有误的，作废后另行记录一次评议会。",
        facts=[("应到、实到", f"{found.expected_count} 人、{found.present_count} 人")],
        consequences=["原记录和票数留存备查，不再计算。"],
        confirm_label="作废",
        why_not=workflow.why_not(found, "void", by=request.user, at=now),
        cancel_url=reverse("assessment", args=[pk]),
    )


def _without_photos(found):
    kept = found.photos.filter(voided_at=None).exists()
    return [] if kept else ["还没有登记签到表或会场的照片，宣布后、定案前仍可补充。"]


@staff("roster.view", methods=("GET", "HEAD"))
def assessment_minutes(request, pk):
    """民主评议记录, to print."""
    found = loaded(request, pk)
    context = _meeting(found) | {"votes": list(queries.votes_for_pages(found))}
    context["photos"] = list(found.photos.filter(voided_at=None).order_by("pk"))
    context["passed"] = sum(vote.is_passed is True for vote in context["votes"])
    return render(request, "beneficiaries/assessment_minutes.html", context)
