"""Public pages: what residents see, and what nobody must ever see there."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from beneficiaries.documents import notices as documents
from beneficiaries.enums import EntryOrigin, EntryStatus, RosterStatus
from beneficiaries.models import BankAccount, Household, Objection, Person, PublicNotice
from beneficiaries.services import entries, households, notices, objections
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    bank_number,
    close_notice,
    drafted_roster,
    household,
    id_number,
    member,
    on_the_wall,
    walk,
)
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township)


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def noon(monkeypatch):
    """Pages see the clock stand where the test sets it."""
    clock = {"at": AT}
    monkeypatch.setattr("beneficiaries.views.public.timezone.now", lambda: clock["at"])
    return clock


@pytest.fixture
def roster(programme, tree, cast):
    roster = drafted_roster(programme, tree.community, cast=cast)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    return roster


@pytest.fixture
def notice(roster, cast):
    made = notices.post(roster=roster, by=cast.clerk, at=AT, place="村务公开栏")
    on_the_wall(made, by=cast.clerk)
    return made


def rich_household(organisation):
    """A household with everything that must not be shown."""
    made = household(
        organisation,
        head={"name": "欧阳建国", "health": "severe", "major_disease": "肺癌", "birth_on": date(1960, 3, 5)},
        members=[
            member("欧阳小宝", id_number=id_number(date(2016, 5, 4)), school_stage="primary"),
            member("何秀英", "spouse", disability_kind="physical", disability_grade=2, health="disabled"),
        ],
        monthly_income=431,
        medical_cost=58123,
        address="甲村3组幸福路17号",
        categories=["low_income"],
    )
    households.set_bank_account(person=made.head, bank_name="农商银行", number=bank_number(), by=None, at=AT)
    return made


def secrets_of_everybody():
    """ID, phone and bank numbers, addresses, illnesses and full names of everybody in the register."""
    for person in Person.objects.all():
        yield from (person.id_number, person.phone, person.major_disease, person.name)
    for home in Household.objects.all():
        yield from (home.address, home.number)
        yield from (f"{amount}" for amount in (home.monthly_income, home.medical_cost) if amount)
    yield from (account.number for account in BankAccount.objects.all())


def test_public_bytes_hold_no_secret_of_anybody(client, programme, tree, cast, noon):
    roster = drafted_roster(programme, tree.community, cast=cast)
    entry = entries.add(
        roster=roster,
        category=programme.categories.first(),
        origin=EntryOrigin.NOMINATION,
        household=rich_household(tree.community),
        reason="重病，孩子上学",
        by=cast.clerk,
        at=AT,
    )
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    objection = objections.file(
        notice=notice, content="他家有车，肺癌是假的", row_position=entry.position, at=AT
    )
    objections.answer(
        objection=objection, answer="经入户核实，情况属实", is_upheld=False, by=cast.clerk, at=AT
    )
    noon["at"] = AT + timedelta(days=5)
    close_notice(notice, by=cast.clerk, at=noon["at"])
    pages = [reverse("notice_index"), reverse("notice", args=[notice.token])]
    pages += [
        reverse("notice_result", args=[notice.token]),
        f"{reverse('objection_reply')}?code={objection.reference}",
    ]
    everything = "".join(client.get(page).content.decode() for page in pages)
    everything += documents.notice_html(notice) + documents.result_html(notice)
    assert "欧阳*国" in everything
    secrets = [secret for secret in secrets_of_everybody() if secret]
    assert len(secrets) > 15
    assert [secret for secret in secrets if secret in everything] == []
    for word in ("肺癌", "残疾", "小学", "重病", "欧阳建国", "小宝"):
        assert word not in everything


def test_a_notice_needs_no_login_sets_no_cookie_and_is_not_indexed(client, notice, noon):
    answer = client.get(reverse("notice", args=[notice.token]))
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert "noindex" in answer["X-Robots-Tag"]
    html = answer.content.decode()
    assert '<meta name="robots" content="noindex' in html
    assert "<script" not in html
    assert " style=" not in html


def test_the_period_begins_the_day_after_posting_and_is_shown_from_to(client, notice, noon):
    assert (notice.starts_on, notice.ends_on) == (date(2026, 1, 6), date(2026, 1, 8))
    html = client.get(reverse("notice", args=[notice.token])).content.decode()
    assert "2026年1月6日" in html
    assert "2026年1月8日" in html
    assert re.search("关于.*慰问对象的公示", html)
    assert "第一榜" in html
    assert "<svg" in html


def test_after_its_display_period_a_notice_is_gone_with_a_sentence(client, notice, noon):
    noon["at"] = AT + timedelta(days=4 + notice.roster.programme.display_days)
    answer = client.get(reverse("notice", args=[notice.token]))
    assert answer.status_code == 410
    assert "到期撤下" in answer.content.decode()


def test_a_withdrawn_notice_is_gone_at_once(client, notice, noon, cast):
    address = reverse("notice", args=[notice.token])
    assert client.get(address).status_code == 200
    notices.withdraw(notice=notice, by=cast.clerk, at=AT, reason="名单有误")
    assert client.get(address).status_code == 410


def test_staff_read_and_print_both_papers_after_the_notice_is_taken_down(
    client, notice, noon, cast, programme, tree
):
    close_notice(notice, by=cast.clerk)
    public = [reverse(name, args=[notice.token]) for name in ("notice", "notice_result")]
    papers = [reverse(name, args=[notice.pk]) for name in ("roster_notice_paper", "roster_notice_result")]
    page = reverse("roster_notice", args=[notice.pk])
    reviewer = user_with("reviewer", tree.township)
    noon["at"] = AT + timedelta(days=4)
    client.force_login(reviewer)  # each day anew: no session lasts that long
    html = client.get(page).content.decode()
    assert [address in html for address in (*public, *papers)] == [True, True, False, False]
    assert "公开页面已关闭" not in client.get(papers[0]).content.decode()
    noon["at"] = AT + timedelta(days=4 + programme.display_days)
    client.force_login(reviewer)
    html = client.get(page).content.decode()
    assert [f'href="{address}"' in html for address in (*public, *papers)] == [False, False, True, True]
    names = [row.shown_name for row in notice.rows.all()]
    for address, said in zip(papers, (*names[:1], "未收到异议"), strict=True):
        html = client.get(address).content.decode()
        assert said in html
        assert "已经到期撤下，公开页面已关闭" in html
        assert "data-print" in html
        assert client.post(address).status_code == 405
    assert [client.get(address).status_code for address in public] == [410, 410]
    assert all(name in client.get(papers[0]).content.decode() for name in names)


def test_the_papers_of_a_notice_stay_in_the_house_and_a_withdrawn_one_has_no_result(
    client, notice, noon, cast, tree
):
    paper, result = (
        reverse(name, args=[notice.pk]) for name in ("roster_notice_paper", "roster_notice_result")
    )
    notices.withdraw(notice=notice, by=cast.clerk, at=AT, reason="名单有误")
    assert client.get(paper).status_code == 302
    client.force_login(user_with("clerk", tree.sibling))
    assert [client.get(address).status_code for address in (paper, result)] == [404, 404]
    client.force_login(cast.clerk)
    assert "在公示期内已被撤下" in client.get(paper).content.decode()
    assert client.get(result).status_code == 404
    page = client.get(reverse("roster_notice", args=[notice.pk])).content.decode()
    assert (paper in page, result in page) == (True, False)


def test_an_unknown_notice_is_not_found_with_a_sentence(client, noon):
    answer = client.get(reverse("notice", args=["nonesuch"]))
    assert answer.status_code == 404
    assert "没有这份公示" in answer.content.decode()


def test_the_index_lists_real_notices_on_display_and_never_rehearsals(client, notice, noon):
    address = reverse("notice", args=[notice.token])
    assert address in client.get(reverse("notice_index")).content.decode()
    PublicNotice.objects.update(is_rehearsal=True)
    assert address not in client.get(reverse("notice_index")).content.decode()


def test_a_rehearsal_says_so(client, notice, noon):
    PublicNotice.objects.update(is_rehearsal=True)
    assert "演练" in client.get(reverse("notice", args=[notice.token])).content.decode()


def test_a_result_waits_for_the_closing(client, notice, noon):
    assert client.get(reverse("notice_result", args=[notice.token])).status_code == 404


# -- objections -------------------------------------------------------------------------------------


def objection_form(client, notice):
    html = client.get(reverse("objection_new", args=[notice.token])).content.decode()
    return re.search('name="form_key" value="([^"]+)"', html)[1]


def test_a_resident_objects_and_looks_up_the_reply(
    client, notice, noon, cast, django_capture_on_commit_callbacks
):
    key = objection_form(client, notice)
    data = {"form_key": key, "row_position": 2, "content": "他家有小汽车"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("objection_new", args=[notice.token]), data)
    assert answer.status_code == 302
    objection = Objection.objects.get()
    assert objection.entry.status == EntryStatus.STOPPED
    assert objection.reference in client.get(answer["Location"]).content.decode()
    look_up = f"{reverse('objection_reply')}?code={objection.reference}"
    assert "核查中" in client.get(look_up).content.decode()
    objections.answer(objection=objection, answer="车辆已于去年报废", is_upheld=False, by=cast.clerk, at=AT)
    assert "车辆已于去年报废" in client.get(look_up).content.decode()


def test_a_second_click_makes_one_objection_and_shows_the_same_number(client, notice, noon):
    data = {"form_key": objection_form(client, notice), "content": "他家有小汽车"}
    address = reverse("objection_new", args=[notice.token])
    first, second = client.post(address, data), client.post(address, data)
    assert Objection.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_a_row_that_is_not_there_gets_the_same_answer(client, notice, noon):
    data = {"form_key": objection_form(client, notice), "row_position": 99, "content": "他家有小汽车"}
    answer = client.post(reverse("objection_new", args=[notice.token]), data)
    assert answer.status_code == 302
    assert Objection.objects.get().entry is None


def test_one_address_cannot_flood(client, notice, noon):
    address = reverse("objection_new", args=[notice.token])
    for _ in range(objections.PER_ADDRESS):
        client.post(address, {"content": "不符合条件"})
    answer = client.post(address, {"content": "不符合条件"})
    assert answer.status_code == 429
    assert "监督电话" in answer.content.decode()
    assert Objection.objects.count() == objections.PER_ADDRESS
    assert client.post(address, {"content": "不符合条件"}, REMOTE_ADDR="10.9.8.7").status_code == 302


def test_all_addresses_together_cannot_flood(client, notice, noon, monkeypatch):
    monkeypatch.setattr(objections, "OVERALL", 2)
    address = reverse("objection_new", args=[notice.token])
    codes = [
        client.post(address, {"content": "不符合条件"}, REMOTE_ADDR=f"10.0.0.{number}").status_code
        for number in range(3)
    ]
    assert codes == [302, 302, 429]


def test_after_the_period_the_form_is_closed_in_words(client, notice, noon):
    noon["at"] = AT + timedelta(days=4)
    answer = client.get(reverse("objection_new", args=[notice.token]))
    assert answer.status_code == 410
    assert notice.hotline in answer.content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"content": "   "}, {"content": "x", "row_position": "abc"}, {"content": "字" * 1001}]
)
def test_a_bad_objection_is_shown_again_with_a_sentence(client, notice, noon, data):
    answer = client.post(reverse("objection_new", args=[notice.token]), data)
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()
    assert not Objection.objects.exists()


def test_a_wrong_code_is_answered_in_words(client, db):
    assert "没有这个查询码" in client.get(f"{reverse('objection_reply')}?code=1234567890").content.decode()
    assert client.get(reverse("objection_reply")).status_code == 200


def test_the_file_of_a_notice_stands_alone(notice):
    html = documents.notice_html(notice)
    assert "<style>" in html
    assert "/static/" not in html
