"""The staff pages: who may open them, what they do, how much they ask of the database."""

import copy
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import HelpGiven
from disbursements.enums import SheetKind
from disbursements.models import Allocation, CustodyReturn, Receipt, Sheet, StockMovement
from disbursements.services import receipts, sheets
from disbursements.tests import factories as make
from welfare.models import AuditEvent
from welfare.testing.personas import nobody, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def office(once):
    return once(lambda: make.office(households=2))


@pytest.fixture
def made(office, db):
    return copy.deepcopy(office)


def get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def post(client, user, name, /, *args, **data):
    """As a browser does: with the form's one-time key."""
    client.force_login(user)
    return client.post(reverse(name, args=args), {"form_key": str(uuid.uuid4())} | data)


LISTS = {
    "funds": "accountant",
    "allocation_new": "accountant",
    "stock": "keeper",
    "stock_movements": "keeper",
    "stock_take_in": "keeper",
    "store_new": "keeper",
    "sheets": "accountant",
    "sheet_new": "accountant",
    "lines": "accountant",
    "summaries": "accountant",
}


@pytest.mark.parametrize(("name", "role"), LISTS.items())
def test_a_page_opens_for_its_role_and_for_nobody_else(client, made, name, role):
    assert get(client, getattr(made, role), name).status_code == 200
    assert get(client, nobody(), name).status_code == 403


def test_pages_of_a_sheet_are_404_outside_and_403_without_the_right(client, made):
    sheet = make.drawn_sheet(made)
    line = sheet.lines.first()
    pages = [
        ("sheet", sheet.pk, "accountant"),
        ("sheet_export", sheet.pk, "accountant"),
        ("sheet_hand_out", sheet.pk, "keeper"),
        ("custody_back", made.custody.pk, "keeper"),
        ("sheet_line", line.pk, "accountant"),
        ("summary", made.programme.pk, "accountant"),
        ("summary_export", made.programme.pk, "accountant"),
    ]
    for name, pk, role in pages:
        assert get(client, getattr(made, role), name, pk).status_code == 200, name
        outsider = user_with(role, made.other_township)
        if name not in {"summary", "summary_export"}:
            assert get(client, outsider, name, pk).status_code == 404, name
        assert get(client, nobody(), name, pk).status_code == 403, name
        assert get(client, getattr(made, role), name, 999999).status_code == 404, name


def test_an_accountant_allocates_once_however_often_she_clicks(client, made):
    data = {
        "programme": made.programme.pk,
        "fund": make.fund(made.township, "second").pk,
        "amount": "5000.00",
        "form_key": "6c3f3f8a-8d5b-4b57-9f5d-0d3f4f3f1c11",
    }
    assert post(client, made.accountant, "allocation_new", **data).status_code == 302
    assert post(client, made.accountant, "allocation_new", **data).status_code == 302
    assert Allocation.objects.filter(amount=5000).count() == 1


def test_an_allocation_is_adjusted_with_a_reason(client, made):
    pk = made.allocation.pk
    assert post(client, made.accountant, "allocation_adjust", pk, amount="900").status_code == 200
    post(client, made.accountant, "allocation_adjust", pk, amount="900", reason="县里追减")
    assert Allocation.objects.get(pk=pk).amount == 900
    assert (
        get(client, user_with("accountant", made.other_township), "allocation_adjust", pk).status_code == 404
    )


def test_goods_are_taken_in(client, made):
    before = StockMovement.objects.count()
    item = made.store.balances.first().item
    answer = post(client, made.keeper, "stock_take_in", store=made.store.pk, item=item.pk, quantity="5")
    assert answer.status_code == 302
    assert StockMovement.objects.count() == before + 1
    assert post(client, made.accountant, "stock_take_in").status_code == 403


def test_more_goods_than_a_store_can_count_are_refused_in_words(client, made):
    balance = made.store.balances.first()
    made.store.balances.filter(pk=balance.pk).update(quantity="9999999999.00")
    answer = post(
        client, made.keeper, "stock_take_in", store=made.store.pk, item=balance.item_id, quantity="99"
    )
    assert answer.status_code == 200
    assert "数字过大" in answer.content.decode()


