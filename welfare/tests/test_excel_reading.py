import csv
import io
import subprocess
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from welfare.excel import Column, Refused, read_workbook, sheets
from welfare.excel.cells import KINDS, BadCell, parse_cell

DATA = Path(__file__).resolve().parents[2] / "beneficiaries" / "tests" / "data"
TODAY = date(2026, 11, 22)
COMMUNITIES = ["青龙村", "白鹤村", "双河村", "清流社区", "石桥村", "文昌社区"]
PLAIN = (
    Column(key="name", heading="姓名", required=True),
    Column(key="income", heading="月收入(元)", kind="money"),
)


def workbook(rows, *, at=(0, 0), then=None):
    """The bytes of an xlsx with ``rows`` from cell ``at`` on."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for index, row in enumerate(rows):
        sheet.write_row(at[0] + index, at[1], row)
    if then:
        then(book, sheet)
    book.close()
    return target.getvalue()


def read(data, columns=PLAIN, filename="名册.xlsx", **options):
    reading = read_workbook(data, columns=columns, filename=filename, **options)
    return reading, list(reading.rows)


def register_columns():
    return (
        Column(key="community", heading="村(社区)", kind="choice", choices=_seen("村(社区)"), required=True),
        Column(key="household", heading="户编号", required=True),
        Column(key="name", heading="姓名", required=True, max_length=40),
        Column(key="relation", heading="与户主关系", required=True),
        Column(key="id_number", heading="身份证号", kind="id", required=True),
        Column(key="phone", heading="联系电话", kind="phone"),
        Column(key="categories", heading="困难类别", kind="choices", choices=_seen("困难类别")),
        Column(key="grade", heading="残疾等级", kind="integer", minimum=1, maximum=4),
        Column(key="veteran", heading="退役军人", kind="flag"),
        Column(key="income", heading="家庭月人均收入(元)", kind="money"),
        Column(key="card", heading="银行卡号", kind="bank"),
    )


def _seen(heading):
    sheet = openpyxl.load_workbook(DATA / "registry-sample.xlsx", read_only=True).active
    rows = sheet.iter_rows(min_row=3, values_only=True)
    place = next(rows).index(heading)
    return sorted({part for row in rows for part in str(row[place] or "").split("、") if part})


def test_the_clean_register_is_read_without_an_error():
    reading, rows = read(DATA / "registry-sample.xlsx", register_columns(), "registry-sample.xlsx", on=TODAY)
    assert (reading.header_row, len(rows), reading.errors, reading.missing) == (3, 1408, [], [])
    assert "家庭住址" in reading.unknown
    number, first = rows[0]
    assert (number, first["name"], first["income"], first["veteran"]) == (
        4,
        "华桂珍",
        Decimal("2340.00"),
        False,
    )
    assert first["id_number"].birth_on == date(1969, 10, 20)


def test_every_fault_of_the_dirty_register_is_found_and_nothing_else():
    reading, rows = read(DATA / "registry-dirty.xlsx", register_columns(), "registry-dirty.xlsx", on=TODAY)
    with open(DATA / "registry-dirty-faults.csv", encoding="utf-8-sig") as file:
        faults = list(csv.DictReader(file))
    elsewhere = {"second head in one household", "same number twice in the file"}  # seen by comparing rows
    expected = {
        (int(fault["excel_row"]), fault["column"])
        for fault in faults
        if fault["must_be_error"] == "1" and fault["kind"] not in elsewhere
    }
    assert {(error.row, error.column_heading) for error in reading.errors} == expected
    assert dict(rows)[66]["income"] == Decimal("1560.00")
    assert dict(rows)[80]["name"] == '=HYPERLINK("http://x","曾杨")'
    assert dict(rows)[170]["id_number"].number == "51012119681208388X"
    lost = next(error for error in reading.errors if error.row == 380)
    assert (lost.cell, "已丢失" in lost.reason) == ("G380", True)


def test_columns_are_found_by_name_wherever_they_stand():
    data = workbook([["某村名册"], ["月 收入（元）", "备注", "*姓名"], [1.5, "x", "张三"]], at=(4, 3))
    reading, rows = read(data)
    assert (reading.header_row, reading.letters, reading.unknown) == (
        6,
        {"name": "F", "income": "D"},
        ["备注"],
    )
    assert rows == [(7, {"name": "张三", "income": Decimal("1.50")})]


def test_blank_rows_and_footers_are_no_people_and_rows_keep_their_numbers():
    data = workbook([["姓名", "月收入(元)"], ["张三", 1], ["", ""], ["李四", 2], ["合计", 3], ["制表:王五"]])
    assert [(number, row["name"]) for number, row in read(data)[1]] == [(2, "张三"), (4, "李四")]


def test_merged_cells_hold_for_all_their_rows():
    def merge(book, sheet):
        sheet.merge_range(1, 0, 3, 0, "张家")

    data = workbook([["姓名", "月收入(元)"], ["", 1], ["", 2], ["", 3]], then=merge)
    assert [row["name"] for _, row in read(data)[1]] == ["张家"] * 3


def test_hidden_sheets_and_sheets_without_the_columns_are_passed_over():
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    book.create_sheet("旧").append(["姓名", "月收入(元)"])
    book["旧"].sheet_state = "hidden"
    for row in (["姓名", "月收入(元)"], ["张三", 5]):
        (book["新"] if "新" in book.sheetnames else book.create_sheet("新")).append(row)
    target = io.BytesIO()
    book.save(target)
    reading, rows = read(target)
    assert (reading.sheet, len(rows)) == ("新", 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_the_encodings_offices_use(encoding, delimiter):
    text = delimiter.join(["姓名", "月收入(元)"]) + "\r\n" + delimiter.join(["张三", '"1,560.00"']) + "\r\n"
    assert read(text.encode(encoding), filename="a.csv")[1] == [
        (2, {"name": "张三", "income": Decimal("1560.00")})
    ]


def test_a_number_kept_as_text_in_a_csv_is_read():
    columns = (PLAIN[0], Column(key="id", heading="身份证号", kind="id"))
    rows = read('姓名,身份证号\n张三,"=""51012119681208388X"""\n'.encode(), columns, "a.csv")[1]
    assert rows[0][1]["id"].number == "51012119681208388X"


