"""What every staff view does: load and authorise, submit once, confirm a move, list, send a file, reveal a number."""

import io
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DataError, transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone

from welfare import audit, paging, workflow
from welfare.errors import Refusal
from welfare.forms import ReasonForm, claim_form_key, form_key, new_form_key
from welfare.models import SubmittedForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def staff(permission=None, *, methods=("GET", "HEAD", "POST")):
    """Decorate a staff view: login required; 403 unless ``permission`` is held somewhere; 405 on other methods."""

    def wrap(view):
        @login_required
        @wraps(view)
        def checked(request, *args, **kwargs):
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if permission and not request.user.may(permission):
                raise PermissionDenied("您没有这项权限。如工作需要，请联系系统管理员授权。")
            return view(request, *args, **kwargs)

        return checked

    return wrap


def load(request, model_or_queryset, pk, *, permission=None, **lookups):
    """The row if it is in the user's scope (else 404) and the permission is held there (else 403)."""
    queryset = model_or_queryset if hasattr(model_or_queryset, "filter") else model_or_queryset.objects.all()
    found = queryset.visible_to(request.user).filter(pk=pk, **lookups).first()
    if found is None:
        raise Http404("没有找到这条记录，或它不在您的工作范围内。")
    if permission and not request.user.may(permission, found.scope_organisation()):
        raise PermissionDenied("您可以查看此记录，但没有这项权限。")
    return found


def submit(request, form, act, *, success=""):
    """Run ``act()`` for a valid POSTed form, once per one-time key, in one transaction.

    Returns (True, result) when done — also for the repeat of a double click, with result None — and
    (False, None) when the form must be shown again: it then carries the service's sentence.
    """
    if not form.is_valid():
        return False, None
    try:
        with transaction.atomic():
            if not claim_form_key(request.POST.get("form_key", ""), request.user):
                messages.info(request, "这份表单已经提交过，没有重复办理。")
                return True, None
            result = act()
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False, None
    except DataError:  # what a column cannot hold, such as a sum of many large amounts
        form.add_error(None, "有一项数字过大或文字过长，没有办理。请核对各项后重新提交。")
        return False, None
    if success:
        messages.success(request, success(result) if callable(success) else success)
    return True, result


def was_submitted(request):
    """Whether this very form was submitted before by the same user, so that what it did away with is not missed."""
    key = form_key(request.POST.get("form_key", ""))
    return bool(key) and SubmittedForm.objects.filter(key=key, user=request.user).exists()


def form_page(
    request, form, act, *, heading, done, success="", template="components/form_page.html", **context
):
    """Show a form on GET; on POST run ``act(cleaned_data)`` through ``submit`` and redirect to ``done``.

    ``done`` is an address or a function of the result (None after a double click).
    """
    if request.method == "POST":
        ok, result = submit(request, form, lambda: act(form.cleaned_data), success=success)
        if ok:
            return redirect(done(result) if callable(done) else done)
    page = {"form": form, "heading": heading, "form_key": new_form_key(), "cancel_url": "", **context}
    return render(request, template, page)


def move_page(request, subject, move_name, *, done, facts=(), heading="", data=None, **context):
    """The confirm page of one move of ``subject``'s machine: GET shows what will happen, POST does it.

    A refused move answers in the guard's words: shown on GET (button disabled), as an error on POST.
    ``data`` (a dict) goes to the gate. Four checks of the gate apply; scope is the caller's ``load``.
    """
    machine = workflow.machine_of(subject)
    move = machine.move(move_name)
    if move.permission and not request.user.may(move.permission, machine.organisation(subject)):
        raise PermissionDenied(f"您没有“{move.label}”的权限。")
    now = timezone.now()
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        is_required=move.needs_reason,
        label="理由" if move.needs_reason else "说明（可不填）",
    )
    if request.method == "POST":

        def act():
            return workflow.perform(
                subject,
                move_name,
                by=request.user,
                at=now,
                reason=form.cleaned_data["reason"],
                **(data or {}),
            )

        ok, _result = submit(request, form, act, success=f"已{move.label}。")
        if ok:
            return redirect(done)
    return render(
        request,
        "components/confirm.html",
        {
            "heading": heading or f"{move.label}：{subject}",
            "facts": facts,
            "form": form,
            "form_key": new_form_key(),
            "move": move,
            "why_not": workflow.why_not(subject, move_name, by=request.user, at=now),
            "cancel_url": done,
            **context,
        },
    )


def move_buttons(subject, user, url_of, known=None):
    """Buttons for ``components/transitions.html``: ``url_of(move_name)`` gives each one's confirm page.

    ``known`` is what the page has read for the guards already (``workflow.options``).
    """
    return [
        {
            "label": option.move.label,
            "url": url_of(option.move.name),
            "is_allowed": option.is_allowed,
            "why_not": option.why_not,
            "tone": option.move.tone,
        }
        for option in workflow.options(subject, by=user, at=timezone.now(), known=known)
    ]


def list_page(
    request,
    table_class,
    queryset,
    *,
    heading,
    filter_form=None,
    template="components/list_page.html",
    **context,
):
    """A filtered, sorted, paged list. ``queryset`` is already scoped; ``filter_form`` a FilterForm class."""
    form = filter_form(request.GET) if filter_form else None
    rows = form.apply(queryset) if form else queryset
    table = table_class(rows)
    _sort_and_page(request, table)
    return render(request, template, {"heading": heading, "table": table, "filter_form": form, **context})


def keyset_page(
    request,
    table_class,
    queryset,
    *,
    orders,
    heading,
    unit="条",
    complete=None,
    filter_form=None,
    template="components/list_page.html",
    **context,
):
    """As ``list_page``, for a list of any length: ``orders`` (paging.Order) are the sorts it offers, the first by default.

    ``complete(rows)`` may bring what the columns show beside the row itself, for the rows of the page alone.
    """
    form = filter_form(request.GET) if filter_form else None
    rows = form.apply(queryset) if form else queryset
    found = paging.cut(rows, orders, request.GET, size=page_size(request), among=queryset, unit=unit)
    if complete:
        complete(found.rows)
    table = table_class(found.rows)
    table.request, table.slice = request, found
    return render(request, template, {"heading": heading, "table": table, "filter_form": form, **context})


def _sort_and_page(request, table):
    """Sort and page a table as the address asks; what it cannot ask for falls back, and no page grows beyond 100."""
    table.request = request
    if order := request.GET.getlist(table.prefixed_order_by_field):
        table.order_by = order
    table.paginate(per_page=page_size(request))
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))


def page_size(request):
    """Rows per page from ``?per_page=``: 25, 50 or 100."""
    wanted = request.GET.get("per_page", "")
    return int(wanted) if wanted in {"25", "50", "100"} else 25


def send_file(stored, *, filename, content_type, is_download=True):
    """Answer with a stored file after the caller's own permission check; never cached by others."""
    return _send(stored.open("rb"), filename, content_type, is_download)


def send_workbook(write, *, filename):
    """Answer with the workbook that ``write(target)`` writes into a binary file; the caller authorised and logged it."""
    target = io.BytesIO()
    write(target)
    target.seek(0)
    return _send(target, filename, XLSX, True)


def _send(file, filename, content_type, is_download):
    response = FileResponse(file, as_attachment=is_download, filename=filename, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    return response


def reveal(request, target, number, *, what, reason=""):
    """Answer with a whole number as plain text, for ``components/masked.html``; the view is logged, nothing is cached."""
    audit.viewed(by=request.user, at=timezone.now(), target=target, what=what, reason=reason)
    response = HttpResponse(number or "—", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
