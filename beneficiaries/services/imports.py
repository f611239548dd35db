"""Registers brought in from workbooks: uploaded, checked by a job, previewed, confirmed or cancelled.

Nothing is written to the registry before ``confirm``, which is one transaction, all or nothing.
"""

from datetime import timedelta

from django.db import IntegrityError, connection, transaction

from beneficiaries.enums import ImportState, RowKind
from beneficiaries.models import ImportRow, RegisterImport
from beneficiaries.services import import_plan, import_rows
from welfare import audit, jobs
from welfare.enums import Level
from welfare.errors import Refusal
from welfare.models import Organisation

KEPT_FOR = timedelta(hours=24)
OUR_HEADINGS = {"错误原因", "原文件行号"}  # in a workbook given back with its errors marked
CHECK_JOB = "registry.check_import"
KEYS = (
    *("position", "community", "number", *import_rows.HOUSEHOLD_FACTS),
    *(*import_rows.PERSON_FACTS, "id_number", "categories", "bank_name", "bank_number"),
)


@transaction.atomic
def upload(*, file, filename, organisation, by, at, start_job=True):
    """Keep an uploaded workbook and start the job that checks it. Returns the RegisterImport.

    ``by`` None is the command line. Raises Refusal without the right at ``organisation``.
    """
    if by is not None and not by.may("registry.import", organisation):
        raise Refusal(f"您不能为“{organisation}”导入登记表。", field="organisation")
    made = RegisterImport(organisation=organisation, filename=filename[:200], uploaded_by=by, uploaded_at=at)
    made.file.save(filename_on_disk(filename), file, save=False)
    made.save()
    audit.record(action="import.upload", label="上传登记表", by=by, at=at, target=made)
    if start_job:
        made.job = jobs.start(
            CHECK_JOB,
            by=by,
            organisation=organisation,
            at=at,
            label=f"核对登记表：{made.filename}"[:120],
            upload_id=made.pk,
        )
        made.save(update_fields=["job"])
    return made


def filename_on_disk(filename):
    """A name of our own for a stored upload; its extension alone is the user's."""
    extension = filename.rpartition(".")[2].lower()
    return f"register.{extension}" if extension in {"xlsx", "xls", "csv"} else "register.bin"


def check(*, upload, reading, progress, at):
    """Compare a read register (``excel.register.read``) with the registry and stage what it would do.

    Writes the staging rows and the counts in one transaction, replacing an earlier check. Returns the
    RegisterImport: ``checked``, or ``refused`` with a sentence when rows lie outside its organisation.
    ``progress`` is a ``jobs.Progress`` or None. May raise ``jobs.Cancelled``.
    """
    report = progress.report if progress else _quiet
    report(0, 4, "正在读取工作簿")
    rows = _rows_of(reading)
    report(1, 4, f"已读取 {len(rows)} 行，正在核对")
    communities = communities_of(upload.organisation)
    outside = _resolve_communities(rows, communities)
    if outside:
        return refuse(upload=upload, message=_outside_sentence(outside, upload.organisation))
    if not rows:
        return refuse(upload=upload, message="表头下面没有任何人员。请检查文件后重新上传。")
    import_rows.check_within_file(rows)
    report(2, 4, "正在与登记库比对")
    _plan(rows, communities, upload.organisation, at)
    report(3, 4, "正在保存核对结果")
    return _stage(upload, rows, reading)


def confirm(*, upload, by, at, leave_out_bad=False):
    """Write a checked register into the registry, all or nothing. Returns the RegisterImport.

    Rows in error are left out only with ``leave_out_bad``. Raises Refusal when there are errors and
    that was not chosen, when it was confirmed or cancelled already, and when the registry has changed
    since the preview so that a row can no longer be written. The same rows confirmed by two people at
    once are written once.
    """
    try:
        with transaction.atomic():
            return _confirm(upload, by, at, leave_out_bad)
    except IntegrityError as error:
        raise Refusal("写入时登记库刚刚有变化，本次没有写入任何内容。请重新核对后再确认。") from error


@transaction.atomic
def cancel(*, upload, by, at):
    """Give up an upload that is not written: its staged rows and its file are removed."""
    upload = _locked(upload)
    if upload.state == ImportState.CONFIRMED:
        raise Refusal("这份登记表已经写入，不能取消。")
    if upload.state == ImportState.CANCELLED:
        return upload
    if upload.job_id:
        jobs.cancel(upload.job)
    upload.state = ImportState.CANCELLED
    upload.save(update_fields=["state"])
    audit.record(action="import.cancel", label="取消导入", by=by, at=at, target=upload)
    _drop(upload)
    return upload