def test_a_store_of_another_organisation_is_not_offered(client, made):
    data = {"store": made.store.pk, "item": made.store.balances.first().item.pk, "quantity": "5"}
    answer = post(client, user_with("keeper", made.other_township), "stock_take_in", **data)
    assert answer.status_code == 200
    assert answer.context["form"].errors["store"]


def test_a_store_is_opened(client, made):
    post(client, made.keeper, "store_new", organisation=made.township.pk, name="二号库")
    assert made.township.stores.filter(name="二号库").exists()


def draw(client, made, kind="cash", **over):
    data = {"programme": made.programme.pk, "organisation": made.township.pk, "kind": kind}
    data |= {"allocation": made.allocation.pk, "store": made.store.pk} | over
    return post(client, made.accountant, "sheet_new", **data)


@pytest.mark.parametrize("kind", ["cash", "goods"])
def test_a_sheet_is_drawn_up_from_every_final_roster(client, made, kind):
    answer = draw(client, made, kind)
    sheet = Sheet.objects.get()
    assert answer.url == reverse("sheet", args=[sheet.pk])
    assert sheet.line_count == 2


def test_a_sheet_without_its_fund_is_refused_in_words(client, made):
    assert "请选择资金安排" in draw(client, made, allocation="").content.decode()


def test_the_approver_approves_on_a_confirm_page(client, made):
    sheet = make.sheet(made)
    page = get(client, made.approver, "sheet_move", sheet.pk, "approve")
    assert "审批后内容不能再改" in page.content.decode()
    assert post(client, made.approver, "sheet_move", sheet.pk, "approve").status_code == 302
    sheet.refresh_from_db()
    assert sheet.status == "approved"
    assert post(client, made.accountant, "sheet_move", sheet.pk, "approve").status_code == 403
    assert get(client, made.approver, "sheet_move", sheet.pk, "hand_out").status_code == 404
    assert (
        "不能“审批发放表”" in post(client, made.approver, "sheet_move", sheet.pk, "approve").content.decode()
    )


def test_the_keeper_hands_out_and_takes_back(client, made):
    sheet = make.approved_sheet(made)
    answer = post(client, made.keeper, "sheet_hand_out", sheet.pk, drawer=f"{made.team.pk}:{made.leader.pk}")
    assert answer.status_code == 302
    custody = sheet.custodies.get()
    assert custody.amount == 400
    assert post(client, made.keeper, "custody_back", custody.pk, note="有人外出").status_code == 302
    assert CustodyReturn.objects.get().amount == 400
    assert post(client, made.accountant, "custody_back", custody.pk).status_code == 403


def test_somebody_off_the_team_cannot_be_chosen_as_drawer(client, made):
    sheet = make.approved_sheet(made)
    answer = post(
        client, made.keeper, "sheet_hand_out", sheet.pk, drawer=f"{made.team.pk}:{made.approver.pk}"
    )
    assert answer.context["form"].errors["drawer"]


def test_a_line_is_returned_with_a_reason(client, made):
    line = make.approved_sheet(made).lines.first()
    assert get(client, made.accountant, "line_settle", line.pk, "return").status_code == 200
    assert get(client, made.accountant, "line_settle", line.pk, "other").status_code == 404
    assert post(client, made.accountant, "line_settle", line.pk, "return").status_code == 200
    post(client, made.accountant, "line_settle", line.pk, "return", reason="全家外出过年")
    line.refresh_from_db()
    assert line.status == "returned"
    assert post(client, made.keeper, "line_settle", line.pk, "return", reason="x").status_code == 403


def test_a_voided_sheet_is_drawn_up_again(client, made):
    sheet = make.sheet(made)
    sheets.void(sheet=sheet, by=made.accountant, at=make.LATER, reason="填错")
    assert get(client, made.accountant, "sheet_again", sheet.pk).status_code == 200
    post(client, made.accountant, "sheet_again", sheet.pk)
    assert Sheet.objects.get(replaces=sheet).version == 2


