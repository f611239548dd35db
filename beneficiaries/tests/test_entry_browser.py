"""Pages and papers of entries in a browser: pictures of each, on the office screen and the tablet."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import RosterStatus
from beneficiaries.models import EntryList, Programme
from beneficiaries.services import entries, letters, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    code,
    drafted_roster,
    evidence,
    household,
    member,
    walk,
)
from beneficiaries.tests.test_entry_lists import workbook
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at():
    return timezone.now() - timedelta(days=2)


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township, at=timezone.now() - timedelta(days=20))


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def roster(programme, tree, cast, at):
    """Three households; the first with a large family, evidence and something lacking."""
    made = drafted_roster(programme, tree.community, households=0, cast=cast, at=at)
    first = programme.categories.order_by("precedence").first()
    for kind in ("低保证", "收入证明", "病历或诊断证明"):
        first.requirements.get_or_create(kind=code("evidence_kind", kind))
    first.requirements.filter(kind__name="收入证明").update(assumed_fact="medical", assumed_value=1500)
    for name, family in (
        ("欧阳建国", ["李秀英", "欧阳小妹", "欧阳小宝"]),
        ("王大有", []),
        ("赵德才", ["钱桂芳"]),
    ):
        home = household(
            tree.community,
            head=name,
            members=[member(one) for one in family],
            categories=["low_income"],
            monthly_income=520,
        )
        entries.add(
            roster=made,
            category=first,
            origin="application",
            household=home,
            reason="户主患病多年，家中有在读学生，收入低于标准，生活困难",
            evidence_named="书面申请、低保证复印件",
            by=cast.clerk,
            at=at,
        )
    evidence(made.entries.first().household, by=cast.clerk, kind="低保证")
    return made


@pytest.fixture
def staff(page, live_server, shot):
    """``staff(user, name, *args)`` opens a page as that user and takes its picture on both screens."""
    errors = []
    page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)

    def open_page(user, name, *args, picture, query=""):
        page.context.clear_cookies()
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        for width, suffix in ((1024, "-tablet"), (1366, "")):
            page.set_viewport_size({"width": width, "height": 768})
            page.goto(f"{live_server.url}{reverse(name, args=args)}{query}")
            shot(page, f"{picture}{suffix}")
        return page

    yield open_page
    assert errors == []


def paper(page, name):
    """The page as an A4 file beside the pictures; how many sheets it has."""
    data = page.pdf(prefer_css_page_size=True)
    if folder := os.environ.get("LEDGER_SHOTS"):
        (Path(folder) / f"{name}.pdf").write_bytes(data)
    return data.count(b"/Type /Page\n") or data.count(b"/Type /Page ")


def test_entries_lists_and_must_visits(staff, roster, programme, tree, cast, at, page, shot):
    officer = user_with("programme_officer", tree.township)
    category = programme.categories.order_by("precedence").first()
    home = household(tree.community, head="必访户", categories=["low_income"], monthly_income=300)
    household(tree.community, head="张未列", categories=["low_income"], monthly_income=310)
    entries.assign(
        roster=roster,
        category=category,
        assigned_by=tree.township,
        household=home,
        reason="镇领导挂点联系户",
        by=officer,
        at=at,
    )
    staff(cast.clerk, "roster", roster.pk, picture="entry-roster")
    staff(cast.clerk, "entry", roster.entries.get(position=1).pk, picture="entry")
    staff(cast.clerk, "entry", roster.entries.get(position=4).pk, picture="entry-must-visit")
    staff(cast.clerk, "roster_left_out", roster.pk, picture="entry-left-out")
    query = f"?category={category.pk}&q=张未列"
    staff(cast.clerk, "roster_nominate", roster.pk, picture="entry-nominate", query=query)
    staff(officer, "must_visits", picture="entry-must-visits")
    staff(officer, "must_visit_list_new", picture="entry-must-visit-list-new")
    staff(officer, "roster_assign", roster.pk, picture="entry-assign", query=query)
    staff(cast.clerk, "entry_list_new", roster.pk, picture="entry-list-new")
    rows = [
        {"户编号": number, "慰问类别": category.name, "列入理由": "家中有病人"}
        for number in ("H404", home.number, household(tree.community, head="李大有").number)
    ]
    page.locator("[name=file]").set_input_files(
        {"name": "名单.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": workbook(*rows).read()}
    )
    page.get_by_role("button", name="上传并核对").click()
    shot(page, "entry-list-bad")
    page.get_by_role("link", name="可列入").last.click()
    shot(page, "entry-list-good")
    page.locator("[name=leave_out_bad]").check()
    page.get_by_role("button", name="确认列入").click()
    shot(page, "entry-list-done")
    assert EntryList.objects.get().state == "confirmed"
    assert roster.entries.count() == 5


def test_papers_fit_their_sheets(staff, roster, cast, at):
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=at)
    reviewer = cast.at(roster.step)
    entry = roster.entries.get(position=2)
    entries.strike(entry=entry, by=reviewer, at=at, reason="家庭收入超过规定标准")
    staff(reviewer, "entry", entry.pk, picture="entry-struck")
    staff(reviewer, "entry_letter_new", entry.pk, picture="entry-letter-new")
    letters.issue(entry=entry, reason="家庭月人均收入超过本方案规定的标准", by=reviewer, at=at)
    assert paper(staff(reviewer, "entry_letter", entry.pk, picture="entry-letter"), "entry-letter") == 1
    rosters.approve(roster=roster, by=reviewer, at=at)
    one = roster.entries.get(position=1)
    assert paper(staff(cast.clerk, "entry_form", one.pk, picture="entry-form"), "entry-form") == 1
    assert paper(staff(cast.clerk, "roster_forms", roster.pk, picture="entry-forms"), "entry-forms") == 2


@pytest.mark.parametrize("more", [1, 2, 4])
def test_a_form_of_many_steps_is_still_one_sheet(staff, roster, programme, cast, at, more):
    """Two meetings, two heads, up to three approvals; each with words."""
    extra = [
        ("approval", "county"),
        ("assessment", "township"),
        ("submission", "township"),
        ("approval", "city"),
    ]
    for number, (kind, level) in enumerate(extra[:more], start=90):
        programme.steps.create(position=number, kind=kind, level=level)
    words = "同意。户主长期卧床，家中老人须先送医，慰问金请由专人送到本人手中，走访时一并核对银行卡。"
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast, at=at)
    rosters.submit(roster=roster, by=cast.at(roster.step), at=at, reason=words)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=at)
    rosters.approve(roster=roster, by=cast.at(roster.step), at=at, reason=words)
    one = roster.entries.get(position=1)
    name = f"entry-form-{3 + more}"
    assert paper(staff(cast.clerk, "entry_form", one.pk, picture=name), name) == 1


def test_a_framework(staff, roster, programme, tree, cast, at):
    whole = approved_programme(tree.county, code="whole", at=at)
    Programme.objects.filter(pk=programme.pk).update(parent=whole)
    staff(cast.clerk, "programme", whole.pk, picture="entry-framework")
