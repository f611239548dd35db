"""Pages of entries: what they show, the write ladder, scope, query counts."""

import copy
import io
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.documents import entries as documents
from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.models import EntryList, MinimumLine, RefusalLetter, RosterEntry
from beneficiaries.services import entries, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    code,
    drafted_roster,
    evidence,
    hold_meeting,
    household,
    institution,
    member,
    roster_at,
    walk,
)
from beneficiaries.tests.test_entry_lists import workbook
from welfare import panels
from welfare.models import AuditEvent
from welfare.testing.personas import make_organisations, user_with

pytestmark = pytest.mark.django_db
AT = timezone.now() - timedelta(days=20)
KEY = "0c8cbd5c-8f0e-4f43-9c2b-7a4a9c1d2e3f"


@pytest.fixture(scope="module")
def kept_ground(once):
    def lay():
        tree = make_organisations()
        programme = approved_programme(tree.township, at=AT)
        cast = Cast(tree.community)
        roster = drafted_roster(programme, tree.community, cast=cast, households=2, at=AT)
        officer = user_with("programme_officer", tree.township)
        return SimpleNamespace(tree=tree, programme=programme, cast=cast, roster=roster, officer=officer)

    return once(lay)


@pytest.fixture
def ground(kept_ground, db):
    return copy.deepcopy(kept_ground)


@pytest.fixture
def entry(ground):
    return ground.roster.entries.get(position=1)


def get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def post(client, user, name, *args, query="", **data):
    client.force_login(user)
    return client.post(reverse(name, args=args) + query, data or {"reason": ""})


def html(answer):
    return answer.content.decode()


def struck(ground):
    """The first entry, struck at review; and who struck it."""
    walk(ground.roster, until=RosterStatus.REVIEWING, cast=ground.cast, at=AT)
    entry, reviewer = ground.roster.entries.get(position=1), ground.cast.at(ground.roster.step)
    entries.strike(entry=entry, by=reviewer, at=AT, reason="收入超过标准")
    return entry, reviewer


# -- the page of an entry --------------------------------------------------------------------------------


def test_the_page_tells_who_why_on_which_papers(client, ground, entry):
    evidence(entry.household, by=ground.cast.clerk, kind="低保证")
    page = html(get(client, ground.cast.clerk, "entry", entry.pk))
    head = entry.household.head
    assert head.name in page and head.id_number not in page
    assert head.id_number[:6] in page
    assert entry.reason in page
    assert "低保证" in page
    assert entry.category.name in page
    assert reverse("reveal_id", args=[head.pk]) in page
    assert reverse("entry_withdraw", args=[entry.pk]) in page


def test_the_page_shows_each_step_of_the_review(client, ground, entry):
    walk(ground.roster, until=RosterStatus.REVIEWING, cast=ground.cast, at=AT)
    page = html(get(client, user_with("reviewer", ground.tree.township), "entry", entry.pk))
    for words in ("民主评议", "同意9", "公示", "不予列入"):
        assert words in page


def test_the_page_opens_at_every_step_and_for_a_struck_entry(client, ground, entry):
    entry, reviewer = struck(ground)
    page = html(get(client, reviewer, "entry", entry.pk))
    assert "收入超过标准" in page
    assert reverse("entry_letter_new", args=[entry.pk]) in page


@pytest.mark.parametrize("unit", ["person", "institution"])
def test_people_and_institutions_have_their_page_and_form_too(client, ground, unit):
    category = ground.programme.categories.order_by("precedence").last()
    type(category).objects.filter(pk=category.pk).update(unit=unit)
    home = household(ground.tree.community, head="李大有", members=[member("李小有")])
    who = {
        "person": home.members.get(name="李小有"),
        "institution": institution(ground.tree.community, name="红星砖瓦厂"),
    }[unit]
    category.refresh_from_db()
    facts = {"origin": "nomination", "reason": "困难", "by": ground.cast.clerk, "at": AT, unit: who}
    made = entries.add(roster=ground.roster, category=category, **facts)
    page = html(get(client, ground.cast.clerk, "entry", made.pk))
    assert str(who) in page
    assert ("李大有" in page) is (unit == "person")
    paper = html(get(client, ground.cast.clerk, "entry_form", made.pk))
    assert str(who) in paper
    assert ("与户主关系" in paper) is (unit == "person")
    found = html(
        get(
            client,
            ground.cast.clerk,
            "roster_nominate",
            ground.roster.pk,
            category=category.pk,
            q=who.name,
        )
    )
    assert 'name="beneficiary"' in found


