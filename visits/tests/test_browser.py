"""On a tablet at the door, in Chromium: survey, photo, need, completion, and the second member's confirmation."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from visits.models import Need, Photo, Survey, Visit
from visits.tests import factories
from welfare.testing.browser import is_wide, quiet, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TABLET = {"width": 1024, "height": 768}


@pytest.fixture
def today(monkeypatch):
    """The clock of the server stands at ten past nine on the day of the visits."""
    monkeypatch.setattr(timezone, "now", lambda: factories.ON_THE_DAY)


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": TABLET, "has_touch": True}


@pytest.fixture
def made(today, page):
    made = factories.season(households=4)
    made.visit = factories.told(made)
    factories.need(made, made.visit, "屋顶漏雨，想修房", by=made.clerk)
    with quiet(page):
        yield made


def picture():
    target = io.BytesIO()
    image = Image.effect_noise((1200, 900), 40).convert("RGB")
    image.save(target, "JPEG")
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": target.getvalue()}


def small_targets(page):
    """Buttons, links as buttons and form controls that a finger would miss: lower than 44 px."""
    return page.evaluate(
        """() => Array.from(document.querySelectorAll(
             'main .btn, main button, main select, main input:not([type=hidden]):not([type=checkbox]):not([type=radio]), main label.check'
           )).filter(e => e.offsetParent !== null && e.getBoundingClientRect().height < 43.5)
             .map(e => e.outerHTML.slice(0, 120) + ' ' + e.getBoundingClientRect().height)"""
    )


def test_a_visit_at_the_door_on_a_tablet(made, page, live_server, shot):
    sign_in(page, live_server, made.leader)
    shot(page, "visits-todo")
    page.get_by_role("link", name=f"走访{made.visit.whom}").click()
    shot(page, "visits-visit-planned")
    assert not small_targets(page)
    assert not is_wide(page)

    page.get_by_role("link", name="填写").click()
    assert page.input_value("input[name=informant]") == str(made.visit.whom)
    page.select_option("select[name=housing_kind]", "self_built")
    page.get_by_label("屋顶漏雨").check()
    page.fill("textarea[name=opinions]", "希望修缮屋顶")
    shot(page, "visits-survey")
    assert not small_targets(page)
    page.get_by_role("button", name="保存调查表").click()

    page.get_by_role("link", name="拍照上传").click()
    page.set_input_files("input[name=file]", picture())
    page.wait_for_selector("[data-photo-preview]:not([hidden]) img")
    page.fill("input[name=caption]", "住房外观")
    shot(page, "visits-photo")
    page.get_by_role("button", name="上传").click()

    page.get_by_role("link", name="记录诉求").click()
    page.select_option("select[name=kind]", "work")
    page.fill("textarea[name=text]", "儿子想在附近找零工")
    shot(page, "visits-need-new")
    page.get_by_role("button", name="保存").click()

    page.get_by_role("link", name="登记走访").click()
    page.fill("textarea[name=finding]", "老人在家，身体尚可，屋顶有两处漏雨。")
    shot(page, "visits-complete")
    page.get_by_role("button", name="登记走访").click()
    shot(page, "visits-visit-done")
    assert "另一人用自己的账号确认" in page.content()

    page.context.clear_cookies()
    sign_in(page, live_server, made.member)
    page.get_by_role("link", name=f"确认走访{made.visit.whom}").click()
    page.get_by_role("link", name="确认走访").click()
    shot(page, "visits-confirm")
    page.get_by_role("button", name="确认").click()
    page.wait_for_selector("text=已走访")
    shot(page, "visits-visit-confirmed")

    visit = Visit.objects.get(pk=made.visit.pk)
    assert visit.confirmed_at
    assert Survey.objects.get().housing_dangers == ["leaking"]
    assert Photo.objects.get().caption == "住房外观"
    assert Need.objects.count() == 2


def test_an_absent_household_is_visited_again(made, page, live_server, shot):
    sign_in(page, live_server, made.leader)
    page.goto(f"{live_server.url}{reverse('visit', args=[made.visit.pk])}")
    page.get_by_role("link", name="未遇到人").click()
    page.fill("textarea[name=reason]", "住院，邻居说月底出院")
    page.get_by_role("button", name="登记未遇").click()
    page.get_by_role("link", name="安排补访").click()
    page.fill("input[name=planned_on]", "2026-01-26")
    shot(page, "visits-follow-up")
    page.get_by_role("button", name="安排补访").click()
    page.wait_for_selector("text=补访：此前未遇")
    shot(page, "visits-visit-follow-up")
    assert Visit.objects.get(follow_up_of=made.visit).planned_on.day == 26


def test_the_clerk_plans_tells_and_follows_on_an_office_screen(made, page, live_server, shot):
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, live_server, made.clerk)
    shot(page, "visits-clerk-todo")
    page.goto(f"{live_server.url}{reverse('visit_programmes')}")
    shot(page, "visits-programmes")
    page.goto(f"{live_server.url}{reverse('visit_overview', args=[made.programme.pk])}")
    shot(page, "visits-overview")
    page.get_by_role("link", name="安排走访", exact=True).last.click()
    page.select_option("select[name=team]", str(made.team.pk))
    page.fill("input[name=first_on]", "2026-01-23")
    shot(page, "visits-plan")
    page.get_by_role("button", name="按组生成安排").click()
    page.wait_for_url("**/teams/*/")
    shot(page, "visits-team")
    for name, args in (
        ("visits", []),
        ("teams", []),
        ("team_place", []),
        ("team_new", [made.programme.pk, made.community.pk]),
        ("team_change", [made.team.pk]),
        ("team_schedule", [made.team.pk]),
        ("needs", []),
        ("need", [Need.objects.get().pk]),
        ("need_solve", [Need.objects.get().pk]),
        ("visit_reschedule", [made.visit.pk]),
        ("visit_cancel", [made.visit.pk]),
    ):
        page.goto(f"{live_server.url}{reverse(name, args=args)}")
        shot(page, f"visits-{name}")
        assert not is_wide(page), name
    page.goto(f"{live_server.url}{reverse('visits_announce')}")
    page.get_by_label("全选").check()
    shot(page, "visits-announce")
    page.get_by_role("button", name="登记已告知").click()
    page.wait_for_selector("text=已登记告知 3 户")
    assert not Visit.objects.to_announce().exists()
