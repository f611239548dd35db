"""The machine of 名册.

A roster walks the ordered steps of its programme's procedure. The kind of the step it stands at is its
status (``STATUS_AT``); each kind has one move that takes it on, and one that sends it back. After a
return it walks forward again on a new ``lap``: meetings, notices and checks of earlier laps stay on
record and no longer count.
"""

from beneficiaries.enums import (
    LIVE_ENTRY,
    STATUS_AT,
    EntryStatus,
    NoticeStatus,
    Outcome,
    RosterStatus,
    StepKind,
)
from beneficiaries.models import Decision
from beneficiaries.queries import objections
from beneficiaries.queries import rosters as queries
from beneficiaries.workflows.fairness import (
    approver_is_no_relative,
    is_fit_to_be_final,
    nobody_is_found_untrue,
    nobody_is_to_be_assessed,
    relatives_are_checked,
    somebody_is_to_be_assessed,
    untrue_are_not_shown,
)
from beneficiaries.workflows.handed_down import nothing_is_handed_down
from beneficiaries.workflows.revisions import (
    copies_hold_their_places,
    is_not_under_revision,
    supersede_entries,
    take_over,
)
from beneficiaries.workflows.roster_guards import (
    assessment_is_concluded,
    check_is_done,
    has_no_check,
    has_no_meeting,
    has_no_notice,
    has_procedure,
    is_no_supplement,
    is_within_quota,
    keeps_promised_assessments,
    labels_are_public,
    leaves_nobody_behind,
    nobody_is_excluded,
    nobody_is_stopped,
    notice_is_closed,
    programme_is_approved,
    returns_to_an_earlier_step,
    somebody_is_listed,
)
from welfare import dates, workflow
from welfare.workflow import Machine, Move

WALKING = tuple(STATUS_AT.values())
ALL_DUTIES = frozenset({"drafting", "assessing", "submitting", "checking", "approving"})


def stage_of(roster):
    """What tells the steps of one procedure apart: the position of the current step, empty in drafting."""
    return str(roster.step.position) if roster.step_id else ""


def cases_of(roster):
    """The roster, the one it supplements and the versions they replace: who acted on those has acted on its entries."""
    return queries.chain(roster)


def level_of(roster):
    """The level at which the current step is done."""
    return roster.step.level if roster.step_id else None


# -- changes and targets ------------------------------------------------------------------------------


def _stand_at(attempt, step):
    attempt.subject.step = step
    attempt.subject.step_since_on = dates.today(attempt.at)


def advance(attempt):
    """Go to the next step; past the last one the roster and its entries are final."""
    roster = attempt.subject
    _stand_at(attempt, queries.next_step(roster))
    if roster.step is None:
        roster.finalised_at, roster.finalised_by = attempt.at, attempt.by
        if roster.replaces_id:
            take_over(attempt)
        _on_entries(roster, "finalise", attempt)


def _on_entries(roster, move, attempt):
    entries = queries.for_pages(roster.entries.filter(status__in=LIVE_ENTRY))
    workflow.perform_many(entries, move, by=attempt.by, at=attempt.at, reason=attempt.reason)


def decide(outcome):
    """A change that writes down the decision made at the current step."""

    def write(attempt):
        Decision.objects.create(
            roster=attempt.subject,
            step=attempt.subject.step,
            outcome=outcome,
            reason=attempt.reason,
            decided_at=attempt.at,
            decided_by=attempt.by,
        )

    return write


def waive(attempt):
    """Written down as decided without a meeting."""
    attempt.reason = attempt.reason.strip() or "没有有疑义的对象，未召开评议会，全部通过。"
    decide(Outcome.WAIVED)(attempt)
    advance(attempt)


def agree(attempt):
    decide(Outcome.AGREED)(attempt)
    advance(attempt)


def go_back(attempt):
    """Write the decision, take a notice that hangs down, and stand at the step named by ``data["step"]``.

    Entries that wait for nothing but a new assessment are listed again: the roster comes to one from there.
    """
    roster = attempt.subject
    decide(Outcome.RETURNED)(attempt)
    for notice in roster.notices.filter(status=NoticeStatus.POSTED):
        workflow.perform(notice, "retract", by=attempt.by, at=attempt.at, reason=attempt.reason)
    _stand_at(attempt, attempt.data.get("step"))
    roster.lap += 1
    for entry in roster.entries.filter(status=EntryStatus.STOPPED).order_by("position", "pk"):
        entry.roster = roster  # as it stands from now on
        if not objections.is_held(entry):
            workflow.perform(entry, "relist", by=attempt.by, at=attempt.at, reason="名册退回，须重新评议")


def drop_entries(attempt):
    _on_entries(attempt.subject, "drop", attempt)


def where_it_stands(attempt):
    """The status that belongs to the step the change has just set, ``FINAL`` past the last."""
    step = attempt.subject.step
    return STATUS_AT[StepKind(step.kind)] if step else RosterStatus.FINAL


def where_it_returned(attempt):
    step = attempt.subject.step
    return STATUS_AT[StepKind(step.kind)] if step else RosterStatus.DRAFTING


def _onward(
    name, label, status, permission, *, duty="", bars=frozenset(), guards=(), change=advance, stamp=""
):
    return Move(
        name,
        label,
        (status,),
        where_it_stands,
        permission,
        targets=(*WALKING, RosterStatus.FINAL),
        guards=(nobody_is_stopped, copies_hold_their_places, *guards, is_fit_to_be_final),
        stamp=stamp,
        duty=duty,
        bars=bars,
        level=level_of,
        change=change,
    )


