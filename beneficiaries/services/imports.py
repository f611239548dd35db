"""Registers brought in from workbooks: uploaded, checked by a job, previewed, confirmed or cancelled.

Nothing is written to the registry before ``confirm``, which is one transaction, all or nothing. What the
kinds of register are, and the set-based work on them, stands in ``services.register``.
"""

from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, connection, transaction

from beneficiaries.enums import ImportKind, ImportState, RowKind
from beneficiaries.models import ImportRow, RegisterImport
from beneficiaries.services import duplicates
from beneficiaries.services.register import staging
from beneficiaries.services.register.kinds import KINDS
from beneficiaries.services.register.work import Work
from welfare import audit, dates, history, jobs, roles
from welfare.errors import Refusal
from welfare.models import User

KEPT_FOR = timedelta(hours=24)
OUR_HEADINGS = {"错误原因", "原文件行号"}  # in a workbook given back with its errors marked
CHECK_JOB = "registry.check_import"
WRITE_JOB = "registry.write_import"
AT_ONCE = 2_000  # rows that are written while the page waits; more are written by a job
OPEN = {ImportState.UPLOADED, ImportState.CHECKED}


@transaction.atomic
def upload(*, file, filename, organisation, by, at, kind=ImportKind.PERSONS, start_job=True):
    """Keep an uploaded workbook and start the job that checks it. Returns the RegisterImport.

    ``by`` None is the command line. Raises Refusal without the right at ``organisation``.
    """
    _refuse_without_right(by, organisation)
    made = RegisterImport(
        organisation=organisation,
        kind=kind,
        filename=filename[:200],
        uploaded_by=by,
        uploaded_at=at,
    )
    made.file.save(filename_on_disk(filename), file, save=False)
    made.save()
    audit.record(action="import.upload", label="上传登记表", by=by, at=at, target=made)
    if start_job:
        _start(made, CHECK_JOB, "核对登记表", by=by, at=at)
    return made


def filename_on_disk(filename):
    """A name of our own for a stored upload; its extension alone is the user's."""
    extension = filename.rpartition(".")[2].lower()
    return f"register.{extension}" if extension in {"xlsx", "xls", "csv"} else "register.bin"


def check(*, upload, reading, progress, at):
    """Stage a read register (``excel.register.read``) and compare it with the registry.

    Replaces an earlier check. Returns the RegisterImport: ``checked``, or ``refused`` with a sentence when
    rows lie outside its organisation, nothing is in it, or who uploaded it may not import any more.
    ``progress`` is a ``jobs.Progress`` or None. May raise ``jobs.Cancelled`` and ``excel.Refused``.
    """
    report = progress.report if progress else _quiet
    with _alone(upload):
        try:
            loaded = _staged(upload, reading, report)
            if loaded.outside:
                return refuse(upload=upload, message=_outside_sentence(loaded, upload.organisation))
            if not loaded.count:
                what = KINDS[upload.kind].subject
                return refuse(
                    upload=upload, message=f"表头下面没有任何{what}。请填在第一张表的表头下面，再重新上传。"
                )
            report(loaded.count, loaded.count, f"已读取 {loaded.count} 行，正在与登记库比对")
            return _compared(upload, reading, loaded, at)
        except staging.Stopped:
            return RegisterImport.objects.get(pk=upload.pk)
        except jobs.Cancelled:
            ImportRow.objects.filter(upload=upload).delete()
            raise


def confirm(*, upload, by, at, leave_out_bad=False):
    """Write a checked register into the registry, all or nothing. Returns the RegisterImport.

    Rows in error are left out only with ``leave_out_bad``. Raises Refusal when there are errors and
    that was not chosen, when it was confirmed or cancelled already, when ``by`` may not import any more,
    and when the registry has changed since the preview so that a row can no longer be written. The same
    rows confirmed by two people at once are written once. A constant number of statements. A search for
    duplicates in the organisation starts afterwards.
    """
    try:
        with transaction.atomic():
            return _confirm(upload, by, at, leave_out_bad)
    except IntegrityError as error:
        raise Refusal("写入时登记库刚刚有变化，本次没有写入任何内容。请重新核对后再确认。") from error


@transaction.atomic
def confirm_or_queue(*, upload, by, at, leave_out_bad=False):
    """``confirm`` a small register now; start a job that does for one of more than AT_ONCE rows. Returns the RegisterImport.

    Raises Refusal as ``confirm`` does for what shows beforehand, and while such a job is under way.
    """
    upload = _locked(upload)
    if upload.new_count + upload.changed_count <= AT_ONCE:
        return confirm(upload=upload, by=by, at=at, leave_out_bad=leave_out_bad)
    _refuse_to_confirm(upload, by, leave_out_bad)
    if is_working(upload):
        raise Refusal("正在写入，请稍候。")
    return _start(upload, WRITE_JOB, "写入登记库", by=by, at=at, leave_out_bad=leave_out_bad)


def is_working(upload):
    """Whether a job is at work on the upload, or waits for its turn."""
    return upload.job is not None and not upload.job.is_finished


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
    """Start the check anew, for a preview that the registry has overtaken or a job that stopped.

    Raises Refusal when the upload is done with, or a job is at work on it.
    """
    upload = _locked(upload)
    if upload.state not in OPEN:
        raise Refusal("这份登记表已经办结，请重新上传。")
    if is_working(upload):
        raise Refusal("任务正在进行，请稍候，或先停止它。")
    upload.state = ImportState.UPLOADED
    upload.save(update_fields=["state"])
    return _start(upload, CHECK_JOB, "重新核对", by=by, at=at)


