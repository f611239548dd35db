"""The machines of rosters and their review: from × to × role, levels, four eyes."""

import pytest

from beneficiaries.enums import (
    AssessmentStatus,
    CheckStatus,
    EntryStatus,
    NoticeStatus,
    ObjectionStatus,
    RosterStatus,
)
from beneficiaries.models import Assessment, Objection, PublicNotice, RosterEntry, SampleCheck
from beneficiaries.services import entries, rosters
from beneficiaries.tests.factories import Cast, approved_programme, drafted_roster, roster_at, walk
from welfare import accounts, roles, workflow
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db

ANSWERERS = {"clerk", "reviewer", "approver"}
REVIEWERS = {"reviewer", "approver"}
# move: (where it may start, where it may end, who may make it); nobody: the system, within another act.
WALK = {"assessing", "submitting", "on_notice", "checking", "reviewing"}
SENDERS = {"programme_officer"}
TABLES = {
    "beneficiaries.roster": {
        "revise": ({"drafting"}, {"drafting"}, {"clerk"}),
        "assign": ({"drafting"}, {"drafting"}, SENDERS),
        "start": ({"drafting"}, WALK, {"clerk"}),
        "cancel": ({"drafting"}, {"cancelled"}, {"clerk"}),
        "open_meeting": ({"assessing"}, {"assessing"}, {"clerk"}),
        "waive_assessment": ({"assessing"}, WALK | {"final"}, {"clerk"}),
        "conclude_assessment": ({"assessing"}, WALK | {"final"}, {"clerk"}),
        "submit": ({"submitting"}, WALK | {"final"}, {"head"}),
        "post_notice": ({"on_notice"}, {"on_notice"}, ANSWERERS),
        "close_notice": ({"on_notice"}, WALK | {"final"}, ANSWERERS),
        "draw_sample": ({"checking"}, {"checking"}, {"inspector"}),
        "finish_check": ({"checking"}, WALK | {"final"}, {"inspector"}),
        "approve": ({"reviewing"}, WALK | {"final"}, REVIEWERS),
        "return": ({"reviewing"}, WALK | {"drafting"}, REVIEWERS),
        "return_assessment": ({"assessing"}, WALK | {"drafting"}, {"clerk"}),
        "return_submission": ({"submitting"}, WALK | {"drafting"}, {"head"}),
        "return_notice": ({"on_notice"}, WALK | {"drafting"}, ANSWERERS),
        "return_check": ({"checking"}, WALK | {"drafting"}, {"inspector"}),
        "revise_final": ({"final"}, {"final"}, {"clerk"}),
        "supersede": ({"final"}, {"superseded"}, None),
    },
    "beneficiaries.rosterentry": {
        "stop": ({"listed"}, {"stopped"}, None),
        "relist": ({"stopped"}, {"listed"}, None),
        "judge": ({"listed"}, {"listed"}, {"clerk"}),
        "judge_in_review": ({"listed"}, {"listed"}, REVIEWERS),
        "reject": ({"listed"}, {"rejected"}, None),
        "withdraw": ({"listed"}, {"withdrawn"}, {"clerk"}),
        "recall": ({"listed"}, {"withdrawn"}, SENDERS),
        "strike": ({"listed", "stopped"}, {"struck"}, REVIEWERS),
        "uphold": ({"listed", "stopped"}, {"struck"}, None),
        "drop": ({"listed", "stopped"}, {"withdrawn"}, None),
        "finalise": ({"listed"}, {"final"}, None),
        "supersede": ({"final"}, {"superseded"}, None),
        "restore": ({"withdrawn"}, {"listed"}, {"clerk"}),
        "check_relative": ({"listed"}, {"listed"}, {"inspector"}),
    },
    "beneficiaries.assessment": {
        "record": ({"recording"}, {"recording"}, {"clerk"}),
        "conclude": ({"recording"}, {"concluded"}, {"clerk"}),
        "void": ({"recording"}, {"void"}, {"clerk"}),
    },
    "beneficiaries.publicnotice": {
        "show": ({"posted"}, {"posted"}, ANSWERERS),
        "close": ({"posted"}, {"closed"}, ANSWERERS),
        "withdraw": ({"posted"}, {"withdrawn"}, ANSWERERS),
        "retract": ({"posted"}, {"withdrawn"}, None),
        "take_down": ({"closed"}, {"withdrawn"}, None),
    },
    "beneficiaries.objection": {
        "assign": ({"open"}, {"open"}, ANSWERERS),
        "answer": ({"open"}, {"answered"}, ANSWERERS),
    },
    "beneficiaries.samplecheck": {
        "record": ({"open"}, {"open"}, {"inspector"}),
        "finish": ({"open"}, {"done"}, {"inspector"}),
    },
}
STATUSES = {
    "beneficiaries.roster": RosterStatus,
    "beneficiaries.rosterentry": EntryStatus,
    "beneficiaries.assessment": AssessmentStatus,
    "beneficiaries.publicnotice": NoticeStatus,
    "beneficiaries.objection": ObjectionStatus,
    "beneficiaries.samplecheck": CheckStatus,
}


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township)


