"""Money and goods by generated cases: lines = total = committed; pages add up; funds and stock in words."""

import copy
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from beneficiaries.models import Standard
from disbursements.documents.sheets import cash_workbook
from disbursements.models import Allocation, SheetLine, StockMovement
from disbursements.queries.problems import problems
from disbursements.rules.content import content_hash
from disbursements.rules.goods import add_up
from disbursements.services import custody, funds, sheets, stock
from disbursements.tests import factories as make
from welfare.errors import Refusal
from welfare.quantities import goods_text, plain
from welfare.testing.personas import user_with

YUAN = st.decimals("0.01", "9999.99", places=2)
FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def office(once):
    return once(lambda: make.office(households=5, amount="99999999.00"))


@pytest.fixture
def made(office, db):
    return copy.deepcopy(office)


@FEW
@given(
    amount=YUAN,
    settled=st.lists(st.sampled_from(["receive", "return", "void", "wait"]), min_size=5, max_size=5),
)
@example(amount=Decimal("0.01"), settled=["receive"] * 5)
def test_lines_total_and_committed_agree_to_the_fen_whatever_happens(made, amount, settled):
    with transaction.atomic():
        Standard.objects.filter(kind="cash").update(amount=amount)
        sheet = make.approved_sheet(made)
        assert sum(line.amount for line in sheet.lines.all()) == sheet.total_amount == 5 * amount
        assert Allocation.objects.get(pk=made.allocation.pk).committed == sheet.total_amount
        for line, what in zip(sheet.lines.order_by("position"), settled, strict=True):
            if what in {"return", "void"}:
                act = custody.return_line if what == "return" else custody.void_line
                act(line=line, by=made.accountant, at=make.LATER, reason="未领")
        if set(settled) & {"receive", "wait"}:
            drawn = sheets.hand_out(
                sheet=sheet, team=made.team, by=made.keeper, to=made.leader, at=make.LATER
            )
            for line, what in zip(sheet.lines.order_by("position"), settled, strict=True):
                if what == "receive":
                    make.confirmed(made, line)
            back = "wait" in settled and custody.bring_back(custody=drawn, by=made.keeper, at=make.LATER)
            received = sum(line.amount for line in drawn.lines.received())
            assert drawn.amount == received + (back.amount if back else 0)
        live = SheetLine.objects.live().filter(sheet=sheet)
        assert Allocation.objects.get(pk=made.allocation.pk).committed == sum(line.amount for line in live)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_page_subtotals_of_a_long_sheet_add_up_to_its_total():
    made = make.office(households=26)
    sheet = make.sheet(made)
    target = io.BytesIO()
    cash_workbook(sheet, target, date(2026, 1, 30))
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(target).active.iter_rows()]
    subtotals = [_number(row) for row in rows if "小计" in str(row[0])]
    assert len(subtotals) > 1
    assert sum(subtotals) == sheet.total_amount == 5200


def _number(row):
    return next(Decimal(str(value)) for value in row[1:] if isinstance(value, int | float))


# -- pure rules --------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), YUAN)))
def test_goods_add_up_whatever_the_order(pairs):
    totals = add_up(pairs)
    assert totals == add_up(reversed(pairs))
    assert sum(totals.values()) == sum(quantity for _item, quantity in pairs)


@given(st.decimals("0.01", "99999", places=2))
def test_a_quantity_in_words_says_the_quantity(quantity):
    text = plain(quantity)
    assert Decimal(text) == quantity
    assert not ("." in text and text.endswith(("0", ".")))


def test_goods_in_words():
    assert goods_text([("大米", "袋", Decimal("2.00")), ("肉", "斤", Decimal("1.50"))]) == "大米2袋、肉1.5斤"


ROW = st.fixed_dictionaries({"name": st.text(max_size=5), "amount": YUAN})


