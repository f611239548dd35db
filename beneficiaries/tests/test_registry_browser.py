"""In Chromium: a register is uploaded, previewed and written; somebody is found; a number is revealed and hides again."""

from pathlib import Path

import pytest
from django.urls import reverse

from beneficiaries.models import Household, Person
from beneficiaries.services import imports
from beneficiaries.tasks import check_upload
from welfare.models import AuditEvent, Organisation
from welfare.testing.browser import is_wide, quiet, sign_in
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db(transaction=True)
DATA = Path(__file__).parent / "data"
TABLET = {"width": 1024, "height": 768}


@pytest.fixture
def township():
    return Organisation.objects.get(short_name="高板镇")


@pytest.fixture
def clerk(page, live_server, township):
    """A township clerk at work in ``page``; the console stays silent."""
    user = user_with("clerk", township)
    sign_in(page, live_server, user)
    with quiet(page):
        yield user


def go(page, live_server, name, *args, query=""):
    page.goto(live_server.url + reverse(name, args=args) + query)


def imported(township, user):
    with (DATA / "registry-sample.xlsx").open("rb") as file:
        upload = imports.upload(
            file=file,
            filename="高板镇困难群众登记表.xlsx",
            organisation=township,
            by=user,
            at=AT,
            start_job=False,
        )
    imports.confirm(upload=check_upload(upload, at=AT), by=user, at=AT)


def test_a_dirty_register_is_uploaded_previewed_and_its_good_rows_written(clerk, page, live_server, shot):
    go(page, live_server, "import_new")
    shot(page, "import-new")
    page.set_input_files("input[type=file]", DATA / "registry-dirty.xlsx")
    page.click("text=上传并核对")
    page.wait_for_url("**/imports/*/")
    shot(page, "import-preview")
    assert page.locator("text=校验码不对").count()
    page.check("input[name=leave_out_bad]")
    page.click("text=确认写入")
    page.wait_for_selector("text=已写入登记库")
    shot(page, "import-confirmed")
    assert Person.objects.count() > 700
    go(page, live_server, "import_list")
    shot(page, "import-list")


def test_somebody_is_found_and_a_number_revealed_for_half_a_minute(clerk, page, live_server, township, shot):
    imported(township, clerk)
    go(page, live_server, "registry")
    shot(page, "registry")
    page.fill("input[name=q]", "hgz")
    page.press("input[name=q]", "Enter")
    page.wait_for_selector("text=拼音")
    shot(page, "person-search")
    person = Person.objects.get(name="华桂珍")
    page.click("text=华桂珍")
    page.wait_for_url("**/registry/*/")
    button = page.locator(f'[data-reveal-url="{reverse("reveal_id", args=[person.pk])}"]')
    button.click()
    assert "请先选查看原因" in button.inner_text()
    page.clock.install()
    page.select_option("[data-reveal-reason]", "核对本人证件")
    button.click()
    page.wait_for_selector(f"text={person.id_number}")
    shot(page, "household-revealed")
    page.clock.fast_forward(31_000)
    page.wait_for_selector(f"text={person.id_number}", state="detached")
    assert (
        AuditEvent.objects.filter(action="view", target_id=str(person.pk), reason="核对本人证件").count() == 1
    )


@pytest.mark.parametrize("size", [{"width": 1366, "height": 768}, TABLET])
def test_every_page_of_a_household_fits_its_screen(clerk, page, live_server, township, shot, size):
    imported(township, clerk)
    page.set_viewport_size(size)
    found = Household.objects.get(number="H07000002")
    head, width = found.head, size["width"]
    hardship = head.household.hardships.first() or head.hardships.first()
    places = [
        ("registry", [], ""),
        ("person_search", [], "?q=张"),
        ("household_new", [], ""),
        ("import_list", [], ""),
    ]
    places += [
        ("household", [found.pk], f"?tab={tab}") for tab in ("members", "hardships", "cards", "timeline")
    ]
    places += [(name, [found.pk], "") for name in ("household_edit", "member_new", "hardship_new")]
    places += [
        ("member_edit", [head.pk], ""),
        ("member_bank", [head.pk], ""),
        ("hardship_end", [hardship.pk], ""),
    ]
    for name, args, query in places:
        go(page, live_server, name, *args, query=query)
        shot(page, f"{width}-{name}{query.replace('?', '-').replace('=', '-').replace('张', 'zhang')}")
        assert not is_wide(page), name
