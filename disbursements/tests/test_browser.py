"""In Chromium: from the final roster to the signed workbook and the summary, each person on her own login."""

import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import HelpGiven
from disbursements.enums import SheetKind
from disbursements.models import Receipt, Sheet
from disbursements.tests import factories as make
from welfare.testing.browser import listen, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TABLET = {"width": 1024, "height": 768}


@pytest.fixture
def made(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: make.LATER)
    return make.office(households=3, amount="600.00")


@pytest.fixture
def as_user(browser, browser_context_args, live_server):
    """``as_user(user, path)`` opens a page in a browser of that user's own; nobody may leave errors behind."""
    complaints, contexts = [], {}

    def open_page(user, path, **over):
        if user.pk not in contexts:
            contexts[user.pk] = browser.new_context(**browser_context_args | over, accept_downloads=True)
            page = contexts[user.pk].new_page()
            listen(page, complaints)
            sign_in(page, live_server, user)
        page = contexts[user.pk].pages[0]
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_page
    for context in contexts.values():
        context.close()
    assert not complaints


def draw_up(page, made, kind, source):
    page.select_option("select[name=programme]", str(made.programme.pk))
    page.select_option("select[name=organisation]", str(made.township.pk))
    page.select_option("select[name=kind]", kind)
    page.select_option(f"select[name={source}]", str(getattr(made, source).pk))
    page.get_by_role("button", name="造表").click()
    page.wait_for_url("**/sheets/*/")


def sign(page):
    """Three strokes on the pad."""
    canvas = page.locator("[data-signature] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for number in range(3):
        page.mouse.move(box["x"] + 60 + 120 * number, box["y"] + 30)
        page.mouse.down()
        page.mouse.move(box["x"] + 90 + 120 * number, box["y"] + box["height"] - 30, steps=8)
        page.mouse.move(box["x"] + 150 + 120 * number, box["y"] + 40, steps=8)
        page.mouse.up()


def confirm(page, label):
    page.get_by_role("link", name=label).first.click()
    page.locator("main form button.btn-primary").first.click()


def test_from_the_final_roster_to_the_signed_sheet(made, as_user, shot):
    cash, goods = drawn_up_and_handed_out(made, as_user, shot)
    visit = make.visit(made, made.entries[0])
    signed_at_the_door(made, as_user, shot, visit)
    assert visit.entry.lines.filter(status="received").count() == 2
    assert HelpGiven.objects.filter(household=made.entries[0].household).count() == 2
    assert goods.lines.filter(status="received").count() == 1
    exported_with_the_signature(made, as_user, shot, cash)

    page = as_user(made.accountant, reverse("summary", args=[made.programme.pk]))
    shot(page, "summary")
    assert "200.00" in page.content()
    assert "1户" in page.inner_text("main")


def drawn_up_and_handed_out(made, as_user, shot):
    """The accountant draws up; somebody who took no part approves; the keeper hands out. Returns both sheets."""
    for kind, source in ((SheetKind.CASH, "allocation"), (SheetKind.GOODS, "store")):
        page = as_user(made.accountant, reverse("sheet_new"))
        shot(page, f"sheet-new-{kind}")
        draw_up(page, made, kind, source)
        shot(page, f"sheet-draft-{kind}")
    assert "慰问品发放表" in page.inner_text("main")
    sheets = [Sheet.objects.get(kind="cash"), Sheet.objects.get(kind="goods")]
    for sheet in sheets:
        page = as_user(made.approver, reverse("sheet", args=[sheet.pk]))
        confirm(page, "审批发放表")
        page.wait_for_selector("text=已审批")
    shot(page, "sheet-approved")
    for sheet in sheets:
        page = as_user(made.keeper, reverse("sheet_hand_out", args=[sheet.pk]))
        shot(page, f"hand-out-{sheet.kind}")
        page.select_option("select[name=drawer]", f"{made.team.pk}:{made.leader.pk}")
        page.locator("main form button.btn-primary").click()
        page.wait_for_url(f"**/sheets/{sheet.pk}/")
    shot(page, "sheet-drawn")
    return sheets


def signed_at_the_door(made, as_user, shot, visit):
    """On a tablet the recipient signs with a finger for cash and goods; the second visitor confirms both."""
    tablet = {"viewport": TABLET, "has_touch": True}
    for _line in range(2):
        page = as_user(made.leader, reverse("visit", args=[visit.pk]), **tablet)
        shot(page, "visit-panel")
        page.get_by_role("link", name="请领取人签收").first.click()
        page.get_by_role("button", name="签收").click()
        page.wait_for_selector("text=还没有签字")
        sign(page)
        shot(page, "signing")
        page.get_by_role("button", name="签收").click()
        page.wait_for_selector("text=待确认")
    assert Receipt.objects.count() == 2
    for _line in range(2):
        page = as_user(made.member, reverse("visit", args=[visit.pk]), **tablet)
        page.get_by_role("link", name="确认签收").first.click()
        shot(page, "receipt-confirm")
        page.locator("main form button.btn-primary").first.click()
        page.wait_for_selector("text=已确认")


def exported_with_the_signature(made, as_user, shot, sheet):
    """The sheet in Excel: one signature in its cell, the total in words, the number."""
    page = as_user(made.accountant, reverse("sheet", args=[sheet.pk]))
    shot(page, "sheet-partly-received")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="导出发放表").click()
    with open(downloaded.value.path(), "rb") as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read())).active
    assert len(book._images) == 1
    texts = [str(cell) for row in book.iter_rows(values_only=True) for cell in row if cell]
    assert any("陆佰元整" in text for text in texts)
    assert any(sheet.number in text for text in (*texts, book.oddFooter.left.text or ""))


def test_over_spending_the_fund_is_refused_in_words(made, as_user, shot):
    made.allocation.amount = "500.00"
    made.allocation.save()
    sheet = make.sheet(made)
    page = as_user(made.approver, reverse("sheet", args=[sheet.pk]))
    confirm(page, "审批发放表")
    page.wait_for_selector("[role=alert], .field-error, .errorlist")
    shot(page, "over-spending")
    said = page.inner_text("main")
    assert "600.00" in said and "500.00" in said
    assert "不足" in said
    sheet.refresh_from_db()
    assert sheet.status == "draft"
    made.allocation.refresh_from_db()
    assert made.allocation.committed == 0
