"""审核 in the admin: the list, the page, agreeing, returning, striking (many at once: test_roster_bulk)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.services import rosters
from beneficiaries.tests.factories import Cast, approved_programme, roster_at, walk
from welfare import accounts
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db
AT = timezone.now() - timedelta(days=20)
LIST = "admin:beneficiaries_roster_changelist"


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township, at=AT)


@pytest.fixture
def reviewer(tree):
    return user_with("reviewer", tree.township)


@pytest.fixture
def reviewed(programme, tree):
    return roster_at(RosterStatus.REVIEWING, programme, tree.community, at=AT)


def change(roster):
    return reverse("admin:beneficiaries_roster_change", args=[roster.pk])


def move(roster, name):
    return reverse("admin:beneficiaries_roster_move", args=[roster.pk, name])


def test_the_list_opens_on_what_waits_for_me(client, programme, tree, reviewer, reviewed):
    early = roster_at(RosterStatus.SUBMITTING, programme, tree.sibling, at=AT)
    client.force_login(reviewer)
    mine = client.get(reverse(LIST)).content.decode()
    assert change(reviewed) in mine
    assert change(early) not in mine
    everything = client.get(reverse(LIST), {"waiting": "all"}).content.decode()
    assert change(early) in everything


def test_the_list_filters_by_step_and_township(client, tree, reviewer, reviewed):
    client.force_login(reviewer)
    assert (
        change(reviewed) not in client.get(reverse(LIST), {"at": "final", "waiting": "all"}).content.decode()
    )
    assert change(reviewed) in client.get(reverse(LIST), {"office": tree.township.pk}).content.decode()
    assert client.get(reverse(LIST), {"office": "x"}).status_code == 200
    assert change(reviewed) not in client.get(reverse(LIST), {"office": 999999}).content.decode()


def test_another_township_sees_nothing(client, tree, reviewed):
    client.force_login(user_with("reviewer", tree.other_township))
    assert change(reviewed) not in client.get(reverse(LIST), {"waiting": "all"}).content.decode()
    assert client.get(move(reviewed, "approve")).status_code == 404


def test_the_page_shows_totals_reasons_and_votes(client, reviewer, reviewed):
    client.force_login(reviewer)
    page = client.get(change(reviewed)).content.decode()
    for text in ("慰问金合计", "600.00", "家庭困难，本人不便申请", "同意9", "不予列入", "办理经过"):
        assert text in page


def test_the_page_costs_the_same_for_3_and_13_entries(client, programme, tree, reviewer):
    small = roster_at(RosterStatus.REVIEWING, programme, tree.community, households=3, at=AT)
    large = roster_at(RosterStatus.REVIEWING, programme, tree.sibling, households=13, at=AT)
    client.force_login(reviewer)
    counts = []
    for roster in (small, small, large):
        with CaptureQueriesContext(connection) as queries:
            client.get(change(roster))
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_returned_with_a_reason_struck_and_approved(client, programme, tree):
    cast = Cast(tree.community)
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast, at=AT)
    reviewer = cast.at(roster.step)
    client.force_login(reviewer)
    submission = programme.steps.get(kind="submission")
    assert client.get(move(roster, "return")).status_code == 200
    client.post(move(roster, "return"), {"step": submission.pk, "reason": "补充材料"})
    roster.refresh_from_db()
    assert roster.status == RosterStatus.SUBMITTING
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=AT)
    entry = roster.entries.first()
    strike = reverse("admin:beneficiaries_roster_strike", args=[roster.pk, entry.pk])
    assert client.get(strike).status_code == 200
    assert client.post(strike, {"reason": "条件不符"})["Location"] == change(roster)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.STRUCK
    client.post(move(roster, "approve"), {"reason": ""})
    roster.refresh_from_db()
    assert roster.status == RosterStatus.FINAL


def test_the_submitter_trying_to_approve_reads_why_not(client, programme, tree):
    cast = Cast(tree.community)
    roster = roster_at(RosterStatus.SUBMITTING, programme, tree.community, cast=cast, at=AT)
    both = user_with("head", tree.community)
    accounts.grant(user=both, role="reviewer", organisation=tree.township, by=None, at=AT)
    rosters.submit(roster=roster, by=both, at=AT)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=AT)
    client.force_login(both)
    sentence = "您已在此前环节承担提交，不能再“同意”，请由其他人员办理。"
    assert sentence in client.get(change(roster)).content.decode()
    assert sentence in client.post(move(roster, "approve"), {"reason": ""}).content.decode()
    roster.refresh_from_db()
    assert roster.status == RosterStatus.REVIEWING


def test_other_moves_and_editing_are_not_offered(client, reviewer, reviewed):
    client.force_login(reviewer)
    assert client.get(move(reviewed, "start")).status_code == 404
    assert client.post(change(reviewed), {"version": 9}).status_code == 403
    assert client.get(reverse("admin:beneficiaries_roster_add")).status_code == 403
