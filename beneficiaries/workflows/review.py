"""The machines of what happens at a step: the assessment meeting, the public notice, objections, the spot check.

Four eyes look at the roster: what somebody did here counts as a duty on it, at the roster's current stage.
"""

from beneficiaries.enums import (
    AssessmentStatus,
    CheckStatus,
    EntryStatus,
    FinalListStatus,
    NoticeChannelKind,
    NoticeStatus,
    ObjectionStatus,
)
from beneficiaries.queries import disputes, notices, objections, public_pages, relatives
from beneficiaries.rules.assessment import quorum_refusal
from beneficiaries.workflows.fairness import answerer_is_no_relative
from beneficiaries.workflows.rosters import CHECK_BARS, DRAFT_BARS, cases_of, level_of, stage_of
from welfare import dates, workflow
from welfare.workflow import Machine, Move


def belongs_to_this_step(attempt):
    """A meeting, notice or check of a step the roster has left, or of an earlier lap, is closed for good."""
    roster = attempt.subject.roster
    if roster.step_id != attempt.subject.step_id or roster.lap != attempt.subject.lap:
        return "名册已不在这个环节，这份记录只供查阅。"
    return None


def _case(subject):
    return cases_of(subject.roster)


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


def note_why_void(attempt):
    attempt.subject.void_reason = attempt.reason.strip()[:300]


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
            Move(
                "void",
                "作废",
                (AssessmentStatus.RECORDING,),
                AssessmentStatus.VOID,
                "roster.assess",
                guards=(belongs_to_this_step,),
                needs_reason=True,
                duty="assessing",
                bars=DRAFT_BARS,
                level=_level,
                change=note_why_void,
                tone="danger",
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
    """To this notice or to an earlier one. Or, where the programme says so, each open one has stopped its entry,
    which then stays behind; what is said about nobody yet, or about who has been struck, nobody takes along."""
    roster = attempt.subject.roster
    waiting = objections.holding(roster)
    if roster.programme.closes_without_stopped:
        listed = [EntryStatus.LISTED] if attempt.is_rehearsal else []  # closing stops them first
        waiting = waiting.exclude(entry__status__in=[EntryStatus.STOPPED, *listed])
        loose = waiting.filter(entry=None).count()
        if loose:
            return f"有 {loose} 件异议还没有对应到公示对象，请先对应或答复，再办结。"
    count = waiting.count()
    return f"还有 {count} 件异议没有答复，公示不能办结。" if count else None


def somebody_goes_on(attempt):
    entries = attempt.subject.roster.entries
    stopped = entries.filter(status=EntryStatus.STOPPED).exists()
    if stopped and not entries.filter(status=EntryStatus.LISTED).exists():
        return "公示的对象全部因异议暂停，没有可以进入下一环节的对象，请先答复异议，或退回名册。"
    return None


def channels_are_proved(attempt):
    """Each channel that the step names is proved by a photo, taken while the notice hung."""
    if missing := notices.unproved(attempt.subject):
        names = "、".join(f"“{NoticeChannelKind(kind).label}”" for kind in missing)
        return f"还没有登记{names}公示的照片，请先在“公示方式”中登记，再办结。"
    return None


def nobody_waits_for_assessment(attempt):
    """What was promised in answer to an objection is not lost by posting anew."""
    if objections.promised().filter(notice=attempt.subject, entry__status=EntryStatus.STOPPED).exists():
        return "有对象须重新评议，不能撤下后重新张贴：请期满办结，或把名册退回到民主评议环节。"
    return None


def write_result(attempt):
    attempt.subject.result_text = attempt.data.get("result_text", "")
    forget_pages(attempt)


def forget_pages(attempt):
    """What the public reads of it is read anew from this moment."""
    public_pages.changed(attempt.subject.token)


def stop_objected(notice, *, by, at):
    """Stop every listed entry with an open objection to the notice. Harmless to repeat. Returns how many."""
    stopped = 0
    for objection in objections.to_stop(notice):
        entry = objection.entry
        entry.refresh_from_db()  # two objections may name the same
        if entry.status == EntryStatus.LISTED:
            workflow.perform(entry, "stop", by=by, at=at, reason=f"异议 {objection.reference}")
            stopped += 1
    return stopped


def take_off(attempt):
    """No longer shown; what was said against it stands, also what the job has not come to yet."""
    forget_pages(attempt)
    stop_objected(attempt.subject, by=attempt.by, at=attempt.at)


NOTICE = workflow.register(
    Machine(
        "beneficiaries.PublicNotice",
        "公示",
        NoticeStatus,
        NoticeStatus.POSTED,
        (
            Move(
                "show",
                "登记公示方式",
                (NoticeStatus.POSTED,),
                NoticeStatus.POSTED,
                "notice.post",
                guards=(belongs_to_this_step,),
                change=forget_pages,
            ),
            Move(
                "close",
                "公示办结",
                (NoticeStatus.POSTED,),
                NoticeStatus.CLOSED,
                "notice.post",
                guards=(
                    belongs_to_this_step,
                    period_is_over,
                    channels_are_proved,
                    every_objection_is_answered,
                    somebody_goes_on,
                ),
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
                guards=(nobody_waits_for_assessment,),
                needs_reason=True,
                level=lambda notice: notice.step.level,
                change=take_off,
                tone="danger",
            ),
            Move(
                "retract",
                "随名册退回撤下",
                (NoticeStatus.POSTED,),
                NoticeStatus.WITHDRAWN,
                None,
                change=take_off,
            ),
            Move("take_down", "到期撤下", (NoticeStatus.CLOSED,), NoticeStatus.WITHDRAWN, None),
        ),
        cases=_case,
        stage=_stage,
    )
)


# -- objections ---------------------------------------------------------------------------------------


def write_answer(attempt):
    attempt.subject.answer = attempt.reason.strip()
    for name in ("is_upheld", "action", "acted_on"):
        setattr(attempt.subject, name, attempt.data[name])


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
                guards=(answerer_is_no_relative,),
                needs_reason=True,
                stamp="answered",
                level=lambda objection: objection.notice.step.level,
                change=write_answer,
            ),
        ),
        cases=lambda objection: cases_of(objection.notice.roster),
        stage=lambda objection: stage_of(objection.notice.roster),
    )
)


# -- the final result ---------------------------------------------------------------------------------


FINAL_LIST = workflow.register(
    Machine(
        "beneficiaries.FinalList",
        "结果公布",
        FinalListStatus,
        FinalListStatus.PUBLISHED,
        (
            Move(
                "withdraw",
                "撤下公布",
                (FinalListStatus.PUBLISHED,),
                FinalListStatus.WITHDRAWN,
                "notice.post",
                needs_reason=True,
                change=forget_pages,
                tone="danger",
            ),
            Move("take_down", "到期撤下", (FinalListStatus.PUBLISHED,), FinalListStatus.WITHDRAWN, None),
        ),
        cases=_case,
        stage=_stage,
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
