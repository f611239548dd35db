"""名单导出: ask for the current list as a workbook, watch it being written, fetch it within a day."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.excel.lists import TITLES
from beneficiaries.forms.finding import ExportForm
from beneficiaries.models import ListExport
from beneficiaries.services import exports
from beneficiaries.tables.exports import ExportTable
from beneficiaries.views.registry_list import READ, registry_filter
from welfare import dates
from welfare.viewtools import XLSX, form_page, list_page, load, send_file, staff


def _own(request, pk):
    related = ListExport.objects.select_related("organisation", "job", "requested_by")
    return load(request, related, pk, requested_by=request.user)


@staff("export")
def export_new(request):
    """Ask for the list of the conditions in the address."""
    conditions = registry_filter(request, request.GET)
    chosen = conditions.conditions().get("organisation")
    sent = request.POST if request.method == "POST" else None
    form = ExportForm(sent, user=request.user, chosen=chosen)

    def act(data):
        return exports.request(
            organisation=data["organisation"],
            kind=data["kind"],
            title=TITLES[data["kind"]],
            query=conditions.query(),
            words=conditions.words(),
            conditions=conditions.conditions(),
            is_unmasked=form.is_unmasked,
            reason=data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    return form_page(
        request,
        form,
        act,
        heading="导出名单",
        note=f"条件：{conditions.words() or '全部在册'}",
        done=lambda made: reverse("list_export", args=[made.pk]) if made else reverse("list_exports"),
        template="beneficiaries/export_new.html",
        submit_label="导出",
        cancel_url=f"{reverse('registry')}?{conditions.query()}",
    )


@staff("export", methods=READ)
def export_list(request):
    """My exports."""
    rows = ListExport.objects.visible_to(request.user).filter(requested_by=request.user)
    return list_page(
        request,
        ExportTable,
        rows.select_related("organisation", "job"),
        heading="名单导出",
        template="beneficiaries/exports.html",
    )


@staff("export", methods=READ)
def export_page(request, pk):
    """One of my exports: its progress, then its file."""
    export = _own(request, pk)
    facts = [
        ("编号", exports.number(export)),
        ("内容", export.title),
        ("范围", export.organisation),
        ("号码", "完整号码" if export.is_unmasked else "隐去中间几位"),
        ("用途", export.reason or None),
        ("行数", export.row_count),
        ("可下载至", timezone.localtime(export.requested_at + exports.KEPT_FOR).strftime("%Y-%m-%d %H:%M")),
        ("文件校验码", export.sha256 or None),
    ]
    return render(request, "beneficiaries/export.html", {"export": export, "facts": facts})


@staff("export", methods=READ)
def export_file(request, pk):
    """The workbook, for its requester alone and as long as her rights hold; the fetch is logged."""
    export = _own(request, pk)
    if why := exports.why_not(request.user, export.organisation, is_unmasked=export.is_unmasked):
        raise PermissionDenied(why)
    now = timezone.now()
    if not export.file or now > export.requested_at + exports.KEPT_FOR:
        raise Http404("文件还没有生成，或已过 24 小时被清除。需要时请重新导出。")
    exports.fetched(export=export, by=request.user, at=now)
    filename = f"{export.title.partition('：')[0]}-{dates.today(export.requested_at):%Y%m%d}-{exports.number(export)}.xlsx"
    return send_file(export.file, filename=filename, content_type=XLSX)
