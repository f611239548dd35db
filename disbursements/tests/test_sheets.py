"""Drawing up, approving, handing out, bringing back, closing and voiding sheets."""

import copy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.models import Person
from disbursements.enums import SheetKind
from disbursements.models import Allocation, SheetLine, StockBalance
from disbursements.procedure.sheets import hash_of
from disbursements.queries.problems import problems
from disbursements.services import bank, custody, funds, sheets, stock
from disbursements.tests import factories as make
from welfare.errors import Refusal
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def office(once):
    return once(lambda: make.office(households=3))


@pytest.fixture
def made(office, db):
    return copy.deepcopy(office)


def test_a_cash_sheet_has_one_frozen_line_per_entry_and_adds_up(made):
    sheet = make.sheet(made)
    assert sheet.line_count == 3
    assert sheet.total_amount == sum(line.amount for line in sheet.lines.all()) == 600
    assert sheet.number == f"上坪镇-{made.programme.year}-现金-0001"
    line = sheet.lines.order_by("position")[0]
    head = made.entries[0].household.head
    assert (line.name, line.village, line.id_last_four) == (head.name, "甲村", head.id_number[-4:])
    assert (line.id_number, line.bank_card) == (None, None)


def test_cash_and_bank_go_to_their_own_sheets_and_goods_to_all(made):
    make.with_card(made, made.entries[2])
    make.by_bank(made, made.entries[2])
    assert make.sheet(made).line_count == 2
    assert make.sheet(made, SheetKind.GOODS).line_count == 3
    line = make.sheet(made, SheetKind.BANK).lines.get()
    assert line.id_number == line.recipient.id_number
    assert line.bank_card.endswith(line.bank_last_four)


def test_drawing_up_takes_a_constant_number_of_statements():
    counts = []
    for households in (3, 13):
        made = make.office(households=households, code=f"plan-{households}")
        for kind in (SheetKind.CASH, SheetKind.GOODS):
            with CaptureQueriesContext(connection) as asked:
                make.sheet(made, kind)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_an_entry_is_on_one_live_sheet_per_kind(made):
    make.sheet(made)
    with pytest.raises(Refusal, match="没有还需领取现金的对象"):
        make.sheet(made)


def test_a_roster_that_is_not_final_is_refused(made):
    draft = make.registry.drafted_roster(made.programme, made.sibling, households=1)
    with pytest.raises(Refusal, match="定案后才能造表"):
        make.sheet(made, rosters=[draft])


def test_a_sheet_takes_no_roster_of_another_place(made):
    with pytest.raises(Refusal, match="不能列入本表"):
        make.sheet(made, organisation=made.sibling)


def test_money_of_another_programme_is_refused(made):
    other = make.registry.approved_programme(made.township, code="other")
    strange = funds.allocate(programme=other, fund=made.fund, amount=1000, by=made.accountant, at=make.AT)
    with pytest.raises(Refusal, match="专款专用"):
        make.sheet(made, allocation=strange)


def test_an_earmarked_allocation_pays_its_category_alone(made):
    second = made.programme.categories.order_by("precedence")[1]
    earmarked = funds.allocate(
        programme=made.programme, fund=made.fund, amount=1000, category=second, by=made.accountant, at=make.AT
    )
    with pytest.raises(Refusal, match="没有还需领取现金的对象"):
        make.sheet(made, allocation=earmarked)


def test_an_accountant_of_elsewhere_draws_up_nothing(made):
    with pytest.raises(Refusal, match="没有为上坪镇造表的权限"):
        make.sheet(made, by=user_with("accountant", made.other_township))


def test_approval_commits_the_fund_and_fixes_the_hash(made):
    sheet = make.approved_sheet(made)
    assert Allocation.objects.get(pk=made.allocation.pk).committed == sheet.total_amount
    assert sheet.content_hash == hash_of(sheet)
    SheetLine.objects.filter(sheet=sheet, position=1).update(amount=201)
    assert sheet.content_hash != hash_of(sheet)