@given(st.lists(ROW, min_size=1, max_size=5), YUAN)
def test_another_amount_is_another_hash(rows, amount):
    same = content_hash({"number": "1"}, [dict(reversed(row.items())) for row in rows])
    assert content_hash({"number": "1"}, rows) == same
    changed = [rows[0] | {"amount": rows[0]["amount"] + amount}, *rows[1:]]
    assert content_hash({"number": "1"}, changed) != same
    assert content_hash({"number": "2"}, rows) != same


def test_a_float_is_no_money():
    with pytest.raises(TypeError):
        content_hash({}, [{"amount": 1.5}])


# -- funds and stock in words ------------------------------------------------------------------------


def test_staff_benefits_and_relief_never_mix(made):
    benefit = make.fund(made.township, "benefit", is_staff_benefit=True)
    give = {"amount": 100, "by": made.accountant, "at": make.AT}
    with pytest.raises(Refusal, match="职工福利经费，不能用于困难慰问方案"):
        funds.allocate(programme=made.programme, fund=benefit, **give)
    type(made.programme).objects.filter(pk=made.programme.pk).update(kind="staff_benefit")
    made.programme.refresh_from_db()
    assert funds.allocate(programme=made.programme, fund=benefit, **give).amount == 100
    with pytest.raises(Refusal, match="不是职工福利经费"):
        funds.allocate(programme=made.programme, fund=make.fund(made.township, "third"), **give)
    with pytest.raises(Refusal, match="不是职工福利经费"):
        make.sheet(made)


@pytest.mark.parametrize("amount", ["0", "-5", "abc", "0.001", "10" * 9])
def test_an_allocation_is_a_positive_amount(made, amount):
    with pytest.raises(Refusal) as refused:
        funds.allocate(
            programme=made.programme,
            fund=make.fund(made.township, "x"),
            amount=amount,
            by=made.accountant,
            at=make.AT,
        )
    assert refused.value.field == "amount"


def test_a_fund_is_allocated_once_and_never_below_what_is_committed(made):
    again = {"programme": made.programme, "fund": made.fund, "by": made.accountant, "at": make.AT}
    with pytest.raises(Refusal, match="已为该方案"):
        funds.allocate(amount=5, **again)
    make.approved_sheet(made)
    adjusting = {"allocation": made.allocation, "by": made.accountant, "at": make.AT}
    with pytest.raises(Refusal, match=r"占用1,000\.00元，不能调低到999\.99元"):
        funds.adjust(amount="999.99", reason="追减", **adjusting)
    assert funds.adjust(amount="1000", reason="追减", **adjusting).left == 0


def test_only_the_funds_own_accountant_allocates_it(made):
    stranger = user_with("accountant", made.other_township)
    with pytest.raises(Refusal, match="没有管理"):
        funds.allocate(
            programme=made.programme, fund=make.fund(made.township, "y"), amount=5, by=stranger, at=make.AT
        )


@pytest.mark.parametrize("quantity", ["0", "-1", "x", "NaN", "1.234", None, "1e12"])
def test_goods_come_in_by_a_number(made, quantity):
    item = made.store.balances.first().item
    with pytest.raises(Refusal) as refused:
        stock.take_in(store=made.store, item=item, quantity=quantity, by=made.keeper, at=make.AT)
    assert refused.value.field == "quantity"


def test_every_movement_is_in_the_log_and_the_log_explains_the_balance(made):
    make.drawn_sheet(made, "goods")
    held, kept = {"in": 1, "back": 1, "out": -1}, {"reserve": 1, "back": 1, "release": -1, "out": -1}
    for balance in made.store.balances.all():
        log = StockMovement.objects.filter(store=made.store, item=balance.item).order_by("pk")
        assert sum(held.get(row.kind, 0) * row.quantity for row in log) == balance.quantity == 95
        assert sum(kept.get(row.kind, 0) * row.quantity for row in log) == balance.reserved == 0


def test_a_good_sheet_has_no_problems(made):
    assert problems(make.sheet(made)) == []