def test_the_recipient_signs_at_the_visit_and_the_second_visitor_confirms(client, made):
    line = make.drawn_sheet(made).lines.first()
    visit = make.visit(made, line.entry)
    assert "请与领取人当面核对" in get(client, made.leader, "visit_sign", visit.pk, line.pk).content.decode()
    answer = post(client, made.leader, "visit_sign", visit.pk, line.pk, signature=make.signature())
    receipt = Receipt.objects.get()
    assert answer.url == reverse("receipt", args=[receipt.pk])
    assert get(client, made.leader, "receipt", receipt.pk).status_code == 200
    assert get(client, made.member, "receipt_confirm", receipt.pk).status_code == 200
    assert "不能自己确认" in post(client, made.leader, "receipt_confirm", receipt.pk).content.decode()
    assert post(client, made.member, "receipt_confirm", receipt.pk).status_code == 302
    assert HelpGiven.objects.get().amount == 200


def test_signing_pages_are_closed_to_who_is_not_on_the_team(client, made):
    line = make.drawn_sheet(made).lines.first()
    visit = make.visit(made, line.entry)
    stranger = user_with("visitor", made.sibling)
    assert get(client, stranger, "visit_sign", visit.pk, line.pk).status_code == 404
    receipt = make.taken(made, line, visit=visit)
    for name in ("receipt", "receipt_image", "receipt_confirm", "receipt_void"):
        assert get(client, stranger, name, receipt.pk).status_code == 404, name
        assert get(client, nobody(), name, receipt.pk).status_code == 404, name


def test_an_empty_pad_and_a_proxy_are_refused_in_words(client, made):
    line = make.drawn_sheet(made).lines.first()
    visit = make.visit(made, line.entry)
    assert "还没有签字" in post(client, made.leader, "visit_sign", visit.pk, line.pk).content.decode()
    proxy = {"signature": make.signature(), "signer_name": "邻居王五"}
    page = post(client, made.leader, "visit_sign", visit.pk, line.pk, **proxy).content.decode()
    assert "不得代签、代领" in page
    assert not Receipt.objects.exists()


def test_a_photo_of_a_fingerprint_needs_a_witness(client, made):
    line = make.drawn_sheet(made).lines.first()
    visit = make.visit(made, line.entry)
    data = {"photo": make.fingerprint(), "exception": "illiterate", "basis": "本人不识字"}
    assert "须有见证人" in post(client, made.leader, "visit_sign", visit.pk, line.pk, **data).content.decode()
    data |= {"photo": make.fingerprint(), "witness": "孙代表"}
    assert post(client, made.leader, "visit_sign", visit.pk, line.pk, **data).status_code == 302
    assert Receipt.objects.get().method == "fingerprint"