def test_over_spending_is_refused_with_what_is_left():
    made = make.office(households=3, amount="500")
    sheet = make.sheet(made)
    with pytest.raises(Refusal, match=r"还可用500\.00元，本表需600\.00元，差100\.00元"):
        sheets.approve(sheet=sheet, by=made.approver, at=make.LATER)
    sheet.refresh_from_db()
    assert sheet.status == "draft"


def test_goods_that_are_not_there_are_refused(made):
    store = make.filled_store(made, quantity=2, name="小库房")
    with pytest.raises(Refusal, match="库存不足：“小库房”的大米可用2袋，需3袋，差1袋"):
        make.approved_sheet(made, SheetKind.GOODS, store=store)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [({"died_on": date(2026, 1, 20)}, "登记去世"), ({"left_on": date(2026, 1, 20)}, "登记迁出")],
)
def test_the_dead_and_departed_are_named_and_block(made, facts, sentence):
    sheet = make.sheet(made)
    Person.objects.filter(pk=made.entries[1].household.head.pk).update(**facts)
    found = problems(sheet)
    assert [problem.position for problem in found] == [2]
    with pytest.raises(Refusal, match=f"第2行 {found[0].name}.*{sentence}"):
        sheets.approve(sheet=sheet, by=made.approver, at=make.LATER)


def test_a_household_without_a_living_head_is_named(made):
    Person.objects.filter(pk=made.entries[0].household.head.pk).update(died_on=date(2026, 1, 20))
    sheet = make.sheet(made)
    assert "没有在世且在册的户主" in str(problems(sheet)[0])


def test_missing_changed_and_shared_cards_are_named(made):
    number = make.registry.bank_number()
    make.with_card(made, made.entries[0], number)
    make.with_card(made, made.entries[1], number)
    make.by_bank(made, *made.entries)
    sheet = make.sheet(made, SheetKind.BANK)
    texts = [problem.text for problem in problems(sheet)]
    assert "多次" in texts[0]
    assert "多次" in texts[1]
    assert "没有登记银行卡" in texts[2]
    make.with_card(made, made.entries[1])
    assert any("已变更" in problem.text or "多次" in problem.text for problem in problems(sheet))


def test_one_person_on_two_entries_is_named(made):
    sheet = make.sheet(made)
    first, second = sheet.lines.order_by("position")[:2]
    SheetLine.objects.filter(pk=second.pk).update(recipient=first.recipient)
    assert [problem.position for problem in problems(sheet)] == [1, 2]


def test_drawn_equals_received_plus_brought_back(made):
    sheet = make.drawn_sheet(made)
    lines = list(sheet.lines.order_by("position"))
    make.confirmed(made, lines[0])
    with pytest.raises(Refusal, match="还有2行没有签收"):
        sheets.close(sheet=sheet, by=made.accountant, at=make.LATER)
    back = custody.bring_back(custody=made.custody, by=made.keeper, at=make.LATER, note="两户外出")
    assert back.amount == 400
    for line in lines[1:]:
        custody.return_line(line=line, by=made.accountant, at=make.LATER, reason="外出未归")
    closed = sheets.close(sheet=sheet, by=made.accountant, at=make.LATER)
    assert closed.status == "closed"
    assert made.custody.amount == 200 + back.amount
    assert Allocation.objects.get(pk=made.allocation.pk).committed == 200


def test_goods_brought_back_lie_in_the_store_again(made):
    sheet = make.drawn_sheet(made, SheetKind.GOODS)
    assert {(one.quantity, one.reserved) for one in StockBalance.objects.all()} == {(97, 0)}
    custody.bring_back(custody=made.custody, by=made.keeper, at=make.LATER)
    assert {(one.quantity, one.reserved) for one in StockBalance.objects.all()} == {(100, 3)}
    for line in sheet.lines.all():
        custody.return_line(line=line, by=made.accountant, at=make.LATER, reason="未领")
    assert {(one.quantity, one.reserved) for one in StockBalance.objects.all()} == {(100, 0)}
    assert stock.balance(made.store, StockBalance.objects.first().item) == 100