def expire(at):
    """Remove files and staged rows a day after the upload; what was not confirmed by then is cancelled. Returns how many."""
    old = RegisterImport.objects.filter(uploaded_at__lt=at - KEPT_FOR).exclude(file="").order_by("pk")
    for found in old:
        with transaction.atomic():
            found = _locked(found)
            if found.state in OPEN:
                found.state, found.message = ImportState.CANCELLED, "超过 24 小时没有确认，已自动作废。"
                found.save(update_fields=["state", "message"])
            _drop(found)
    return len(old)


def refuse(*, upload, message):
    """The file as a whole cannot be taken; ``message`` says why and what to do. Returns the RegisterImport."""
    with transaction.atomic():
        upload = _locked(upload)
        if upload.state in OPEN:
            upload.state, upload.message = ImportState.REFUSED, message
            upload.save(update_fields=["state", "message"])
            upload.rows.all().delete()
    return upload


# -- steps of the check -----------------------------------------------------------------------------


def _quiet(done, total, message=""):
    """Nobody watches."""


@contextmanager
def _alone(upload):
    """One check of an upload at a time, also when a job was queued again while its worker still lives."""
    key = ("SELECT pg_try_advisory_lock(hashtext('beneficiaries.import.check'), %s)", [upload.pk])
    with connection.cursor() as cursor:
        cursor.execute(*key)
        if not cursor.fetchone()[0]:
            raise Refusal("这份登记表正在核对，请稍候。")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(key[0].replace("try_advisory_lock", "advisory_unlock"), key[1])


def _staged(upload, reading, report):
    kind = KINDS[upload.kind]
    return staging.load(upload=upload, kind=kind, reading=reading, report=report)


@transaction.atomic
def _compared(upload, reading, loaded, at):
    upload = _locked(upload)
    if upload.state not in OPEN:
        return upload
    if upload.uploaded_by_id and not _may(upload.uploaded_by, upload.organisation):
        return refuse(upload=upload, message="上传人已没有导入的权限，没有读入。")
    work = Work(upload, KINDS[upload.kind], on=dates.today(at))
    work.examine(within_file=True)
    work.put_in_words(error_of=reading.cell_error)
    counts = work.keep_results()
    for kind in RowKind.values:
        setattr(upload, f"{kind}_count", counts.get(kind, 0))
    upload.state, upload.message = ImportState.CHECKED, "\n".join(_remarks(work, reading))
    upload.sheet, upload.header_row = reading.sheet[:100], reading.header_row
    upload.save()
    return upload


def _outside_sentence(loaded, organisation):
    shown = "、".join(map(str, loaded.outside))
    more = f"等共 {loaded.outside_count} 行" if loaded.outside_count > len(loaded.outside) else "行"
    return f"第 {shown} {more}的村(社区)不在“{organisation}”范围内，整份文件没有读入。请删去这些行后重新上传，或由所属机构上传。"


def _remarks(work, reading):
    if reading.missing:
        yield f"文件中没有这些列，原有内容不变：{'、'.join(reading.missing)}。"
    unknown = [heading for heading in reading.unknown if heading not in OUR_HEADINGS]
    if unknown:
        yield f"这些列不认识，没有读入：{'、'.join(unknown)}。"
    if unlike := work.kind.remarks(work):
        where = "、".join(f"第 {row} 行{reading.headings[key]}" for row, key, _count in unlike)
        more = f"等 {unlike[0][2]} 处" if unlike[0][2] > len(unlike) else ""
        yield f"同一户内各行填写不一致的，以户主行为准：{where}{more}。"


# -- the writing ------------------------------------------------------------------------------------


def _confirm(upload, by, at, leave_out_bad):
    with connection.cursor() as cursor:  # one writer of registers at a time
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('beneficiaries.import'))")
    upload = _locked(upload)
    _refuse_to_confirm(upload, by, leave_out_bad)
    history.stamp(by=by, at=at)
    work = Work(upload, KINDS[upload.kind], on=dates.today(at))
    work.examine(within_file=False)
    if overtaken := work.first_fault():
        row, reason = overtaken
        raise Refusal(f"预览之后登记库有了变化，没有写入任何内容。第 {row} 行：{reason}请重新核对。")
    work.put_in_words()
    work.kind.write(work, by=by, at=at)
    return _confirmed(upload, by, at)


def _refuse_to_confirm(upload, by, leave_out_bad):
    _refuse_without_right(by, upload.organisation)
    _refuse_unless_checked(upload)
    if upload.bad_count and not leave_out_bad:
        raise Refusal(f"还有 {upload.bad_count} 行有误。请改正后重新上传，或选择“略过有误的行”。")
    if not upload.new_count + upload.changed_count + upload.unchanged_count:
        raise Refusal("没有可以写入的行。")


def _refuse_without_right(by, organisation):
    if by is not None and not _may(by, organisation):
        raise Refusal(f"您不能为“{organisation}”导入登记表。", field="organisation")


def _may(user, organisation):
    """Whether the user may import now, whatever the user object remembers."""
    fresh = User.objects.get(pk=user.pk)
    roles.forget(fresh)
    return fresh.may("registry.import", organisation)


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
    if by is not None and by.may("registry.edit", upload.organisation):
        duplicates.start_scan(organisation=upload.organisation, by=by, at=at)
    return upload


def _start(upload, kind, words, *, by, at, **arguments):
    upload.job = jobs.start(
        kind,
        by=by,
        organisation=upload.organisation,
        at=at,
        label=f"{words}：{upload.filename}"[:120],
        upload_id=upload.pk,
        **arguments,
    )
    upload.save(update_fields=["job"])
    return upload


def _locked(upload):
    return (
        RegisterImport.objects.select_related("organisation", "job", "uploaded_by")
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
