import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from welfare import money
from welfare.excel import OfficialSheet, SheetColumn, content_hash, totals, write_official
from welfare.excel.official import _pages, lay_out

COLUMNS = (
    SheetColumn(key="no", heading="序号", kind="sequence"),
    SheetColumn(key="name", heading="姓名"),
    SheetColumn(key="id_tail", heading="身份证后四位", kind="id"),
    SheetColumn(key="cash", heading="金额", kind="money"),
    SheetColumn(key="rice", heading="大米", unit="袋", kind="quantity"),
    SheetColumn(key="signature", heading="领取人签字（按手印）", kind="signature"),
    SheetColumn(key="received_on", heading="领取日期", kind="date"),
)


def png(size=(600, 240)):
    target = io.BytesIO()
    Image.new("L", size, 255).save(target, "PNG")
    return target.getvalue()


def sheet_of(rows, **changes):
    sheet = OfficialSheet(
        title="高板镇2026年春节慰问金发放表",
        unit="高板镇社会事务办",
        on=date(2026, 2, 10),
        columns=COLUMNS,
        rows=rows,
        number="GB-2026-001",
    )
    return replace(sheet, **changes)


def person(number=1, **values):
    row = {"name": f"张{number}", "id_tail": "088X", "cash": Decimal("200.00"), "rice": 1}
    return row | {"received_on": date(2026, 2, 11)} | values


def written(sheet):
    target = io.BytesIO()
    write_official(target, sheet)
    return openpyxl.load_workbook(target).active


def texts(page):
    return [[cell.value for cell in row] for row in page.iter_rows()]


amounts = st.lists(st.tuples(st.decimals(0, 9_999, places=2), st.integers(0, 20)), max_size=60)


@settings(max_examples=25, deadline=None)
@given(amounts, st.booleans())
def test_page_subtotals_add_up_to_the_total_and_each_to_its_page(lines, is_landscape):
    page = written(
        sheet_of([person(cash=cash, rice=rice) for cash, rice in lines], is_landscape=is_landscape)
    )
    running, subtotals, on_page = [], [], []
    for row in texts(page)[3:]:
        if isinstance(row[0], int):
            on_page.append((Decimal(str(row[3])), row[4]))
        elif row[0] == "本页小计":
            assert Decimal(str(row[3])) == sum(cash for cash, _ in on_page)
            assert row[4] == sum(rice for _, rice in on_page)
            subtotals.append(Decimal(str(row[3])))
            running += on_page
            on_page = []
        elif str(row[0]).startswith("合计("):
            assert Decimal(str(row[3])) == sum(subtotals) == sum(cash for cash, _ in lines)
            assert row[4] == sum(rice for _, rice in lines)
    assert len(running) == len(lines)
    breaks = [brk.id for brk in page.row_breaks.brk]
    assert len(breaks) == len(subtotals) - 1
    assert all(page.cell(row, 1).value == "本页小计" for row in breaks)


@given(st.integers(0, 500), st.integers(1, 40), st.integers(1, 40))
def test_every_row_stands_on_one_page_and_the_last_has_room_for_the_total(count, full, last):
    last = min(full, last)
    pages = _pages(count, full, last)
    assert [index for page in pages for index in page] == list(range(count))
    assert all(len(page) <= full for page in pages)
    assert len(pages[-1]) <= last


def test_the_head_says_who_what_and_when_and_is_repeated_on_every_page():
    page = written(sheet_of([person()]))
    rows = texts(page)
    assert rows[0][0] == "高板镇2026年春节慰问金发放表"
    assert [text for text in rows[1] if text] == ["填报单位：高板镇社会事务办", "单位：元", "2026年2月10日"]
    assert rows[2] == [
        "序号",
        "姓名",
        "身份证后四位",
        "金额",
        "大米（袋）",
        "领取人签字（按手印）",
        "领取日期",
    ]
    assert page.print_title_rows == "$1:$3"
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")


def test_the_total_stands_in_words_above_the_signers():
    rows = texts(written(sheet_of([person()] * 260, signers={"制表": "李敏"})))
    line = next(row[0] for row in rows if str(row[0]).startswith("合计人民币"))
    assert line == "合计人民币（大写）：伍万贰仟元整  ¥52,000.00"
    assert money.in_words("52000") in line
    assert [text for text in rows[-1] if text] == ["制表：李敏", "经办人：", "审核人：", "负责人（盖章）："]


