"""The machine of 慰问对象, the entries of a roster. Four eyes look at the roster, at its current stage."""

from beneficiaries.enums import EntryStatus, Outcome, RosterStatus
from beneficiaries.models import Decision
from beneficiaries.workflows.rosters import ALL_DUTIES, DRAFT_BARS, level_of, stage_of
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
                guards=(roster_is_assessed,),
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
                guards=(roster_is_reviewed,),
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
                guards=(roster_is_drafted,),
                needs_reason=True,
                duty="drafting",
                bars=DRAFT_BARS,
                change=note_reason,
                tone="danger",
            ),
            Move(
                "strike",
                "不予列入",
                _STANDING,
                EntryStatus.STRUCK,
                "roster.review",
                guards=(roster_is_reviewed,),
                needs_reason=True,
                duty="approving",
                bars=ALL_DUTIES,
                level=lambda entry: level_of(entry.roster),
                change=strike_out,
                tone="danger",
            ),
            Move("uphold", "异议成立，不予列入", _STANDING, EntryStatus.STRUCK, None, change=note_reason),
            Move("drop", "随名册撤销", _STANDING, EntryStatus.WITHDRAWN, None),
            Move("finalise", "定案", (EntryStatus.LISTED,), EntryStatus.FINAL, None),
        ),
        cases=lambda entry: [entry.roster],
        stage=lambda entry: stage_of(entry.roster),
    )
)
