"""Any procedure, any actors, any order: no path leads around a step, a quorum, an objection, a check or four eyes.

The machine (``roster_machine``) tries moves with people who may and who may not; the oracle (``roster_book``)
knows the rules from what was done. Then one guard at a time is taken out, and the machine must find the path.
"""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test

from beneficiaries.models import Objection
from beneficiaries.queries import notices as notice_queries
from beneficiaries.queries import relatives
from beneficiaries.tests.roster_machine import RosterMachine, ground
from beneficiaries.workflows import fairness, review, roster_guards
from welfare import workflow

ASSESSED = ("assessment", "community", {"quorum_share": "0.6667", "pass_share": "0.6667"})
DISPUTED = ("assessment", "community", {"is_for_disputed": True})
SUBMITTED = ("submission", "community", {})
SHOWN = ("notice", "community", {"days": 3})
SHOWN_AGAIN = ("notice", "township", {"days": 1})
CHECKED = ("check", "township", {"sample_number": 1})
REVIEWED = ("approval", "township", {})
APPROVED = ("approval", "county", {})
WHOLE = (ASSESSED, SUBMITTED, SHOWN, CHECKED, REVIEWED, APPROVED)
TWICE_SHOWN = (ASSESSED, SHOWN, DISPUTED, SHOWN_AGAIN, REVIEWED)
SHORT = (SHOWN, REVIEWED, APPROVED)

# Where sequences begin: the steps, and what has been done.
BEGINNINGS = {
    "drafting": dict(steps=WHOLE),
    "assessing": dict(steps=WHOLE, script="go_on"),
    "one not voted on": dict(steps=WHOLE, script="go_on; meet 0 1 4"),
    "submitting": dict(steps=(SUBMITTED, SHOWN), script="add 6 2 0; go_on"),
    "doubted": dict(steps=(DISPUTED, SHOWN, REVIEWED), script="go_on; doubt 0 0 0"),
    "not photographed": dict(steps=SHORT, script="go_on; post; wait 0 0 4"),
    "on notice": dict(steps=SHORT, script="go_on; post; photograph"),
    "objected by name": dict(steps=SHORT, script="go_on; post; photograph; object 0 0 3"),
    "posted again": dict(steps=SHORT, script="go_on; post; object 0 0 3; take_down; post; photograph"),
    "objected": dict(
        steps=TWICE_SHOWN, script="go_on 2; post; photograph; object 0 0 1; object 0 0 3", lenient=True
    ),
    "sampled": dict(steps=(CHECKED, REVIEWED), script="go_on; draw"),
    "untrue": dict(steps=(CHECKED, REVIEWED), script="go_on; draw; find 0 0 3; finish"),
    "reviewing": dict(steps=WHOLE, script="go_on 5"),
    "half approved": dict(steps=WHOLE, script="go_on 5; approve 9"),
    "shown": dict(steps=(SHOWN, REVIEWED), script="go_on 2"),
    "revised": dict(steps=WHOLE, script="go_on 13"),
    "kin objected to": dict(steps=SHORT, script="declare 0 0 0; declare 0 0 1; go_on; post; object 0 0 1"),
    "kin assessed": dict(steps=WHOLE, script="declare 0 0 0; declare 0 1 1; go_on"),
    "kin judged": dict(steps=(REVIEWED, SHOWN), script="declare 0 0 6; declare 0 0 3; declare 0 0 7; go_on"),
    "kin looked at": dict(
        steps=(SHOWN, REVIEWED), script="declare 0 0 6; declare 0 0 3; go_on 2; look 0 0 1; look 0 2 1"
    ),
    "kin reviewed": dict(steps=(SHOWN, REVIEWED), script="declare 0 0 6; declare 0 1 3; go_on 2"),
}

CONTROLS_ONLY = {
    "half approved",
    "one not voted on",
    "submitting",
    "not photographed",
    "untrue",
    "shown",
    "kin judged",
    "kin looked at",
}


