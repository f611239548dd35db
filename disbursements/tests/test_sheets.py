"""Drawing up, approving, handing out, closing and voiding sheets."""

import pytest

from disbursements.enums import SheetKind
from disbursements.services import sheets
from disbursements.tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_cash_sheet_has_one_frozen_line_per_entry_and_adds_up():
    made = make.office(households=3)
    sheet = make.sheet(made)
    assert sheet.line_count == 3
    assert sheet.total_amount == 600
    assert sum(line.amount for line in sheet.lines.all()) == 600
    assert sheet.number == f"上坪镇-{made.programme.year}-现金-0001"
    line = sheet.lines.first()
    assert (line.name, line.village, len(line.id_last_four)) == (
        made.entries[0].household.head.name,
        "甲村",
        4,
    )


def test_goods_for_all_with_goods_standards():
    made = make.office(households=2)
    sheet = make.sheet(made, SheetKind.GOODS)
    assert [line.items.count() for line in sheet.lines.all()] == [3, 3]
    assert sheet.total_amount == 0


def test_the_whole_way():
    made = make.office(households=2)
    for kind in (SheetKind.CASH, SheetKind.GOODS):
        made.__dict__.pop("custody", None)
        sheet = make.drawn_sheet(made, kind)
        for line in sheet.lines.all():
            visit = line.entry.visits.first() or make.visit(made, line.entry)
            make.confirmed(made, line, visit=visit)
        closed = sheets.close(sheet=sheet, by=made.accountant, at=make.LATER)
        assert closed.status == "closed"
