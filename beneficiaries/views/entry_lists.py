"""导入名单 of one roster, must-visits handed down, and the preview both share."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import ImportState
from beneficiaries.excel import entry_lists as excel
from beneficiaries.forms.entries import ListForm, MustVisitFilter, MustVisitListForm
from beneficiaries.forms.imports import ConfirmForm
from beneficiaries.models import EntryList, Programme
from beneficiaries.queries import entry_lists as queries
from beneficiaries.services import entry_lists
from beneficiaries.tables.entries import MustVisitTable
from beneficiaries.views.rosters import loaded
from welfare import dates
from welfare.errors import Refusal
from welfare.excel import Refused
from welfare.forms import new_form_key
from welfare.viewtools import form_page, list_page, load, send_workbook, staff, submit

READ = ("GET", "HEAD")


def _read(data, programme, now):
    try:
        return excel.read(data["file"], data["file"].name, programme=programme, on=dates.today(now))
    except Refused as refused:
        raise Refusal(str(refused), field="file") from refused


def _upload(request, data, programme, **whose):
    now = timezone.now()
    try:
        return entry_lists.upload(
            programme=programme,
            file=data["file"],
            filename=data["file"].name,
            reading=_read(data, programme, now),
            by=request.user,
            at=now,
            **whose,
        )
    except Refused as refused:  # too many rows, found while they are gone through
        raise Refusal(str(refused), field="file") from refused


@staff("roster.draft")
def list_new(request, pk):
    """Upload a list for one roster."""
    found = loaded(request, pk, "roster.draft")
    form = ListForm(request.POST or None, request.FILES or None)
    back = reverse("roster", args=[pk])
    return form_page(
        request,
        form,
        lambda data: _upload(request, data, found.programme, roster=found),
        heading=f"导入名单：{found.organisation}",
        done=lambda made: reverse("entry_list", args=[made.pk]) if made else back,
        template="beneficiaries/entry_list_new.html",
        crumbs=[("名册", reverse("rosters")), (str(found.organisation), back)],
        template_url=reverse("entry_list_template", args=[pk]),
        submit_label="上传并核对",
        cancel_url=back,
    )


@staff("roster.draft", methods=READ)
def list_template(request, pk):
    """An empty list of the roster's programme."""
    return _template(loaded(request, pk, "roster.draft").programme)


@staff("roster.assign", methods=READ)
def must_visit_template(request, programme):
    """An empty list of must-visits."""
    found = Programme.objects.visible_to(request.user, "roster.assign").filter(pk=programme).first()
    if found is None:
        raise Http404("没有这份方案。")
    return _template(found)


def _template(programme):
    write = partial(excel.write_template, programme=programme)
    return send_workbook(write, filename=f"慰问对象名单模板-{programme.code}.xlsx")


@staff("roster.assign", methods=READ)
def must_visits(request):
    """Who was handed down below the user's organisations, and the rosters that can still take somebody."""
    return list_page(
        request,
        MustVisitTable,
        queries.must_visits(request.user),
        heading="必访对象",
        filter_form=partial(MustVisitFilter, user=request.user),
        template="beneficiaries/must_visits.html",
        rosters=queries.rosters_below(request.user),
    )


@staff("roster.assign")
def must_visit_list_new(request):
    """Upload a list of must-visits for all rosters below an organisation."""
    form = MustVisitListForm(request.POST or None, request.FILES or None, user=request.user)
    programmes = list(form.fields["programme"].queryset)
    back = reverse("must_visits")
    return form_page(
        request,
        form,
        lambda data: _upload(request, data, data["programme"], organisation=data["organisation"]),
        heading="下达必访名单",
        done=lambda made: reverse("entry_list", args=[made.pk]) if made else back,
        template="beneficiaries/entry_list_new.html",
        crumbs=[("必访对象", back)],
        templates=[(one, reverse("must_visit_template", args=[one.pk])) for one in programmes],
        submit_label="上传并核对",
        cancel_url=back,
    )


def _loaded(request, pk):
    """The list, for who may list people where it goes."""
    rows = EntryList.objects.select_related(
        "programme", "organisation", "roster__organisation", "uploaded_by", "confirmed_by"
    )
    found = load(request, rows, pk)
    permission = "roster.assign" if found.is_handed_down else "roster.draft"
    if not request.user.may(permission, found.organisation):
        raise PermissionDenied("您可以查看此记录，但没有这项权限。")
    return found


@staff(methods=READ)
def entry_list(request, pk):
    """What a list would write: the good rows and the bad ones with their cells."""
    return render(request, "beneficiaries/entry_list.html", _preview(request, _loaded(request, pk)))


def _preview(request, found, form=None):
    here = reverse("entry_list", args=[found.pk])
    is_bad = request.GET.get("kind", "bad" if found.bad_count else "good") == "bad"
    rows = queries.bad_rows(found) if is_bad else queries.good_rows(found, with_heads=True)
    kinds = (("good", "可列入", found.good_count), ("bad", "有误", found.bad_count))
    return {
        "upload": found,
        "form": form or ConfirmForm(),
        "form_key": new_form_key(),
        "is_bad": is_bad,
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "tabs": [
            {
                "label": label,
                "url": f"{here}?kind={kind}",
                "is_current": is_bad == (kind == "bad"),
                "count": count,
            }
            for kind, label, count in kinds
        ],
        "counts": [(label, count, f"{here}?kind={kind}") for kind, label, count in kinds],
        "remarks": found.remarks.splitlines(),
        "is_open": found.state == ImportState.CHECKED,
        "has_errors_file": bool(found.bad_count and found.file),
        "back_url": reverse("must_visits")
        if found.is_handed_down
        else reverse("roster", args=[found.roster_id]),
    }


@staff(methods=("POST",))
def list_confirm(request, pk):
    """Write a checked list, all or nothing."""
    found = _loaded(request, pk)
    form = ConfirmForm(request.POST)

    def act():
        return entry_lists.confirm(
            upload=found,
            by=request.user,
            at=timezone.now(),
            leave_out_bad=form.cleaned_data["leave_out_bad"],
        )

    ok, _result = submit(request, form, act)  # the preview itself says that it is written
    if ok:
        return redirect("entry_list", pk)
    return render(request, "beneficiaries/entry_list.html", _preview(request, _loaded(request, pk), form))


@staff(methods=("POST",))
def list_cancel(request, pk):
    """Give up a list."""
    found = _loaded(request, pk)
    form = ConfirmForm(request.POST)
    ok, _result = submit(
        request,
        form,
        lambda: entry_lists.cancel(upload=found, by=request.user, at=timezone.now()),
        success="已取消，没有写入任何内容。",
    )
    if not ok:
        messages.error(request, "".join(str(error) for error in form.non_field_errors()))
    return redirect("entry_list", pk)


@staff(methods=READ)
def list_errors(request, pk):
    """The user's own workbook, bad cells coloured, with a column of reasons."""
    found = _loaded(request, pk)
    if not found.file or not found.bad_count:
        raise Http404("这份名单没有可下载的错误清单。")
    try:
        marked = excel.marked(found)
    except Refused as refused:
        raise Http404(str(refused)) from refused
    name = found.filename.rpartition(".")[0] or found.filename
    return send_workbook(
        lambda target: target.write(marked),
        filename=f"{name}-需修改-{dates.today(timezone.now()):%Y%m%d}.xlsx",
    )
