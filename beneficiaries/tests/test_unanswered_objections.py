"""No way around an open objection: taking the notice down, posting anew and returning the roster answer none."""

from datetime import timedelta

import pytest

from beneficiaries.enums import EntryStatus, ObjectionAction, RosterStatus
from beneficiaries.models import ProcedureStep
from beneficiaries.queries import notices as queries
from beneficiaries.queries import objections as held
from beneficiaries.services import notices, objections, relatives, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    draft_programme,
    drafted_roster,
    on_the_wall,
    walk,
)
from beneficiaries.workflows import fairness
from welfare import workflow
from welfare.errors import Refusal
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def notice(tree, cast):
    roster = drafted_roster(approved_programme(tree.township), tree.community, households=3, cast=cast)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    return notices.post(roster=roster, by=cast.clerk, at=AT)


def take_down_and_post_again(notice, cast):
    notices.withdraw(notice=notice, by=cast.clerk, at=AT, reason="文字有误")
    return post_again(notice.roster, cast)


def return_and_post_again(notice, cast):
    roster = notice.roster
    step = roster.programme.steps.order_by("position").first()
    rosters.return_to(roster=roster, step=step, by=cast.clerk, at=AT, reason="重新评议")
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    return post_again(roster, cast)


def post_again(roster, cast):
    roster.refresh_from_db()
    made = notices.post(roster=roster, by=cast.clerk, at=AT + timedelta(minutes=1))
    on_the_wall(made, by=cast.clerk)
    return made


def close(notice, cast):
    at = notice.posted_at + timedelta(days=(notice.ends_on - notice.starts_on).days + 2)
    return notices.close(notice=notice, by=cast.clerk, at=at)


def answer(found, by):
    return objections.answer(
        objection=found, answer="经核查，情况属实，符合条件。", is_upheld=False, by=by, at=AT
    )


@pytest.mark.parametrize("again", [take_down_and_post_again, return_and_post_again])
def test_an_objection_about_nobody_in_particular_holds_the_next_notice_too(notice, cast, again):
    found = objections.file(notice=notice, content="有人家里有车", at=AT)
    second = again(notice, cast)
    with pytest.raises(Refusal, match="还有 1 件异议没有答复，公示不能办结"):
        close(second, cast)
    answer(found, cast.clerk)
    roster = close(second, cast)
    assert roster.status == RosterStatus.CHECKING
    second.refresh_from_db()
    assert "收到异议 1 件，成立 0 件，均已核查答复" in second.result_text
    assert len(queries.public_objections(second.pk)) == 1


def test_an_entry_named_on_the_public_page_is_stopped_before_its_notice_goes(notice, cast):
    """Its job may not have run yet."""
    found = objections.file(notice=notice, content="有车", row_position=2, at=AT, is_public=True)
    entry = notice.roster.entries.get(position=2)
    assert entry.status == EntryStatus.LISTED
    notices.withdraw(notice=notice, by=cast.clerk, at=AT, reason="文字有误")
    entry.refresh_from_db()
    assert entry.status == EntryStatus.STOPPED
    with pytest.raises(Refusal, match="因异议暂停"):
        notices.post(roster=notice.roster, by=cast.clerk, at=AT)
    answer(found, cast.clerk)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.LISTED


def test_a_lost_job_is_made_good_after_the_notice_went(notice, cast):
    notices.withdraw(notice=notice, by=cast.clerk, at=AT, reason="文字有误")
    entry = notice.roster.entries.get(position=2)
    notice.objections.create(entry=entry, content="有车", received_at=AT)
    assert objections.stop_all_objected(AT) == 1
    entry.refresh_from_db()
    assert entry.status == EntryStatus.STOPPED


def test_the_end_of_the_procedure_asks_once_more(notice, cast, monkeypatch):
    """Were a notice ever closed over one, the roster would still not be final."""
    on_the_wall(notice, by=cast.clerk)
    found = objections.file(notice=notice, content="有人家里有车", at=AT)
    monkeypatch.setattr(held, "holding", lambda roster: held.Objection.objects.none())
    roster = close(notice, cast)
    monkeypatch.undo()
    with pytest.raises(Refusal, match="还有 1 件异议没有答复，不能定案"):
        walk(roster, until=RosterStatus.FINAL, cast=cast)
    answer(found, cast.clerk)
    roster.refresh_from_db()
    walk(roster, until=RosterStatus.FINAL, cast=cast)


def test_nobody_answers_what_is_said_about_her_own_relative(tree, notice, cast):
    entry = notice.roster.entries.get(position=1)
    relatives.declare(
        organisation=tree.community,
        staff_name=cast.clerk.full_name,
        name=entry.household.head.name,
        kinship="sibling",
        by=cast.clerk,
        at=AT,
        person=entry.household.head,
    )
    found = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    other = objections.file(notice=notice, content="有车", row_position=2, at=AT)
    with pytest.raises(workflow.Refused, match="第1号是您的近亲属，请回避，由其他人员答复"):
        answer(found, cast.clerk)
    assert answer(other, cast.clerk).action == ObjectionAction.CHECKED
    answer(found, user_with("clerk", tree.community))