def test_a_number_on_file_elsewhere_is_told_without_who_or_where(client, ground):
    far = household(ground.tree.other_community, head="金丝雀", number="CANARY1")
    category = ground.programme.categories.order_by("precedence").first()

    def page(text):
        pk, clerk = ground.roster.pk, ground.cast.clerk
        return html(get(client, clerk, "roster_nominate", pk, category=category.pk, q=text))

    told = page(far.head.id_number)
    assert "此身份证号已在本县其他社区登记，请报镇核实后办理。" in told
    assert not any(
        secret in told
        for secret in ("金丝雀", "金*雀", "CANARY1", far.address, str(ground.tree.other_community))
    )
    for text in ("金丝雀", "CANARY1", far.head.id_number[:10]):
        assert "其他社区登记" not in page(text)


def test_other_rooms_add_their_part(client, ground, entry, monkeypatch):
    template = engines["django"].from_string("{{ entry.position }}号的认定：{{ said }}")
    monkeypatch.setattr(
        "beneficiaries.views.entry_page.render_to_string", lambda _name, context: template.render(context)
    )
    monkeypatch.setitem(
        panels._panels,
        "roster_entry",
        [panels.Panel("judged", "评议认定", "made_up.html", lambda entry, user: {"said": "属实"})],
    )
    page = html(get(client, ground.cast.clerk, "entry", entry.pk))
    assert "评议认定" in page
    assert "1号的认定：属实" in page


def test_a_must_visit_says_who_sent_it_and_offers_recall_to_the_sender(client, ground):
    home = household(ground.tree.community, head="必访户")
    made = entries.assign(
        roster=ground.roster,
        category=ground.programme.categories.first(),
        assigned_by=ground.tree.township,
        household=home,
        reason="挂点",
        by=ground.officer,
        at=AT,
    )
    page = html(get(client, ground.cast.clerk, "entry", made.pk))
    assert "上级指定" in page and "上坪镇" in page
    assert "上坪镇以下不能“撤下”" in page
    assert "上坪镇指定" in html(get(client, ground.cast.clerk, "roster", ground.roster.pk))
    listed = html(
        get(client, ground.officer, "must_visits", programme=ground.programme.pk, organisation="甲")
    )
    assert reverse("entry_recall", args=[made.pk]) in listed
    post(client, ground.officer, "entry_recall", made.pk, reason="情况好转")
    made.refresh_from_db()
    assert made.status == EntryStatus.WITHDRAWN


def test_the_page_costs_the_same_whatever_it_holds(client, ground, entry):
    large = ground.roster.entries.get(position=2)
    evidence(entry.household, by=ground.cast.clerk)
    for number in range(10):
        evidence(large.household, by=ground.cast.clerk)
        large.household.members.create(name=f"王{number}", relation="other")
    counts = []
    for one in (entry, entry, large):
        client.force_login(ground.cast.clerk)
        with CaptureQueriesContext(connection) as run:
            client.get(reverse("entry", args=[one.pk]))
        counts.append(len(run))
    assert counts[1] == counts[2]
    assert counts[1] <= 40


# -- papers ----------------------------------------------------------------------------------------------


def test_the_form_is_printed_of_one_and_of_all_and_the_print_is_logged(client, ground, entry):
    household_of = entry.household
    page = html(get(client, ground.cast.clerk, "entry_form", entry.pk))
    assert page.count("村（居）评议意见") == 1
    for words in ("村（居）负责人提交意见", "镇（街道）审批意见", "（盖章）", household_of.number, "健康"):
        assert words in page
    assert household_of.head.id_number not in page
    assert AuditEvent.objects.filter(label="查看登记审批表（打印）", target_id=str(entry.pk)).exists()
    page = html(get(client, ground.cast.clerk, "roster_forms", ground.roster.pk))
    assert page.count("村（居）评议意见") == 2


def test_the_form_carries_the_vote_and_the_decisions(client, ground, entry):
    roster = ground.roster
    walk(roster, until=RosterStatus.FINAL, cast=ground.cast, at=AT)
    page = html(get(client, ground.cast.clerk, "entry_form", entry.pk))
    assert "民主评议同意 9 票，反对 0 票，弃权 0 票，同意列入。" in page
    assert "同意列入。" in page
    assert str(roster.decisions.filter(outcome="agreed").last().decided_by) in page


