"""Staff pages of rosters: the write ladder, scope, query counts, and what they show."""

import copy
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.models import Assessment, Objection, Roster
from beneficiaries.services import notices, objections, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    attendees,
    drafted_roster,
    household,
    roster_at,
    walk,
)
from beneficiaries.workflows.rosters import ROSTER
from welfare.testing.personas import make_organisations, user_with

pytestmark = pytest.mark.django_db
AT = timezone.now() - timedelta(days=20)


@pytest.fixture(scope="module")
def kept_ground(once):
    """The organisations, an approved programme and the cast of a roster in 甲村."""

    def lay():
        tree = make_organisations()
        programme = approved_programme(tree.township, at=AT)
        return SimpleNamespace(tree=tree, programme=programme, cast=Cast(tree.community))

    return once(lay)


@pytest.fixture
def ground(kept_ground, db):
    return copy.deepcopy(kept_ground)


@pytest.fixture
def tree(ground):
    return ground.tree


@pytest.fixture
def programme(ground):
    return ground.programme


@pytest.fixture
def cast(ground):
    return ground.cast


def at(status, programme, tree, cast, **over):
    return roster_at(status, programme, tree.community, cast=cast, at=AT, **over)


@pytest.fixture
def drafted(programme, tree, cast):
    return drafted_roster(programme, tree.community, cast=cast, at=AT)


def get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def post(client, user, name, *args, data=None):
    client.force_login(user)
    return client.post(reverse(name, args=args), data or {"reason": ""})


def html(answer):
    return answer.content.decode()


# -- what they show ------------------------------------------------------------------------------------


def test_the_list_shows_rosters_in_scope_only(client, drafted, tree, cast):
    assert "甲村" in html(get(client, cast.clerk, "rosters"))
    stranger = user_with("clerk", tree.other_community)
    assert reverse("roster", args=[drafted.pk]) not in html(get(client, stranger, "rosters"))


@pytest.mark.parametrize("page", ["rosters", "roster_new"])
def test_selects_offer_the_programmes_within_reach_only(client, drafted, tree, cast, page):
    stranger = user_with("clerk", tree.other_community)
    assert drafted.programme.name in html(get(client, cast.clerk, page))
    assert drafted.programme.name not in html(get(client, stranger, page))


def test_the_page_says_what_is_next_and_who_must_do_it(client, programme, tree, cast):
    head = user_with("head", tree.community)
    roster = at(RosterStatus.SUBMITTING, programme, tree, cast)
    page = html(get(client, cast.clerk, "roster", roster.pk))
    assert "村（社区）负责人提交" in page
    assert head.full_name in page


def test_the_reviewer_who_submitted_reads_why_he_cannot_approve(client, programme, tree, cast):
    both = user_with("head", tree.community)
    from welfare import accounts

    accounts.grant(user=both, role="reviewer", organisation=tree.township, by=None, at=AT)
    roster = at(RosterStatus.SUBMITTING, programme, tree, cast)
    rosters.submit(roster=roster, by=both, at=AT)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=AT)
    assert "您已在此前环节承担提交" in html(get(client, both, "roster", roster.pk))
    answer = post(client, both, "roster_move", roster.pk, "approve")
    assert "您已在此前环节承担提交" in html(answer)
    roster.refresh_from_db()
    assert roster.status == RosterStatus.REVIEWING


@pytest.mark.parametrize("status", [*RosterStatus][:-2])  # superseded and cancelled ones: elsewhere
def test_the_page_opens_at_every_step(client, programme, tree, cast, status):
    roster = at(status, programme, tree, cast)
    for user in (cast.clerk, user_with("reviewer", tree.township)):
        assert get(client, user, "roster", roster.pk).status_code == 200


