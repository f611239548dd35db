"""The page of a roster for who decides: papers that are lacking, objections, counts, its number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import Fact, ObjectionAction, RosterStatus
from beneficiaries.models import EvidenceRequirement, Objection
from beneficiaries.queries.evidence import FIELDS_ASSUMED
from beneficiaries.rules.fact_kinds import ASSUMABLE
from beneficiaries.services import entries, notices, objections, relatives, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    close_notice,
    code,
    drafted_roster,
    evidence,
    final_roster,
    household,
    member,
    roster_at,
    walk,
)
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db
AT = timezone.now() - timedelta(days=20)


@pytest.fixture
def programme(tree):
    made = approved_programme(tree.township, at=AT)
    EvidenceRequirement.objects.filter(category__programme=made).delete()
    for category in made.categories.all():
        category.requirements.create(kind=code("evidence_kind", "医疗费票据"))
    return made


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


def change(roster):
    return reverse("admin:beneficiaries_roster_change", args=[roster.pk])


def page_of(client, roster, user):
    client.force_login(user)
    return client.get(change(roster)).content.decode()


def test_who_decides_sees_which_papers_are_lacking(client, programme, tree, cast):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast, at=AT)
    first, second, _third = roster.entries.order_by("position")
    evidence(first.household, by=cast.clerk, kind="医疗费票据", at=AT)
    evidence(second.household, by=cast.clerk, kind="医疗费票据", at=AT, valid_until=AT.date())
    reviewer = cast.at(roster.step)
    page = page_of(client, roster, reviewer)
    assert page.count("缺材料：医疗费票据") == 2
    assert "缺材料：医疗费票据（已过期）" in page
    assert "须留意 2" in page
    move = reverse("admin:beneficiaries_roster_move", args=[roster.pk, "approve"])
    assert "2 个对象缺必需的证明材料" in client.get(move).content.decode()
    client.force_login(cast.clerk)
    assert client.get(reverse("roster", args=[roster.pk])).content.decode().count("缺材料") == 2


def test_what_may_be_assumed_is_read_from_the_household_and_counts_without_the_paper(
    client, programme, tree, cast
):
    assert set(FIELDS_ASSUMED) == set(ASSUMABLE)
    wanted = {"assumed_fact": Fact.INCOME, "assumed_value": 1500}
    EvidenceRequirement.objects.filter(category__programme=programme).update(**wanted)
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast, at=AT)
    home = roster.entries.first().household
    type(home).objects.filter(pk=home.pk).update(monthly_income=900)
    evidence(roster.entries.last().household, by=cast.clerk, kind="医疗费票据")
    page = page_of(client, roster, cast.at(roster.step))
    assert page.count("缺材料：医疗费票据（按推定）") == 2  # whatever is on file; the third has its paper
    assert page.count("缺材料：医疗费票据") == 2


def test_who_was_struck_lacks_nothing_and_is_counted_nowhere(client, programme, tree, cast):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast, at=AT)
    reviewer = cast.at(roster.step)
    entries.strike(entry=roster.entries.first(), by=reviewer, at=AT, reason="不符")
    doubtful = roster.entries.filter(status="struck")
    doubtful.update(doubt="有车", doubted_by=cast.clerk, doubted_at=AT)
    page = page_of(client, roster, reviewer)
    assert page.count("缺材料") == 2
    assert "须留意 2" in page and "须留意 3" not in page


def test_an_objection_to_be_assessed_anew_is_no_dismissed_one(client, programme, tree, cast):
    roster = drafted_roster(programme, tree.community, cast=cast, at=AT)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast, at=AT)
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    anew, wrong = (
        objections.file(notice=notice, content="有争议", row_position=number, at=AT) for number in (2, 3)
    )
    assert anew.outcome == "待答复"
    act = {"answer": "各方说法不一", "by": cast.clerk, "at": AT}
    objections.answer(objection=anew, is_upheld=None, action=ObjectionAction.REASSESS, **act)
    objections.answer(objection=wrong, is_upheld=False, **act)
    told = Objection.objects.order_by("pk")
    assert [one.outcome for one in told] == ["重新评议", "不成立"]
    for address in (reverse("roster_notice", args=[notice.pk]), reverse("entry", args=[anew.entry_id])):
        client.force_login(cast.clerk)
        assert "已答复（重新评议）" in client.get(address).content.decode()
    at = close_notice(notice, by=cast.clerk)
    roster.refresh_from_db()
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=at)
    page = page_of(client, roster, cast.at(roster.step))
    assert page.count("不成立</span>") == 1
    badge = page[: page.index("重新评议</span>")].rsplit("badge-status", 1)[1]
    assert "tone-warn" in badge


def test_the_fullest_page_costs_thirty_queries_at_most(client, programme, tree, cast):
    """Returned, with a relative who was checked, a struck entry, an objection and papers that are lacking."""
    counts = []
    reviewer = user_with("reviewer", tree.township)
    for place, households in ((tree.community, 3), (tree.sibling, 13)):
        cast = Cast(place)
        roster = _full(_drafted(programme, cast, households), cast, reviewer)
        counts.append(cost(client, roster, reviewer, "自上次退回以来", "缺材料", "近亲属", "不成立"))
    assert counts[0] == counts[1] <= 30


def test_nor_does_that_of_a_revision(client, programme, tree):
    """As full, and compared with the version before: one moved away, one new, one in another category."""
    counts = []
    reviewer = user_with("reviewer", tree.township)
    for place, households in ((tree.community, 3), (tree.sibling, 13)):
        first = final_roster(programme, place, households=households + 1, at=AT)
        cast = Cast(place)
        roster = rosters.revise_final(roster=first, by=cast.clerk, at=AT, reason="一户搬走，一户漏列")
        entries.withdraw(entry=roster.entries.first(), by=cast.clerk, at=AT, reason="已搬走")
        entries.add(
            roster=roster,
            category=programme.categories.last(),
            origin="nomination",
            household=household(place, members=[member()]),
            reason="漏列",
            by=cast.clerk,
            at=AT,
        )
        roster = _full(roster, cast, reviewer)
        counts.append(cost(client, roster, reviewer, "与上一版", "自上次退回以来", "近亲属", "不成立"))
    assert counts[0] == counts[1] <= 30


def cost(client, roster, user, *words):
    """How many queries the page takes the second time; it shows the words."""
    page_of(client, roster, user)
    with CaptureQueriesContext(connection) as done:
        page = client.get(change(roster)).content.decode()
    assert [word for word in words if word not in page] == []
    return len(done)


def _drafted(programme, cast, households):
    return drafted_roster(programme, cast.organisation, households=households, cast=cast, at=AT)


def _full(roster, cast, reviewer):
    programme = roster.programme
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast, at=AT)
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    found = objections.file(notice=notice, content="有车", row_position=2, at=AT)
    objections.answer(objection=found, answer="没有", is_upheld=False, by=cast.clerk, at=AT)
    at = close_notice(notice, by=cast.clerk)
    roster.refresh_from_db()
    at = walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=at)
    submission = programme.steps.get(kind="submission")
    rosters.return_to(roster=roster, step=submission, by=cast.at(roster.step), at=at, reason="补充材料")
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=at)
    first, second = roster.entries.filter(status="listed").order_by("position")[:2]
    facts = {"staff_name": "孟干事", "kinship": "child", "post": "村主任"}
    name = first.household.head.name
    relatives.declare(organisation=cast.organisation, name=name, by=cast.clerk, at=AT, **facts)
    inspector = user_with("inspector", cast.organisation.parent)
    looked = {"is_true": True, "finding": "属实", "checked_on": AT.date()}
    for entry in roster.entries.order_by("position"):
        if entry.household.head.name == name:
            relatives.check(entry=entry, by=inspector, at=AT, **looked)
    entries.strike(entry=second, by=reviewer, at=AT, reason="不符")
    return roster
