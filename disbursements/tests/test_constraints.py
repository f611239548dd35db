"""The database refuses the impossible: every constraint by its name, whoever writes."""

import copy
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from disbursements import models
from disbursements.enums import SheetKind
from disbursements.tests import factories as make

pytestmark = pytest.mark.django_db
AT = make.LATER

# model, changes by one UPDATE, constraint that refuses it
UPDATES = [
    ("Allocation", {"amount": 0}, "allocation_amount_positive"),
    ("Allocation", {"committed": -1}, "allocation_committed_not_negative"),
    ("Allocation", {"committed": 10**9}, "allocation_not_overspent"),
    (
        "StockBalance",
        {"quantity": -1, "reserved": -2},
        "stock_balance_not_negative|stock_reserved_not_negative",
    ),
    ("StockBalance", {"reserved": -1}, "stock_reserved_not_negative"),
    ("StockBalance", {"reserved": 10**6}, "stock_reserved_lies_in_store"),
    ("Sheet", {"status": "lost"}, "sheet_status_known"),
    ("Sheet", {"total_amount": -1}, "sheet_total_not_negative"),
    ("Sheet", {"allocation": None}, "sheet_paid_from_fund_or_store"),
    ("Sheet", {"approved_by": None}, "sheet_approved_at_by_together"),
    ("Sheet", {"closed_at": AT}, "sheet_closed_at_by_together"),
    ("Sheet", {"voided_at": AT}, "sheet_voided_at_by_together"),
    ("Sheet", {"content_hash": ""}, "sheet_approved_has_hash"),
    ("Custody", {"amount": -1}, "custody_amount_not_negative"),
    ("Custody", {"line_count": 0}, "custody_not_empty"),
    ("SheetLine", {"status": "lost"}, "sheet_line_status_known"),
    ("SheetLine", {"amount": 0}, "sheet_line_amount_positive"),
    ("SheetLine", {"is_goods": True}, "sheet_line_amount_positive|sheet_line_entry_once_per_kind"),
    ("SheetLine", {"settled_at": None}, "sheet_line_settled_at_by_together"),
    ("SheetLineItem", {"quantity": 0}, "sheet_line_item_positive"),
    ("SheetLineItem", {"unit_price": -1}, "sheet_line_item_price_not_negative"),
    ("Receipt", {"status": "lost"}, "receipt_status_known"),
    ("Receipt", {"image": ""}, "receipt_has_image"),
    ("Receipt", {"exception": "hospital"}, "receipt_exception_has_basis"),
    ("Receipt", {"exception": "guardian", "basis": "户口簿"}, "receipt_guardian_has_relation"),
    ("Receipt", {"method": "fingerprint"}, "receipt_fingerprint_has_witness"),
    ("Receipt", {"second_at": None}, "receipt_second_at_by_together"),
    ("Receipt", {"second_at": None, "second_by": None}, "receipt_confirmed_by_second"),
    ("Receipt", {"voided_at": AT}, "receipt_voided_with_reason"),
    ("Receipt", {"status": "voided"}, "receipt_voided_with_reason"),
    ("ServiceGiven", {"what": ""}, "service_given_says_what"),
    ("ServiceGiven", {"voided_at": AT}, "service_given_voided_with_reason"),
    ("ServiceGiven", {"void_reason": "无"}, "service_given_voided_with_reason"),
]


@pytest.fixture(scope="module")
def kept_season(once):
    """A drawn cash sheet with one confirmed receipt, and a goods sheet."""

    def make_season():
        made = make.office(households=2)
        made.cash = make.drawn_sheet(made)
        made.receipt = make.confirmed(made, made.cash.lines.order_by("position")[0])
        made.goods = make.approved_sheet(made, SheetKind.GOODS)
        made.service = models.ServiceGiven.objects.create(
            entry=made.entries[0],
            standard=made.entries[0].category.standards.create(kind="service", description="义诊"),
            what="义诊",
            given_on=AT.date(),
            recorded_by=made.accountant,
            recorded_at=AT,
        )
        return made

    return once(make_season)