def _back(name, status, permission, duty=""):
    return Move(
        name,
        "退回",
        (status,),
        where_it_returned,
        permission,
        targets=(RosterStatus.DRAFTING, *WALKING),
        guards=(returns_to_an_earlier_step, keeps_promised_assessments),
        needs_reason=True,
        duty=duty,
        bars=ALL_DUTIES if duty == "approving" else frozenset(),
        level=level_of,
        change=go_back,
        tone="danger",
    )


def _work(name, label, status, permission, *, duty="", bars=frozenset(), guards=(), level=level_of):
    """A move that stays where it is: work done at a step, gated like every other."""
    return Move(name, label, (status,), status, permission, guards=guards, duty=duty, bars=bars, level=level)


# Who decided anything may no longer draft or assess; who drafted or assessed may not check.
DRAFT_BARS = frozenset({"submitting", "checking", "approving"})
CHECK_BARS = frozenset({"drafting", "assessing", "submitting", "approving"})

ROSTER = workflow.register(
    Machine(
        "beneficiaries.Roster",
        "名册",
        RosterStatus,
        RosterStatus.DRAFTING,
        (
            _work(
                "revise",
                "调整名单",
                RosterStatus.DRAFTING,
                "roster.draft",
                duty="drafting",
                bars=DRAFT_BARS,
                guards=(is_no_supplement,),
                level=None,
            ),
            _work(
                "assign",
                "下达必访对象",
                RosterStatus.DRAFTING,
                "roster.assign",
                duty="drafting",
                bars=DRAFT_BARS,
                level=None,
            ),
            Move(
                "start",
                "启动评审",
                (RosterStatus.DRAFTING,),
                where_it_stands,
                "roster.draft",
                targets=WALKING,
                guards=(
                    programme_is_approved,
                    has_procedure,
                    somebody_is_listed,
                    nobody_is_stopped,
                    is_within_quota,
                    nobody_is_excluded,
                ),
                duty="drafting",
                bars=DRAFT_BARS,
                change=advance,
            ),
            Move(
                "cancel",
                "撤销名册",
                (RosterStatus.DRAFTING,),
                RosterStatus.CANCELLED,
                "roster.draft",
                guards=(nothing_is_handed_down, leaves_nobody_behind),
                needs_reason=True,
                change=drop_entries,
                tone="danger",
            ),
            _work(
                "open_meeting",
                "记录评议会",
                RosterStatus.ASSESSING,
                "roster.assess",
                duty="assessing",
                bars=DRAFT_BARS,
                guards=(nobody_is_stopped, has_no_meeting, somebody_is_to_be_assessed),
            ),
            _onward(
                "waive_assessment",
                "免予评议",
                RosterStatus.ASSESSING,
                "roster.assess",
                duty="assessing",
                bars=DRAFT_BARS,
                guards=(nobody_is_to_be_assessed, somebody_is_listed, has_no_meeting),
                change=waive,
            ),
            _onward(
                "conclude_assessment",
                "评议结束",
                RosterStatus.ASSESSING,
                "roster.assess",
                duty="assessing",
                bars=DRAFT_BARS,
                guards=(assessment_is_concluded,),
            ),
            _onward(
                "submit",
                "提交",
                RosterStatus.SUBMITTING,
                "roster.submit",
                duty="submitting",
                bars=frozenset({"drafting"}),
                guards=(somebody_is_listed,),
                change=agree,
                stamp="submitted",
            ),
            _work(
                "post_notice",
                "张贴公示",
                RosterStatus.ON_NOTICE,
                "notice.post",
                guards=(
                    nobody_is_stopped,
                    somebody_is_listed,
                    untrue_are_not_shown,
                    has_no_notice,
                    labels_are_public,
                ),
            ),
            _onward(
                "close_notice", "公示办结", RosterStatus.ON_NOTICE, "notice.post", guards=(notice_is_closed,)
            ),
            _work(
                "draw_sample",
                "抽取样本",
                RosterStatus.CHECKING,
                "roster.check",
                duty="checking",
                bars=CHECK_BARS,
                guards=(somebody_is_listed, has_no_check),
            ),
            _onward(
                "finish_check",
                "抽查完成",
                RosterStatus.CHECKING,
                "roster.check",
                duty="checking",
                bars=CHECK_BARS,
                guards=(check_is_done,),
            ),
            _onward(
                "approve",
                "同意",
                RosterStatus.REVIEWING,
                "roster.review",
                duty="approving",
                bars=ALL_DUTIES,
                guards=(
                    somebody_is_listed,
                    approver_is_no_relative,
                    relatives_are_checked,
                    nobody_is_found_untrue,
                ),
                change=agree,
            ),
            _back("return", RosterStatus.REVIEWING, "roster.review", "approving"),
            _back("return_assessment", RosterStatus.ASSESSING, "roster.assess"),
            _back("return_submission", RosterStatus.SUBMITTING, "roster.submit"),
            _back("return_notice", RosterStatus.ON_NOTICE, "notice.post"),
            _back("return_check", RosterStatus.CHECKING, "roster.check", "checking"),
            Move(
                "revise_final",
                "修订名册",
                (RosterStatus.FINAL,),
                RosterStatus.FINAL,
                "roster.draft",
                guards=(programme_is_approved, is_not_under_revision),
                needs_reason=True,
                bars=DRAFT_BARS,
                tone="secondary",
            ),
            Move(
                "supersede",
                "由新版取代",
                (RosterStatus.FINAL,),
                RosterStatus.SUPERSEDED,
                None,
                change=supersede_entries,
            ),
        ),
        cases=cases_of,
        stage=stage_of,
    )
)

# The move that sends a roster back, by where it stands.
RETURN_AT = {move.sources[0]: move.name for move in ROSTER.moves if move.change is go_back}
