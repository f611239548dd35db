"""The machines of what happens at a step: the assessment meeting, the public notice, objections, the spot check.

Four eyes look at the roster: what somebody did here counts as a duty on it, at the roster's current stage.
"""

from beneficiaries.enums import (
    AssessmentStatus,
    CheckStatus,
    EntryStatus,
    NoticeStatus,
    ObjectionStatus,
)
from beneficiaries.queries import disputes, relatives
from beneficiaries.rules.assessment import quorum_refusal
from beneficiaries.workflows.rosters import CHECK_BARS, DRAFT_BARS, level_of, stage_of
from welfare import dates, workflow
from welfare.workflow import Machine, Move


def belongs_to_this_step(attempt):
    """A meeting, notice or check of a step the roster has left, or of an earlier lap, is closed for good."""
    roster = attempt.subject.roster
    if roster.step_id != attempt.subject.step_id or roster.lap != attempt.subject.lap:
        return "名册已不在这个环节，这份记录只供查阅。"
    return None


def _case(subject):
    return [subject.roster]


def _stage(subject):
    return stage_of(subject.roster)


def _level(subject):
    return level_of(subject.roster)


# -- assessment ---------------------------------------------------------------------------------------


def has_quorum(attempt):
    meeting = attempt.subject
    return quorum_refusal(
        present=meeting.present_count, expected=meeting.expected_count, share=meeting.step.quorum_share
    )


def relatives_withdrew(attempt):
    withdrawn = dict(attempt.subject.votes.values_list("entry", "withdrawn"))
    return relatives.withdrawal_refusal(attempt.subject, withdrawn)


def everybody_was_voted_on(attempt):
    meeting = attempt.subject
    missing = (
        disputes.to_assess(meeting.roster, meeting.step)
        .exclude(votes__assessment=meeting)
        .order_by("position")
        .values_list("position", flat=True)
    )
    if missing:
        numbers = "、".join(str(position) for position in missing[:10])
        return f"还有 {len(missing)} 个对象没有记票（第{numbers}号{'等' if len(missing) > 10 else ''}）。"
    return None


ASSESSMENT = workflow.register(
    Machine(
        "beneficiaries.Assessment",
        "民主评议",
        AssessmentStatus,
        AssessmentStatus.RECORDING,
        (
            Move(
                "record",
                "记票",
                (AssessmentStatus.RECORDING,),
                AssessmentStatus.RECORDING,
                "roster.assess",
                guards=(belongs_to_this_step,),
                duty="assessing",
                bars=DRAFT_BARS,
                level=_level,
            ),
            Move(
                "conclude",
                "宣布评议结果",
                (AssessmentStatus.RECORDING,),
                AssessmentStatus.CONCLUDED,
                "roster.assess",
                guards=(belongs_to_this_step, has_quorum, everybody_was_voted_on, relatives_withdrew),
                stamp="concluded",
                duty="assessing",
                bars=DRAFT_BARS,
                level=_level,
            ),
        ),
        cases=_case,
        stage=_stage,
    )
)


# -- public notice ------------------------------------------------------------------------------------


def period_is_over(attempt):
    ends_on = attempt.subject.ends_on
    if dates.today(attempt.at) <= ends_on:
        return f"公示期到{ends_on.year}年{ends_on.month}月{ends_on.day}日为止，期满次日起才能办结。"
    return None


def every_objection_is_answered(attempt):
    waiting = attempt.subject.objections.filter(status=ObjectionStatus.OPEN).count()
    if waiting:
        return f"还有 {waiting} 件异议没有答复，公示不能办结。"
    return None


def write_result(attempt):
    attempt.subject.result_text = attempt.data.get("result_text", "")


NOTICE = workflow.register(
    Machine(
        "beneficiaries.PublicNotice",
        "公示",
        NoticeStatus,
        NoticeStatus.POSTED,
        (
            Move(
                "close",
                "公示办结",
                (NoticeStatus.POSTED,),
                NoticeStatus.CLOSED,
                "notice.post",
                guards=(belongs_to_this_step, period_is_over, every_objection_is_answered),
                stamp="closed",
                level=_level,
                change=write_result,
            ),
            Move(
                "withdraw",
                "撤下公示",
                (NoticeStatus.POSTED,),
                NoticeStatus.WITHDRAWN,
                "notice.post",
                needs_reason=True,
                level=lambda notice: notice.step.level,
                tone="danger",
            ),
            Move("retract", "随名册退回撤下", (NoticeStatus.POSTED,), NoticeStatus.WITHDRAWN, None),
            Move("take_down", "到期撤下", (NoticeStatus.CLOSED,), NoticeStatus.WITHDRAWN, None),
        ),
        cases=_case,
        stage=_stage,
    )
)


# -- objections ---------------------------------------------------------------------------------------


def write_answer(attempt):
    attempt.subject.answer = attempt.reason.strip()
    attempt.subject.is_upheld = attempt.data["is_upheld"]


OBJECTION = workflow.register(
    Machine(
        "beneficiaries.Objection",
        "异议",
        ObjectionStatus,
        ObjectionStatus.OPEN,
        (
            Move(
                "assign",
                "对应到公示对象",
                (ObjectionStatus.OPEN,),
                ObjectionStatus.OPEN,
                "objection.answer",
                level=lambda objection: objection.notice.step.level,
            ),
            Move(
                "answer",
                "答复",
                (ObjectionStatus.OPEN,),
                ObjectionStatus.ANSWERED,
                "objection.answer",
                needs_reason=True,
                stamp="answered",
                level=lambda objection: objection.notice.step.level,
                change=write_answer,
            ),
        ),
        cases=lambda objection: [objection.notice.roster],
        stage=lambda objection: stage_of(objection.notice.roster),
    )
)


# -- spot check ---------------------------------------------------------------------------------------


def every_finding_is_recorded(attempt):
    waiting = attempt.subject.findings.filter(is_true=None, entry__status=EntryStatus.LISTED).count()
    if waiting:
        return f"还有 {waiting} 个抽中的对象没有登记核查情况。"
    return None


CHECK = workflow.register(
    Machine(
        "beneficiaries.SampleCheck",
        "抽查",
        CheckStatus,
        CheckStatus.OPEN,
        (
            Move(
                "record",
                "登记核查情况",
                (CheckStatus.OPEN,),
                CheckStatus.OPEN,
                "roster.check",
                guards=(belongs_to_this_step,),
                duty="checking",
                bars=CHECK_BARS,
                level=_level,
            ),
            Move(
                "finish",
                "抽查完成",
                (CheckStatus.OPEN,),
                CheckStatus.DONE,
                "roster.check",
                guards=(belongs_to_this_step, every_finding_is_recorded),
                stamp="finished",
                duty="checking",
                bars=CHECK_BARS,
                level=_level,
            ),
        ),
        cases=_case,
        stage=_stage,
    )
)
