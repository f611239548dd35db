"""Pages of revisions, doubts, relatives and samples: what they show, and who may use them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.models import RelativeCheck, Roster, StaffRelative
from beneficiaries.services import disputes, notices, objections, relatives, rosters
from beneficiaries.services import entries as entry_services
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    close_notice,
    drafted_roster,
    final_roster,
    household,
    roster_at,
    walk,
)
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db
AT = timezone.now() - timedelta(days=20)
KEY = "0c8cbd5c-8f0e-4f43-9c2b-7a4a9c1d2e3b"


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township, at=AT)


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def drafted(programme, tree, cast):
    return drafted_roster(programme, tree.community, cast=cast, at=AT)


def get(client, user, view, *args, **query):
    client.force_login(user)
    return client.get(reverse(view, args=args), query)


def post(client, user, view, *args, **data):
    client.force_login(user)
    return client.post(reverse(view, args=args), data)


def html(answer):
    return answer.content.decode()


def declare(organisation, by, name):
    return relatives.declare(
        organisation=organisation, staff_name="孟干事", name=name, kinship="parent", by=by, at=AT
    )


# -- revisions -----------------------------------------------------------------------------------------


def test_a_final_roster_is_revised_on_its_pages(client, programme, tree, cast):
    first = final_roster(programme, tree.community, cast=cast, at=AT)
    page = html(get(client, cast.clerk, "roster", first.pk))
    assert reverse("roster_revise", args=[first.pk]) in page
    assert "重新走完全部环节" in html(get(client, cast.clerk, "roster_revise", first.pk))
    assert post(client, cast.clerk, "roster_revise", first.pk, reason="").status_code == 200
    data = {"reason": "一户搬走", "form_key": KEY}
    answer = post(client, cast.clerk, "roster_revise", first.pk, **data)
    second = Roster.objects.get(version=2)
    assert answer["Location"] == reverse("roster", args=[second.pk])
    assert post(client, cast.clerk, "roster_revise", first.pk, **data).status_code == 302
    assert Roster.objects.count() == 2
    entry = second.entries.order_by("position").first()
    post(client, cast.clerk, "entry_withdraw", entry.pk, reason="已搬走")
    other = programme.categories.order_by("precedence").last()
    moved = second.entries.order_by("position").last()
    assert "调整后按新类别" in html(get(client, cast.clerk, "entry_category", moved.pk))
    post(client, cast.clerk, "entry_category", moved.pk, category=other.pk, reason="查实为重病")
    page = html(get(client, cast.clerk, "roster", second.pk))
    for text in ("第 2 版", "与上一版相比", "去掉", "已搬走", "类别变更", "恢复列入", "一户搬走"):
        assert text in page
    post(client, cast.clerk, "entry_restore", entry.pk, reason="并未搬走")
    entry.refresh_from_db()
    assert entry.status == EntryStatus.LISTED
    assert "正在修订" in html(get(client, cast.clerk, "roster", first.pk))
    assert "甲村（第2版）" in html(get(client, cast.clerk, "rosters"))
    walk(second, cast=Cast(tree.community), at=AT)
    page = html(get(client, cast.clerk, "roster", first.pk))
    assert "已被<a" in page
    assert reverse("roster_revise", args=[first.pk]) not in page


def test_a_roster_in_drafting_says_why_it_cannot_be_revised(client, drafted, cast):
    assert "不能“修订名册”" in html(get(client, cast.clerk, "roster_revise", drafted.pk))
    assert "不能“修订名册”" in html(post(client, cast.clerk, "roster_revise", drafted.pk, reason="改"))


# -- doubts --------------------------------------------------------------------------------------------


def test_a_doubt_is_marked_on_its_page_and_shown(client, drafted, cast):
    entry = drafted.entries.first()
    assert "须开会评议" in html(get(client, cast.clerk, "entry_doubt", entry.pk))
    post(client, cast.clerk, "entry_doubt", entry.pk, reason="邻居反映有车")
    entry.refresh_from_db()
    assert entry.doubt == "邻居反映有车"
    assert "疑义：邻居反映有车" in html(get(client, cast.clerk, "roster", drafted.pk))


def test_the_meeting_shows_only_the_doubtful_and_why(client, programme, tree, cast):
    programme.steps.filter(kind="assessment").update(is_for_disputed=True)
    roster = drafted_roster(programme, tree.community, cast=cast, at=AT)
    roster.entries.update(explanation=[])
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    page = html(get(client, cast.clerk, "roster", roster.pk))
    assert "免予评议" in page
    assert "不必开会" in page
    disputes.mark_doubtful(entry=roster.entries.last(), by=cast.clerk, at=AT, reason="邻居反映有车")
    assert "须召开评议会" in html(get(client, cast.clerk, "roster", roster.pk))
    post(
        client,
        cast.clerk,
        "assessment_new",
        roster.pk,
        held_at=f"{timezone.localtime(AT):%Y-%m-%dT%H:%M}",
        place="会议室",
        chair="李主任",
        recorder="王书记",
        name_0="李主任",
        present_0="on",
    )
    page = html(get(client, cast.clerk, "assessment", roster.assessments.get().pk))
    assert "只评议有疑义的对象" in page
    assert "标明疑义：邻居反映有车" in page
    assert page.count('name="agree_') == 1


def test_nobody_in_doubt_is_waived_on_its_page(client, programme, tree, cast):
    programme.steps.filter(kind="assessment").update(is_for_disputed=True)
    roster = drafted_roster(programme, tree.community, cast=cast, at=AT)
    roster.entries.update(explanation=[])
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    assert get(client, cast.clerk, "roster_move", roster.pk, "waive_assessment").status_code == 200
    post(client, cast.clerk, "roster_move", roster.pk, "waive_assessment", reason="")
    roster.refresh_from_db()
    assert roster.status == RosterStatus.SUBMITTING
    assert "免予评议" in html(get(client, cast.clerk, "roster", roster.pk))


def test_a_step_for_everybody_offers_no_waiving(client, programme, tree, cast):
    roster = roster_at(RosterStatus.ASSESSING, programme, tree.community, cast=cast, at=AT)
    assert "免予评议" not in html(get(client, cast.clerk, "roster", roster.pk))


# -- relatives -----------------------------------------------------------------------------------------


def test_a_relative_is_declared_seen_and_ended_on_pages(client, tree, cast):
    data = {
        "organisation": tree.community.pk,
        "staff_name": "孟干事",
        "kinship": "parent",
        "name": "何大山",
        "form_key": KEY,
    }
    assert "配偶、父母、子女" in html(get(client, cast.clerk, "relative_new"))
    assert "校验码" in html(
        post(client, cast.clerk, "relative_new", **data | {"id_number": "520325199001011231"})
    )
    post(client, cast.clerk, "relative_new", **data)
    assert post(client, cast.clerk, "relative_new", **data).status_code == 302
    made = StaffRelative.objects.get()
    page = html(get(client, cast.clerk, "relatives"))
    assert "何大山" in page
    assert reverse("relative_end", args=[made.pk]) in page
    assert get(client, cast.clerk, "relative_end", made.pk).status_code == 200
    post(client, cast.clerk, "relative_end", made.pk, reason="已离任")
    made.refresh_from_db()
    assert made.end_reason == "已离任"
    assert "何大山" not in html(get(client, cast.clerk, "relatives"))
    assert "何大山" in html(get(client, cast.clerk, "relatives", state="ended"))
    inspector = user_with("inspector", tree.township)
    page = html(get(client, inspector, "relatives", state="all", staff="孟", name="何"))
    assert "何大山" in page
    assert reverse("relative_new") not in page


def test_the_register_keeps_out_others(client, tree, cast):
    made = declare(tree.community, cast.clerk, "何大山")
    for outsider in (user_with("clerk", tree.sibling), user_with("reviewer", tree.other_township)):
        assert "何大山" not in html(get(client, outsider, "relatives"))
        assert get(client, outsider, "relative_end", made.pk).status_code == 404
        assert post(client, outsider, "relative_end", made.pk, reason="x").status_code == 404
    assert get(client, user_with("inspector", tree.township), "relative_end", made.pk).status_code == 403
    assert get(client, user_with("keeper", tree.community), "relatives").status_code == 403
    assert post(client, cast.clerk, "relatives").status_code == 405
    client.logout()
    assert client.get(reverse("relatives")).status_code == 302


def test_the_register_costs_the_same_for_3_and_13(client, tree, cast):
    client.force_login(cast.clerk)
    counts = []
    for more in (3, 10):
        for number in range(more):
            declare(tree.community, cast.clerk, f"何{more}{number}")
        client.get(reverse("relatives"))
        with CaptureQueriesContext(connection) as done:
            client.get(reverse("relatives"))
        counts.append(len(done))
    assert counts[0] == counts[1] <= 12


def test_a_relative_is_marked_and_checked_on_pages(client, programme, tree, cast):
    roster = roster_at(RosterStatus.SUBMITTING, programme, tree.community, cast=cast, at=AT)
    entry = roster.entries.order_by("position").first()
    declare(tree.community, cast.clerk, entry.household.head.name)
    assert "待上一级当面核查" in html(get(client, cast.clerk, "roster", roster.pk))
    inspector = user_with("inspector", tree.township)
    page = reverse("entry_relative_check", args=[entry.pk])
    assert page in html(get(client, inspector, "roster", roster.pk))
    assert page not in html(get(client, user_with("inspector", tree.community), "roster", roster.pk))
    assert "甲村孟干事的父母" in html(get(client, inspector, "entry_relative_check", entry.pk))
    data = {
        "is_true": "yes",
        "checked_on": f"{timezone.localdate():%Y-%m-%d}",
        "finding": "入户查看属实",
        "form_key": KEY,
    }
    assert post(client, inspector, "entry_relative_check", entry.pk, **data).status_code == 302
    assert post(client, inspector, "entry_relative_check", entry.pk, **data).status_code == 302
    assert RelativeCheck.objects.count() == 1
    assert "已当面核查，情况属实" in html(get(client, cast.clerk, "roster", roster.pk))


# -- samples -------------------------------------------------------------------------------------------


def test_the_drawn_list_is_printed_with_its_seed_and_how_to_draw_again(client, programme, tree, cast):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast, at=AT)
    check = roster.checks.get()
    page = html(get(client, cast.clerk, "check_list", check.pk))
    for text in ("抽查名单", check.seed, "第 1-3 号，共 3 个对象", "与本名单一致", "SHA-256"):
        assert text in page
    assert reverse("check_list", args=[check.pk]) in html(get(client, cast.clerk, "check", check.pk))
    assert get(client, user_with("clerk", tree.sibling), "check_list", check.pk).status_code == 404
    assert post(client, cast.clerk, "check_list", check.pk).status_code == 405
    type(check).objects.filter(pk=check.pk).update(drawn_from="")
    assert "与本名单一致" not in html(get(client, cast.clerk, "check_list", check.pk))


# -- the ladder ----------------------------------------------------------------------------------------

WRITES = ["roster_revise", "entry_category", "entry_restore", "entry_doubt", "entry_relative_check"]


@pytest.mark.parametrize("name", WRITES)
def test_write_pages_keep_out_strangers_and_the_unentitled(client, drafted, tree, name):
    pk = drafted.pk if name == "roster_revise" else drafted.entries.first().pk
    place, role = (tree.other_township, "inspector") if "check" in name else (tree.sibling, "clerk")
    outsider = user_with(role, place)
    assert post(client, outsider, name, pk).status_code == 404
    assert get(client, outsider, name, 999_999).status_code == 404
    looker = user_with("assessor", tree.community)
    if name != "entry_doubt":
        assert post(client, looker, name, pk).status_code == 403
    else:
        assert "没有标明疑义的权限" in html(post(client, looker, name, pk, reason="有车"))
    client.logout()
    assert client.post(reverse(name, args=[pk])).status_code == 302


# -- many entries --------------------------------------------------------------------------------------


def test_chips_and_pages_narrow_the_entries_down(client, programme, tree, cast):
    roster = drafted_roster(programme, tree.community, households=27, cast=cast, at=AT)
    other = programme.categories.order_by("precedence").last()
    roster.entries.filter(position__gt=20).update(category=other)
    disputes.mark_doubtful(entry=roster.entries.get(position=26), by=cast.clerk, at=AT, reason="有车")
    first = get(client, cast.clerk, "roster", roster.pk)
    assert [row["entry"].position for row in first.context["entries"]] == list(range(1, 26))
    second = get(client, cast.clerk, "roster", roster.pk, page=2)
    assert [row["entry"].position for row in second.context["entries"]] == [26, 27]
    doubted = get(client, cast.clerk, "roster", roster.pk, category=other.pk, kind="unmet")
    assert {row["entry"].category for row in doubted.context["entries"]} <= {other}
    assert "全部类别" in html(first)
    everything = get(client, cast.clerk, "roster", roster.pk, kind="nonsense", category="x", page="y")
    assert everything.context["entry_page"].paginator.count == 0
    assert "没有符合条件的对象" in html(everything)


def many(programme, place, count, *, kin):
    """A revision under review, with a relative, a doubt and a change, of so many households."""
    cast = Cast(place)
    first = final_roster(programme, place, households=count, cast=cast, at=AT)
    second = rosters.revise_final(roster=Roster.objects.get(pk=first.pk), by=cast.clerk, at=AT, reason="修订")
    entry_services.withdraw(entry=second.entries.first(), by=cast.clerk, at=AT, reason="搬走")
    entry_services.add(
        roster=second,
        category=programme.categories.first(),
        origin="nomination",
        household=household(place, head="何大山"),
        reason="漏列",
        by=cast.clerk,
        at=AT,
    )
    for entry in second.entries.all()[1 : 1 + kin]:
        declare(place, cast.clerk, entry.household.head.name)
    return second


@pytest.mark.parametrize("status", ["drafting", "reviewing"])
def test_a_page_costs_at_most_30_queries_whatever_there_is(client, programme, tree, status):
    small, large = many(programme, tree.community, 3, kin=1), many(programme, tree.sibling, 13, kin=3)
    user = None
    counts, in_admin = [], []
    reviewer = user_with("reviewer", tree.township)
    for roster in (small, small, large):
        walk(roster, until=status, cast=Cast(roster.organisation), at=AT)
        user = reviewer if status == "reviewing" else user_with("clerk", roster.organisation)
        client.force_login(user)
        with CaptureQueriesContext(connection) as done:
            assert client.get(reverse("roster", args=[roster.pk])).status_code == 200
        counts.append(len(done))
        client.force_login(reviewer)
        with CaptureQueriesContext(connection) as done:
            page = client.get(reverse("admin:beneficiaries_roster_change", args=[roster.pk]))
        assert "与上一版相比" in html(page)
        in_admin.append(len(done))
    assert counts[1] == counts[2] <= 30
    assert in_admin[1] == in_admin[2] <= 36


# -- the admin's review page ---------------------------------------------------------------------------


def test_the_review_page_shows_changes_objections_and_returns(client, programme, tree, cast):
    roster = roster_at(RosterStatus.ON_NOTICE, programme, tree.community, cast=cast, at=AT)
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    objection = objections.file(notice=notice, content="家里有小汽车", row_position=1, at=AT)
    objections.answer(objection=objection, answer="车已报废", is_upheld=False, by=cast.clerk, at=AT)
    close_notice(notice, by=cast.clerk, at=AT + timedelta(days=5))
    roster.refresh_from_db()
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=AT + timedelta(days=5))
    reviewer = cast.at(roster.step)
    rosters.return_to(
        roster=roster, step=None, by=reviewer, at=AT + timedelta(days=6), reason="名单要补充一户"
    )
    gone = roster.entries.order_by("position").last()
    entry_services.withdraw(entry=gone, by=cast.clerk, at=AT + timedelta(days=7), reason="查明有房")
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=AT + timedelta(days=7))
    client.force_login(reviewer)
    page = html(client.get(reverse("admin:beneficiaries_roster_change", args=[roster.pk])))
    for text in (
        "家里有小汽车",
        "车已报废",
        "不成立",
        "自上次退回以来",
        "名单要补充一户",
        "查明有房",
        "有异议 1",
    ):
        assert text in page
    narrowed = client.get(
        reverse("admin:beneficiaries_roster_change", args=[roster.pk]), {"kind": "objected"}
    )
    assert [row["entry"].position for row in narrowed.context["entries"]] == [1]