@pytest.fixture
def subjects(programme, tree):
    """One row per machine, not walking anywhere; statuses are tried in memory."""
    roster = drafted_roster(programme, tree.community, households=1)
    step = programme.steps.first()
    notice = PublicNotice(roster=roster, step=step, ends_on=AT.date(), starts_on=AT.date())
    return {
        "beneficiaries.roster": roster,
        "beneficiaries.rosterentry": RosterEntry.objects.get(),
        "beneficiaries.assessment": Assessment(
            roster=roster, step=step, expected_count=9, present_count=9, pk=1
        ),
        "beneficiaries.publicnotice": notice,
        "beneficiaries.objection": Objection(notice=notice),
        "beneficiaries.samplecheck": SampleCheck(roster=roster, step=step, pk=1),
    }


@pytest.fixture
def staff(tree):
    """One person per role, as low in the tree as the role goes."""
    found = {}
    for code, role in roles.ROLES.items():
        for place in (tree.community, tree.township, tree.county):
            if place.level in role.levels:
                found[code] = user_with(code, place)
                break
    return found


@pytest.mark.parametrize("model", TABLES)
def test_the_table_of_the_machine_is_this_one(model):
    machine = workflow.MACHINES[model]
    assert {
        move.name: (set(move.sources), set(move.possible_targets), move.permission is None)
        for move in machine.moves
    } == {name: (sources, targets, who is None) for name, (sources, targets, who) in TABLES[model].items()}


@pytest.mark.parametrize("model", TABLES)
def test_from_to_role(model, subjects, staff):
    machine, subject = workflow.MACHINES[model], subjects[model]
    wrong = []
    for move in machine.moves:
        sources, _targets, who = TABLES[model][move.name]
        if who is None:
            continue
        for status in STATUSES[model].values:
            subject.status = status
            for code, user in staff.items():
                attempt = workflow.Attempt(subject, move, user, AT, reason="有理由")
                permission = user.may(move.permission, machine.organisation(subject))
                if permission != (code in who):
                    wrong.append(f"{code} {move.name}")
                if code in who and status in sources:
                    continue
                no = workflow.refusal(machine, attempt)
                expected = "state" if code in who else "permission"
                if no is None or no.kind != expected:
                    wrong.append(f"{code} {move.name} from {status}: {no}")
    assert wrong == []


# -- levels ------------------------------------------------------------------------------------------


def test_a_step_at_a_level_needs_somebody_of_that_level_or_above(programme, tree):
    programme.steps.filter(kind="approval").update(level="county")
    cast = Cast(tree.community)
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast)
    with pytest.raises(workflow.Refused) as refused:
        rosters.approve(roster=roster, by=user_with("reviewer", tree.township), at=AT)
    assert refused.value.kind == "permission"
    rosters.approve(roster=roster, by=user_with("approver", tree.county), at=AT)
    assert roster.status == RosterStatus.FINAL


