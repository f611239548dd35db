"""Steps that assess the doubtful alone: who is in doubt, who votes on whom, and going on without a meeting."""

import pytest

from beneficiaries.enums import EntryStatus, Outcome, RosterStatus
from beneficiaries.models import RosterEntry
from beneficiaries.queries import disputes as queries
from beneficiaries.services import assessments, checks, disputes, notices, objections, rosters
from beneficiaries.services import entries as entry_services
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    attendees,
    close_notice,
    drafted_roster,
    walk,
)
from welfare import workflow
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def roster(tree, cast):
    """At the assessment of a procedure that asks for the doubtful alone; nobody is in doubt yet."""
    programme = approved_programme(tree.township)
    programme.steps.filter(kind="assessment").update(is_for_disputed=True)
    roster = drafted_roster(programme, tree.community, cast=cast)
    settle(roster)
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    return roster


def settle(roster):
    """Every condition met, as decided."""
    roster.entries.update(explanation=[{"text": "家庭困难", "is_met": True, "value": "", "depth": 0}])


def meeting_of(roster, by):
    return assessments.open_meeting(
        roster=roster,
        held_at=AT,
        place="会议室",
        chair="李主任",
        recorder="王书记",
        attendees=attendees(9),
        by=by,
        at=AT,
    )


def entry(roster, position):
    return roster.entries.get(position=position)


def test_with_nobody_in_doubt_the_step_is_passed_without_a_meeting_and_says_so(roster, cast):
    with pytest.raises(Refusal, match="不必开会"):
        meeting_of(roster, cast.clerk)
    assessments.waive(roster=roster, by=cast.clerk, at=AT)
    assert roster.status == RosterStatus.SUBMITTING
    decision = roster.decisions.get()
    assert (decision.outcome, decision.step.kind) == (Outcome.WAIVED, "assessment")
    assert "未召开评议会" in decision.reason
    assert {one.status for one in roster.entries.all()} == {EntryStatus.LISTED}


def test_a_step_for_everybody_cannot_be_waived(tree, cast):
    roster = drafted_roster(approved_programme(tree.township), tree.community, cast=cast)
    settle(roster)
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    with pytest.raises(Refusal, match="须逐个评议"):
        assessments.waive(roster=roster, by=cast.clerk, at=AT)


def test_only_the_doubtful_are_voted_on_and_the_others_pass(roster, cast):
    disputes.mark_doubtful(entry=entry(roster, 2), by=cast.clerk, at=AT, reason="邻居反映有车")
    with pytest.raises(Refusal, match="有 1 个对象有疑义"):
        assessments.waive(roster=roster, by=cast.clerk, at=AT)
    meeting = meeting_of(roster, cast.clerk)
    with pytest.raises(Refusal, match="已不在评议名单中"):
        assessments.record_votes(
            assessment=meeting, votes={entry(roster, 1).pk: {"agree": 9}}, by=cast.clerk, at=AT
        )
    with pytest.raises(Refusal, match="还有 1 个对象没有记票（第2号）"):
        assessments.conclude(assessment=meeting, by=cast.clerk, at=AT)
    assessments.record_votes(
        assessment=meeting, votes={entry(roster, 2).pk: {"agree": 2, "against": 7}}, by=cast.clerk, at=AT
    )
    assessments.conclude(assessment=meeting, by=cast.clerk, at=AT)
    assert [one.status for one in roster.entries.order_by("position")] == [
        EntryStatus.LISTED,
        EntryStatus.REJECTED,
        EntryStatus.LISTED,
    ]


def test_a_doubt_raised_during_the_meeting_is_voted_on_too(roster, cast):
    disputes.mark_doubtful(entry=entry(roster, 1), by=cast.clerk, at=AT, reason="有车")
    meeting = meeting_of(roster, cast.clerk)
    assessments.record_votes(
        assessment=meeting, votes={entry(roster, 1).pk: {"agree": 9}}, by=cast.clerk, at=AT
    )
    disputes.mark_doubtful(entry=entry(roster, 3), by=cast.clerk, at=AT, reason="收入不清")
    with pytest.raises(Refusal, match="第3号"):
        assessments.conclude(assessment=meeting, by=cast.clerk, at=AT)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"is_met": False}, "条件不符：有房"),
        ({"is_met": None}, "条件待认定：有房"),
        ({"is_met": True}, None),
        ({"is_met": False, "depth": 1}, None),
    ],
)
def test_conditions_unmet_or_unanswered_are_in_doubt(roster, line, words):
    RosterEntry.objects.filter(pk=entry(roster, 1).pk).update(explanation=[{"text": "有房"} | line])
    assert queries.reasons(roster) == ({entry(roster, 1).pk: [words]} if words else {})


