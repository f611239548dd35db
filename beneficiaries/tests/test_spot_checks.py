"""抽查: drawn again from what is on record; what proved untrue blocks the approval until struck or looked at again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.enums import EntryStatus, RosterStatus, StepKind
from beneficiaries.queries import disputes
from beneficiaries.rules import sampling
from beneficiaries.services import checks, notices, rosters
from beneficiaries.services import entries as entry_services
from beneficiaries.tests.factories import Cast, approved_programme, drafted_roster, walk
from welfare.errors import Refusal
from welfare.testing.personas import AT

pytestmark = pytest.mark.django_db


@given(st.sets(st.integers(1, 400)))
def test_numbers_are_written_in_ranges_and_read_back(positions):
    assert sampling.from_ranges(sampling.in_ranges(positions)) == sorted(positions)


def test_ranges_are_short():
    assert sampling.in_ranges([7, 1, 2, 3, 9, 10]) == "1-3、7、9-10"


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def checked(tree, cast):
    """Under review; of six, the two drawn were found true and untrue."""
    programme = approved_programme(tree.township)
    programme.steps.filter(kind=StepKind.CHECK).update(sample_share=None, sample_number=2)
    roster = drafted_roster(programme, tree.community, households=6, cast=cast)
    walk(roster, until=RosterStatus.CHECKING, cast=cast)
    finish(roster, cast, untrue=1)
    return roster


def finish(roster, cast, *, untrue=0, seed="2026"):
    inspector = cast.at(roster.step)
    check = checks.draw(roster=roster, by=inspector, at=AT, seed=seed)
    for number, finding in enumerate(check.findings.order_by("entry__position")):
        checks.record_finding(finding=finding, is_true=number >= untrue, text="入户看过", by=inspector, at=AT)
    checks.finish(check=check, by=inspector, at=AT)
    roster.refresh_from_db()
    return check


def wrong_entry(roster):
    (pk,) = disputes.untrue(roster)
    return roster.entries.get(pk=pk)


def test_a_sample_is_drawn_again_from_what_it_keeps(checked):
    check = checked.checks.get()
    assert check.drawn_from == "1-6"
    drawn = list(check.findings.order_by("entry__position").values_list("entry__position", flat=True))
    assert sampling.draw(sampling.from_ranges(check.drawn_from), seed=check.seed, size=2) == drawn


def test_an_untrue_finding_blocks_the_approval_until_struck(checked, cast):
    wrong = wrong_entry(checked)
    reviewer = cast.at(checked.step)
    with pytest.raises(Refusal, match=f"第{wrong.position}号抽查情况不实"):
        rosters.approve(roster=checked, by=reviewer, at=AT)
    entry_services.strike(entry=wrong, by=reviewer, at=AT, reason="抽查不实")
    rosters.approve(roster=checked, by=reviewer, at=AT)
    assert checked.status == RosterStatus.FINAL
    wrong.refresh_from_db()
    assert wrong.status == EntryStatus.STRUCK


def test_who_was_found_untrue_is_not_shown_to_the_public(tree, cast):
    programme = approved_programme(tree.township)
    last = programme.steps.order_by("position").last()
    programme.steps.filter(kind=StepKind.CHECK).update(position=last.position + 1, sample_number=6)
    shown = programme.steps.create(kind=StepKind.NOTICE, level="township", position=last.position + 2, days=3)
    programme.steps.create(kind=StepKind.APPROVAL, level="county", position=last.position + 3)
    roster = drafted_roster(programme, tree.community, households=6, cast=cast)
    walk(roster, until=RosterStatus.CHECKING, cast=cast)
    finish(roster, cast, untrue=1)
    assert roster.step == shown
    by = cast.at(shown)
    with pytest.raises(Refusal, match="第1号抽查情况不实，不能公示。请把名册退回"):
        notices.post(roster=roster, by=by, at=AT)
    rosters.return_to(roster=roster, step=None, by=by, at=AT, reason="第1号不实")
    entry_services.withdraw(entry=roster.entries.get(position=1), by=cast.clerk, at=AT, reason="抽查不实")
    walk(roster, until=RosterStatus.CHECKING, cast=cast)
    finish(roster, cast, seed="2027")
    notices.post(roster=roster, by=by, at=AT)


def test_who_was_found_untrue_is_looked_at_again_after_a_return(checked, cast):
    wrong = wrong_entry(checked)
    reviewer = cast.at(checked.step)
    step = checked.programme.steps.get(kind=StepKind.CHECK)
    rosters.return_to(roster=checked, step=step, by=reviewer, at=AT, reason="复核")
    seed = next(
        str(number)
        for number in range(100)
        if wrong.position not in sampling.draw(range(1, 7), seed=str(number), size=2)
    )
    check = finish(checked, cast, seed=seed)
    assert check.findings.count() == 3
    assert check.findings.get(entry=wrong).is_true
    assert disputes.untrue(checked) == {}
    rosters.approve(roster=checked, by=reviewer, at=AT)
    assert checked.status == RosterStatus.FINAL


def test_found_untrue_again_it_blocks_again(checked, cast):
    step = checked.programme.steps.get(kind=StepKind.CHECK)
    rosters.return_to(roster=checked, step=step, by=cast.at(checked.step), at=AT, reason="复核")
    finish(checked, cast, untrue=9, seed="x")
    with pytest.raises(Refusal, match="抽查情况不实"):
        rosters.approve(roster=checked, by=cast.at(checked.step), at=AT)


def test_a_check_that_comes_last_does_not_end_the_procedure_with_the_untrue(tree, cast):
    programme = approved_programme(tree.township)
    programme.steps.all().delete()
    programme.steps.create(position=1, kind=StepKind.APPROVAL, level="township")
    programme.steps.create(position=2, kind=StepKind.CHECK, level="township", sample_number=2)
    roster = drafted_roster(programme, tree.community, households=3, cast=cast)
    walk(roster, until=RosterStatus.CHECKING, cast=cast)
    with pytest.raises(Refusal, match="抽查情况不实"):
        finish(roster, cast, untrue=1)
    roster.refresh_from_db()
    assert roster.status == RosterStatus.CHECKING
    check = roster.checks.get()
    for finding in check.findings.all():
        checks.record_finding(finding=finding, is_true=True, text="复核属实", by=cast.at(roster.step), at=AT)
    checks.finish(check=check, by=cast.at(roster.step), at=AT)
    roster.refresh_from_db()
    assert roster.status == RosterStatus.FINAL