def test_every_page_carries_number_version_hash_and_page_number():
    sheet = sheet_of([person()], version=2)
    footer = written(sheet).oddFooter
    assert re.search(rf"编号 GB-2026-001 +第 2 版 +校验码 {content_hash(sheet)[:12]}", footer.left.text)
    assert "&P" in footer.right.text
    assert "&N" in footer.right.text


def test_rows_for_signature_leave_room_for_a_thumb():
    assert lay_out(sheet_of([person()])).row_height >= 1.2 / 2.54 * 72


def test_columns_fit_the_page():
    for is_landscape, width_cm in ((True, 29.7), (False, 21.0)):
        layout = lay_out(sheet_of([person()], is_landscape=is_landscape))
        assert 0.9 < sum(layout.widths) / ((width_cm - 2.4) / 2.54 * 96) <= 1


@pytest.mark.parametrize("size", [(600, 240), (50, 400), (2000, 20), (1, 1)])
def test_a_signature_stands_inside_its_cell(size):
    target = io.BytesIO()
    sheet = sheet_of([person(signature=png(size)), person(2)])
    write_official(target, sheet)
    page = openpyxl.load_workbook(target).active
    (image,) = page._images
    start, end = image.anchor._from, image.anchor.to
    assert (start.row, start.col) == (end.row, end.col) == (3, 5)


def test_a_signature_that_is_no_picture_is_refused():
    with pytest.raises(ValueError, match="row 4"):
        write_official(io.BytesIO(), sheet_of([person(signature=b"no picture")]))


def test_text_stays_text_and_numbers_of_people_keep_their_digits():
    page = written(sheet_of([person(name='=HYPERLINK("http://x")', id_tail="0088"), person(name="@SUM(1)")]))
    assert (page["B4"].value, page["B4"].data_type) == ('=HYPERLINK("http://x")', "s")
    assert page["B5"].data_type == "s"
    assert (page["C4"].value, page["C4"].data_type) == ("0088", "s")
    assert not any(cell.data_type == "f" for row in page.iter_rows() for cell in row)


def test_a_rehearsal_says_so_on_the_screen_and_on_paper():
    page = written(sheet_of([person()], is_rehearsal=True))
    assert page["A1"].value.startswith("【演练】")
    assert "演练" in page.oddHeader.center.text
    assert "演练" not in str(written(sheet_of([person()])).oddHeader.center.text)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "别的"},
        {"version": 2},
        {"on": date(2026, 2, 11)},
        {"rows": [person(cash=Decimal("200.01"))]},
        {"rows": [person(signature=png())]},
        {"rows": [person(), person()]},
        {"is_rehearsal": True},
    ],
)
def test_the_hash_changes_with_anything_the_sheet_states(change):
    sheet = sheet_of([person()])
    assert content_hash(replace(sheet, **change)) != content_hash(sheet)


def test_the_hash_does_not_change_with_how_the_same_is_written():
    assert content_hash(sheet_of([person(cash=200, rice=Decimal("1.0"))])) == content_hash(
        sheet_of([person(cash=Decimal("200.00"), rice=1)], is_landscape=False)
    )


def test_totals_are_exact_and_floats_refused():
    rows = [person(cash=Decimal("0.10"), rice=Decimal("0.1"))] * 3
    assert totals(sheet_of(rows)) == {"cash": Decimal("0.30"), "rice": Decimal("0.3")}
    with pytest.raises(TypeError):
        totals(sheet_of([person(cash=0.1)]))


def test_a_sheet_without_money_has_no_words_and_one_without_rows_is_still_a_sheet():
    goods = [column for column in COLUMNS if column.kind != "money"]
    rows = texts(written(sheet_of([], columns=goods)))
    assert not any("大写" in str(cell) for row in rows for cell in row)
    assert any(str(row[0]).startswith("合计（共 0 户）") for row in rows)


def test_a_long_remark_is_printed_small_rather_than_cut():
    long = sheet_of([person(name="监护人代领" * 6)])
    assert lay_out(long).row_height > lay_out(sheet_of([person()])).row_height