def opinions(roster, entry):
    """[(title, text, name)] of the form's boxes, as printed today."""
    (form,) = documents.forms(roster, RosterEntry.objects.filter(pk=entry.pk), on=AT.date())
    return [(box["label"], box["text"], box["name"]) for box in form["opinions"]]


def test_the_form_prints_the_words_of_whoever_agreed_at_each_step(ground, entry):
    roster, cast = ground.roster, ground.cast
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast, at=AT)
    head = cast.at(roster.step)
    rosters.submit(roster=roster, by=head, at=AT, reason="逐户看过，情况属实")
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=AT)
    reviewer = cast.at(roster.step)
    assert opinions(roster, entry)[2] == ("镇（街道）审批意见", "", "")
    rosters.approve(roster=roster, by=reviewer, at=AT, reason="同意，家中老人须先送医。")
    votes, submission, approval = opinions(roster, entry)
    assert votes[:2] == ("村（居）评议意见", "民主评议同意 9 票，反对 0 票，弃权 0 票，同意列入。")
    assert submission == ("村（居）负责人提交意见", "同意提交。逐户看过，情况属实。", str(head))
    assert approval == ("镇（街道）审批意见", "同意，家中老人须先送医。", str(reviewer))


def test_each_meeting_and_each_approval_has_its_own_box_in_the_order_of_the_procedure(ground, entry):
    roster, cast, steps = ground.roster, ground.cast, ground.programme.steps
    for position, kind, level in (
        (91, "assessment", "township"),
        (92, "approval", "county"),
        (93, "approval", "county"),
    ):
        steps.create(position=position, kind=kind, level=level)
    walk(roster, cast=cast, at=AT)
    titles = [title for title, _text, _name in opinions(roster, entry)]
    assert titles == [
        "村（居）评议意见",
        "村（居）负责人提交意见",
        "镇（街道）审核意见",
        "镇（街道）评议意见",
        "县（市、区）审核意见",
        "县（市、区）审批意见",
    ]
    assert all(text and name for _title, text, name in opinions(roster, entry))
    steps.filter(position=93).update(kind="submission", level="community", name="村务监督委员会提交")
    titles = [title for title, _text, _name in opinions(roster, entry)]
    assert "村（居）负责人提交意见（村（社区）负责人提交）" in titles
    assert "村（居）负责人提交意见（村务监督委员会提交）" in titles


def test_what_a_return_has_undone_is_not_on_the_form_and_what_it_left_is(ground, entry):
    roster, cast = ground.roster, ground.cast
    ground.programme.steps.create(position=92, kind="approval", level="county")
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=AT)
    township = roster.step
    rosters.approve(roster=roster, by=cast.at(township), at=AT)
    rosters.return_to(roster=roster, step=township, by=cast.at(roster.step), at=AT, reason="请复核")
    texts = [text for _title, text, _name in opinions(roster, entry)]
    assert texts[1:] == ["同意提交。", "", ""] and "9 票" in texts[0]
    rosters.return_to(roster=roster, step=None, by=cast.at(roster.step), at=AT, reason="重新摸底")
    assert [text for _title, text, _name in opinions(roster, entry)] == ["", "", "", ""]


def test_the_form_of_who_was_struck_holds_what_was_agreed_before_and_the_reason(ground):
    entry, _reviewer = struck(ground)
    walk(ground.roster, cast=ground.cast, at=AT)
    texts = [text for _title, text, _name in opinions(ground.roster, entry)]
    assert texts[1:] == ["同意提交。", "不予列入：收入超过标准。"] and "同意列入。" in texts[0]


def test_the_form_of_who_failed_at_the_meeting_ends_there(ground, entry):
    roster, cast = ground.roster, ground.cast
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    hold_meeting(roster, by=cast.clerk, at=AT, failing=[entry])
    walk(roster, cast=cast, at=AT + timedelta(hours=1))
    texts = [text for _title, text, _name in opinions(roster, entry)]
    assert "反对 6 票" in texts[0] and "未通过" in texts[0] and texts[1:] == ["", ""]


