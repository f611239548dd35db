"""The workbooks, read back: what they say equals what the sheets say."""

import copy
import io
from datetime import date
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
import pytest

from disbursements.documents import sheets as documents
from disbursements.documents.summary import summary_workbook
from disbursements.enums import SheetKind
from disbursements.queries.summary import summary
from disbursements.services import bank, custody, sheets
from disbursements.tests import factories as make
from welfare import money

pytestmark = pytest.mark.django_db
ON = date(2026, 1, 30)


@pytest.fixture(scope="module")
def office(once):
    return once(lambda: make.office(households=4))


@pytest.fixture
def made(office, db):
    return copy.deepcopy(office)


def read(write, *args):
    """(rows of the only sheet as lists, the file) of a workbook."""
    target = io.BytesIO()
    write(*args, target, ON)
    book = openpyxl.load_workbook(target)
    return [[cell.value for cell in row] for row in book.active.iter_rows()], target


def text_of(rows):
    return "\n".join(str(value) for row in rows for value in row if value is not None)


def test_the_cash_sheet_carries_signatures_totals_number_and_hash(made):
    sheet = make.drawn_sheet(made)
    lines = list(sheet.lines.order_by("position"))
    for line in lines[:2]:
        make.confirmed(made, line)
    rows, file = read(documents.cash_workbook, sheet)
    text = text_of(rows)
    assert "上坪镇2027年春节慰问金发放表" in text
    assert "捌佰元整" in text
    assert sheet.content_hash in text
    assert all(line.name in text and line.id_last_four in text for line in lines)
    with ZipFile(file) as parts:
        assert len([name for name in parts.namelist() if name.startswith("xl/media/")]) in {1, 2}
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
        assert drawing.count("<xdr:pic>") == 2
        assert sheet.number in "".join(
            parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")
        )


def test_the_goods_sheet_has_a_column_per_item_with_its_unit(made):
    text = text_of(read(documents.goods_workbook, make.drawn_sheet(made, SheetKind.GOODS))[0])
    for heading in ("大米", "袋", "食用油", "桶", "棉被", "床"):
        assert heading in text


def test_the_bank_list_has_full_numbers_and_control_figures(made):
    for entry in made.entries:
        make.with_card(made, entry)
    make.by_bank(made, *made.entries)
    sheet = make.approved_sheet(made, SheetKind.BANK)
    text = text_of(read(documents.bank_workbook, sheet)[0])
    assert "控制数：共4笔，合计800.00元" in text
    for line in sheet.lines.all():
        assert line.id_number in text
        assert line.bank_card in text


def test_cash_and_goods_sheets_hold_no_full_number(made):
    for kind in (SheetKind.CASH, SheetKind.GOODS):
        _rows, file = read(documents.workbook, make.drawn_sheet(made, kind))
        with ZipFile(file) as parts:
            everything = b"".join(parts.read(name) for name in parts.namelist()).decode("utf-8", "ignore")
        for entry in made.entries:
            assert entry.household.head.id_number not in everything
            assert entry.household.head.phone not in everything


def test_what_was_returned_is_named_and_not_counted(made):
    sheet = make.approved_sheet(made)
    line = sheet.lines.order_by("position")[0]
    custody.return_line(line=line, by=made.accountant, at=make.LATER, reason="外出未归")
    text = text_of(read(documents.cash_workbook, sheet)[0])
    assert f"原第1行{line.name}（200.00元）已退回，不计入合计：外出未归" in text
    assert "陆佰元整" in text


@pytest.mark.parametrize("state", ["draft", "voided"])
def test_a_sheet_that_is_not_to_be_paid_says_so(made, state):
    sheet = make.sheet(made)
    if state == "voided":
        sheets.void(sheet=sheet, by=made.accountant, at=make.LATER, reason="填错")
    assert "不得据此发放" in text_of(read(documents.cash_workbook, sheet)[0])


def season(made):
    """Two paid in cash with goods, one by card, one who got nothing; then everything settled."""
    make.with_card(made, made.entries[2])
    make.by_bank(made, made.entries[2])
    cash, goods = make.drawn_sheet(made), make.drawn_sheet(made, SheetKind.GOODS)
    for line in list(cash.lines.order_by("position"))[:2]:
        visit = make.visit(made, line.entry)
        make.confirmed(made, line, visit=visit)
        make.confirmed(made, goods.lines.get(entry=line.entry), visit=visit)
    by_card = make.approved_sheet(made, SheetKind.BANK)
    sheets.send_to_bank(sheet=by_card, by=made.accountant, at=make.LATER)
    bank.record_result(sheet=by_card, by=made.accountant, at=make.LATER)
    return cash, goods, by_card


def test_the_summary_equals_what_the_sheets_say(made):
    all_sheets = season(made)
    found = summary(made.programme)
    received = [line for sheet in all_sheets for line in sheet.lines.filter(status="received")]
    assert found.totals.cash == money.total(line.amount for line in received) == 600
    assert found.totals.by_card == 200
    assert found.totals.households == len({line.entry_id for line in received}) == 3
    assert found.totals.waiting == 2
    assert found.totals.planned_cash == sum(sheet.total_amount for sheet in all_sheets) == 800
    assert [(item.name, item.planned, item.received) for item in found.goods_by_item] == [
        ("大米", 4, 2),
        ("食用油", 4, 2),
        ("棉被", 4, 2),
    ]
    assert found.totals.goods_value == sum(item.value for item in found.goods_by_item) == 600
    for groups in (found.by_category, found.by_organisation):
        assert sum(group.figures.value for group in groups) == found.totals.value


def test_the_summary_counts_a_voided_receipt_no_more(made):
    line = make.drawn_sheet(made).lines.first()
    receipt = make.confirmed(made, line)
    assert summary(made.programme).totals.cash == 200
    make.receipts.void(receipt=receipt, by=made.accountant, at=make.LATER, reason="签错")
    assert summary(made.programme).totals.cash == 0


def test_the_summary_of_a_scope_holds_that_scope_alone(made):
    season(made)
    assert summary(made.programme, made.accountant).totals.cash == 600
    stranger = make.user_with("accountant", made.other_township)
    found = summary(made.programme, stranger)
    assert (found.totals.cash, found.cells, found.sheets, found.funds) == (Decimal(0), [], [], [])


def test_the_summary_workbook_says_the_same(made):
    season(made)
    rows, _file = read(summary_workbook, made.programme)
    text = text_of(rows)
    assert "上坪镇2027年春节慰问发放汇总表" in text
    assert "陆佰元整" in text
    assert "其中一卡通代发200.00元" in text
