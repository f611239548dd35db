"""名单导出: a list taken out as a workbook, asked for with a right and a reason, kept for a day, fetched by its requester alone."""

import hashlib
import secrets
from datetime import timedelta

from django.core.files import File
from django.db import transaction

from beneficiaries.models import ListExport
from welfare import audit, jobs
from welfare.errors import Refusal
from welfare.models import User

EXPORT_JOB = "registry.export"
KEPT_FOR = timedelta(hours=24)
VIEW, EXPORT, REVEAL = "registry.view", "export", "registry.reveal"


@transaction.atomic
def request(*, organisation, kind, title, query, words, conditions, is_unmasked, reason, by, at):
    """Ask for a list of the organisation and all below it. Returns the ListExport, whose job is queued.

    ``kind`` names the columns (``excel.lists``), ``conditions`` are those of ``queries.households.narrow``,
    ``words`` and ``query`` say them for people and as an address. Raises Refusal without the right to export
    there, and for whole numbers without the right to see them or without a reason.
    """
    if why := why_not(by, organisation, is_unmasked=is_unmasked):
        raise Refusal(why)
    if is_unmasked and not reason.strip():
        raise Refusal("导出完整号码，请写明用途。", field="reason")
    export = ListExport.objects.create(
        organisation=organisation,
        requested_by=by,
        title=f"{title}：{words or '全部在册'}"[:200],
        query=query,
        is_unmasked=is_unmasked,
        reason=reason.strip(),
        requested_at=at,
    )
    conditions = {**conditions, "organisation": organisation.pk}
    export.job = jobs.start(
        EXPORT_JOB,
        by=by,
        organisation=organisation,
        at=at,
        label=f"导出{title}",
        export_id=export.pk,
        columns=kind,
        conditions=conditions,
    )
    export.save(update_fields=["job"])
    _record(export, "export.request", "申请导出名单", at)
    return export


def why_not(user, organisation, *, is_unmasked):
    """The Chinese sentence why the user may not take this list out, or None."""
    if not user.is_active or not (user.may(VIEW, organisation) and user.may(EXPORT, organisation)):
        return f"您在{organisation}没有导出名单的权限。如工作需要，请联系系统管理员授权。"
    if is_unmasked and not user.may(REVEAL, organisation):
        return f"您在{organisation}没有查看完整号码的权限，可以导出隐去号码的名单。"
    return None


def entitled(export):
    """The requester as the database knows her now. Raises Refusal when her rights no longer cover the export."""
    user = User.objects.get(pk=export.requested_by_id)
    if why_not(user, export.organisation, is_unmasked=export.is_unmasked):
        raise Refusal("导出中途停止：导出人的权限已变更，文件没有生成。")
    return user


def finish(*, export, path, row_count, at):
    """Put the written workbook at ``path`` on file with its hash. Returns the ListExport."""
    entitled(export)
    with path.open("rb") as file:
        export.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        export.row_count = row_count
        export.file.save(f"{secrets.token_hex(16)}.xlsx", File(file), save=False)
    try:
        with transaction.atomic():
            export.save(update_fields=["file", "sha256", "row_count"])
            _record(export, "export.write", "生成导出名单", at)
    except BaseException:
        export.file.delete(save=False)
        raise
    return export


def fetched(*, export, by, at):
    """Log that the file was fetched."""
    audit.viewed(by=by, at=at, target=export, what="导出名单的文件", reason=export.reason)


def expire(at):
    """Remove the files of exports older than KEPT_FOR; what was taken out stays on record. Returns how many."""
    old = ListExport.objects.filter(requested_at__lt=at - KEPT_FOR).exclude(file="").order_by("pk")
    count = 0
    for export in old:
        stored = export.file.name
        ListExport.objects.filter(pk=export.pk).update(file="")
        export.file.storage.delete(stored)
        count += 1
    return count


def number(export):
    """The number that the sheet and the records name it by."""
    return f"DC{export.pk:06}"


def _record(export, action, label, at):
    audit.record(
        action=action,
        label=label,
        by=export.requested_by,
        at=at,
        target=export,
        reason=export.reason,
        after={
            "编号": number(export),
            "内容": export.title,
            "筛选": export.query,
            "号码": "完整" if export.is_unmasked else "隐去",
            "行数": export.row_count,
            "SHA-256": export.sha256,
        },
    )
