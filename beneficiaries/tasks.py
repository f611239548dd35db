"""Background work of the registry."""

from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import ImportState
from beneficiaries.excel import lists, register
from beneficiaries.models import ListExport, PublicNotice, RegisterImport
from beneficiaries.services import duplicates, exports, imports, objections
from welfare import dates, excel, housekeeping, jobs
from welfare.models import Organisation


@jobs.job(imports.CHECK_JOB, "核对登记表")
def check_import(progress, *, job, upload_id):
    """Read and check one upload; idempotent, nothing but the staging rows is written."""
    upload = RegisterImport.objects.select_related("organisation", "uploaded_by").get(pk=upload_id)
    progress.link(reverse("import_preview", args=[upload.pk]))
    checked = check_upload(upload, at=timezone.now(), progress=progress)
    counts = (checked.new_count, checked.changed_count, checked.unchanged_count, checked.bad_count)
    said = "新增 {} 变更 {} 无变化 {} 有误 {}".format(*counts)
    progress.report(1, 1, checked.message if checked.state == ImportState.REFUSED else said)
    return {"state": checked.state}


@jobs.job(imports.WRITE_JOB, "写入登记库")
def write_import(progress, *, job, upload_id, leave_out_bad):
    """Confirm one checked upload for who asked; may be stopped until the writing starts. Run again, it writes nothing twice."""
    upload = RegisterImport.objects.select_related("organisation").get(pk=upload_id)
    progress.link(reverse("import_preview", args=[upload.pk]))
    progress.report(0, 1, "正在写入登记库：从现在起不能停止，要么全部写入，要么一行也不写")
    if upload.state != ImportState.CONFIRMED:  # written by an earlier run whose worker died after it
        imports.confirm(upload=upload, by=job.requested_by, at=timezone.now(), leave_out_bad=leave_out_bad)
    return {"state": ImportState.CONFIRMED}


def check_upload(upload, *, at, progress=None):
    """Read and check an upload here and now. Returns the RegisterImport: checked, or refused with a sentence."""
    try:
        with upload.file.open("rb") as file:
            reading = register.read(file, upload.filename, on=dates.today(at), kind=upload.kind)
            return imports.check(upload=upload, reading=reading, progress=progress, at=at)
    except excel.Refused as refused:
        return imports.refuse(upload=upload, message=str(refused))


@housekeeping.register
def expire_imports(at):
    return f"清理过期导入 {imports.expire(at)} 份"


@jobs.job(duplicates.SCAN_JOB, "查找疑似重复")
def find_duplicates(progress, *, job, organisation_id):
    """Scan a subtree; idempotent, a second run finds the same pairs."""
    organisation = Organisation.objects.get(pk=organisation_id)
    progress.link(reverse("duplicates"))
    progress.report(0, 1, "正在比对")
    scanned = duplicates.scan(organisation=organisation, at=timezone.now())
    progress.report(1, 1, str(scanned))
    return {"new": scanned.new, "gone": scanned.gone, "crowded": scanned.crowded}


@jobs.job(exports.EXPORT_JOB, "导出名单")
def export_list(progress, *, job, export_id, columns, conditions):
    """Write one list; run again after its worker died, it begins anew, and a finished one is left alone."""
    export = ListExport.objects.select_related("organisation", "requested_by").get(pk=export_id)
    progress.link(reverse("list_export", args=[export.pk]))
    if not export.sha256:
        lists.write(export, kind=columns, conditions=conditions, at=timezone.now(), progress=progress)
    return {"rows": export.row_count}


@housekeeping.register
def expire_exports(at):
    return f"清理过期导出 {exports.expire(at)} 份"


@jobs.job(objections.STOP_JOB, "暂停有异议的对象")
def stop_objected(progress, *, job, notice_id):
    """Stop the entries of one notice that a resident has objected to; harmless to repeat."""
    notice = PublicNotice.objects.get(pk=notice_id)
    return {"stopped": objections.stop_objected(notice=notice, at=timezone.now())}