def test_an_answered_objection_and_an_untrue_finding_put_in_doubt(roster, cast):
    walk(roster, until=RosterStatus.ASSESSING, cast=cast)
    assessments.waive(roster=roster, by=cast.clerk, at=AT)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    objection = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    objections.answer(objection=objection, answer="车已报废", is_upheld=False, by=cast.clerk, at=AT)
    later = AT.replace(day=20)
    close_notice(notice, by=cast.clerk, at=later)
    roster.refresh_from_db()
    roster.step.sample_number = 3
    roster.step.save()
    inspector = cast.at(roster.step)
    check = checks.draw(roster=roster, by=inspector, at=later)
    for finding in check.findings.all():
        is_true = finding.entry.position != 2
        checks.record_finding(finding=finding, is_true=is_true, text="看过", by=inspector, at=later)
    found = queries.reasons(roster)
    assert found == {
        entry(roster, 1).pk: [f"有异议 {objection.reference}"],
        entry(roster, 2).pk: ["抽查不实：看过"],
    }
    checks.finish(check=check, by=inspector, at=later)
    roster.refresh_from_db()
    step = roster.programme.steps.get(kind="assessment")
    rosters.return_to(roster=roster, step=step, by=cast.at(roster.step), at=later, reason="复核")
    with pytest.raises(Refusal, match="有 2 个对象有疑义"):
        assessments.waive(roster=roster, by=cast.clerk, at=later)


def test_a_doubt_names_its_reason_and_is_recorded(roster, cast):
    with pytest.raises(Refusal, match="写明疑义"):
        disputes.mark_doubtful(entry=entry(roster, 1), by=cast.clerk, at=AT, reason=" ")
    disputes.mark_doubtful(entry=entry(roster, 1), by=cast.clerk, at=AT, reason="有车")
    disputes.mark_doubtful(entry=entry(roster, 1), by=cast.clerk, at=AT, reason="有商品房")
    marked = entry(roster, 1)
    assert (marked.doubt, marked.doubted_by) == ("有车；有商品房", cast.clerk)
    assert AuditEvent.objects.filter(action="roster_entry.doubt", reason="有车").count() == 1


def test_who_has_no_part_cannot_mark(roster, tree):
    for stranger in (user_with("keeper", tree.community), user_with("clerk", tree.sibling)):
        with pytest.raises(workflow.Refused) as refused:
            disputes.mark_doubtful(entry=entry(roster, 1), by=stranger, at=AT, reason="有车")
        assert refused.value.kind == "permission"


def test_the_dead_of_a_roster_and_final_ones_are_not_marked(roster, cast):
    assessments.waive(roster=roster, by=cast.clerk, at=AT)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast)
    reviewer = cast.at(roster.step)
    struck = entry(roster, 1)
    entry_services.strike(entry=struck, by=reviewer, at=AT, reason="不符")
    with pytest.raises(Refusal, match="不必再标明疑义"):
        disputes.mark_doubtful(entry=struck, by=cast.clerk, at=AT, reason="有车")
    rosters.approve(roster=roster, by=reviewer, at=AT)
    with pytest.raises(Refusal, match="不能再标明疑义"):
        disputes.mark_doubtful(entry=entry(roster, 2), by=cast.clerk, at=AT, reason="有车")


def test_doubt_costs_the_same_for_3_and_13_entries(tree, cast, django_assert_max_num_queries):
    programme = approved_programme(tree.township)
    for place, count in ((tree.community, 3), (tree.sibling, 13)):
        roster = drafted_roster(programme, place, households=count)
        with django_assert_max_num_queries(3):
            assert len(queries.reasons(roster)) == count
