import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from welfare.excel import (
    CellError,
    Column,
    SheetColumn,
    bad_rows_workbook,
    mark_errors,
    read_workbook,
    write_list,
    write_template,
)

DATA = Path(__file__).resolve().parents[2] / "beneficiaries" / "tests" / "data"
COLUMNS = (
    SheetColumn(key="name", heading="姓名"),
    SheetColumn(key="id", heading="身份证号", kind="id"),
    SheetColumn(key="cash", heading="金额", kind="money"),
    SheetColumn(key="on", heading="日期", kind="date"),
)
REGISTER = (
    Column(key="name", heading="姓名", required=True),
    Column(key="id", heading="身份证号", kind="id"),
    Column(key="sex", heading="性别", kind="choice", choices=["男", "女"]),
    Column(key="veteran", heading="退役军人", kind="flag"),
)


def listed(rows, **options):
    target = io.BytesIO()
    count = write_list(target, title="名册", columns=COLUMNS, rows=rows, **options)
    return count, openpyxl.load_workbook(target).active


def test_a_list_streams_typed_rows_under_a_frozen_header():
    row = ("张三", "51012119681208388X", Decimal("1560.5"), date(2026, 2, 10))
    count, page = listed((row for _ in range(3)), unit_line="填报单位：高板镇")
    assert (count, page.freeze_panes, page.print_title_rows) == (3, "A4", "$3:$3")
    assert [cell.value for cell in page[3]] == ["姓名", "身份证号", "金额", "日期"]
    assert [cell.data_type for cell in page[4]] == ["s", "s", "n", "d"]
    assert page["C4"].value == 1560.5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "http://x", "0012", "{=1}", "'=1"])
def test_text_in_a_list_is_never_a_formula_a_link_or_a_number(text):
    _, page = listed([(text, text, None, None)])
    for cell in (page["A3"], page["B3"]):
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_floats_and_datetimes_are_refused_in_a_list():
    for row in [("", "", 1.5, None), ("", "", None, datetime(2026, 2, 9, 16, tzinfo=UTC))]:
        with pytest.raises(TypeError):
            listed([row])


def test_a_template_has_drop_downs_and_is_read_back():
    target = io.BytesIO()
    write_template(target, title="困难群众登记表", columns=REGISTER)
    book = openpyxl.load_workbook(target)
    page = book["名册"]
    rules = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert rules["C3:C3002"] == "选项!$C$1:$C$2"
    assert book["选项"].sheet_state == "hidden"
    page.append(["张三", "51012119681208388X", "男", "是"])
    filled = io.BytesIO()
    book.save(filled)
    reading = read_workbook(filled, columns=REGISTER, filename="a.xlsx")
    assert [(row["name"], row["sex"], row["veteran"]) for _, row in reading.rows] == [("张三", "男", True)]
    assert reading.missing == []


def faulty(*, formula=False):
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False})
    page = book.add_worksheet("花名册")
    page.write_row(0, 0, ["某村登记表"])
    page.write_row(1, 0, ["姓名", "身份证号"])
    page.write_row(2, 0, ["=1+1", "51012119681208388X"])
    page.write_row(3, 0, ["", "123"])
    if formula:
        page.write_formula(4, 0, '=HYPERLINK("http://x","李四")', None, "李四")
    book.close()
    return target.getvalue()


def read(data, filename="a.xlsx"):
    reading = read_workbook(data, columns=REGISTER[:2], filename=filename)
    return reading, list(reading.rows)


def test_the_users_workbook_comes_back_with_cells_marked_and_reasons():
    reading, _ = read(faulty())
    marked = mark_errors(faulty(), reading.errors, filename="a.xlsx", sheet="花名册", header_row=2)
    page = openpyxl.load_workbook(io.BytesIO(marked))["花名册"]
    assert page["C2"].value == "错误原因"
    assert "“姓名”没有填写" in page["C4"].value
    assert "18 位" in page["C4"].value
    assert [page[cell].fill.start_color.rgb[-6:] for cell in ("A4", "B4")] == ["FFC7CE", "FFC7CE"]
    assert page["B3"].fill.fill_type is None
    assert (page["A3"].value, page["A3"].data_type) == ("=1+1", "s")


def test_a_formula_comes_back_as_its_value():
    marked = mark_errors(faulty(formula=True), [], filename="a.xlsx", sheet="花名册", header_row=2)
    page = openpyxl.load_workbook(io.BytesIO(marked))["花名册"]
    assert page["A5"].value == "李四"
    assert not any(cell.data_type == "f" for row in page.iter_rows() for cell in row)


def test_a_reason_that_looks_like_a_formula_is_text():
    error = CellError(4, "姓名", "A4", "=cmd|' /C calc'!A0")
    marked = mark_errors(faulty(), [error], filename="a.xlsx", sheet="花名册", header_row=2)
    cell = openpyxl.load_workbook(io.BytesIO(marked))["花名册"]["C4"]
    assert (cell.value, cell.data_type) == (error.reason, "s")


def test_marking_a_marked_workbook_again_replaces_the_reasons():
    reading, _ = read(faulty())
    once = mark_errors(faulty(), reading.errors, filename="a.xlsx", sheet="花名册", header_row=2)
    error = CellError(3, "身份证号", "B3", "重复。")
    twice = mark_errors(once, [error], filename="a.xlsx", sheet="花名册", header_row=2)
    page = openpyxl.load_workbook(io.BytesIO(twice))["花名册"]
    assert [page.cell(row, 3).value for row in (2, 3, 4)] == ["错误原因", "重复。", None]
    assert page.max_column == 3
    assert page["B4"].fill.fill_type is None
    assert page["B4"].comment is None


def test_the_bad_rows_alone_can_be_mended_and_read_again():
    reading, _ = read(faulty())
    data = bad_rows_workbook(faulty(), reading.errors, filename="a.xlsx", sheet="花名册", header_row=2)
    again, rows = read(data)
    assert (again.header_row, len(rows), len(again.errors)) == (1, 1, 2)
    assert again.unknown == ["错误原因", "原文件行号"]


def test_a_csv_comes_back_as_a_workbook_of_its_bad_rows():
    data = "姓名,身份证号\n=1+1,51012119681208388X\n,123\n".encode("gb18030")
    reading, _ = read(data, "a.csv")
    marked = mark_errors(
        data, reading.errors, filename="a.csv", sheet=reading.sheet, header_row=reading.header_row
    )
    page = openpyxl.load_workbook(io.BytesIO(marked)).active
    assert (page.max_row, page["B2"].value, page["D2"].value) == (2, "123", 3)


def test_the_dirty_register_comes_back_with_every_reason():
    path = DATA / "registry-dirty.xlsx"
    columns = (REGISTER[0], REGISTER[1], Column(key="income", heading="家庭月人均收入(元)", kind="money"))
    reading = read_workbook(path, columns=columns, filename=path.name)
    assert len(list(reading.rows)) == 858
    marked = mark_errors(path, reading.errors, filename=path.name, sheet=reading.sheet, header_row=3)
    page = openpyxl.load_workbook(io.BytesIO(marked)).active
    reasons = {row for row in range(4, page.max_row + 1) if page.cell(row, 24).value}
    assert reasons == {error.row for error in reading.errors}
    assert page["E80"].data_type == "s"
