"""A long list as a workbook, beside the spreadsheet library alone and beside import-export."""

import tempfile
from pathlib import Path

from django.db import connection

from welfare import excel
from welfare.benchmark import Bar, Case, stopwatch
from welfare.excel import bare

ROWS = 100_000
COLUMNS = (
    *(("number", "户编号", "text"), ("community", "村(社区)", "text"), ("group", "组别", "text")),
    *(("name", "姓名", "text"), ("relation", "与户主关系", "text"), ("sex", "性别", "text")),
    *(("birth_on", "出生日期", "text"), ("health", "健康状况", "text"), ("disability", "残疾类别", "text")),
    *(("disease", "重大疾病", "text"), ("stage", "在读阶段", "text"), ("politics", "政治面貌", "text")),
    *(
        ("income", "家庭月人均收入", "money"),
        ("cost", "自付医疗费", "money"),
        ("address", "家庭住址", "text"),
    ),
)
ROWS_OF_THE_LIST = """
    SELECT h.number, o.name, h.group_name, p.name, p.relation, p.sex, p.birth_on::text, p.health, p.disability_kind,
           p.major_disease, p.school_stage, p.political_status, coalesce(h.monthly_income, 0),
           coalesce(h.medical_cost, 0), h.address
    FROM beneficiaries_person p JOIN beneficiaries_household h ON h.id = p.household_id
    JOIN welfare_organisation o ON o.id = h.organisation_id ORDER BY p.id LIMIT %s"""
CELL = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "border": 1, "border_color": "#BFBFBF"}
FORMATS = [CELL | ({"num_format": "#,##0.00"} if kind == "money" else {}) for _key, _title, kind in COLUMNS]


def cases(persons):
    """The writing alone: both sides are given the rows."""
    folder = tempfile.TemporaryDirectory(prefix="ledger-bench-exports-")
    rows = min(ROWS, persons)

    def own():
        return _written(folder, write_list, rows)

    def floor():
        return _written(folder, write_bare, rows)

    label = f"Excel list of {rows:,} × {len(COLUMNS)}"
    return [Case("export", label, {"own": own, "F": floor}, (Bar(1.5, "F"),), "s", turns=0.6)]


def write_list(path, rows):
    """The list as the product writes it."""
    columns = [excel.SheetColumn(key=key, heading=heading, kind=kind) for key, heading, kind in COLUMNS]
    excel.write_list(path, title="困难群众名册", columns=columns, rows=rows)


def write_bare(path, rows):
    """The list as the library alone writes it, in the same look."""
    numbers = ([*row[:12], float(row[12]), float(row[13]), row[14]] for row in rows)
    bare.write_rows(path, [heading for _key, heading, _kind in COLUMNS], numbers, FORMATS)


def _written(folder, write, count):
    with connection.cursor() as cursor:
        cursor.execute(ROWS_OF_THE_LIST, [count])
        rows = cursor.fetchall()
    path = Path(folder.name) / "list.xlsx"
    with stopwatch() as seconds:
        write(str(path), rows)
    path.unlink()
    return seconds[0]