def test_a_signature_is_shown_and_the_look_is_logged(client, made):
    receipt = make.taken(made, make.drawn_sheet(made).lines.first())
    answer = get(client, made.member, "receipt_image", receipt.pk)
    assert answer["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert AuditEvent.objects.filter(action="view", target_type="disbursements.receipt").count() == 1


def test_a_receipt_is_voided_with_a_reason(client, made):
    receipt = make.taken(made, make.drawn_sheet(made).lines.first())
    assert get(client, made.member, "receipt_void", receipt.pk).status_code == 200
    post(client, made.member, "receipt_void", receipt.pk, reason="笔迹不清")
    receipt.refresh_from_db()
    assert receipt.status == "voided"


def test_the_counter_signs_with_the_keeper(client, made):
    sheet = make.approved_sheet(made)
    post(client, made.keeper, "sheet_hand_out", sheet.pk, drawer="counter")
    line = sheet.lines.first()
    assert get(client, made.keeper, "counter_sign", line.pk).status_code == 200
    assert post(client, made.keeper, "counter_sign", line.pk, signature=make.signature()).status_code == 302
    receipt = Receipt.objects.get()
    head = user_with("head", made.community)
    assert get(client, head, "receipt", receipt.pk).status_code == 200
    assert post(client, head, "receipt_confirm", receipt.pk).status_code == 302
    assert get(client, made.accountant, "counter_sign", line.pk).status_code == 403


def bank_sheet(made):
    make.with_card(made, made.entries[0])
    make.with_card(made, made.entries[1])
    make.by_bank(made, *made.entries)
    return make.approved_sheet(made, SheetKind.BANK)


def test_full_numbers_leave_only_with_a_reason_and_a_ticket(client, made):
    sheet = bank_sheet(made)
    assert get(client, made.accountant, "sheet_export", sheet.pk).status_code == 404
    assert get(client, made.accountant, "bank_file", sheet.pk).status_code == 403
    assert post(client, made.accountant, "bank_export", sheet.pk).status_code == 200
    answer = post(client, made.accountant, "bank_export", sheet.pk, reason="送农商行代发")
    assert AuditEvent.objects.get(action="view").reason == "送农商行代发"
    assert client.get(answer.url).status_code == 200
    client.force_login(user_with("accountant", made.township))
    assert client.get(answer.url).status_code == 403
    assert get(client, made.keeper, "bank_export", sheet.pk).status_code == 403


def test_the_bank_answers(client, made):
    sheet = bank_sheet(made)
    post(client, made.accountant, "sheet_move", sheet.pk, "send")
    first, second = sheet.lines.order_by("position")
    assert get(client, made.accountant, "bank_result", sheet.pk).status_code == 200
    post(client, made.accountant, "bank_result", sheet.pk, **{f"line_{second.pk}": "账户已注销"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.note) == ("received", "returned", "账户已注销")
    assert Allocation.objects.get().committed == 200


def test_the_sheet_page_shows_no_full_number(client, made):
    sheet = bank_sheet(made)
    page = get(client, made.accountant, "sheet", sheet.pk).content.decode()
    for line in sheet.lines.all():
        assert line.name in page
        assert line.id_number not in page
        assert line.bank_card not in page


def test_who_may_not_see_sheets_reads_the_summary_as_plain_text(client, made):
    make.drawn_sheet(made)
    page = get(client, user_with("programme_officer", made.programme.organiser), "summary", made.programme.pk)
    text = page.content.decode()
    assert "慰问发放汇总" in text
    assert reverse("lines") not in text and f"{reverse('sheets')}" not in text


def test_the_bank_file_is_offered_to_who_may_have_it(client, made):
    sheet = bank_sheet(made)
    for user, is_offered in ((made.accountant, True), (user_with("reviewer", made.township), False)):
        page = get(client, user, "sheet", sheet.pk).content.decode()
        assert (reverse("bank_export", args=[sheet.pk]) in page) == is_offered


def test_figures_of_the_summary_lead_to_the_lines_behind_them(client, made):
    line = make.drawn_sheet(made).lines.first()
    receipts.confirm(receipt=make.taken(made, line), by=made.member, at=make.LATER)
    page = get(client, made.accountant, "summary", made.programme.pk)
    address = page.context["by_organisation"][0]["url"]
    behind = client.get(address)
    assert [row.pk for row in behind.context["table"].data] == [line.pk]


def test_a_neighbouring_township_sees_nothing_of_the_sheets(client, made):
    make.drawn_sheet(made)
    outsider = user_with("accountant", made.other_township)
    for name in ("sheets", "lines", "funds"):
        page = get(client, outsider, name)
        assert not page.context["table"].data, name
    assert get(client, outsider, "summary", made.programme.pk).status_code == 404


def test_a_page_asks_as_much_for_three_rows_as_for_thirteen(client):
    asked = {3: {}, 13: {}}
    for households, counts in asked.items():
        made = make.office(households=households, code=f"plan-{households}")
        sheet = make.drawn_sheet(made)
        client.force_login(made.accountant)
        pages = {"sheets": [], "lines": [], "sheet": [sheet.pk], "summary": [made.programme.pk]}
        for name, args in pages.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(name, args=args)).status_code == 200
            counts[name] = len(queries)
    assert asked[3] == asked[13]
    assert max(asked[13].values()) <= 30