def test_a_meeting_that_was_not_needed_is_told_as_such_on_the_form(ground, entry):
    ground.programme.steps.filter(kind="assessment").update(is_for_disputed=True)
    assert opinions(ground.roster, entry)[0][1] == "本环节只评议有疑义的对象。"
    ground.roster.entries.update(explanation=[{"text": "困难", "is_met": True, "value": "", "depth": 0}])
    walk(ground.roster, cast=ground.cast, at=AT)
    assert "没有有疑义的对象，未召开评议会" in opinions(ground.roster, entry)[0][1]


def test_forms_cost_the_same_for_three_and_thirteen(client, ground):
    other = approved_programme(ground.tree.county, code="other", at=AT)
    small = roster_at(RosterStatus.REVIEWING, other, ground.tree.sibling, households=3, at=AT)
    large = roster_at(RosterStatus.REVIEWING, other, ground.tree.other_community, households=13, at=AT)
    client.force_login(user_with("approver", ground.tree.county))
    counts = []
    for roster in (small, small, large):
        with CaptureQueriesContext(connection) as run:
            client.get(reverse("roster_forms", args=[roster.pk]))
        counts.append(len(run))
    assert counts[1] == counts[2]


def test_a_letter_is_issued_on_its_page_and_printed(client, ground):
    entry, reviewer = struck(ground)
    assert get(client, reviewer, "entry_letter", entry.pk).status_code == 404
    refused = post(client, reviewer, "entry_letter_new", entry.pk, reason="患病，残疾")
    assert "涉及疾病" in html(refused)
    answer = post(client, reviewer, "entry_letter_new", entry.pk, reason="收入超过标准", form_key=KEY)
    assert answer["Location"] == reverse("entry_letter", args=[entry.pk])
    again = post(client, reviewer, "entry_letter_new", entry.pk, reason="收入超过标准", form_key=KEY)
    assert again.status_code == 302
    letter = RefusalLetter.objects.get()
    page = html(get(client, reviewer, "entry_letter", entry.pk))
    for words in (letter.number, "收入超过标准", letter.addressee, letter.hotline, "5 个工作日"):
        assert words in page
    head = entry.household.head
    assert head.id_number not in page and head.phone not in page
    assert AuditEvent.objects.filter(label="查看不予列入告知书（打印）").count() == 1
    assert reverse("entry_letter", args=[entry.pk]) in html(get(client, reviewer, "entry", entry.pk))


# -- the left out ------------------------------------------------------------------------------------------


def test_the_left_out_are_shown_with_reasons_at_the_same_cost(client, ground):
    for number in range(3):
        household(ground.tree.community, head=f"李{number}", categories=["low_income"], monthly_income=300)
    page = html(get(client, ground.cast.clerk, "roster_left_out", ground.roster.pk))
    assert "李0" in page and "符合条件，尚未筛选列入" in page
    counts = []
    for number in (0, 10):
        for _ in range(number):
            household(ground.tree.community, categories=["low_income"], monthly_income=300)
        client.force_login(ground.cast.clerk)
        with CaptureQueriesContext(connection) as run:
            client.get(reverse("roster_left_out", args=[ground.roster.pk]))
        counts.append(len(run))
    assert counts[0] == counts[1]


def test_whom_only_an_assumption_keeps_out_is_shown_so_until_the_paper_is_there(client, ground):
    for is_rural in (True, False):
        MinimumLine.objects.create(
            organisation=ground.tree.county, is_rural=is_rural, from_on=date(2020, 1, 1), monthly_amount=780
        )
    home = household(ground.tree.community, head="李无证", monthly_income=300)
    category = ground.programme.categories.get(code="low-income")
    category.requirements.update_or_create(
        kind=code("evidence_kind", "收入证明"), defaults={"assumed_fact": "income", "assumed_value": 5000}
    )
    page = html(get(client, ground.cast.clerk, "roster_left_out", ground.roster.pk))
    assert "李无证" in page and "按推定金额核算不符合" in page
    evidence(home, by=ground.cast.clerk, kind="收入证明")
    page = html(get(client, ground.cast.clerk, "roster_left_out", ground.roster.pk))
    assert "李无证" in page and "按推定金额核算不符合" not in page


# -- listing by hand and by workbook -------------------------------------------------------------------------