def zipped(parts, **options):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_part(name, content):
    """A sound workbook with one part replaced or added."""
    with zipfile.ZipFile(io.BytesIO(workbook([["姓名", "月收入(元)"], ["张三", 1]]))) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    return zipped(parts | {name: content})


SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">%s</row></sheetData></worksheet>'
BAD_FILES = {
    "empty": (b"", "a.xlsx", "空的"),
    "only NUL": (b"\0" * 5000, "a.csv", "空的"),
    "zip bomb": (with_part("xl/media/a.xml", b"0" * 100_000_000), "a.xlsx", "异常庞大"),
    "many parts": (zipped({f"xl/{n}.xml": b"" for n in range(2_100)}), "a.xlsx", "异常庞大"),
    "entity": (
        with_part("xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><sst/>'),
        "a.xlsx",
        "不安全",
    ),
    "far cell": (
        with_part(SHEET, FAR % b'<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>'),
        "a.xlsx",
        "过大",
    ),
    "far row": (
        with_part(SHEET, FAR % b'<c r="ZZ1"><v>1</v></c><c r="a99999999"><v>1</v></c>'),
        "a.xlsx",
        "过大",
    ),
    "far unmeasured": (
        with_part(SHEET, FAR % b"<c r='A1'><v>1</v></c><c r='XFD1048576'><v>1</v></c>"),
        "a.xlsx",
        "损坏",
    ),
    "macro": (with_part("xl/vbaProject.bin", b"x"), "a.xlsx", "宏"),
    "macro by name": (workbook([["姓名"]]), "a.xlsm", "宏"),
    "encrypted": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "a.xlsx",
        "密码",
    ),
    "broken zip": (workbook([["姓名"]])[:-300], "a.xlsx", "损坏"),
    "flipped bytes": (
        workbook([["姓名"]])[:60] + b"\xff" * 40 + workbook([["姓名"]])[100:],
        "a.xlsx",
        "损坏",
    ),
    "broken xml": (with_part(SHEET, b"<worksheet><sheetData><row><c"), "a.xlsx", "损坏|没有找到表头"),
    "zip that is no workbook": (zipped({"a.txt": b"x"}), "a.xlsx", "不是 Excel"),
    "broken xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 4000, "a.xls", "损坏"),
    "mis-named csv": ("姓名,月收入".encode(), "a.xlsx", "扩展名"),
    "page saved as xls": (b"<html><table>", "a.xls", "扩展名"),
    "xlsx named csv": (workbook([["姓名"]]), "a.csv", "扩展名"),
    "picture": (b"\x89PNG\r\n\x1a\n", "a.csv", "扩展名"),
    "other kind": (b"x", "a.docx", "只接收"),
    "undecodable csv": (b"\xff\xfe\x00", "a.csv", "编码|没有找到表头"),
    "no header": (workbook([["一", "二"]]), "a.xlsx", "没有找到表头"),
    "missing column": (workbook([["月收入(元)", "户编号"]]), "a.xlsx", "缺少必需的列:姓名|没有找到表头"),
    "column twice": (workbook([["姓名", "姓名", "月收入(元)"]]), "a.xlsx", "出现了两次"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_in_words_and_soon(case):
    data, filename, sentence = BAD_FILES[case]
    begun = time.perf_counter()
    with pytest.raises(Refused, match=sentence):
        read(data, filename=filename)
    assert time.perf_counter() - begun < 2


def test_a_file_over_the_limit_is_refused_without_reading_it_all():
    with pytest.raises(Refused, match="超过 1 MB"):
        read(io.BytesIO(b"x" * 2_000_000), max_bytes=1024 * 1024)


def test_too_many_rows_are_refused():
    with pytest.raises(Refused, match="超过 1 行"):
        read(workbook([["姓名", "月收入(元)"], ["张三", 1], ["李四", 2]]), max_rows=1)


def test_formats_far_out_without_content_do_no_harm():
    def paint(book, sheet):
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert len(read(workbook([["姓名", "月收入(元)"], ["张三", 1]], then=paint))[1]) == 1


@pytest.mark.parametrize(
    ("kind", "value", "parsed"),
    [
        ("text", 3.0, "3"),
        ("text", " 张\n三\x00\u200b", "张 三\u200b"),
        ("text", "_x0007_张三", "张三"),
        ("money", 0.1 + 0.2, Decimal("0.30")),
        ("money", "¥１，５６０．５０元", Decimal("1560.50")),
        ("integer", 4.0, 4),
        ("integer", "４", 4),
        ("date", datetime(2024, 2, 5), date(2024, 2, 5)),  # noqa: DTZ001
        ("date", "2024年2月5日", date(2024, 2, 5)),
        ("date", "20240205", date(2024, 2, 5)),
        ("date", "2024/2/5", date(2024, 2, 5)),
        ("date", 45327.0, date(2024, 2, 5)),
        ("flag", "√", True),
        ("flag", "否", False),
        ("phone", 13996030824.0, "13996030824"),
        ("date", "", None),
        ("choices", "", []),
        ("choices", "低保户、残疾人", ["低保户", "残疾人"]),
        ("choices", "低保户，残疾人", ["低保户", "残疾人"]),
        ("choice", "低 保户", "低保户"),
    ],
)
def test_a_cell_is_read_as_its_kind(kind, value, parsed):
    column = Column(key="a", heading="甲", kind=kind, choices=["低保户", "残疾人"])
    assert parse_cell(column, value) == parsed


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("date", "2024-02-30", "不存在"),
        ("date", "九月", "不是日期"),
        ("money", "八百左右", "不是金额"),
        ("money", -300.0, "不能小于 0"),
        ("money", float("nan"), "不是金额"),
        ("integer", 1.5, "不是整数"),
        ("id", 4.3e17, "已丢失"),
        ("bank", 6.2e18, "已丢失"),
        ("flag", "也许", "是”或“否"),
        ("text", "长" * 501, "最多 500"),
        ("text", "#REF!", "错误值"),
        ("choice", "贵宾户", "可填：低保户"),
    ],
)
def test_a_bad_cell_says_what_is_wrong(kind, value, sentence):
    with pytest.raises(BadCell, match=sentence):
        parse_cell(Column(key="a", heading="甲", kind=kind, choices=["低保户"]), value)


