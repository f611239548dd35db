"""The machines of visits and of needs."""

from visits.enums import IN_PERSON, NeedStatus, VisitStatus
from visits.models import Visit, VisitConfirmation
from welfare import dates
from welfare.workflow import Machine, Move, register


# -- guards of a visit ------------------------------------------------------------------------------
def substitution(team, user):
    """The sentence that keeps people off the team from its visits (严禁替代), or None for a member."""
    if team.members.filter(user=user).exists():
        return None
    return f"您不是“{team}”的组员。走访须由本组人员亲自进行，严禁替代。"


def not_a_member(attempt):
    return substitution(attempt.subject.team, attempt.by)


def day_not_come(attempt):
    visit = attempt.subject
    if dates.today(attempt.at) < visit.planned_on:
        return f"走访安排在{visit.planned_on:%Y年%m月%d日}，到日才能登记。要提前走访，请先改期并重新告知。"
    return None


def not_told_ahead(attempt):
    """A visit in person must have been told so many days before the day that stands now."""
    visit = attempt.subject
    days = visit.team.programme.advance_notice_days
    if visit.mode not in IN_PERSON or not days:
        return None
    notice = visit.notice_given
    if notice is None:
        return f"还没有上门告知的记录，按规定须提前{days}天告知。请先告知；来不及的，请改期后再走访。"
    if notice.is_late:
        return (
            f"{notice.told_on:%m月%d日}才告知{visit.planned_on:%m月%d日}走访，不足规定的提前{days}天。"
            "请改期并重新告知后再走访。"
        )
    return None


def no_words(attempt):
    if attempt.is_rehearsal or (
        attempt.data.get("finding", "").strip() and attempt.data.get("place", "").strip()
    ):
        return None
    return "请写明走访地点和走访情况。"


def not_another_member(attempt):
    if attempt.subject.confirmations.filter(user=attempt.by).exists():
        return "您已登记或确认过这次走访，须由同组的另一人用自己的账号确认。"
    return None


def confirmed_already(attempt):
    if attempt.subject.confirmed_at:
        return "这次走访的确认人数已够，不需要再确认。"
    return None


def no_place_in_plan(attempt):
    """Guard of a new day: inside the programme, not past, and the team is free."""
    if attempt.is_rehearsal:
        return None
    visit, new = attempt.subject, attempt.data
    return day_refusal(new["team"].programme, new["planned_on"], attempt.at) or clash(
        new["team"], new["planned_on"], new["slot_from"], new["slot_to"], ignoring=visit.pk
    )


def day_refusal(programme, on, at):
    """The sentence why no visit may be planned on the day, or None."""
    if on < dates.today(at):
        return f"{on:%Y年%m月%d日}已经过去，请选今天或以后的日期。"
    if not programme.starts_on <= on <= programme.ends_on:
        return (
            f"{on:%Y年%m月%d日}不在方案期间（{programme.starts_on:%Y年%m月%d日}至"
            f"{programme.ends_on:%Y年%m月%d日}），请另选日期。"
        )
    return None


def clash(team, on, slot_from, slot_to, *, ignoring=None):
    """The sentence that the team is elsewhere at that time, or None. The caller holds the team's lock."""
    if slot_from is None or slot_to is None:
        return None
    if slot_to <= slot_from:
        return "结束时间要晚于开始时间。"
    other = (
        Visit.objects.planned()
        .filter(team=team, planned_on=on, slot_from__lt=slot_to, slot_to__gt=slot_from)
        .exclude(pk=ignoring)
        .first()
    )
    if other:
        return f"“{team}”{on:%m月%d日} {other.slot} 已安排走访{other.whom}，请另选时间。"
    return None


# -- what changes with a move -----------------------------------------------------------------------
def write_finding(attempt):
    visit = attempt.subject
    visit.place = attempt.data["place"].strip()
    visit.finding = attempt.data["finding"].strip()
    _add_name(attempt)


def _add_name(attempt):
    """Put the member's name to the visit; with the last one needed it is confirmed."""
    visit = attempt.subject
    VisitConfirmation.objects.create(visit=visit, user=attempt.by, at=attempt.at)
    if visit.confirmations.count() >= visit.team.programme.visitors_needed:
        visit.confirmed_at = attempt.at


def write_reason(attempt):
    attempt.subject.status_reason = attempt.reason.strip()[:300]


def write_plan(attempt):
    for name in ("team", "planned_on", "slot_from", "slot_to"):
        setattr(attempt.subject, name, attempt.data[name])


PLANNED, DONE = (VisitStatus.PLANNED,), (VisitStatus.DONE,)

VISIT = register(
    Machine(
        model="visits.Visit",
        label="走访",
        statuses=VisitStatus,
        initial=VisitStatus.PLANNED,
        moves=(
            Move(
                "complete",
                "登记走访",
                PLANNED,
                VisitStatus.DONE,
                "visit.do",
                guards=(not_a_member, day_not_come, not_told_ahead, no_words),
                stamp="done",
                change=write_finding,
            ),
            Move(
                "confirm",
                "确认走访",
                DONE,
                VisitStatus.DONE,
                "visit.do",
                guards=(confirmed_already, not_a_member, not_another_member),
                change=_add_name,
            ),
            Move(
                "mark_absent",
                "未遇到人",
                PLANNED,
                VisitStatus.ABSENT,
                "visit.do",
                guards=(not_a_member, day_not_come),
                needs_reason=True,
                stamp="done",
                change=write_reason,
                tone="secondary",
            ),
            Move(
                "reschedule",
                "改期",
                PLANNED,
                VisitStatus.PLANNED,
                "visit.plan",
                guards=(no_place_in_plan,),
                needs_reason=True,
                change=write_plan,
                tone="secondary",
            ),
            Move(
                "cancel",
                "取消走访",
                PLANNED,
                VisitStatus.CANCELLED,
                "visit.plan",
                needs_reason=True,
                change=write_reason,
                tone="danger",
            ),
        ),
    )
)


def write_answer(attempt):
    attempt.subject.answer = attempt.reason.strip()


def take_back_answer(attempt):
    need = attempt.subject
    need.answer, need.solved_at, need.solved_by = "", None, None


NEED = register(
    Machine(
        model="visits.Need",
        label="诉求",
        statuses=NeedStatus,
        initial=NeedStatus.OPEN,
        moves=(
            Move(
                "solve",
                "登记解决",
                (NeedStatus.OPEN,),
                NeedStatus.SOLVED,
                "need.follow",
                needs_reason=True,
                stamp="solved",
                change=write_answer,
            ),
            Move(
                "reopen",
                "重新办理",
                (NeedStatus.SOLVED,),
                NeedStatus.OPEN,
                "need.follow",
                needs_reason=True,
                change=take_back_answer,
                tone="secondary",
            ),
        ),
    )
)