def test_a_page_costs_the_same_for_3_and_13_entries(client, programme, tree):
    small = roster_at(RosterStatus.REVIEWING, programme, tree.community, households=3, at=AT)
    large = roster_at(RosterStatus.REVIEWING, programme, tree.sibling, households=13, at=AT)
    client.force_login(user_with("reviewer", tree.township))
    counts = []
    for roster in (small, small, large):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("roster", args=[roster.pk]))
        counts.append(len(queries))
    assert counts[1] == counts[2]
    assert counts[1] <= 30


def test_the_list_costs_the_same_for_1_and_3_rosters(client, programme, tree):
    county = user_with("approver", tree.county)
    client.force_login(county)
    counts = []
    for organisation in (tree.community, tree.sibling):
        drafted_roster(programme, organisation, households=1, at=AT)
        client.get(reverse("rosters"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("rosters"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_the_workbook_is_a_workbook_and_masks_numbers(client, drafted, cast):
    answer = get(client, cast.clerk, "roster_workbook", drafted.pk)
    body = b"".join(answer.streaming_content)
    assert body[:2] == b"PK"


# -- drafting through pages ------------------------------------------------------------------------------


def test_a_clerk_drafts_nominates_and_starts(client, programme, tree, cast):
    answer = post(
        client, cast.clerk, "roster_new", data={"organisation": tree.community.pk, "programme": programme.pk}
    )
    roster = Roster.objects.get()
    assert answer["Location"] == reverse("roster", args=[roster.pk])
    home = household(tree.community, head="李大有")
    category = programme.categories.first()
    page = get(client, cast.clerk, "roster_nominate", roster.pk, category=category.pk, q="李大有")
    assert "李大有" in html(page)
    address = f"{reverse('roster_nominate', args=[roster.pk])}?category={category.pk}&q=李大有"
    client.post(address, {"beneficiary": home.pk, "origin": "nomination", "reason": "独居", "mode": "cash"})
    assert str(roster.entries.get()) == "李大有"
    post(client, cast.clerk, "roster_move", roster.pk, "start")
    roster.refresh_from_db()
    assert roster.status == RosterStatus.ASSESSING


def test_a_card_without_account_is_refused_in_words(client, drafted, cast):
    entry = drafted.entries.first()
    answer = post(client, cast.clerk, "entry_payment", entry.pk, data={"mode": "bank"})
    assert "没有登记在用的银行卡" in html(answer)


def test_a_meeting_is_recorded_voted_and_concluded_on_its_pages(client, programme, tree, cast):
    roster = at(RosterStatus.ASSESSING, programme, tree, cast)
    data = {
        "held_at": f"{timezone.localtime(AT):%Y-%m-%dT%H:%M}",
        "place": "会议室",
        "chair": "李主任",
        "recorder": "王书记",
    }
    for number, person in enumerate(attendees(9, 1)):
        data[f"name_{number}"] = person["name"]
        data[f"reason_{number}"] = person["absence_reason"]
        if person["is_present"]:
            data[f"present_{number}"] = "on"
    for slip in ("0001-01-01T00:00", "9999-12-31T23:59"):
        bad = post(client, cast.clerk, "assessment_new", roster.pk, data=data | {"held_at": slip})
        assert "年份应在 1900 至 2100 年之间" in html(bad)
    answer = post(client, cast.clerk, "assessment_new", roster.pk, data=data)
    meeting = Assessment.objects.get()
    assert answer["Location"] == reverse("assessment", args=[meeting.pk])
    assert (meeting.expected_count, meeting.present_count) == (10, 9)
    entries = list(roster.entries.order_by("position"))
    votes = {f"agree_{entry.pk}": 9 for entry in entries}
    bad = post(client, cast.clerk, "assessment", meeting.pk, data=votes | {f"agree_{entries[0].pk}": 8})
    assert "应为 9 票" in html(bad)
    votes |= {f"agree_{entries[0].pk}": 5, f"against_{entries[0].pk}": 4}
    post(client, cast.clerk, "assessment", meeting.pk, data=votes)
    post(client, cast.clerk, "assessment_conclude", meeting.pk)
    roster.refresh_from_db()
    entries[0].refresh_from_db()
    assert roster.status == RosterStatus.SUBMITTING
    assert entries[0].status == EntryStatus.REJECTED
    assert "三分之二" in entries[0].status_reason
    assert get(client, cast.clerk, "assessment", meeting.pk).status_code == 200
    assert "民主评议记录" in html(get(client, cast.clerk, "assessment_minutes", meeting.pk))


def test_a_notice_is_posted_objected_to_answered_and_closed_on_its_pages(client, programme, tree, cast):
    roster = at(RosterStatus.ON_NOTICE, programme, tree, cast)
    answer = post(client, cast.clerk, "notice_post", roster.pk, data={"place": "公开栏"})
    notice = roster.notices.get()
    assert answer["Location"] == reverse("roster_notice", args=[notice.pk])
    data = {"channel": "phone", "content": "有车", "about": "某家"}
    post(client, cast.clerk, "objection_receive", notice.pk, data=data)
    objection = Objection.objects.get()
    post(client, cast.clerk, "objection_assign", objection.pk, data={"row_position": 1})
    objection.refresh_from_db()
    assert objection.entry.status == EntryStatus.STOPPED
    assert "待答复" in html(get(client, cast.clerk, "objection", objection.pk))
    assert objection.reference in html(get(client, cast.clerk, "objections"))
    refused = post(
        client,
        cast.clerk,
        "objection_answer",
        objection.pk,
        data={"action": "checked", "is_upheld": "no", "answer": "电话13900001111核实"},
    )
    assert "不能写身份证号、电话" in html(refused)
    answer = {"action": "checked", "is_upheld": "yes", "answer": "车辆属实"}
    post(client, cast.clerk, "objection_answer", objection.pk, data=answer)
    objection.entry.refresh_from_db()
    assert objection.entry.status == EntryStatus.STRUCK
    early = post(client, cast.clerk, "roster_notice_close", notice.pk)
    assert "期满次日" in html(early)
    assert get(client, cast.clerk, "roster_notice", notice.pk).status_code == 200
    assert get(client, cast.clerk, "roster_notice_close", notice.pk).status_code == 200


def test_a_check_is_drawn_recorded_and_finished_on_its_pages(client, programme, tree, cast):
    roster = at(RosterStatus.CHECKING, programme, tree, cast)
    inspector = cast.at(roster.step)
    post(client, inspector, "check_draw", roster.pk)
    check = roster.checks.get()
    finding = check.findings.get()
    assert check.seed in html(get(client, inspector, "check", check.pk))
    data = {f"verdict_{finding.pk}": "no", f"text_{finding.pk}": "已购新房", f"key_{finding.pk}": ""}
    post(client, inspector, "check", check.pk, data=data)
    post(client, inspector, "check_finish", check.pk)
    roster.refresh_from_db()
    assert roster.status == RosterStatus.REVIEWING
    assert "抽查不实：已购新房" in html(
        get(client, user_with("reviewer", tree.township), "roster", roster.pk)
    )


def test_a_reviewer_returns_strikes_and_approves_on_pages(client, programme, tree, cast):
    roster = at(RosterStatus.REVIEWING, programme, tree, cast)
    reviewer = cast.at(roster.step)
    entry = roster.entries.first()
    refused = post(client, reviewer, "entry_strike", entry.pk)
    assert refused.status_code == 200
    post(client, reviewer, "entry_strike", entry.pk, data={"reason": "条件不符"})
    entry.refresh_from_db()
    assert (entry.status, entry.status_reason) == (EntryStatus.STRUCK, "条件不符")
    step = programme.steps.get(kind="submission")
    post(client, reviewer, "roster_return", roster.pk, data={"step": step.pk, "reason": "补充材料"})
    roster.refresh_from_db()
    assert (roster.status, roster.lap) == (RosterStatus.SUBMITTING, 2)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=AT)
    post(client, reviewer, "roster_move", roster.pk, "approve")
    roster.refresh_from_db()
    assert roster.status == RosterStatus.FINAL


# -- the ladder ----------------------------------------------------------------------------------------

WRITES = [
    ("roster_fill", "drafted"),
    ("roster_nominate", "drafted"),
    ("entry_withdraw", "entry"),
    ("entry_payment", "entry"),
    ("entry_strike", "entry"),
    ("assessment_new", "drafted"),
    ("notice_post", "drafted"),
    ("check_draw", "drafted"),
]


@pytest.mark.parametrize(("name", "of"), WRITES)
def test_write_pages_keep_out_strangers_and_the_unentitled(client, drafted, tree, name, of):
    pk = drafted.pk if of == "drafted" else drafted.entries.first().pk
    outsider = user_with("clerk", tree.other_community, "assessor")
    other = {"entry_strike": "reviewer", "check_draw": "inspector"}.get(name)
    if other:
        outsider = user_with(other, tree.other_township)
    assert post(client, outsider, name, pk).status_code == 404
    assert get(client, outsider, name, 999_999).status_code == 404
    # somebody who may do it in one community and only look at this one
    looker = user_with("assessor", tree.community)
    assert post(client, looker, name, pk).status_code == 403
    client.logout()
    assert client.post(reverse(name, args=[pk])).status_code == 302


def test_a_second_click_drafts_one_roster(client, programme, tree, cast):
    data = {
        "organisation": tree.community.pk,
        "programme": programme.pk,
        "form_key": "0c8cbd5c-8f0e-4f43-9c2b-7a4a9c1d2e3f",
    }
    post(client, cast.clerk, "roster_new", data=data)
    second = post(client, cast.clerk, "roster_new", data=data)
    assert second.status_code == 302
    assert Roster.objects.count() == 1


def test_reading_pages_reject_posts(client, drafted, cast):
    for name in ("roster", "roster_workbook"):
        assert post(client, cast.clerk, name, drafted.pk).status_code == 405


def test_withdrawing_a_notice_asks_a_reason_and_closes_its_page(client, programme, tree, cast):
    roster = at(RosterStatus.ON_NOTICE, programme, tree, cast)
    notice = notices.post(roster=roster, by=cast.clerk, at=timezone.now())
    assert post(client, cast.clerk, "roster_notice_withdraw", notice.pk).status_code == 200
    post(client, cast.clerk, "roster_notice_withdraw", notice.pk, data={"reason": "名单有误"})
    assert client.get(reverse("notice", args=[notice.token])).status_code == 410


def test_the_objectors_phone_is_masked_and_revealed_with_a_record(client, programme, tree, cast):
    roster = at(RosterStatus.ON_NOTICE, programme, tree, cast)
    notice = notices.post(roster=roster, by=cast.clerk, at=timezone.now())
    objection = objections.file(
        notice=notice, content="有车", objector_phone="13912345678", at=timezone.now()
    )
    assert "13912345678" not in html(get(client, cast.clerk, "objection", objection.pk))
    assert html(post(client, cast.clerk, "objection_phone", objection.pk)) == "13912345678"


def test_every_move_of_the_machine_has_a_button_page(programme, tree, cast):
    from beneficiaries.views import roster_page
    from beneficiaries.views import rosters as views
    from beneficiaries.workflows.rosters import RETURN_AT

    known = views.MOVES | set(roster_page.LINKS) | set(roster_page.ON_PAPER) | set(RETURN_AT.values())
    assert {move.name for move in ROSTER.moves if move.permission} == known


def test_a_check_page_can_be_read_after_it_is_done(client, programme, tree, cast):
    roster = at(RosterStatus.REVIEWING, programme, tree, cast)
    assert get(client, cast.clerk, "check", roster.checks.get().pk).status_code == 200


def test_a_households_page_shows_its_review(client, drafted, cast):
    home = drafted.entries.first().household
    client.force_login(cast.clerk)
    page = client.get(reverse("household", args=[home.pk]), {"tab": "rosters"}).content.decode()
    assert "评审记录" in page
    assert reverse("roster", args=[drafted.pk]) in page
