"""Two people at once, with real transactions: one wins, the other reads a sentence."""

import pytest
from django.db import transaction

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Decision, Programme, Roster, RosterEntry
from beneficiaries.queries import exclusions
from beneficiaries.services import entries, rosters
from beneficiaries.tests.factories import Cast, approved_programme, drafted_roster, household, roster_at
from welfare.testing.personas import AT, user_with
from welfare.testing.races import at_once, meeting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township)


def test_two_approvers_at_once(programme, tree):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, households=1)
    people = [user_with("reviewer", tree.township) for _ in range(2)]
    got = at_once(
        *(
            lambda user=user: rosters.approve(roster=Roster.objects.get(pk=roster.pk), by=user, at=AT)
            for user in people
        )
    )
    assert sorted(answer == "done" for answer in got) == [False, True]
    sentence = next(answer for answer in got if answer != "done")
    assert "名册现为“已定案”，不能“同意”" in sentence
    assert Decision.objects.filter(roster=roster, step__kind="approval", outcome="agreed").count() == 1


def test_the_control_without_the_gate_lets_both_approve(programme, tree):
    """The race is real: reading the status, thinking and writing without the lock decides twice."""
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, households=1)
    people = [user_with("reviewer", tree.township) for _ in range(2)]
    thinking = meeting()

    def careless(user):
        with transaction.atomic():
            read = Roster.objects.get(pk=roster.pk)
            thinking.wait()
            if read.status == RosterStatus.REVIEWING:
                Decision.objects.create(
                    roster=read, step=read.step, outcome="agreed", decided_at=AT, decided_by=user
                )

    assert at_once(*(lambda user=user: careless(user) for user in people)) == ["done", "done"]
    assert Decision.objects.filter(roster=roster, step__kind="approval", outcome="agreed").count() == 2


def test_one_roster_per_community_when_two_draft_at_once(programme, tree):
    clerks = [user_with("clerk", tree.community) for _ in range(2)]
    got = at_once(
        *(
            lambda clerk=clerk: rosters.draft(
                programme=programme, organisation=tree.community, by=clerk, at=AT
            )
            for clerk in clerks
        )
    )
    assert sorted(answer == "done" for answer in got) == [False, True]
    assert "已有名册" in next(answer for answer in got if answer != "done")
    assert Roster.objects.count() == 1


def test_one_entry_when_two_nominate_the_same_household(programme, tree):
    cast = Cast(tree.community)
    roster = drafted_roster(programme, tree.community, households=0, cast=cast)
    home = household(tree.community)
    clerks = [cast.clerk, user_with("clerk", tree.community)]

    def nominate(clerk):
        entries.add(
            roster=Roster.objects.get(pk=roster.pk),
            category=programme.categories.first(),
            origin="nomination",
            household=home,
            reason="困难",
            by=clerk,
            at=AT,
        )

    got = at_once(*(lambda clerk=clerk: nominate(clerk) for clerk in clerks))
    assert sorted(answer == "done" for answer in got) == [False, True]
    assert RosterEntry.objects.count() == 1


def test_the_last_places_of_a_programme_go_to_one_roster(programme, tree):
    cast, other = Cast(tree.community), Cast(tree.sibling)
    mine = drafted_roster(programme, tree.community, households=2, cast=cast)
    theirs = drafted_roster(programme, tree.sibling, households=2, cast=other)
    type(programme).objects.filter(pk=programme.pk).update(quota_total=3)
    got = at_once(
        lambda: rosters.start(roster=Roster.objects.get(pk=mine.pk), by=cast.clerk, at=AT),
        lambda: rosters.start(roster=Roster.objects.get(pk=theirs.pk), by=other.clerk, at=AT),
    )
    assert sorted(answer == "done" for answer in got) == [False, True]
    assert "名额 3 个，现列 4 个" in next(answer for answer in got if answer != "done")


def two_programmes_of_a_group(tree, programme):
    """Rosters of 甲村 in two programmes that exclude one another, with the household both want."""
    other = approved_programme(tree.county, code="other")
    Programme.objects.filter(pk__in=[programme.pk, other.pk]).update(exclusion_group="春节")
    cast = Cast(tree.community)
    both = [
        rosters.draft(
            programme=Programme.objects.get(pk=one.pk), organisation=tree.community, by=cast.clerk, at=AT
        )
        for one in (programme, other)
    ]
    home = household(tree.community)

    def list_on(roster):
        entries.add(
            roster=Roster.objects.get(pk=roster.pk),
            category=roster.programme.categories.first(),
            origin="nomination",
            household=home,
            reason="困难",
            by=cast.clerk,
            at=AT,
        )

    return [lambda roster=roster: list_on(roster) for roster in both]


def test_one_of_two_programmes_of_a_group_gets_the_household(programme, tree):
    got = at_once(*two_programmes_of_a_group(tree, programme))
    assert sorted(answer == "done" for answer in got) == [False, True]
    assert "互斥组“春节”" in next(answer for answer in got if answer != "done")
    assert RosterEntry.objects.count() == 1


def test_the_control_without_the_lock_on_the_family_lists_it_twice(programme, tree, monkeypatch):
    """The race is real: two that look before either has written see nobody listed."""
    works, looked = two_programmes_of_a_group(tree, programme), meeting()
    real = exclusions.refusal

    def look_and_think(*args, **more):
        said = real(*args, **more)
        looked.wait()
        return said

    monkeypatch.setattr(exclusions, "hold", lambda **_more: None)
    monkeypatch.setattr(exclusions, "refusal", look_and_think)
    assert at_once(*works) == ["done", "done"]
    assert RosterEntry.objects.count() == 2
