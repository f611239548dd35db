"""Guards of the roster's moves: None, or the sentence why not. Those about fairness, revisions and must-visits stand beside."""

from beneficiaries.enums import (
    AssessmentStatus,
    CheckStatus,
    EntryStatus,
    NoticeStatus,
    ProgrammeStatus,
)
from beneficiaries.models import Programme
from beneficiaries.queries import exclusions, objections
from beneficiaries.queries import rosters as queries
from beneficiaries.rules.notice import label_refusal


def at_this_step(related, roster):
    """The meetings, notices or checks made for the current step since the roster last came to it."""
    return related.filter(step=roster.step_id, lap=roster.lap)


def programme_is_approved(attempt):
    programme = attempt.subject.programme
    if programme.status != ProgrammeStatus.APPROVED:
        return f"方案《{programme}》{programme.get_status_display()}，尚不能办理名册。"
    return None


def is_no_supplement(attempt):
    if attempt.subject.supplement_to_id:
        return "补充名册只办理公示时因异议留下的对象，不能再列入其他对象。"
    return None


def leaves_nobody_behind(attempt):
    roster = attempt.subject
    if roster.supplement_to_id and queries.listed(roster).exists():
        return "补充名册上还有对象，不能撤销：请办完评议和公示，或逐个写明理由撤下。"
    return None


def somebody_is_listed(attempt):
    known = attempt.data.get("live") if attempt.is_rehearsal else None
    if not (queries.listed(attempt.subject).exists() if known is None else known):
        return "名册没有列入任何对象，请先筛选或提名。"
    return None


def is_within_quota(attempt):
    """Locks the programme, so that two rosters cannot take its last places at once."""
    if not attempt.is_rehearsal:
        Programme.objects.select_for_update(of=("self",)).get(pk=attempt.subject.programme_id)
        return queries.quota_refusal(attempt.subject)
    return queries.quota_refusal(attempt.subject, attempt.data.get("places"))


def nobody_is_excluded(attempt):
    """Somebody may have been listed or helped elsewhere since she was put on the list.

    The page of the roster leaves this to the page that confirms: it reads all that is on file of every family.
    """
    roster = attempt.subject
    if attempt.is_rehearsal and "places" in attempt.data:
        return None
    left_out = exclusions.of_entries(roster.programme, queries.listed(roster), viewer=attempt.by)
    if not left_out:
        return None
    entry, said = left_out[0]
    many = f"等 {len(left_out)} 个对象不能列入" if len(left_out) > 1 else ""
    what = said.refusal or f"{said.caution}确需列入的，撤下后写明理由重新列入。"
    return f"第{entry.position}号{entry}{many}：{what}请先撤下再继续。"


def has_procedure(attempt):
    if not (attempt.data.get("steps") or queries.next_step(attempt.subject)):
        return "方案没有设置评审程序，请由方案管理人员补充后再启动。"
    return None


def nobody_is_stopped(attempt):
    stopped = attempt.data.get("stopped") if attempt.is_rehearsal else None
    if stopped is None:
        stopped = attempt.subject.entries.filter(status=EntryStatus.STOPPED).count()
    if stopped:
        return (
            f"有 {stopped} 个对象因异议暂停，请先答复异议；已答复为重新评议的，请把名册退回到民主评议环节。"
        )
    return None


def assessment_is_concluded(attempt):
    meetings = at_this_step(attempt.subject.assessments, attempt.subject)
    if not meetings.filter(status=AssessmentStatus.CONCLUDED).exists():
        return "本环节的民主评议还没有结束，请先记录评议会并宣布结果。"
    return None


def has_no_meeting(attempt):
    meetings = at_this_step(attempt.subject.assessments, attempt.subject)
    if meetings.exclude(status=AssessmentStatus.VOID).exists():
        return "本环节的评议会已经建立，请在原记录上继续；到会人数不够或登记有误的，请先把原记录作废。"
    return None


def has_no_notice(attempt):
    notices = at_this_step(attempt.subject.notices, attempt.subject)
    if notices.exclude(status=NoticeStatus.WITHDRAWN).exists():
        return "本环节的公示已经张贴。"
    return None


def labels_are_public(attempt):
    for category in attempt.subject.programme.categories.filter(
        pk__in=queries.listed(attempt.subject).values("category")
    ):
        no = label_refusal(category.name, category.public_label)
        if no:
            return no
    return None


def notice_is_closed(attempt):
    notices = at_this_step(attempt.subject.notices, attempt.subject)
    if not notices.filter(closed_at__isnull=False).exists():
        return "本环节的公示还没有结束，请先张贴公示，期满后办结。"
    return None


def has_no_check(attempt):
    if at_this_step(attempt.subject.checks, attempt.subject).exists():
        return "本环节的样本已经抽取，请在原样本上核查。"
    return None


def check_is_done(attempt):
    if not at_this_step(attempt.subject.checks, attempt.subject).filter(status=CheckStatus.DONE).exists():
        return "本环节的抽查还没有完成，请先抽取样本并登记核查情况。"
    return None


def returns_to_an_earlier_step(attempt):
    step = attempt.data.get("step")
    if attempt.is_rehearsal or step is None:
        return None
    roster = attempt.subject
    if step.programme_id != roster.programme_id or step.position >= roster.step.position:
        return f"只能退回到“{roster.step}”之前的环节。"
    return None


def keeps_promised_assessments(attempt):
    """What was promised in answer to an objection is not lost by going back to a step past the assessment."""
    step, roster = attempt.data.get("step"), attempt.subject
    if attempt.is_rehearsal or step is None or queries.assesses_from(roster, step):
        return None
    count = (
        roster.entries.filter(status=EntryStatus.STOPPED, objections__in=objections.promised())
        .distinct()
        .count()
    )
    return f"有 {count} 个对象须重新评议，请退回到民主评议或更早的环节。" if count else None
