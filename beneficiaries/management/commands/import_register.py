import csv
from pathlib import Path

from django.core.files import File
from django.core.management.base import CommandError
from django.utils import timezone

from beneficiaries.enums import ImportKind, ImportState, RowKind
from beneficiaries.services import imports
from beneficiaries.tasks import check_upload
from welfare import audit
from welfare.enums import Level
from welfare.errors import Refusal
from welfare.management.base import LedgerCommand
from welfare.models import Organisation


class Command(LedgerCommand):
    help = "导入登记表（xlsx、xls、csv）：先核对，没有错误才写入，要么全部写入，要么一行也不写"
    migrates_new_database = True

    def add_arguments(self, parser):
        parser.add_argument("file", help="登记表文件")
        parser.add_argument(
            "--kind",
            choices=ImportKind.values,
            default=ImportKind.PERSONS.value,
            help="登记表种类：" + "，".join(f"{value} {label}" for value, label in ImportKind.choices),
        )
        parser.add_argument("--organisation", metavar="CODE", help="导入范围的机构代码；不写则为唯一的县")
        parser.add_argument("--dry-run", action="store_true", help="只核对，不写入")
        parser.add_argument("--errors", metavar="OUT.csv", help="把错误写入 CSV：excel_row,column,reason")

    def handle(self, *args, file, kind, organisation, dry_run, errors, **options):
        at = timezone.now()
        with audit.coming_from("import_register"):
            upload = self._checked(Path(file), kind, _organisation(organisation), at)
            bad = _errors(upload)
            if errors:
                _write_errors(errors, bad)
            self.stdout.write(
                f"核对完毕：新增 {upload.new_count} 行，变更 {upload.changed_count} 行，"
                f"无变化 {upload.unchanged_count} 行，有误 {upload.bad_count} 行。"
            )
            for remark in upload.message.splitlines():
                self.stdout.write(remark)
            if bad or dry_run:
                imports.cancel(upload=upload, by=None, at=at)
            if bad:
                for row, column, reason in bad[:20]:
                    self.stderr.write(f"第 {row} 行 {column}：{reason}")
                raise CommandError(
                    f"有 {len(bad)} 处错误，没有写入任何内容。{'' if errors else '用 --errors 可导出全部错误。'}"
                )
            if dry_run:
                self.stdout.write("只核对，没有写入。")
                return
            try:
                imports.confirm(upload=upload, by=None, at=at)
            except Refusal as refusal:
                raise CommandError(refusal.message) from refusal
        self.stdout.write("已写入登记库。")

    def _checked(self, path, kind, organisation, at):
        try:
            with path.open("rb") as file:
                upload = imports.upload(
                    file=File(file),
                    filename=path.name,
                    organisation=organisation,
                    by=None,
                    at=at,
                    kind=kind,
                    start_job=False,
                )
        except OSError as error:
            raise CommandError(f"不能打开文件 {path}：{error.strerror}。") from error
        upload = check_upload(upload, at=at)
        if upload.state == ImportState.REFUSED:
            raise CommandError(f"文件没有读入：{upload.message}")
        return upload


def _organisation(code):
    if code:
        found = Organisation.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"没有机构代码为 {code} 的机构。")
        return found
    counties = list(Organisation.objects.filter(level=Level.COUNTY).order_by("code")[:2])
    if len(counties) != 1:
        raise CommandError("请用 --organisation 写明导入范围的机构代码。")
    return counties[0]


def _errors(upload):
    """(row, heading, reason) of every bad cell, in the order of the file."""
    rows = upload.rows.filter(kind=RowKind.BAD).order_by("excel_row").values_list("excel_row", "errors")
    return [(row, heading, reason) for row, cells in rows for _cell, heading, reason in cells]


def _write_errors(path, bad):
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["excel_row", "column", "reason"])
        writer.writerows(bad)