@pytest.fixture
def season(kept_season, db):
    return copy.deepcopy(kept_season)


def rows_of(model, season):
    """The rows of the season that an update is tried on."""
    if model == "Sheet":
        return models.Sheet.objects.filter(pk=season.cash.pk)
    if model == "SheetLine":
        return models.SheetLine.objects.filter(pk=season.receipt.line_id)
    return getattr(models, model).objects.all()


@pytest.mark.parametrize(("model", "changes", "name"), UPDATES)
def test_an_impossible_update_is_refused(season, model, changes, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        assert rows_of(model, season).update(**changes)


def test_twins_are_refused(season):
    line = season.receipt.line
    twins = [
        (models.Allocation, season.allocation, "allocation_once"),
        (models.Store, season.store, "store_name_once"),
        (models.StockBalance, season.store.balances.first(), "stock_balance_once"),
        (models.Sheet, season.cash, "sheet_number_version_once"),
        (models.SheetLine, line, "sheet_line_entry_once_per_kind|sheet_line_position_once"),
        (models.SheetLineItem, season.goods.lines.first().items.first(), "sheet_line_item_once"),
        (models.Receipt, season.receipt, "receipt_one_live_per_line"),
        (models.ServiceGiven, season.service, "service_given_once_per_entry"),
    ]
    for model, row, name in twins:
        twin = model.objects.get(pk=row.pk)
        twin.pk = None
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            twin.save(force_insert=True)


def test_an_entry_stands_on_one_live_sheet_of_money(season):
    twin = models.SheetLine.objects.get(pk=season.receipt.line_id)
    twin.pk, twin.position = None, 99
    with pytest.raises(IntegrityError, match="sheet_line_entry_once_per_kind"), transaction.atomic():
        twin.save(force_insert=True)


def test_a_position_is_taken_once(season):
    twin = season.cash.lines.order_by("position")[0]
    with pytest.raises(IntegrityError, match="sheet_line_position_once"), transaction.atomic():
        season.cash.lines.exclude(pk=twin.pk).update(position=twin.position)


def test_people_may_not_stand_on_both_sides(season):
    cases = [
        (models.Sheet, season.cash.pk, {"approved_by": season.accountant}, "sheet_not_approved_by_drawer"),
        (models.Custody, season.custody.pk, {"handed_by": season.leader}, "custody_not_handed_to_oneself"),
        (models.Receipt, season.receipt.pk, {"second_by": season.leader}, "receipt_second_is_another_person"),
    ]
    for model, pk, changes, name in cases:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            model.objects.filter(pk=pk).update(**changes)


def test_a_return_of_nothing_is_refused(season):
    for changes, name in (
        ({"line_count": 0}, "custody_return_not_empty"),
        ({"amount": -1}, "custody_return_not_negative"),
    ):
        facts = {"custody": season.custody, "line_count": 1, "at": AT, "received_by": season.keeper} | changes
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            models.CustodyReturn.objects.create(**facts)


def test_a_movement_has_a_quantity_and_a_sheet(season):
    facts = {"store": season.store, "item": season.store.balances.first().item, "at": AT, "by": season.keeper}
    for changes, name in (
        ({"kind": "in", "quantity": 0}, "stock_movement_positive"),
        ({"kind": "out", "quantity": 1}, "stock_movement_for_a_sheet"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            models.StockMovement.objects.create(**facts, **changes)


@pytest.mark.parametrize("act", ["UPDATE {} SET note = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_log_of_movements_is_append_only(season, act):
    table = models.StockMovement._meta.db_table
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(act.format(table))


def test_every_constraint_of_the_room_is_tried_here():
    source = Path(__file__).read_text(encoding="utf-8")
    named = {
        constraint.name
        for model in apps.get_app_config("disbursements").get_models()
        for constraint in model._meta.constraints
    }
    assert not {name for name in named if name not in source}