anything = (
    st.text() | st.floats() | st.integers() | st.booleans() | st.datetimes() | st.dates() | st.timedeltas()
)


@given(st.sampled_from(KINDS), anything)
def test_no_cell_raises_anything_but_bad_cell(kind, value):
    try:
        parse_cell(Column(key="a", heading="甲", kind=kind, choices=["低保户"]), value, on=TODAY)
    except BadCell as error:
        assert str(error).endswith("。")


def test_an_old_xls_is_read_in_a_process_of_its_own():
    path = Path(__file__).parent / "data" / "small.xls"
    reading, rows = read(path, filename="small.xls")
    assert (reading.header_row, rows) == (3, [(4, {"name": "张三", "income": Decimal("1560.50")})])


# -- the fenced reader ------------------------------------------------------------------------------------
def long_workbook():
    """A cover sheet of many rows without the columns, then a register of 2,500 rows."""

    def then(book, sheet):
        register = book.add_worksheet("名册")
        register.write_row(0, 0, ["姓名", "月收入(元)"])
        for index in range(2_500):
            register.write_row(index + 1, 0, [f"张{'一二三四五六七八九十'[index % 10]}", index, "牛" * 300])

    return workbook([["说明"]] * 1_500, then=then)


def test_a_large_workbook_is_read_the_same_by_the_fenced_reader(monkeypatch):
    data = long_workbook()
    _reading, here = read(data)
    monkeypatch.setattr(sheets, "FENCE_ABOVE", 0)
    reading, there = read(data)
    assert there == here and len(there) == 2_500
    assert (reading.sheet, reading.height) == ("名册", 2_500)


def test_a_fenced_reader_that_dies_half_way_refuses_the_file(monkeypatch):
    monkeypatch.setattr(sheets, "FENCE_ABOVE", 0)
    started, popen = [], subprocess.Popen
    monkeypatch.setattr(
        sheets.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1]
    )
    reading = read_workbook(long_workbook(), columns=PLAIN, filename="名册.xlsx")
    next(reading.rows)
    started[0].kill()
    with pytest.raises(Refused, match="已损坏"):
        list(reading.rows)