def test_a_higher_level_may_take_the_step_of_a_lower_one(programme, tree):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community)
    rosters.approve(roster=roster, by=user_with("approver", tree.county), at=AT)
    assert roster.status == RosterStatus.FINAL


def test_nobody_of_another_township_may(programme, tree):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community)
    with pytest.raises(workflow.Refused) as refused:
        rosters.approve(roster=roster, by=user_with("reviewer", tree.other_township), at=AT)
    assert refused.value.kind == "permission"


# -- four eyes ---------------------------------------------------------------------------------------

DONE_BEFORE = ["drafting", "assessing", "submitting", "checking", "approving"]


@pytest.mark.parametrize("duty", DONE_BEFORE)
def test_who_did_any_earlier_duty_cannot_approve_nor_strike_nor_return(programme, tree, duty):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community)
    reviewer = user_with("reviewer", tree.township)
    workflow.record_duty(roster, by=reviewer, duty=duty, at=AT, stage="1")
    acts = [
        lambda: rosters.approve(roster=roster, by=reviewer, at=AT),
        lambda: entries.strike(entry=roster.entries.first(), by=reviewer, at=AT, reason="不符"),
        lambda: rosters.return_to(roster=roster, step=None, by=reviewer, at=AT, reason="补充"),
    ]
    for act in acts:
        with pytest.raises(workflow.Refused) as refused:
            act()
        assert refused.value.kind == "four_eyes"
        assert workflow.DUTY_NAMES[duty] in refused.value.message


def test_the_drafter_cannot_submit(programme, tree):
    cast = Cast(tree.community)
    roster = roster_at(RosterStatus.SUBMITTING, programme, tree.community, cast=cast)
    head = user_with("head", tree.community)
    workflow.record_duty(roster, by=head, duty="drafting", at=AT)
    with pytest.raises(workflow.Refused, match="承担起草"):
        rosters.submit(roster=roster, by=head, at=AT)


def test_who_returned_a_roster_may_approve_it_when_it_comes_back(programme, tree):
    cast = Cast(tree.community)
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast)
    reviewer = cast.at(roster.step)
    rosters.return_to(roster=roster, step=None, by=reviewer, at=AT, reason="名单要补充")
    assert (roster.status, roster.step, roster.lap) == (RosterStatus.DRAFTING, None, 2)
    at = walk(roster, until=RosterStatus.REVIEWING, cast=cast)
    rosters.approve(roster=roster, by=reviewer, at=at)
    assert roster.status == RosterStatus.FINAL


def test_who_decided_may_no_longer_draft(programme, tree):
    cast = Cast(tree.community)
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast)
    reviewer = cast.at(roster.step)
    rosters.return_to(roster=roster, step=None, by=reviewer, at=AT, reason="名单要补充")
    both = user_with("clerk", tree.community)
    workflow.record_duty(roster, by=both, duty="approving", at=AT, stage="5")
    with pytest.raises(workflow.Refused) as refused:
        entries.withdraw(entry=roster.entries.first(), by=both, at=AT, reason="错列")
    assert refused.value.kind == "four_eyes"


def test_two_approvals_need_two_people(programme, tree):
    last = programme.steps.order_by("position").last()
    programme.steps.create(position=last.position + 1, kind="approval", level="township", name="复审")
    cast = Cast(tree.community)
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast)
    first = cast.at(roster.step)
    rosters.approve(roster=roster, by=first, at=AT)
    assert roster.status == RosterStatus.REVIEWING
    with pytest.raises(workflow.Refused, match="承担审核审批"):
        rosters.approve(roster=roster, by=first, at=AT)
    rosters.approve(roster=roster, by=cast.at(roster.step), at=AT)
    assert roster.status == RosterStatus.FINAL


def test_no_role_can_be_given_that_drafts_and_decides_for_one_community(tree):
    clerk = user_with("clerk", tree.community)
    assert accounts.assignment_refusal(user=clerk, role="head", organisation=tree.community)
