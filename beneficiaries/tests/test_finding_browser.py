"""In Chromium: the search box with its suggestions, by keyboard and without script; a filter kept and opened; a list asked for."""

import pytest
from django.urls import reverse

from beneficiaries.models import ListExport, SavedFilter
from beneficiaries.tests import factories
from welfare.testing.browser import is_wide, quiet, sign_in
from welfare.testing.personas import clerk_of, make_organisations

pytestmark = pytest.mark.django_db(transaction=True)
OFFICE, TABLET = {"width": 1366, "height": 768}, {"width": 820, "height": 1180}


@pytest.fixture
def homes():
    place = make_organisations()
    for number in range(28):
        factories.household(
            place.community,
            head="张大明" if number % 3 else "张伟",
            members=[factories.member("王小明", school_stage="primary" if number % 2 else "")],
            categories=["low_income"] if number % 2 else [],
            monthly_income=300 + number * 20,
            number=f"H{number:04}",
        )
    return place


@pytest.fixture
def clerk(page, live_server, homes):
    """A clerk at work in ``page``; the console stays silent."""
    user = clerk_of(homes.community)
    sign_in(page, live_server, user)
    with quiet(page):
        yield user


@pytest.mark.parametrize("size", [OFFICE, TABLET], ids=["office", "tablet"])
def test_somebody_is_found_from_any_page_by_keyboard(clerk, page, live_server, shot, size):
    page.set_viewport_size(size)
    page.goto(live_server.url + reverse("todo"))
    page.keyboard.press("/")
    page.keyboard.type("zw", delay=40)
    page.wait_for_selector(".suggestions a")
    assert "张伟" in page.inner_text(".suggestions") and "拼音" in page.inner_text(".suggestions")
    shot(page, f"{size['width']}-suggestions")
    page.keyboard.press("Escape")
    assert not page.locator(".suggestions").count()
    page.keyboard.type("e")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/?q=zw")
    shot(page, f"{size['width']}-person-search")
    assert not is_wide(page)
    page.keyboard.press("/")
    page.keyboard.type("张大明 0000000", delay=10)
    page.wait_for_selector(".suggestion-none")
    page.fill("#topbar-q", "")
    page.keyboard.type("张伟", delay=40)
    page.wait_for_selector(".suggestions a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registry/*/")


@pytest.mark.parametrize("size", [OFFICE, TABLET], ids=["office", "tablet"])
def test_conditions_are_set_kept_and_opened_again(clerk, page, live_server, shot, size):
    page.set_viewport_size(size)
    page.goto(live_server.url + reverse("registry"))
    assert not page.locator("#id_income_to").is_visible()
    shot(page, f"{size['width']}-registry")
    page.click("text=更多条件")
    page.fill("#id_income_to", "500")
    page.check("#id_has_student")
    page.click("text=查询")
    page.wait_for_url("**income_to=500**")
    assert page.locator("#id_income_to").is_visible()
    shot(page, f"{size['width']}-registry-filtered")
    assert not is_wide(page)
    page.click("text=把当前条件存为常用")
    page.fill("#id_name", "低收入有学生")
    shot(page, f"{size['width']}-saved-filter-new")
    page.click("text=保存")
    page.wait_for_selector(".saved-filters .is-current")
    page.goto(live_server.url + reverse("registry"))
    page.click(".saved-filters >> text=低收入有学生")
    page.wait_for_url("**has_student=on**")
    assert page.locator("tbody tr").count() == 5
    page.click("text=管理")
    shot(page, f"{size['width']}-saved-filters")
    page.click("text=删除")
    shot(page, f"{size['width']}-saved-filter-delete")
    page.click("button:has-text('删除')")
    page.wait_for_selector("text=还没有常用筛选")
    assert not SavedFilter.objects.exists()


def test_pages_are_turned_and_a_list_is_asked_for(clerk, page, live_server, shot):
    page.goto(live_server.url + reverse("registry"))
    page.click("text=下一页")
    page.wait_for_url("**after=**")
    assert page.locator("tbody tr").count() == 3
    shot(page, "registry-page-two")
    page.click("text=上一页")
    page.wait_for_selector("text=H0000")
    page.click(".page-actions >> text=导出")
    shot(page, "export-new")
    page.click("button:has-text('导出')")
    page.wait_for_url("**/exports/*/")
    shot(page, "export-waiting")
    assert ListExport.objects.count() == 1
    page.goto(live_server.url + reverse("list_exports"))
    shot(page, "exports")


def test_the_search_works_without_script(browser, live_server, homes):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, clerk_of(homes.community))
    page.fill("#topbar-q", "张伟")
    page.click(".topbar-search button")
    assert "姓名相同" in page.inner_text("main")
    page.goto(live_server.url + reverse("registry"))
    page.click("text=更多条件")
    assert page.locator("#id_age_from").is_visible()
    context.close()
