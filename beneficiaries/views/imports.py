"""Pages of register imports: upload, preview, confirm, errors back in the user's own workbook."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import ImportKind, ImportState, RowKind
from beneficiaries.excel import preview, register
from beneficiaries.forms.imports import ConfirmForm, UploadForm
from beneficiaries.models import RegisterImport
from beneficiaries.services import imports
from beneficiaries.tables.imports import ImportTable
from welfare import dates
from welfare.excel import Refused
from welfare.forms import new_form_key
from welfare.viewtools import form_page, list_page, load, send_workbook, staff, submit

IMPORT = "registry.import"
READ = ("GET", "HEAD")


def _upload(request, pk):
    related = RegisterImport.objects.select_related("organisation", "job", "uploaded_by", "confirmed_by")
    return load(request, related, pk, permission=IMPORT)


@staff(IMPORT, methods=READ)
def import_list(request):
    """Uploads of the user's organisations."""
    rows = RegisterImport.objects.visible_to(request.user, IMPORT).select_related(
        "organisation", "uploaded_by"
    )
    return list_page(
        request, ImportTable, rows, heading="登记表导入", template="beneficiaries/import_list.html"
    )


@staff(IMPORT)
def import_new(request):
    """Upload a workbook; its check runs as a job."""
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)

    def act(data):
        file = data["file"]
        return imports.upload(
            file=file,
            filename=file.name,
            organisation=data["organisation"],
            by=request.user,
            kind=data["kind"],
            at=timezone.now(),
        )

    return form_page(
        request,
        form,
        act,
        heading="导入登记表",
        kinds=ImportKind,
        done=lambda made: reverse("import_preview", args=[made.pk]) if made else reverse("import_list"),
        template="beneficiaries/import_new.html",
        submit_label="上传并核对",
        cancel_url=reverse("import_list"),
    )


@staff(IMPORT, methods=READ)
def import_template(request, kind):
    """An empty register of a kind, with drop-downs."""
    if kind not in ImportKind.values:
        raise Http404("没有这种登记表。")
    write = partial(register.write_template, kind=ImportKind(kind))
    return send_workbook(write, filename=f"{ImportKind(kind).label}模板.xlsx")


@staff(IMPORT, methods=READ)
def import_preview(request, pk):
    """What an upload would write: counts, and its rows by kind."""
    upload = _upload(request, pk)
    return render(request, "beneficiaries/import_preview.html", _preview(request, upload, ConfirmForm()))


def _preview(request, upload, form):
    here = reverse("import_preview", args=[upload.pk])
    counts = {kind: getattr(upload, f"{kind.value}_count") for kind in RowKind}
    first = next(
        (kind for kind in (RowKind.BAD, RowKind.CHANGED, RowKind.NEW) if counts[kind]), RowKind.UNCHANGED
    )
    wanted = request.GET.get("kind", "")
    chosen = RowKind(wanted) if wanted in RowKind.values else first
    rows = Paginator(upload.rows.filter(kind=chosen).order_by("excel_row"), 50).get_page(
        request.GET.get("page")
    )
    is_working = imports.is_working(upload)
    return {
        "upload": upload,
        "is_working": is_working,
        "form": form,
        "form_key": new_form_key(),
        "counts": [(kind.label, counts[kind], f"{here}?kind={kind.value}") for kind in RowKind],
        "tabs": [
            {
                "label": kind.label,
                "url": f"{here}?kind={kind.value}",
                "is_current": kind == chosen,
                "count": counts[kind],
            }
            for kind in RowKind
        ],
        "chosen": chosen.value,
        "page": rows,
        "headings": preview.headings(upload.kind),
        "rows": preview.rows(upload.kind, rows.object_list),
        "writable": counts[RowKind.NEW] + counts[RowKind.CHANGED],
        "remarks": upload.message.splitlines(),
        "is_open": upload.state in imports.OPEN,
        "is_large": counts[RowKind.NEW] + counts[RowKind.CHANGED] > imports.AT_ONCE,
        "has_errors_file": bool(upload.bad_count and upload.file and upload.state != ImportState.UPLOADED),
        "has_whole_file": not register.is_long(upload) and upload.filename.lower().endswith(".xlsx"),
    }


@staff(IMPORT, methods=("POST",))
def import_confirm(request, pk):
    """Write a checked register, all or nothing."""
    upload = _upload(request, pk)
    form = ConfirmForm(request.POST)

    def act():
        leave_out = form.cleaned_data["leave_out_bad"]
        return imports.confirm_or_queue(
            upload=upload, by=request.user, at=timezone.now(), leave_out_bad=leave_out
        )

    ok, _result = submit(request, form, act)  # the preview itself says that it is written
    if ok:
        return redirect("import_preview", pk)
    upload = _upload(request, pk)
    return render(request, "beneficiaries/import_preview.html", _preview(request, upload, form))


def _simple_act(request, pk, service, done):
    """A POST without fields: cancel, check again."""
    form = ConfirmForm(request.POST)
    upload = _upload(request, pk)
    ok, _result = submit(
        request, form, lambda: service(upload=upload, by=request.user, at=timezone.now()), success=done
    )
    if not ok:
        messages.error(request, "".join(str(error) for error in form.non_field_errors()))
    return redirect("import_preview", pk)


@staff(IMPORT, methods=("POST",))
def import_cancel(request, pk):
    """Give up an upload."""
    return _simple_act(request, pk, imports.cancel, "已取消，没有写入任何内容。")


@staff(IMPORT, methods=("POST",))
def import_check_again(request, pk):
    """Compare an upload with the registry anew."""
    return _simple_act(request, pk, imports.check_again, "已开始重新核对。")


@staff(IMPORT, methods=READ)
def import_errors(request, pk):
    """The user's own workbook, bad cells coloured, with a column of reasons; ``?only=bad`` the bad rows alone."""
    upload = _upload(request, pk)
    if not upload.file or not upload.bad_count:
        raise Http404("这份登记表没有可下载的错误清单。")
    try:
        marked = register.marked(upload, only_bad=request.GET.get("only") == "bad")
    except Refused as refused:
        raise Http404(str(refused)) from refused
    name = upload.filename.rpartition(".")[0] or upload.filename
    filename = f"{name}-需修改-{dates.today(timezone.now()):%Y%m%d}.xlsx"
    return send_workbook(lambda target: target.write(marked), filename=filename)
