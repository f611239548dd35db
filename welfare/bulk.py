"""One move on many rows of an admin list: a page shows what would happen to each, then does it and tells."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from welfare import workflow
from welfare.errors import Refusal
from welfare.forms import ReasonForm, claim_form_key, new_form_key

MOST = 100  # rows of one page: more than anybody looks through before agreeing


def ask(page, request, queryset, move):
    """The list action: leads to the page at the address ``page``. Nothing is done yet."""
    found = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(found) > MOST:
        messages.warning(request, f"一次最多办理 {MOST} 项，请分批勾选后再“批量{move.label}”。没有办理。")
        return None
    return redirect(
        f"{page}?{urlencode({'rows': ','.join(map(str, found)), 'list': request.GET.urlencode()})}"
    )


def answer(request, subjects, move, *, admin, done):
    """GET: ``admin.bulk_rows`` tells for each what it is and why not. POST: the rows ticked, each through the gate.

    ``done`` is the list, with the filters it had. A double click finds the key taken and does nothing twice.
    """
    if move.permission and not request.user.may(move.permission):
        raise PermissionDenied(f"您没有“{move.label}”的权限。")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        is_required=move.needs_reason,
        label="理由（每项都记）" if move.needs_reason else "说明（可不填，每项都记）",
    )
    back = f"{done}?{request.GET.get('list', '')}"
    now = timezone.now()
    chosen = set(request.POST.getlist("row"))
    if request.method == "POST" and form.is_valid():
        ticked = [subject for subject in subjects if str(subject.pk) in chosen]
        if ticked:
            _act(request, subjects, ticked, move, admin, form.cleaned_data["reason"], now)
            return redirect(back)
        form.add_error(None, "没有勾选任何一项，请勾选后再办理，或返回。")
    rows = admin.bulk_rows(request, subjects, move, now)
    context = {
        **admin.admin_site.each_context(request),
        "title": f"批量{move.label}",
        "opts": admin.opts,
        "move": move,
        "form": form,
        "form_key": new_form_key(),
        "heads": admin.bulk_heads,
        "rows": rows,
        "allowed": sum(not row["why_not"] for row in rows),
        "totals": admin.bulk_totals([row for row in rows if not row["why_not"]]),
        "chosen": chosen,
        "back": back,
    }
    return render(request, "admin/bulk_move.html", context)


def _act(request, subjects, ticked, move, admin, reason, at):
    with transaction.atomic():
        is_first = claim_form_key(request.POST.get("form_key", ""), request.user)
    if not is_first:
        messages.info(request, "这份表单已经提交过，没有重复办理。")
        return
    done, skipped = perform(ticked, move, by=request.user, at=at, reason=reason, explain=admin.bulk_refusal)
    left = [subject for subject in subjects if subject not in ticked]
    why = [(subject, workflow.refused(subject, move.name, by=request.user, at=at)) for subject in left]
    skipped += [(str(subject), admin.bulk_refusal(subject, move, no)) for subject, no in why if no]
    tell(request, done, skipped, len([subject for subject, no in why if not no]))


def perform(subjects, move, *, by, at, reason, explain):
    """One move on each, each in its own transaction. Returns (done, [(label, sentence why skipped)]).

    ``explain(subject, move, refused)`` words the sentence.
    """
    done, skipped = 0, []
    for subject in subjects:
        try:
            workflow.perform(subject, move.name, by=by, at=at, reason=reason)
            done += 1
        except Refusal as refusal:
            subject.refresh_from_db()
            skipped.append((str(subject), explain(subject, move, refusal)))
    return done, skipped


def tell(request, done, skipped, unticked):
    """What was done, what was skipped and why, what was left out."""
    if done:
        messages.success(request, f"已办理 {done} 项。")
    if skipped:
        lines = format_html_join("", "<br>{}：{}", skipped)
        messages.warning(request, format_html("跳过 {} 项：{}", len(skipped), lines))
    if unticked:
        messages.info(request, f"没有勾选的 {unticked} 项未办理。")
