"""Rosters in a browser: the pages of the walk, without errors of the content policy; pictures of each."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import EntryOrigin, RosterStatus
from beneficiaries.models import Objection
from beneficiaries.services import checks, entries, notices, objections, rosters
from beneficiaries.services import entries as entry_services
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    close_notice,
    drafted_roster,
    household,
    member,
    take_step,
    walk,
)

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = [
    "欧阳建国",
    "王秀英",
    "李长福",
    "何桂芳",
    "陈启明",
    "杨翠兰",
    "赵德才",
    "周玉珍",
    "吴大贵",
    "郑小妹",
    "冯国强",
    "蒋春梅",
]


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township, at=timezone.now() - timedelta(days=20))


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def at():
    return timezone.now() - timedelta(days=2)


@pytest.fixture
def roster(programme, tree, cast, at):
    """Twelve households of different names, drafted."""
    made = drafted_roster(programme, tree.community, households=0, cast=cast, at=at)
    for number, name in enumerate(NAMES):
        home = household(
            tree.community,
            head=name,
            members=[member("王小宝")] * (number % 3 > 0),
            group_name=f"{number % 5 + 1}组",
            categories=["low_income"] if number % 2 else [],
            monthly_income=420 + number * 30,
        )
        entries.add(
            roster=made,
            category=programme.categories.order_by("precedence")[number % 3],
            origin=EntryOrigin.NOMINATION,
            household=home,
            reason="家中有病人，收入低，本人不便申请",
            by=cast.clerk,
            at=at,
        )
    return made


@pytest.fixture
def staff(page, live_server, shot):
    """``staff(user, name, *args)`` opens a page as that user and takes its picture."""
    errors = []
    page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)

    def open_page(user, name, *args, picture="", query="", width=1366, height=768):
        from django.conf import settings
        from django.test import Client

        page.set_viewport_size({"width": width, "height": height})
        page.context.clear_cookies()
        if user:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        page.goto(f"{live_server.url}{reverse(name, args=args)}{query}")
        if picture:
            shot(page, picture)
        return page

    yield open_page
    assert errors == []


def test_drafting_and_assessing(staff, programme, tree, cast, roster, at, shot):
    staff(cast.clerk, "rosters", picture="roster-list")
    staff(cast.clerk, "roster_new", picture="roster-new")
    staff(cast.clerk, "roster", roster.pk, picture="roster-drafting")
    staff(cast.clerk, "roster_fill", roster.pk, picture="roster-fill")
    category = programme.categories.first()
    household(tree.community, head="张天福", members=[member("张小天")])
    staff(
        cast.clerk,
        "roster_nominate",
        roster.pk,
        query=f"?category={category.pk}&q=张天福",
        picture="roster-nominate",
    )
    staff(cast.clerk, "entry_withdraw", roster.entries.first().pk, picture="roster-withdraw")
    staff(cast.clerk, "entry_payment", roster.entries.first().pk, picture="roster-payment")
    staff(cast.clerk, "roster_move", roster.pk, "start", picture="roster-start")
    rosters.start(roster=roster, by=cast.clerk, at=at)
    page = staff(cast.clerk, "assessment_new", roster.pk, picture="assessment-new")
    page.get_by_label("地点", exact=False).first.fill("村委会会议室")
    page.get_by_label("主持人", exact=False).first.fill("李主任")
    page.get_by_label("记录人", exact=False).first.fill("王书记")
    page.get_by_role("button", name="再加 15 行").click()
    page.locator("[name=name_29]").wait_for()
    assert page.locator("[name=chair]").input_value() == "李主任"
    for number in range(9):
        page.locator(f"[name=name_{number}]").fill(f"代表{number}")
    page.locator("[name=present_8]").uncheck()
    page.locator("[name=reason_8]").fill("外出")
    page.get_by_role("button", name="保存，去记票").click()
    shot(page, "assessment-votes")
    for entry in roster.entries.all():
        page.locator(f"[name=agree_{entry.pk}]").fill("8")
    page.get_by_role("button", name="保存票数").click()
    page.get_by_role("link", name=re.compile("宣布评议结果")).click()
    shot(page, "assessment-conclude")
    page.get_by_role("button", name="宣布结果").click()
    shot(page, "roster-submitting")
    meeting = roster.assessments.get()
    staff(cast.clerk, "assessment", meeting.pk, picture="assessment-done")
    page = staff(cast.clerk, "assessment_minutes", meeting.pk, picture="assessment-minutes")
    paper(page, "assessment-minutes")
    roster.refresh_from_db()
    assert roster.status == RosterStatus.SUBMITTING


def paper(page, name):
    """The page as an A4 file beside the pictures."""
    import os
    from pathlib import Path

    folder = os.environ.get("LEDGER_SHOTS")
    if folder:
        page.pdf(path=Path(folder) / f"{name}.pdf", prefer_css_page_size=True)


def test_notice_and_objection(staff, cast, roster, tree, at, live_server, shot):
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast, at=at)
    staff(cast.clerk, "notice_post", roster.pk, picture="notice-post")
    notice = notices.post(roster=roster, by=cast.clerk, at=at, place="村务公开栏")
    page = staff(None, "notice", notice.token, picture="public-notice")
    paper(page, "public-notice")
    phone = {"width": 390, "height": 844}
    staff(None, "notice", notice.token, picture="public-notice-phone", **phone)
    staff(None, "notice_index", picture="public-index-phone", **phone)
    page = staff(None, "objection_new", notice.token, picture="public-objection-phone", **phone)
    page.locator("[name=row_position]").fill("3")
    page.locator("[name=content]").fill("他家今年买了小汽车。")
    page.get_by_role("button", name="提交异议").click()
    shot(page, "public-received-phone")
    page.get_by_role("link", name="查看办理情况").click()
    shot(page, "public-reply-phone")
    objection = Objection.objects.get()
    staff(cast.clerk, "todo", picture="roster-todo")
    staff(cast.clerk, "objections", picture="objection-list")
    staff(cast.clerk, "objection", objection.pk, picture="objection")
    staff(cast.clerk, "objection_answer", objection.pk, picture="objection-answer")
    staff(cast.clerk, "objection_receive", notice.pk, picture="objection-receive")
    staff(cast.clerk, "roster_notice", notice.pk, picture="notice-staff")
    staff(cast.clerk, "roster", roster.pk, picture="roster-on-notice")
    objections.answer(
        objection=objection,
        answer="经核实，车辆为其子单位所有。",
        is_upheld=False,
        by=cast.clerk,
        at=timezone.now(),
    )
    later = at + timedelta(days=5)
    close_notice(notice, by=cast.clerk, at=later)
    page = staff(None, "notice_result", notice.token, picture="public-result")
    paper(page, "public-result")
    staff(None, "notice", "nonesuch", picture="public-gone", **phone)


def test_check_and_review(staff, cast, roster, tree, at, shot):
    walk(roster, until=RosterStatus.CHECKING, cast=cast, at=at)
    inspector = cast.at(roster.step)
    staff(inspector, "check_draw", roster.pk, picture="check-draw")
    check = checks.draw(roster=roster, by=inspector, at=at, seed="2026")
    page = staff(inspector, "check", check.pk, picture="check")
    for finding in check.findings.all():
        page.locator(f"[name=verdict_{finding.pk}]").select_option("no")
        page.locator(f"[name=text_{finding.pk}]").fill("已购新房，情况不实")
    page.get_by_role("button", name="保存核查情况").click()
    staff(inspector, "check_finish", check.pk, picture="check-finish")
    checks.finish(check=check, by=inspector, at=at)
    roster.refresh_from_db()
    reviewer = cast.at(roster.step)
    staff(reviewer, "admin:beneficiaries_roster_changelist", picture="review-list")
    staff(reviewer, "admin:beneficiaries_roster_change", roster.pk, picture="review")
    staff(reviewer, "admin:beneficiaries_roster_move", roster.pk, "return", picture="review-return")
    staff(reviewer, "admin:beneficiaries_roster_move", roster.pk, "approve", picture="review-approve")
    staff(reviewer, "roster", roster.pk, picture="roster-reviewing", width=1024)
    staff(cast.clerk, "roster", roster.pk, picture="roster-reviewing-clerk")
    for finding in check.findings.select_related("entry"):
        entry_services.strike(entry=finding.entry, by=reviewer, at=at, reason="抽查不实")
    take_step(roster, by=reviewer, at=at)
    staff(cast.clerk, "roster", roster.pk, picture="roster-final")