def test_what_is_said_of_nobody_yet_strikes_nobody(notice, cast):
    found = objections.file(notice=notice, content="有人家里有车", row_position=99, at=AT)
    with pytest.raises(Refusal, match="请先把异议对应到公示对象，再作“异议成立”"):
        objections.answer(objection=found, answer="反映属实。", is_upheld=True, by=cast.clerk, at=AT)
    assert answer(found, cast.clerk).is_upheld is False


def test_what_is_said_of_an_entry_already_struck_does_not_stay_behind(notice, cast):
    """Where a notice closes without the stopped ones, they take their objections along; who is struck does not."""
    programme = notice.roster.programme
    type(programme).objects.filter(pk=programme.pk).update(closes_without_stopped=True)
    on_the_wall(notice, by=cast.clerk)
    first, second, third = (
        objections.file(notice=notice, content="家里有车", row_position=row, at=AT) for row in (1, 1, 2)
    )
    said = {"answer": "经核查，反映属实。", "is_upheld": True, "by": cast.clerk, "at": AT}
    objections.answer(objection=first, **said)
    notice.refresh_from_db()
    with pytest.raises(Refusal, match="还有 1 件异议没有答复，公示不能办结"):
        close(notice, cast)
    objections.answer(objection=second, **said)
    roster = close(notice, cast)
    assert (roster.status, third.entry.roster) != (RosterStatus.ON_NOTICE, roster)
    assert roster.supplements.get().entries.get().objections.get() == third


def test_the_guard_is_asked_by_every_last_step():
    """A step of any kind may be the last: each forward move ends with the same question."""
    from beneficiaries.workflows.rosters import ROSTER, where_it_stands

    onward = [move for move in ROSTER.moves if move.target is where_it_stands and move.name != "start"]
    assert onward and all(move.guards[-1] is fairness.is_fit_to_be_final for move in onward)


def assess_anew(found, by):
    said = {"answer": "各方说法不一，重新评议", "is_upheld": None, "action": ObjectionAction.REASSESS}
    return objections.answer(objection=found, by=by, at=AT, **said)


def test_an_entry_objected_to_before_the_roster_went_back_is_assessed_there(notice, cast):
    """Both objections came before; the roster stands at the assessment when the first is answered by it."""
    found, other = (
        objections.file(notice=notice, content="有争议", row_position=row, at=AT) for row in (1, 1)
    )
    roster, entry = notice.roster, found.entry
    step = roster.programme.steps.order_by("position").first()
    rosters.return_to(roster=roster, step=step, by=cast.clerk, at=AT, reason="重新评议")
    assess_anew(found, cast.clerk)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.STOPPED  # the other is open
    answer(other, cast.clerk)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.LISTED
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast, at=AT + timedelta(hours=1))
    assert entry.votes.filter(assessment__lap=1).exists()
    assert not held.promised().exists()


def test_a_roster_does_not_go_back_to_a_step_past_the_assessment_promised(tree, cast):
    programme = draft_programme(tree.township)
    assessment = programme.steps.order_by("position").first()
    programme.steps.exclude(pk=assessment.pk).delete()
    shown = [
        ProcedureStep.objects.create(
            programme=programme,
            position=position,
            kind="notice",
            level="community",
            days=3,
            round_number=number,
        )
        for number, position in enumerate((2, 3), start=1)
    ]
    workflow.perform(programme, "submit", by=programme.written_by, at=AT)
    workflow.perform(programme, "approve", by=user_with("programme_approver", tree.township), at=AT)
    roster = drafted_roster(programme, tree.community, households=2, cast=cast)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    first = notices.post(roster=roster, by=cast.clerk, at=AT)
    on_the_wall(first, by=cast.clerk)
    close(first, cast)
    roster.refresh_from_db()
    second = notices.post(roster=roster, by=cast.clerk, at=AT + timedelta(days=6))
    found = objections.file(notice=second, content="有争议", row_position=1, at=second.posted_at)
    assess_anew(found, cast.clerk)
    back = {"roster": roster, "by": cast.clerk, "at": second.posted_at, "reason": "另行处理"}
    with pytest.raises(workflow.Refused, match="有 1 个对象须重新评议，请退回到民主评议或更早的环节"):
        rosters.return_to(step=shown[0], **back)
    rosters.return_to(step=assessment, **back)
    found.entry.refresh_from_db()
    assert (found.entry.status, found.entry.status_reason) == (EntryStatus.LISTED, "名册退回，须重新评议")
