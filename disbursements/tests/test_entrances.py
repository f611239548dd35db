"""What waits for whom, and the panels on the pages of the other rooms."""

import copy

import pytest
from django.urls import reverse

from disbursements.enums import SheetKind
from disbursements.services import custody, sheets
from disbursements.tests import factories as make
from welfare import dates, todo
from welfare.testing.personas import clerk_of, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def office(once):
    return once(lambda: make.office(households=1))


@pytest.fixture
def made(office, db):
    return copy.deepcopy(office)


def kinds(user):
    return [one.kind for one in todo.for_user(user, dates.today(make.LATER))]


def test_a_sheet_waits_for_its_approver_then_its_keeper_then_its_accountant(made):
    sheet = make.sheet(made)
    assert "审批发放表" in kinds(made.approver)
    assert "审批发放表" not in kinds(user_with("sheet_approver", made.other_township))
    sheets.approve(sheet=sheet, by=made.approver, at=make.LATER)
    assert "领出款物" in kinds(made.keeper)
    sheets.hand_out(sheet=sheet, team=made.team, by=made.keeper, to=made.leader, at=make.LATER)
    assert "领出款物" not in kinds(made.keeper)
    make.confirmed(made, sheet.lines.get())
    assert "结清发放表" in kinds(made.accountant)


def test_a_bank_sheet_waits_for_the_accountant(made):
    make.with_card(made, made.entries[0])
    make.by_bank(made, *made.entries)
    sheet = make.approved_sheet(made, SheetKind.BANK)
    assert "送银行代发" in kinds(made.accountant)
    sheets.send_to_bank(sheet=sheet, by=made.accountant, at=make.LATER)
    assert "登记银行结果" in kinds(made.accountant)


def test_a_receipt_waits_for_the_second_visitor_alone(made):
    make.taken(made, make.drawn_sheet(made).lines.get())
    assert "确认签收" in kinds(made.member)
    assert "确认签收" not in kinds(made.leader)
    assert "确认签收" not in kinds(user_with("visitor", made.community))


def test_the_visit_offers_its_team_to_sign_and_to_confirm(client, made):
    line = make.drawn_sheet(made).lines.get()
    visit = make.visit(made, line.entry)
    client.force_login(made.leader)
    assert reverse("visit_sign", args=[visit.pk, line.pk]) in page(client, "visit", visit.pk)
    receipt = make.taken(made, line, visit=visit)
    assert reverse("receipt_confirm", args=[receipt.pk]) not in page(client, "visit", visit.pk)
    client.force_login(made.member)
    assert reverse("receipt_confirm", args=[receipt.pk]) in page(client, "visit", visit.pk)


def test_the_household_shows_what_it_received(client, made):
    line = make.drawn_sheet(made).lines.get()
    client.force_login(clerk_of(made.community))
    address = reverse("household", args=[line.entry.household_id])
    assert "没有领取过" in client.get(address, {"tab": "help"}).content.decode()
    make.confirmed(made, line)
    assert "200.00" in client.get(address, {"tab": "help"}).content.decode()


def test_what_was_brought_back_waits_for_the_keeper_again(made):
    make.drawn_sheet(made)
    custody.bring_back(custody=made.custody, by=made.keeper, at=make.LATER)
    assert "领出款物" in kinds(made.keeper)


def page(client, name, pk):
    """The page as text."""
    return client.get(reverse(name, args=[pk])).content.decode()
