"""Two at once, in real transactions: one wins, the other reads a sentence. Controls show the race without the guard."""

import pytest

from disbursements.enums import SheetKind
from disbursements.models import Allocation, Receipt, Sheet, StockBalance
from disbursements.procedure import funds, stock
from disbursements.services import receipts, sheets
from disbursements.tests import factories as make
from welfare.testing.races import DONE, at_once, meeting

pytestmark = pytest.mark.django_db(transaction=True)


def two_sheets(kind=SheetKind.CASH, **over):
    """Two drafted sheets of one office, for two communities, that together need twice what there is."""
    made = make.office(households=2, **over)
    other = make.registry.final_roster(made.programme, made.sibling, households=2)
    return made, make.sheet(made, kind), make.sheet(made, kind, rosters=[other])


def approving(made, sheet):
    return lambda: sheets.approve(sheet=Sheet.objects.get(pk=sheet.pk), by=made.approver, at=make.LATER)


def test_two_sheets_spend_the_last_of_one_fund_and_one_wins():
    made, first, second = two_sheets(amount="600")
    results = at_once(approving(made, first), approving(made, second))
    refused = [said for said in results if said != DONE]
    assert len(refused) == 1
    assert "还可用200.00元，本表需400.00元，差200.00元" in refused[0]
    assert Allocation.objects.get(pk=made.allocation.pk).committed == 400
    assert Sheet.objects.filter(status="approved").count() == 1


def test_control_check_then_write_overspends_the_fund(monkeypatch):
    made, first, second = two_sheets(amount="600")
    both_looked = meeting()

    def check_then_write(pk, amount):
        held = Allocation.objects.get(pk=pk)
        if held.left < amount:
            return 0
        both_looked.wait()
        return Allocation.objects.filter(pk=pk).update(committed=held.committed + amount)

    monkeypatch.setattr(funds, "_take", check_then_write)
    at_once(approving(made, first), approving(made, second))
    spent = sum(sheet.total_amount for sheet in Sheet.objects.filter(status="approved"))
    assert spent == 800  # of 600
    assert Allocation.objects.get(pk=made.allocation.pk).committed == 400  # and the books do not even show it


def test_two_sheets_reserve_the_last_goods_and_one_wins():
    made, first, second = two_sheets(SheetKind.GOODS, goods=3)
    results = at_once(approving(made, first), approving(made, second))
    refused = [said for said in results if said != DONE]
    assert len(refused) == 1
    assert "库存不足" in refused[0]
    assert all((one.reserved, one.quantity) == (2, 3) for one in StockBalance.objects.all())


def test_control_check_then_write_reserves_goods_that_are_not_there(monkeypatch):
    made, first, second = two_sheets(SheetKind.GOODS, goods=3)

    read = {held.item_id: held for held in StockBalance.objects.all()}  # both looked before either wrote

    def check_then_write(store, item, quantity, kind):
        held = read[item.pk]
        if held.free < quantity:
            return 0
        return StockBalance.objects.filter(pk=held.pk).update(reserved=held.reserved + quantity)

    monkeypatch.setattr(stock, "_shift", check_then_write)
    at_once(approving(made, first), approving(made, second))
    assert Sheet.objects.filter(status="approved").count() == 2  # four bags promised of three


def test_two_tablets_take_one_receipt():
    made = make.office(households=1)
    line = make.drawn_sheet(made).lines.get()
    visit = make.visit(made, line.entry)

    def taking(by):
        return lambda: make.taken(made, line, visit=visit, by=by)

    results = at_once(taking(made.leader), taking(made.member))
    assert sum(said != DONE for said in results) == 1
    assert Receipt.objects.count() == 1


def test_two_keepers_hand_out_the_same_lines():
    made = make.office(households=2)
    sheet = make.approved_sheet(made)
    keepers = [made.keeper, make.user_with("keeper", made.township)]

    def handing(by):
        return lambda: sheets.hand_out(sheet=sheet, team=made.team, by=by, to=made.leader, at=make.LATER)

    results = at_once(*map(handing, keepers))
    assert sum(said != DONE for said in results) == 1
    assert sheet.custodies.count() == 1


def test_two_accountants_draw_up_the_same_entries():
    made = make.office(households=2)
    accountants = [made.accountant, make.user_with("accountant", made.township)]
    results = at_once(*(lambda by=by: make.sheet(made, by=by) for by in accountants))
    assert sum(said != DONE for said in results) == 1
    assert Sheet.objects.count() == 1


def test_confirming_twice_helps_once():
    made = make.office(households=1)
    receipt = make.taken(made, make.drawn_sheet(made).lines.get())

    def confirming():
        return receipts.confirm(receipt=Receipt.objects.get(pk=receipt.pk), by=made.member, at=make.LATER)

    results = at_once(confirming, confirming)
    assert sum(said != DONE for said in results) == 1
