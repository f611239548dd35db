"""In Chromium: three notices of three levels, an objection from a phone, the result and the final list; pictures of each."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from beneficiaries.enums import EntryOrigin, RosterStatus, StepKind
from beneficiaries.models import FinalList, Objection, ProcedureStep, PublicNotice
from beneficiaries.services import complaints, entries, notices, objections
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    drafted_roster,
    household,
    member,
    on_the_wall,
    picture,
    take_step,
    walk,
)
from welfare import dates
from welfare.enums import Level
from welfare.testing.browser import is_wide
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db(transaction=True)

START = datetime(2026, 1, 5, 9, tzinfo=dates.SHANGHAI)
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1024, "height": 768}
NAMES = ["欧阳建国", "王秀英", "李长福", "何桂芳", "陈启明", "杨翠兰"]
STEPS = [
    (StepKind.ASSESSMENT, Level.COMMUNITY, {}),
    (StepKind.SUBMISSION, Level.COMMUNITY, {}),
    (StepKind.NOTICE, Level.COMMUNITY, {"days": 5, "round_number": 1}),
    (StepKind.APPROVAL, Level.TOWNSHIP, {}),
    (StepKind.NOTICE, Level.TOWNSHIP, {"days": 3, "is_working_days": True, "round_number": 2}),
    (StepKind.APPROVAL, Level.COUNTY, {}),
    (StepKind.NOTICE, Level.COUNTY, {"days": 7, "round_number": 3}),
]


@pytest.fixture
def clock(monkeypatch):
    """The whole house sees this time."""
    found = {"at": START}
    monkeypatch.setattr("django.utils.timezone.now", lambda: found["at"])
    return found


@pytest.fixture
def programme(tree, clock):
    made = approved_programme(tree.county, at=START)
    made.steps.all().delete()
    for position, (kind, level, more) in enumerate(STEPS, start=1):
        ProcedureStep.objects.create(programme=made, position=position, kind=kind, level=level, **more)
    return made


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def roster(programme, tree, cast):
    made = drafted_roster(programme, tree.community, households=0, cast=cast, at=START)
    for number, name in enumerate(NAMES):
        home = household(
            tree.community, head=name, members=[member("王小宝")] * (number % 2), group_name=f"{number + 1}组"
        )
        entries.add(
            roster=made,
            category=programme.categories.order_by("precedence").first(),
            origin=EntryOrigin.NOMINATION,
            household=home,
            reason="家庭困难，本人不便申请",
            by=cast.clerk,
            at=START,
        )
    return made


@pytest.fixture
def visit(page, live_server, shot):
    """``visit(user, address, picture=…)`` opens an address as that user (None: a resident) and takes its picture."""
    errors = []
    page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
    page.on("pageerror", lambda error: errors.append(str(error)))

    def open_page(user, address, picture="", width=1366, height=768):
        page.set_viewport_size({"width": width, "height": height})
        page.context.clear_cookies()
        if user:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        page.goto(address if address.startswith("http") else f"{live_server.url}{address}")
        assert not is_wide(page), f"{address} is wider than {width}"
        if picture:
            shot(page, picture)
        return page

    yield open_page
    assert errors == []


def paper(page, name):
    """The page as an A4 file beside the pictures."""
    if folder := os.environ.get("LEDGER_SHOTS"):
        page.pdf(path=Path(folder) / f"{name}.pdf", prefer_css_page_size=True)


def post_in_browser(visit, shot, user, roster, name):
    """Write, see the preview, post, prove the wall. Returns the notice."""
    page = visit(user, reverse("notice_post", args=[roster.pk]), picture=f"notice-write-{name}")
    page.get_by_role("button", name="下一步：预览").click()
    page.get_by_text("这是预览，还没有发布。").wait_for()
    shot(page, f"notice-preview-{name}")
    page.get_by_role("button", name="返回修改").click()
    page.locator("[name=place]").fill("居务公开栏")
    page.get_by_role("button", name="下一步：预览").click()
    page.get_by_text("居务公开栏、网上公示").wait_for()
    page.get_by_role("button", name="发布公示").click()
    page.get_by_text("公示已发布").wait_for()
    notice = PublicNotice.objects.order_by("pk").last()
    photo = picture("wall.jpg")
    page.locator("details.paper-add [name=place]").fill("居务公开栏")
    page.set_input_files(
        "details.paper-add [name=photo]",
        {"name": "wall.jpg", "mimeType": "image/jpeg", "buffer": photo.read()},
    )
    page.locator("details.paper-add button[type=submit]").click()
    page.get_by_text("已登记。").wait_for()
    shot(page, f"notice-staff-{name}")
    return notice


def close_in_browser(visit, shot, user, notice, clock, name):
    """The day after its period, close the round and open its result."""
    clock["at"] = START.replace(month=notice.ends_on.month, day=notice.ends_on.day) + timedelta(days=1)
    page = visit(user, reverse("roster_notice_close", args=[notice.pk]), picture=f"notice-close-{name}")
    page.get_by_role("button", name="公示办结").click()
    page.get_by_text("公示已办结").wait_for()
    page = visit(None, reverse("notice_result", args=[notice.token]), picture=f"public-result-{name}")
    paper(page, f"public-result-{name}")


def object_on_a_phone(visit, shot, notice):
    page = visit(None, reverse("notice", args=[notice.token]), picture="public-notice-phone", **PHONE)
    page.get_by_role("link", name="在网上提出异议").click()
    page.locator("[name=row_position]").fill("3")
    page.locator("[name=content]").fill("他家今年买了小汽车。")
    shot(page, "public-objection-phone")
    page.get_by_role("button", name="提交异议").click()
    page.get_by_text("您的查询码").wait_for()
    shot(page, "public-received-phone")
    page.get_by_role("link", name="查看办理情况").click()
    page.get_by_text("核查中").wait_for()
    return page.url


def answer_in_browser(visit, user, clock):
    clock["at"] += timedelta(days=1)
    found = Objection.objects.get()
    page = visit(user, reverse("objection_answer", args=[found.pk]), picture="objection-answer")
    page.get_by_label("入户复核").check()
    page.locator("[name=acted_on]").fill(f"{dates.today(clock['at']):%Y-%m-%d}")
    page.get_by_label("异议不成立：恢复列入").check()
    page.locator("[name=answer]").fill("经入户复核，车辆为其子单位所有，第3号对象符合条件。")
    page.get_by_role("button", name="答复").click()
    page.get_by_text("已答复。").wait_for()
    found.refresh_from_db()
    assert found.entry.status == "listed"


def test_three_notices_an_objection_and_the_final_list(visit, shot, clock, roster, cast, tree):
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast, at=START)
    replied = ""
    for name in ("community", "township", "county"):
        roster.refresh_from_db()
        user = cast.at(roster.step)
        notice = post_in_browser(visit, shot, user, roster, name)
        assert notice.step.level == name
        page = visit(None, reverse("notice", args=[notice.token]), picture=f"public-notice-{name}")
        paper(page, f"public-notice-{name}")
        visit(None, reverse("notice_index"), picture=f"public-index-{name}", **PHONE)
        if name == "township":
            replied = object_on_a_phone(visit, shot, notice)
            answer_in_browser(visit, user, clock)
            visit(None, replied, picture="public-reply-phone", **PHONE)
        close_in_browser(visit, shot, user, notice, clock, name)
        roster.refresh_from_db()
        if roster.status == RosterStatus.REVIEWING:
            take_step(roster, by=cast.at(roster.step), at=clock["at"])
    assert roster.status == RosterStatus.FINAL
    publish_in_browser(visit, shot, cast.clerk, roster)


def publish_in_browser(visit, shot, clerk, roster):
    page = visit(clerk, reverse("roster", args=[roster.pk]), picture="roster-final")
    page.get_by_role("link", name="公布结果").click()
    page.get_by_role("button", name="下一步：预览").click()
    shot(page, "final-preview")
    page.get_by_role("button", name="公布结果").click()
    page.get_by_text("结果已公布。").wait_for()
    final = FinalList.objects.get()
    page = visit(None, reverse("notice_index"), **PHONE)
    page.get_by_role("link", name="结果公布").first.click()
    assert page.locator(".document-table tbody tr").count() == len(NAMES)
    shot(page, "public-final-phone")
    page = visit(None, reverse("final_list", args=[final.token]), picture="public-final")
    paper(page, "public-final")


def test_what_stays_behind_is_found_on_its_own_roster(visit, shot, clock, roster, programme, cast):
    type(programme).objects.filter(pk=programme.pk).update(closes_without_stopped=True)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast, at=START)
    notice = notices.post(roster=roster, by=cast.clerk, at=START, place="居务公开栏")
    on_the_wall(notice, by=cast.clerk)
    for position in (2, 3, 4):
        found = objections.file(notice=notice, row_position=position, content="请核实收入。", at=START)
    objections.answer(
        objection=found,
        answer="各方说法不一，第4号对象提交重新评议。",
        is_upheld=None,
        action="reassess",
        by=cast.clerk,
        at=START,
    )
    clock["at"] = START + timedelta(days=8)
    visit(cast.clerk, reverse("objections"), picture="objections-tablet", **TABLET)
    visit(cast.clerk, reverse("objection", args=[found.pk]), picture="objection-reassess")
    visit(cast.clerk, reverse("roster_notice", args=[notice.pk]), picture="notice-staff-tablet", **TABLET)
    close_in_browser(visit, shot, cast.clerk, notice, clock, "carried")
    supplement = roster.supplements.get()
    visit(cast.clerk, reverse("roster", args=[roster.pk]), picture="roster-with-supplement")
    page = visit(cast.clerk, reverse("roster", args=[supplement.pk]), picture="roster-supplement")
    assert page.get_by_role("link", name="原名册").count() == 1
    visit(cast.clerk, reverse("todo"), picture="todo-supplement", **TABLET)


def test_complaints_on_an_office_screen_and_a_tablet(visit, shot, clock, tree):
    inspector, head = user_with("inspector", tree.township), user_with("head", tree.community)
    for number, about in enumerate(("favour", "withheld", "left_out")):
        made = complaints.register(
            organisation=tree.community,
            channel="phone",
            about=about,
            content="反映名单上有村干部的亲戚，请核实。",
            complainant_name="钱来顺" if number else "",
            received_on=START.date() - timedelta(days=30 * number),
            by=inspector,
            at=START,
        )
    complaints.assign(complaint=made, handler=head, due_on=made.due_on, by=inspector, at=START)
    complaints.conclude(
        complaint=made, finding="partly", result="经核查，一人应当回避，已改正。", by=head, at=START
    )
    visit(inspector, reverse("complaints"), picture="complaints")
    visit(inspector, reverse("complaints"), picture="complaints-tablet", **TABLET)
    visit(inspector, reverse("complaint_new"), picture="complaint-new")
    visit(inspector, reverse("complaint", args=[made.pk]), picture="complaint")
    visit(inspector, reverse("complaint", args=[made.pk]), picture="complaint-tablet", **TABLET)
    visit(inspector, reverse("complaint_feed_back", args=[made.pk]), picture="complaint-feedback")
    visit(inspector, reverse("todo"), picture="complaint-todo")
    page = visit(head, reverse("complaint", args=[made.pk]), picture="complaint-head")
    assert "举报人" not in page.locator(".facts").inner_text()
