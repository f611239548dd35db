"""Organisations of an office, brought in from a list."""

import csv
from pathlib import Path

from django.db import transaction

from welfare import audit
from welfare.enums import Level, Line
from welfare.errors import Refusal
from welfare.models import Organisation

SAMPLE = Path(__file__).parents[1] / "samples/organisations.csv"
COLUMNS = ("code", "name", "short_name", "parent_code", "level", "line", "hotline", "address")


def read(path):
    """The rows of a CSV of organisations (UTF-8, columns as in the sample). Raises Refusal with the line."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"不能读取文件 {path}：须为 UTF-8 编码的 CSV。（{error}）") from error
    missing = [name for name in COLUMNS[:5] if rows and name not in rows[0]]
    if not rows or missing:
        raise Refusal(f"文件没有内容或缺少列：{'、'.join(missing) or '、'.join(COLUMNS)}。")
    return rows


@transaction.atomic
def load(*, rows, by, at):
    """Create or update organisations by code, parents before children, all or nothing.

    ``rows`` as from ``read``. Returns (created, updated). Raises Refusal naming the line.
    """
    known = {one.code: one for one in Organisation.objects.all()}
    created = updated = 0
    for number, row in enumerate(rows, start=2):
        values = _values(row, number, known)
        one = known.get(row["code"])
        if one is None:
            one = Organisation.objects.create(code=row["code"], **values)
            created += 1
        elif any(getattr(one, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(one, name, value)
            one.save()
            updated += 1
        else:
            continue
        known[one.code] = one
        audit.record(action="organisation.load", label="导入机构", by=by, at=at, target=one, organisation=one)
    return created, updated


def _values(row, number, known):
    code, parent_code = (row["code"] or "").strip(), (row["parent_code"] or "").strip()
    if not code or not (row["name"] or "").strip():
        raise Refusal(f"第 {number} 行：机构代码和名称都要填写。")
    if parent_code and parent_code not in known:
        raise Refusal(f"第 {number} 行：上级机构 {parent_code} 不存在。上级要排在下级之前。")
    if row["level"] not in Level.values:
        raise Refusal(f"第 {number} 行：级别“{row['level']}”不对，可填：{'、'.join(Level.values)}。")
    line = row.get("line") or Line.GOVERNMENT
    if line not in Line.values:
        raise Refusal(f"第 {number} 行：系统“{line}”不对，可填：{'、'.join(Line.values)}。")
    return {
        "name": row["name"].strip(),
        "short_name": (row.get("short_name") or "").strip(),
        "parent": known.get(parent_code),
        "level": row["level"],
        "line": line,
        "hotline": (row.get("hotline") or "").strip(),
        "address": (row.get("address") or "").strip(),
    }