@transaction.atomic
def check_again(*, upload, by, at):
    """Start the check anew, for a preview that the registry has overtaken or a job that stopped."""
    upload = _locked(upload)
    if upload.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        raise Refusal("这份登记表已经办结，请重新上传。")
    upload.job = jobs.start(
        CHECK_JOB,
        by=by,
        organisation=upload.organisation,
        at=at,
        label=f"重新核对：{upload.filename}"[:120],
        upload_id=upload.pk,
    )
    upload.state = ImportState.UPLOADED
    upload.save(update_fields=["job", "state"])
    return upload


def expire(at):
    """Remove files and staged rows a day after the upload; what was not confirmed by then is cancelled. Returns how many."""
    old = RegisterImport.objects.filter(uploaded_at__lt=at - KEPT_FOR).exclude(file="").order_by("pk")
    for found in old:
        with transaction.atomic():
            found = _locked(found)
            if found.state in {ImportState.UPLOADED, ImportState.CHECKED}:
                found.state, found.message = ImportState.CANCELLED, "超过 24 小时没有确认，已自动作废。"
                found.save(update_fields=["state", "message"])
            _drop(found)
    return len(old)


def refuse(*, upload, message):
    """The file as a whole cannot be taken; ``message`` says why and what to do. Returns the RegisterImport."""
    with transaction.atomic():
        upload = _locked(upload)
        if upload.state in {ImportState.UPLOADED, ImportState.CHECKED}:
            upload.state, upload.message = ImportState.REFUSED, message[:300]
            upload.save(update_fields=["state", "message"])
            upload.rows.all().delete()
    return upload


def communities_of(organisation):
    """The communities at or below ``organisation``, by every name they go by; a shared name stands for none."""
    found = {}
    for one in Organisation.objects.under(organisation).filter(level=Level.COMMUNITY, is_active=True):
        for name in {one.name, one.short_name} - {""}:
            found[name] = None if name in found else one
    return {name: one for name, one in found.items() if one is not None}


# -- steps of the check -----------------------------------------------------------------------------


def _quiet(done, total, message=""):
    """Nobody watches."""


def _rows_of(reading):
    rows = {}
    for number, values in reading.rows:
        if values["id_number"] is not None:
            values["id_number"] = values["id_number"].number
        rows[number] = import_rows.Row(number, values)
    keys = {heading: key for key, heading in reading.headings.items()}
    for error in reading.errors:
        rows[error.row].error(keys[error.column_heading], error.reason)
    return list(rows.values())


def _resolve_communities(rows, communities):
    """Note unknown communities on their rows. Returns the rows whose community lies outside."""
    wanted = {row.values["community"] for row in rows} - {None} - communities.keys()
    elsewhere = set(Organisation.objects.filter(name__in=wanted).values_list("name", flat=True))
    outside = []
    for row in rows:
        name = row.values["community"]
        if name in communities:
            row.values["community"] = communities[name].name
        elif name in elsewhere:
            outside.append(row)
        elif name is not None:
            shown = "、".join(sorted({one.name for one in communities.values()})[:12])
            row.error("community", f"没有“{name}”这个村(社区)。可填：{shown}。")
            row.values["community"] = None
    return outside


def _outside_sentence(outside, organisation):
    shown = "、".join(str(row.number) for row in outside[:10])
    more = f"等共 {len(outside)} 行" if len(outside) > 10 else "行"
    return f"第 {shown} {more}的村(社区)不在“{organisation}”范围内，整份文件没有读入。请删去这些行后重新上传，或由所属机构上传。"


def _plan(rows, communities, organisation, at, *, lock=False):
    on_file = import_plan.load_on_file(rows, lock=lock)
    import_plan.check_against_registry(rows, on_file, organisation=organisation)
    by_name = {one.name: one for one in communities.values()}
    return import_plan.plan_of(rows, on_file, by_name, at=at)