def test_an_application_and_an_id_number_found_elsewhere_on_the_page(client, ground):
    clerk, pk = ground.cast.clerk, ground.roster.pk
    category = ground.programme.categories.first()
    home = household(ground.tree.community, head="李大有", members=[member("李小有")])
    query = f"?category={category.pk}&q={home.head.id_number}"
    assert "李大有" in html(
        get(client, clerk, "roster_nominate", pk, category=category.pk, q=home.head.id_number)
    )
    data = {"beneficiary": home.pk, "origin": "application", "reason": "患病", "mode": "cash"}
    refused = post(client, clerk, "roster_nominate", pk, query=query, **data)
    assert "随申请提交的材料" in html(refused)
    post(client, clerk, "roster_nominate", pk, query=query, evidence_named="诊断证明", **data)
    assert ground.roster.entries.get(origin="application").evidence_named == "诊断证明"
    near = household(ground.tree.sibling, head="张近邻")
    upper = user_with("clerk", ground.tree.township)
    told = html(get(client, upper, "roster_nominate", pk, category=category.pk, q=near.head.id_number))
    assert "登记在乙社区" in told and "张近邻" not in told
    told = html(get(client, clerk, "roster_nominate", pk, category=category.pk, q=near.head.id_number))
    assert "乙社区" not in told.replace("上坪镇", "")


def test_a_must_visit_is_handed_down_on_its_page(client, ground):
    category = ground.programme.categories.first()
    home = household(ground.tree.community, head="李大有")
    assert "李大有" in html(
        get(client, ground.officer, "roster_assign", ground.roster.pk, category=category.pk, q="李大有")
    )
    data = {"beneficiary": home.pk, "assigned_by": ground.tree.township.pk, "reason": "挂点"}
    answer = post(
        client,
        ground.officer,
        "roster_assign",
        ground.roster.pk,
        query=f"?category={category.pk}&q=李大有",
        **data,
    )
    assert answer["Location"] == reverse("must_visits")
    assert ground.roster.entries.get(origin="assigned").assigned_by == ground.tree.township
    assert "李大有" in html(get(client, ground.officer, "must_visits"))


def test_a_second_click_lists_nobody_twice(client, ground):
    category = ground.programme.categories.first()
    home = household(ground.tree.community, head="李大有")
    query = f"?category={category.pk}&q=李大有"
    data = {"beneficiary": home.pk, "origin": "nomination", "reason": "患病", "mode": "cash", "form_key": KEY}
    for _ in range(2):
        answer = post(client, ground.cast.clerk, "roster_nominate", ground.roster.pk, query=query, **data)
        assert answer.status_code == 302
    assert ground.roster.entries.filter(household=home).count() == 1
    made = ground.roster.entries.get(household=home)
    for _ in range(2):
        post(client, ground.cast.clerk, "entry_withdraw", made.pk, reason="错列", form_key=KEY[::-1])
    made.refresh_from_db()
    assert made.status == EntryStatus.WITHDRAWN


def lines(ground, *numbers):
    category = ground.programme.categories.order_by("precedence").first().name
    return workbook(*({"户编号": number, "慰问类别": category, "列入理由": "患病"} for number in numbers))