def explore(machine, sequences, length):
    """Run that many sequences, the same every time. Raises what an invariant does.

    Each from a seed of its own: within one run Hypothesis makes most examples by repeating parts of the first.
    """
    for number in range(sequences):
        run_state_machine_as_test(
            seed(number)(machine),
            settings=settings(
                max_examples=1,
                stateful_step_count=length,
                phases=[Phase.generate],
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.fixture
def moves(db, monkeypatch):
    """The moves, on a ground of their own."""
    return type("Moves", (RosterMachine,), {"places": ground(monkeypatch)})


@pytest.mark.parametrize("beginning", [name for name in BEGINNINGS if name not in CONTROLS_ONLY])
def test_no_path_leads_around_the_procedure(moves, beginning):
    explore(moves.from_here(**BEGINNINGS[beginning]), 3, 14)


STEPS = (ASSESSED, DISPUTED, SUBMITTED, SHOWN, SHOWN_AGAIN, CHECKED, REVIEWED, APPROVED)


def test_nor_around_any_other(moves):
    begins = initialize(
        steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=4),
        lenient=st.booleans(),
        far=st.integers(0, 4),
    )(_begin)
    explore(type("AnyProcedure", (moves,), {"begins": begins}), 6, 15)


def _begin(machine, steps, lenient, far):
    machine.lay(steps, lenient=lenient)
    for _ in range(far):
        machine.move_go_on(0, 0, 0)


# -- paths that once were open ------------------------------------------------------------------------


def test_a_return_past_the_assessment_does_not_lose_a_promised_one(moves):
    """From the second notice to the first: nobody assesses again, and the entry goes on all the same."""
    moves.from_here(
        steps=(ASSESSED, SHOWN, SHOWN_AGAIN, REVIEWED),
        script="go_on 3; post; photograph; object 0 0 1; answer 0 0 3; send_back 0 0 2; go_on 3",
    )


def test_a_relative_does_not_answer_for_an_entry_that_another_answer_has_struck(moves):
    moves.from_here(
        steps=SHORT,
        script="declare 0 0 0; go_on; post; object 0 0 1; object 0 0 1; answer 3 0 2; answer 0 0 0",
    )


# -- controls: with a guard taken out, the path around it is found ------------------------------------


def change(patch, model, name, **fields):
    """Let the move of that machine have other ``fields``; a guard given as ``without`` is left out."""
    machine = workflow.MACHINES[f"beneficiaries.{model}".lower()]
    moves = []
    for move in machine.moves:
        if move.name == name:
            without = fields.pop("without", None)
            kept = tuple(guard for guard in move.guards if guard is not without)
            assert without is None or len(kept) < len(move.guards)
            move = replace(move, guards=kept, **fields)
        moves.append(move)
    patch.setitem(workflow.MACHINES, machine.model.lower(), replace(machine, moves=tuple(moves)))


def never(*_args, **_kwargs):
    return None


def without_findings(patch):
    change(patch, "Roster", "approve", without=fairness.nobody_is_found_untrue)
    patch.setattr(fairness, "nobody_is_found_untrue", never)


def without_relatives_checked(patch):
    change(patch, "Roster", "approve", without=fairness.relatives_are_checked)
    patch.setattr(fairness, "relatives_are_checked", never)


def only_this_version(patch):
    for model, of in (("Roster", lambda roster: roster), ("RosterEntry", lambda entry: entry.roster)):
        machine = workflow.MACHINES[f"beneficiaries.{model}".lower()]
        cases = replace(machine, cases=lambda subject, of=of: [of(subject)])
        patch.setitem(workflow.MACHINES, machine.model.lower(), cases)


def only_objections_to_the_notice_that_hangs(patch):
    patch.setattr(
        review.objections,
        "holding",
        lambda roster: Objection.objects.filter(
            status="open", notice__roster=roster, notice__status="posted"
        ),
    )
    patch.setattr(fairness, "nothing_is_unanswered", never)


# What is broken, where it is tried and what is tried there more than its turn.
CONTROLS = {
    "open objection at closing": (
        lambda patch: change(patch, "PublicNotice", "close", without=review.every_objection_is_answered),
        "objected by name",
        "wait close",
    ),
    "objection lost with the notice": (
        only_objections_to_the_notice_that_hangs,
        "posted again",
        "wait close",
    ),
    "notice period": (
        lambda patch: change(patch, "PublicNotice", "close", without=review.period_is_over),
        "on notice",
        "close",
    ),
    "photo of the wall": (
        lambda patch: change(patch, "PublicNotice", "close", without=review.channels_are_proved),
        "not photographed",
        "close",
    ),
    "quorum": (
        lambda patch: change(patch, "Assessment", "conclude", without=review.has_quorum),
        "assessing",
        "meet conclude",
    ),
    "votes on everybody": (
        lambda patch: change(patch, "Assessment", "conclude", without=review.everybody_was_voted_on),
        "one not voted on",
        "conclude",
    ),
    "doubt": (
        lambda patch: change(patch, "Roster", "waive_assessment", without=fairness.nobody_is_to_be_assessed),
        "doubted",
        "waive",
    ),
    "four eyes at approval": (
        lambda patch: change(patch, "Roster", "approve", bars=frozenset({"drafting"})),
        "half approved",
        "approve",
    ),
    "four eyes at submission": (
        lambda patch: change(patch, "Roster", "submit", bars=frozenset()),
        "submitting",
        "submit",
    ),
    "four eyes across versions": (only_this_version, "revised", "approve strike"),
    "untrue finding": (without_findings, "untrue", "approve"),
    "unreported finding": (
        lambda patch: change(patch, "SampleCheck", "finish", without=review.every_finding_is_recorded),
        "sampled",
        "finish",
    ),
    "only backward": (
        lambda patch: change(patch, "Roster", "return", without=roster_guards.returns_to_an_earlier_step),
        "reviewing",
        "send_back",
    ),
    "relatives unchecked": (without_relatives_checked, "kin reviewed", "approve"),
    "relative approves": (
        lambda patch: change(patch, "Roster", "approve", without=fairness.approver_is_no_relative),
        "kin looked at",
        "approve",
    ),
    "relative votes": (
        lambda patch: patch.setattr(relatives, "withdrawal_refusal", never),
        "kin assessed",
        "meet conclude",
    ),
    "relative answers": (
        lambda patch: change(patch, "Objection", "answer", without=fairness.answerer_is_no_relative),
        "kin objected to",
        "answer",
    ),
    "relative judges": (
        lambda patch: change(patch, "RosterEntry", "judge_in_review", without=fairness.worker_is_no_relative),
        "kin judged",
        "judge",
    ),
    "not as shown": (
        lambda patch: patch.setattr(notice_queries, "shown_refusal", never),
        "shown",
        "judge judge judge approve",
    ),
}


@pytest.mark.parametrize("broken", CONTROLS)
def test_a_path_around_is_found(moves, monkeypatch, broken):
    take_out, beginning, stress = CONTROLS[broken]
    machine = moves.from_here(**BEGINNINGS[beginning])
    machine.stress = tuple(stress.split())
    take_out(monkeypatch)
    with pytest.raises(AssertionError, match="Act"):
        explore(machine, 60, 10)
