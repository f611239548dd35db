"""公示 for staff: posting, what hangs now, closing with a result, taking down."""

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.documents import notices as documents
from beneficiaries.documents.notices import page_url, round_text
from beneficiaries.enums import EntryStatus, NoticeChannelKind, NoticeStatus
from beneficiaries.forms.notices import ChannelForm, PostNoticeForm
from beneficiaries.models import NoticeChannel, PublicNotice, Roster
from beneficiaries.queries import notices as queries
from beneficiaries.queries.objections import of_round
from beneficiaries.rules.notice import time_left
from beneficiaries.services import notices
from welfare import dates, workflow
from welfare.errors import Refusal
from welfare.forms import ReasonForm, new_form_key
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
    """Write the notice of the current step, see it as residents will (``step=preview``), post it (POST)."""
    rows = Roster.objects.select_related("organisation", "step", "programme", "supplement_to")
    roster = load(request, rows, pk, permission="notice.post")
    step, back = roster.step, reverse("roster", args=[pk])
    written = (
        {"body": notices.default_body(roster), "hotline": notices.default_hotline(roster)} if step else {}
    )
    form = written_form(request, PostNoticeForm, written)
    if page := is_to_preview(request, form) and _preview(request, roster, form):
        return page
    days = f"{step.days} 个工作日" if step and step.is_working_days else f"{step.days if step else 0} 天"
    return form_page(
        request,
        form,
        lambda data: notices.post(roster=roster, by=request.user, at=timezone.now(), **data),
        heading=f"张贴公示：{roster.organisation}",
        done=lambda made: reverse("roster_notice", args=[made.pk]) if made else back,
        success="公示已发布。请打印张贴，拍照登记公示方式。",
        template="beneficiaries/notice_write.html",
        roster=roster,
        facts=[("环节", step or "—"), ("公示天数", f"{days}（自发布次日起算）")],
        why_not=workflow.why_not(roster, "post_notice", by=request.user, at=timezone.now()),
        cancel_url=back,
    )


def written_form(request, form_class, written):
    """The form as it was opened, as it was left on the way back from its preview (``step=write``), or as it was sent.

    Each of these but the first is a POST: the text is longer than an address may be, and has no place in logs.
    """
    if request.method != "POST":
        return form_class(initial=written)
    if request.POST.get("step") == "write":
        kept = {name: request.POST[name] for name in form_class.base_fields if name in request.POST}
        return form_class(initial=written | kept)
    return form_class(request.POST)


def is_to_preview(request, form):
    """Whether what was sent is to be looked at first, and can be."""
    return request.POST.get("step") == "preview" and form.is_valid()


def _preview(request, roster, form):
    """The page as residents will see it, or None with the refusal on the form, which then writes nothing either."""
    try:
        fields, rows = notices.preview(roster=roster, at=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None
    listed = roster.entries.filter(status=EntryStatus.LISTED).count()
    context = {
        "notice": documents.notice_preview(fields, rows, roster=roster),
        "public_unit": fields["unit_name"],
        **preview_bar(request, form, left_out=listed - len(rows)),
    }
    return render(request, "beneficiaries/notice_preview.html", context)


def preview_bar(request, form, *, left_out):
    """Context of ``beneficiaries/_preview_bar.html``: the same form, hidden, sent to the same address."""
    return {
        "form": form.carried(),
        "form_key": new_form_key(),
        "post_url": request.path,
        "left_out": left_out,
    }


@staff("roster.view", methods=("GET", "HEAD"))
def roster_notice(request, pk):
    """One notice as staff see it: period, rows, objections, where it was shown, what may be done."""
    found = loaded(request, pk)
    is_here = found.roster.step_id == found.step_id and found.roster.lap == found.lap
    today = dates.today(timezone.now())
    shown = NoticeChannel.objects.filter(notice=found).select_related("recorded_by", "voided_by")
    shown = list(shown.order_by("shown_on", "pk"))
    unproved = queries.unproved(found, shown)
    may_show = (
        is_here
        and found.status == NoticeStatus.POSTED
        and request.user.may("notice.post", found.roster.organisation)
    )
    buttons = move_buttons(found, request.user, _move_url(found)) if is_here else []
    context = {
        "notice": found,
        "round_text": round_text(found.round_number),
        "tone": TONES[found.status],
        "rows": queries.public_rows(found.pk),
        "left_out": _left_out(found) if is_here else 0,
        "objections": list(of_round(found).select_related("received_by").order_by("received_at")),
        "channels": shown,
        "unproved": [NoticeChannelKind(kind).label for kind in unproved],
        "may_show": may_show,
        "channel_form": ChannelForm(initial={"shown_on": today, "kind": next(iter(unproved), None)})
        if may_show
        else None,
        "form_key": new_form_key(),
        "buttons": [button for button in buttons if button["url"]],
        "page_url": page_url(found.token),
        "is_on_display": queries.is_on_display(vars(found), today),
        "may_answer": request.user.may("objection.answer", found.roster.organisation),
        "time_left": time_left(found.starts_on, found.ends_on, today),
        "today": today,
    }
    return render(request, "beneficiaries/roster_notice.html", context)


@staff("roster.view", methods=("GET", "HEAD"))
def roster_notice_paper(request, pk):
    """公示 as it hung, of its frozen rows, to read and print for the file also after it was taken down."""
    found = loaded(request, pk)
    plain = queries.public_notice(found.token)
    context = {"notice": documents.notice_paper(plain), **_paper(found, plain)}
    return render(request, "beneficiaries/notice_paper.html", context)


@staff("roster.view", methods=("GET", "HEAD"))
def roster_notice_result(request, pk):
    """公示结果报告 of a closed notice, to read and print for the file also after it was taken down."""
    found = loaded(request, pk)
    if found.closed_at is None:
        raise Http404("这份公示没有办结，没有结果报告。")
    plain = queries.public_notice(found.token)
    context = {"result": documents.result_page(plain), **_paper(found, plain)}
    return render(request, "beneficiaries/notice_result.html", context)


def _paper(found, plain):
    """Context of ``beneficiaries/_paper_bar.html``, and whose page it is."""
    return {
        "public_unit": plain["unit_name"],
        "back_url": reverse("roster_notice", args=[found.pk]),
        "is_withdrawn": found.status == NoticeStatus.WITHDRAWN,
        "is_on_display": queries.is_on_display(plain, dates.today(timezone.now())),
    }


def _left_out(notice):
    """How many entries that stand are not on it: minors, families without an adult."""
    standing = notice.roster.entries.filter(status__in=[EntryStatus.LISTED, EntryStatus.STOPPED])
    return standing.exclude(notice_rows__notice=notice).count()


def _move_url(notice):
    """Each move's page; ``show`` has its form on the page of the notice."""
    return lambda move: "" if move == "show" else reverse(f"roster_notice_{move}", args=[notice.pk])


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
            ("异议", f"{of_round(found).count()} 件"),
            *_what_stays_behind(found),
        ],
        confirm_label="公示办结",
        why_not=workflow.why_not(found, "close", by=request.user, at=now),
        cancel_url=reverse("roster_notice", args=[pk]),
    )


def _what_stays_behind(notice):
    stopped = notice.roster.entries.filter(status=EntryStatus.STOPPED).count()
    return [("异议未决的对象", f"{stopped} 个，转入补充名册另行评议和公示")] if stopped else []


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