def test_a_list_is_uploaded_previewed_and_confirmed_on_its_pages(client, ground):
    clerk, pk = ground.cast.clerk, ground.roster.pk
    home = household(ground.tree.community, head="李大有")
    assert reverse("entry_list_template", args=[pk]) in html(get(client, clerk, "entry_list_new", pk))
    answer = post(client, clerk, "entry_list_new", pk, file=lines(ground, home.number, "H404"))
    made = EntryList.objects.get()
    assert answer["Location"] == reverse("entry_list", args=[made.pk])
    bad = html(get(client, clerk, "entry_list", made.pk))
    assert "C4 户编号" in bad and "没有可以列入的此户" in bad
    assert "李大有" in html(get(client, clerk, "entry_list", made.pk, kind="good"))
    errors = get(client, clerk, "entry_list_errors", made.pk)
    assert b"".join(errors.streaming_content)[:2] == b"PK"
    refused = post(client, clerk, "entry_list_confirm", made.pk, form_key="")
    assert "还有 1 行有误" in html(refused)
    for _ in range(2):
        answer = post(client, clerk, "entry_list_confirm", made.pk, leave_out_bad="on", form_key=KEY)
        assert answer.status_code == 302
    assert ground.roster.entries.filter(origin="import").count() == 1
    assert "已列入 1 个对象" in html(get(client, clerk, "entry_list", made.pk))
    answer = get(client, clerk, "entry_list_template", pk)
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_a_must_visit_list_is_uploaded_and_cancelled_on_its_pages(client, ground):
    home = household(ground.tree.community)
    page = html(get(client, ground.officer, "must_visit_list_new"))
    assert reverse("must_visit_template", args=[ground.programme.pk]) in page
    data = {"programme": ground.programme.pk, "organisation": ground.tree.township.pk}
    post(client, ground.officer, "must_visit_list_new", file=lines(ground, home.number), **data)
    made = EntryList.objects.get()
    assert made.is_handed_down and made.good_count == 1
    assert get(client, ground.officer, "entry_list_errors", made.pk).status_code == 404
    post(client, ground.officer, "entry_list_cancel", made.pk, form_key="")
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert "没有写入任何内容" in html(get(client, ground.officer, "entry_list", made.pk))
    answer = get(client, ground.officer, "must_visit_template", ground.programme.pk)
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert get(client, ground.officer, "must_visit_template", 999_999).status_code == 404


def test_no_upload_answers_with_an_error_of_ours(client, ground):

    for data in (b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0", "姓名,身份证号\n张,1".encode(), b"\x00" * 99):
        file = io.BytesIO(data)
        file.name = "名单.xlsx"
        answer = post(client, ground.cast.clerk, "entry_list_new", ground.roster.pk, file=file)
        assert answer.status_code == 200
    assert EntryList.objects.count() == 0


# -- the ladder --------------------------------------------------------------------------------------------

OF_ROSTER = ("roster_left_out", "roster_forms", "roster_assign", "entry_list_new", "entry_list_template")
OF_ENTRY = ("entry", "entry_form", "entry_letter", "entry_letter_new", "entry_recall")
READING = ("roster_left_out", "roster_forms", "entry_list_template", "entry", "entry_form", "entry_letter")


@pytest.mark.parametrize("name", [*OF_ROSTER, *OF_ENTRY])
def test_strangers_find_nothing_and_the_unentitled_are_kept_out(client, ground, entry, name):
    pk = ground.roster.pk if name in OF_ROSTER else entry.pk
    stranger = user_with("clerk", ground.tree.other_community, "programme_officer")
    assert get(client, stranger, name, pk).status_code == 404
    assert get(client, stranger, name, 999_999).status_code == 404
    looker = user_with("assessor", ground.tree.community)
    if name not in READING or name == "entry_list_template":
        assert get(client, looker, name, pk).status_code == 403
    visitor = user_with("visitor", ground.tree.community)
    assert get(client, visitor, name, pk).status_code in (403, 404)
    client.logout()
    assert client.get(reverse(name, args=[pk])).status_code == 302


@pytest.mark.parametrize("name", READING)
def test_reading_pages_reject_posts(client, ground, entry, name):
    pk = ground.roster.pk if name in OF_ROSTER else entry.pk
    assert post(client, ground.cast.clerk, name, pk).status_code == 405


@pytest.mark.parametrize(
    "name", ["entry_list", "entry_list_errors", "entry_list_confirm", "entry_list_cancel"]
)
def test_lists_are_their_own_organisations(client, ground, name):
    home = household(ground.tree.community)
    post(
        client, ground.cast.clerk, "entry_list_new", ground.roster.pk, file=lines(ground, home.number, "H404")
    )
    made = EntryList.objects.get()
    ask = post if name in ("entry_list_confirm", "entry_list_cancel") else get
    assert ask(client, user_with("clerk", ground.tree.sibling), name, made.pk).status_code == 404
    assert ask(client, user_with("head", ground.tree.community), name, made.pk).status_code == 403
    wrong = get if ask is post else post
    assert wrong(client, ground.cast.clerk, name, made.pk).status_code == 405
    assert RosterEntry.objects.count() == 2


def test_a_must_visit_page_is_for_who_hands_down(client, ground):
    for name in ("must_visits", "must_visit_list_new"):
        assert get(client, user_with("head", ground.tree.community), name).status_code == 403
        assert get(client, ground.officer, name).status_code == 200
    assert "必访对象" in html(get(client, ground.officer, "todo"))