def test_books_that_do_not_balance_keep_the_sheet_open(made):
    sheet = make.drawn_sheet(made)
    for line in sheet.lines.order_by("position"):
        make.confirmed(made, line)
    type(made.custody).objects.filter(pk=made.custody.pk).update(amount=700)
    with pytest.raises(Refusal, match="领出与签收、缴回不符"):
        sheets.close(sheet=sheet, by=made.accountant, at=make.LATER)


def test_what_was_brought_back_is_drawn_again(made):
    sheet = make.drawn_sheet(made)
    custody.bring_back(custody=made.custody, by=made.keeper, at=make.LATER)
    again = sheets.hand_out(sheet=sheet, team=made.team, by=made.keeper, to=made.member, at=make.LATER)
    assert again.amount == 600


def test_the_keeper_and_the_drawer_are_two(made):
    sheet = make.approved_sheet(made)
    hand = {"sheet": sheet, "team": made.team, "at": make.LATER}
    with pytest.raises(Refusal, match="严禁替代"):
        sheets.hand_out(by=made.keeper, to=made.approver, **hand)
    drawn = sheets.hand_out(by=made.keeper, to=made.leader, **hand)
    with pytest.raises(Refusal, match="没有收回款物的权限"):
        custody.bring_back(custody=drawn, by=made.leader, at=make.LATER)


def test_a_line_in_somebodys_hands_is_not_dropped(made):
    line = make.drawn_sheet(made).lines.first()
    with pytest.raises(Refusal, match="请先缴回"):
        custody.void_line(line=line, by=made.accountant, at=make.LATER, reason="去世")


def test_a_returned_entry_may_stand_on_a_new_sheet(made):
    line = make.approved_sheet(made).lines.first()
    custody.return_line(line=line, by=made.accountant, at=make.LATER, reason="外出")
    assert make.sheet(made).lines.get().entry == line.entry


def test_voiding_frees_the_money_and_the_entries_and_the_next_version_says_so(made):
    sheet = make.approved_sheet(made)
    with pytest.raises(Refusal, match="须写明理由"):
        sheets.void(sheet=sheet, by=made.approver, at=make.LATER, reason="")
    sheets.void(sheet=sheet, by=made.approver, at=make.LATER, reason="金额有误")
    assert Allocation.objects.get(pk=made.allocation.pk).committed == 0
    again = sheets.draw_again(sheet=sheet, by=made.accountant, at=make.LATER)
    assert (again.number, again.version, again.replaces) == (sheet.number, 2, sheet)
    with pytest.raises(Refusal, match="已经重新造过"):
        sheets.draw_again(sheet=sheet, by=made.accountant, at=make.LATER)


def test_a_sheet_in_hands_or_received_is_not_voided(made):
    sheet = make.drawn_sheet(made)
    with pytest.raises(Refusal, match="请先缴回再作废"):
        sheets.void(sheet=sheet, by=made.approver, at=make.LATER, reason="x")
    make.confirmed(made, sheet.lines.first())
    with pytest.raises(Refusal, match="已有人领取"):
        sheets.void(sheet=sheet, by=made.approver, at=make.LATER, reason="x")


def test_the_bank_pays_and_returns(made):
    for entry in made.entries:
        make.with_card(made, entry)
    make.by_bank(made, *made.entries)
    sheet = make.approved_sheet(made, SheetKind.BANK)
    first = sheet.lines.order_by("position")[0]
    with pytest.raises(Refusal, match="还没有送银行"):
        bank.record_result(sheet=sheet, by=made.accountant, at=make.LATER)
    sheets.send_to_bank(sheet=sheet, by=made.accountant, at=make.LATER)
    counts = bank.record_result(
        sheet=sheet, by=made.accountant, at=make.LATER, returned={first.pk: "账户已注销"}
    )
    assert counts == (2, 1)
    assert Allocation.objects.get(pk=made.allocation.pk).committed == 400
    assert sheets.close(sheet=sheet, by=made.accountant, at=make.LATER).status == "closed"
    assert make.sheet(made, SheetKind.BANK).lines.get().entry == first.entry