@transaction.atomic
def _stage(upload, rows, reading):
    upload = _locked(upload)
    if upload.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        return upload
    upload.rows.all().delete()
    ImportRow.objects.bulk_create((_staged(upload, row, reading) for row in rows), batch_size=1000)
    kinds = [row.kind for row in rows]
    for kind in RowKind.values:
        setattr(upload, f"{kind}_count", kinds.count(kind))
    upload.state, upload.message = ImportState.CHECKED, _remarks(rows, reading)
    upload.sheet, upload.header_row = reading.sheet[:100], reading.header_row
    upload.save()
    return upload


def _staged(upload, row, reading):
    values, sensitive = import_rows.plain(row.values)
    found = [reading.cell_error(row.number, key, reason) for key, reason in row.errors]
    return ImportRow(
        upload=upload,
        excel_row=row.number,
        kind=row.kind,
        values=values,
        sensitive=sensitive,
        changes=[[reading.headings[key], before, after] for key, before, after in row.changes],
        errors=[[error.cell, error.column_heading, error.reason] for error in found],
    )


def _remarks(rows, reading):
    said = []
    if reading.missing:
        said.append(f"文件中没有这些列，原有内容不变：{'、'.join(reading.missing)}。")
    unknown = [heading for heading in reading.unknown if heading not in OUR_HEADINGS]
    if unknown:
        said.append(f"这些列不认识，没有读入：{'、'.join(unknown)}。")
    unlike = import_rows.differing(rows)
    if unlike:
        where = "、".join(f"第 {row.number} 行{reading.headings[key]}" for row, key in unlike[:5])
        said.append(
            f"同一户内各行填写不一致的，以户主行为准：{where}{f'等 {len(unlike)} 处' if len(unlike) > 5 else ''}。"
        )
    return "".join(said)[:300]


# -- the writing ------------------------------------------------------------------------------------


def _confirm(upload, by, at, leave_out_bad):
    with connection.cursor() as cursor:  # one writer of registers at a time
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('beneficiaries.import'))")
    upload = _locked(upload)
    if by is not None and not by.may("registry.import", upload.organisation):
        raise Refusal(f"您不能为“{upload.organisation}”导入登记表。")
    _refuse_unless_checked(upload)
    if upload.bad_count and not leave_out_bad:
        raise Refusal(f"还有 {upload.bad_count} 行有误。请改正后重新上传，或选择“略过有误的行”。")
    staged = upload.rows.exclude(kind=RowKind.BAD).order_by("excel_row")
    rows = [import_rows.restored(one, KEYS) for one in staged]
    if not rows:
        raise Refusal("没有可以写入的行。")
    plan = _plan(rows, communities_of(upload.organisation), upload.organisation, at, lock=True)
    overtaken = next((row for row in rows if not row.is_good), None)
    if overtaken:
        reason = overtaken.errors[0][1]
        raise Refusal(
            f"预览之后登记库有了变化，没有写入任何内容。第 {overtaken.number} 行：{reason}请重新核对。"
        )
    import_plan.write(plan, by=by, at=at)
    return _confirmed(upload, by, at)


def _refuse_unless_checked(upload):
    sentences = {
        ImportState.UPLOADED: "还没有核对完，请稍候再确认。",
        ImportState.CONFIRMED: "这份登记表已经写入，没有重复办理。",
        ImportState.CANCELLED: "这份登记表已经取消，请重新上传。",
        ImportState.REFUSED: "这份文件不能读入，请按提示修改后重新上传。",
    }
    if upload.state != ImportState.CHECKED:
        raise Refusal(sentences[upload.state])


def _confirmed(upload, by, at):
    upload.state, upload.confirmed_by, upload.confirmed_at = ImportState.CONFIRMED, by, at
    upload.save()
    upload.rows.exclude(kind=RowKind.BAD).delete()
    counts = {f"{kind}_count": getattr(upload, f"{kind}_count") for kind in RowKind.values}
    audit.record(action="import.confirm", label="确认导入登记表", by=by, at=at, target=upload, after=counts)
    return upload


def _locked(upload):
    return (
        RegisterImport.objects.select_related("organisation")
        .select_for_update(of=("self",))
        .get(pk=upload.pk)
    )


def _drop(upload):
    """Remove staged rows, and the file once the transaction stands."""
    upload.rows.all().delete()
    storage, name = upload.file.storage, upload.file.name
    upload.file = ""
    upload.save(update_fields=["file"])
    if name:
        transaction.on_commit(lambda: storage.delete(name))
