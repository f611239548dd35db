"""The machine of 慰问对象, the entries of a roster. Four eyes look at the roster, at its current stage."""

from beneficiaries.enums import EntryStatus, Outcome, RosterStatus
from beneficiaries.models import Decision
from beneficiaries.workflows.fairness import is_a_relative, is_of_the_next_level, worker_is_no_relative
from beneficiaries.workflows.handed_down import sender_agrees
from beneficiaries.workflows.rosters import (
    ALL_DUTIES,
    CHECK_BARS,
    DRAFT_BARS,
    WALKING,
    cases_of,
    level_of,
    stage_of,
)
from welfare import workflow
from welfare.workflow import Machine, Move


def roster_is_reviewed(attempt):
    roster = attempt.subject.roster
    if roster.status != RosterStatus.REVIEWING:
        return f"名册现为“{roster.get_status_display()}”，不在审核环节，不能“{attempt.move.label}”。"
    return None


def roster_is_drafted(attempt):
    roster = attempt.subject.roster
    if roster.status != RosterStatus.DRAFTING:
        return f"名册现为“{roster.get_status_display()}”，不能再调整名单。如需调整，请先退回拟订。"
    return None


def is_handed_down(attempt):
    return None if attempt.subject.assigned_by_id else "本对象不是上级指定的，请由经办人“撤下”。"


def sender_level(entry):
    """The level of the organisation that sent the entry."""
    return entry.assigned_by.level if entry.assigned_by_id else None


def is_of_the_earlier_version(attempt):
    if attempt.subject.earlier_id is None:
        return "只有修订名册时撤下的原有对象可以恢复；其他对象请重新列入。"
    return None


def roster_is_walking(attempt):
    roster = attempt.subject.roster
    if roster.status not in WALKING:
        return f"名册现为“{roster.get_status_display()}”，启动评审后、定案前才能核查。"
    return None


def roster_is_assessed(attempt):
    roster = attempt.subject.roster
    if roster.status != RosterStatus.ASSESSING:
        return f"名册现为“{roster.get_status_display()}”，不在评议环节，不能认定条件。"
    return None


def note_reason(attempt):
    attempt.subject.status_reason = attempt.reason[:300]


def strike_out(attempt):
    note_reason(attempt)
    Decision.objects.create(
        roster=attempt.subject.roster,
        step=attempt.subject.roster.step,
        entry=attempt.subject,
        outcome=Outcome.STRUCK,
        reason=attempt.reason,
        decided_at=attempt.at,
        decided_by=attempt.by,
    )


_STANDING = (EntryStatus.LISTED, EntryStatus.STOPPED)

ENTRY = workflow.register(
    Machine(
        "beneficiaries.RosterEntry",
        "慰问对象",
        EntryStatus,
        EntryStatus.LISTED,
        (
            Move("stop", "因异议暂停", (EntryStatus.LISTED,), EntryStatus.STOPPED, None, change=note_reason),
            Move("relist", "恢复列入", (EntryStatus.STOPPED,), EntryStatus.LISTED, None, change=note_reason),
            Move(
                "judge",
                "认定条件",
                (EntryStatus.LISTED,),
                EntryStatus.LISTED,
                "roster.assess",
                guards=(roster_is_assessed, worker_is_no_relative),
                duty="assessing",
                bars=DRAFT_BARS,
                level=lambda entry: level_of(entry.roster),
            ),
            Move(
                "judge_in_review",
                "审核中认定条件",
                (EntryStatus.LISTED,),
                EntryStatus.LISTED,
                "roster.review",
                guards=(roster_is_reviewed, worker_is_no_relative),
                duty="approving",
                bars=ALL_DUTIES,
                level=lambda entry: level_of(entry.roster),
            ),
            Move("reject", "评议未通过", (EntryStatus.LISTED,), EntryStatus.REJECTED, None),
            Move(
                "withdraw",
                "撤下",
                (EntryStatus.LISTED,),
                EntryStatus.WITHDRAWN,
                "roster.draft",
                guards=(roster_is_drafted, sender_agrees),
                needs_reason=True,
                duty="drafting",
                bars=DRAFT_BARS,
                change=note_reason,
                tone="danger",
            ),
            Move(
                "recall",
                "撤回指定",
                (EntryStatus.LISTED,),
                EntryStatus.WITHDRAWN,
                "roster.assign",
                guards=(is_handed_down, roster_is_drafted),
                needs_reason=True,
                duty="drafting",
                bars=DRAFT_BARS,
                level=sender_level,
                change=note_reason,
                tone="danger",
            ),
            Move(
                "strike",
                "不予列入",
                _STANDING,
                EntryStatus.STRUCK,
                "roster.review",
                guards=(roster_is_reviewed, sender_agrees, worker_is_no_relative),
                needs_reason=True,
                duty="approving",
                bars=ALL_DUTIES,
                level=lambda entry: level_of(entry.roster),
                change=strike_out,
                tone="danger",
            ),
            Move(
                "uphold",
                "异议成立，不予列入",
                _STANDING,
                EntryStatus.STRUCK,
                None,
                guards=(sender_agrees,),
                change=note_reason,
            ),
            Move("drop", "随名册撤销", _STANDING, EntryStatus.WITHDRAWN, None),
            Move("finalise", "定案", (EntryStatus.LISTED,), EntryStatus.FINAL, None),
            Move("supersede", "随名册由新版取代", (EntryStatus.FINAL,), EntryStatus.SUPERSEDED, None),
            Move(
                "restore",
                "恢复列入",
                (EntryStatus.WITHDRAWN,),
                EntryStatus.LISTED,
                "roster.draft",
                guards=(roster_is_drafted, is_of_the_earlier_version),
                needs_reason=True,
                duty="drafting",
                bars=DRAFT_BARS,
                change=note_reason,
            ),
            Move(
                "check_relative",
                "近亲属当面核查",
                (EntryStatus.LISTED,),
                EntryStatus.LISTED,
                "roster.check",
                guards=(roster_is_walking, is_a_relative, is_of_the_next_level, worker_is_no_relative),
                duty="checking",
                bars=CHECK_BARS,
            ),
        ),
        cases=lambda entry: cases_of(entry.roster),
        stage=lambda entry: stage_of(entry.roster),
    )
)
