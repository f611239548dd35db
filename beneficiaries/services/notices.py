"""公示: posting a frozen, masked list, closing it with a result, taking it down."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction

from beneficiaries.enums import EntryStatus, NoticeStatus, StepKind
from beneficiaries.models import NoticeEntry, PublicNotice, Roster
from beneficiaries.queries import objections as objections_of
from beneficiaries.queries import public_pages, public_rows
from beneficiaries.queries import rosters as roster_queries
from beneficiaries.rules import notice as rules
from beneficiaries.rules import offices
from beneficiaries.services import objections, supplements
from welfare import dates, workflow
from welfare.errors import Refusal
from welfare.models import Organisation

LONGEST_BODY = 600


# -- what it will say ---------------------------------------------------------------------------------


def default_body(roster):
    """The introduction an office begins with; it may be edited before posting."""
    how = "、".join(steps_told(roster, but=(StepKind.NOTICE,)))
    what = "经核查的慰问对象予以补充公示" if roster.supplement_to_id else "拟列入的慰问对象予以公示"
    return f"根据{ground_of(roster.programme)}，{f'经{how}，' if how else ''}现将{roster.organisation.name}{what}，接受群众监督。"


def steps_told(roster, *, but=()):
    """What was done so far, as residents say it: by the plan's own words, else by what each office is (镇审核).

    A submission decides nothing and is not told, nor are steps of the kinds in ``but``.
    """
    above = list(Organisation.objects.above(roster.organisation))
    for step in roster_queries.walked_steps(roster).exclude(kind__in=(StepKind.SUBMISSION, *but)):
        if step.name:
            yield step.name
        else:
            office = roster.organisation.office_for(step.level, above)
            yield f"{offices.word_of(office.name)}{step.get_kind_display()}"


def ground_of(programme):
    """《…方案》, unless its name tells too much."""
    return f"《{programme.name}》" if not rules.sensitive(programme.name) else "本次慰问方案"


def default_hotline(roster):
    """The number of the programme, else of the office that posts."""
    return roster.programme.hotline or _unit(roster).hotline


def preview(*, roster, at, place="", body="", hotline=""):
    """What ``post`` would freeze now: (fields of the PublicNotice, [(entry, PublicRow)]). Writes nothing.

    Raises Refusal as ``post`` does.
    """
    step, programme, posted_on = roster.step, roster.programme, dates.today(at)
    if step is None or step.kind != StepKind.NOTICE:
        raise Refusal("名册现在不在公示环节，不能张贴公示。")
    unit = _unit(roster)
    hotline = hotline.strip() or default_hotline(roster)
    if not hotline:
        raise Refusal("公示须写明监督电话，请先在方案或机构资料中填写。", field="hotline")
    refuse_contact(hotline, programme.objection_place)
    body = body.strip() or default_body(roster)
    refuse_text(roster, body, place)
    ends_on = _last_day(step, posted_on)
    fields = {
        "step": step,
        "lap": roster.lap,
        "round_number": step.round_number or _round_of(step),
        "title": f"关于{occasion(programme)}慰问对象的{'补充' if roster.supplement_to_id else ''}公示",
        "body": body,
        "unit_name": unit.name,
        "community_name": roster.organisation.name,
        "place": place.strip(),
        "hotline": hotline,
        "objection_place": programme.objection_place or unit.address[:100],
        "starts_on": posted_on + timedelta(days=1),
        "ends_on": ends_on,
        "display_until_on": ends_on + timedelta(days=programme.display_days),
        "is_rehearsal": programme.is_rehearsal,
        "posted_at": at,
    }
    return fields, rows_of(roster, EntryStatus.LISTED, posted_on)


def refuse_contact(hotline, objection_place=""):
    """Raise Refusal when where to call or to go, as published, holds a personal number."""
    if no := rules.hotline_refusal(hotline):
        raise Refusal(no, field="hotline")
    if no := rules.public_text_refusal(objection_place):
        raise Refusal(f"方案的异议受理地点不能公开：{no}")


def refuse_text(roster, body, place=""):
    """Raise Refusal when the words of a public list say what may not be public of the people on it."""
    if len(body) > LONGEST_BODY:
        raise Refusal(f"正文请不要超过 {LONGEST_BODY} 字。", field="body")
    above = type(roster.organisation).objects.above(roster.organisation)
    names = sorted({name for one in above for name in (one.name, one.short_name) if name}, key=len)
    private = public_rows.private_words(roster_queries.for_pages(roster.entries.all()))
    no = rules.body_refusal(body, place_names=names[::-1], private=private)
    if no:
        raise Refusal(no, field="body")
    if no := rules.public_text_refusal(place, private):
        raise Refusal(no, field="place")


def rows_of(roster, status, on):
    """[(entry, PublicRow)] of the roster's entries of that status. Raises Refusal for one whose cells say too much."""
    found = public_rows.masked_rows(roster.entries.filter(status=status), roster.programme, on)
    for entry, row in found:
        what = rules.sensitive(row.standard_text)
        if what:
            raise Refusal(
                f"第{entry.position}号的慰问标准“{row.standard_text}”{what}，不能公示。请由方案管理人员改写标准的说明。"
            )
        if rules.public_text_refusal(f"{row.group_name} {row.standard_text}"):
            raise Refusal(f"第{entry.position}号的组别或标准中有号码，不能公示，请先在户档案中改正。")
    return found


def occasion(programme):
    """上坪镇2027年春节, or the programme by its name, unless that tells too much."""
    found = f"{programme.organiser}{programme.season}" if programme.season else f"《{programme.name}》"
    return found if not rules.sensitive(found.removeprefix(str(programme.organiser))) else "本次"


def _unit(roster):
    return roster.organisation.office_for(roster.step.level)


def _last_day(step, posted_on):
    try:
        return dates.last_day(posted_on, step.days, step.is_working_days, dates.load_calendar())
    except dates.CalendarUnknown as unknown:
        raise Refusal(str(unknown)) from None


def _round_of(step):
    return step.programme.steps.filter(kind=StepKind.NOTICE, position__lte=step.position).count()


# -- posting ------------------------------------------------------------------------------------------


@transaction.atomic
def post(*, roster, by, at, place="", body="", hotline=""):
    """Post the notice of the current step. Returns the PublicNotice, with its rows frozen.

    ``body`` (else ``default_body``) introduces the list; it may not hold names, addresses, illnesses or
    numbers of the people on it, nor say that they are ill, disabled or children. The period begins the day
    after posting and lasts as long as the step says. Raises Refusal for such words, when a category has no
    label fit for the public, when the working calendar is missing, or without a hotline. A notice of the
    same step from before a return is taken down.
    """
    workflow.perform(roster, "post_notice", by=by, at=at)
    fields, rows = preview(roster=roster, at=at, place=place, body=body, hotline=hotline)
    earlier = roster.notices.filter(step=roster.step_id, status=NoticeStatus.CLOSED)
    take_down(earlier, by=by, at=at, reason="名册退回后重新公示")
    notice = PublicNotice.objects.create(roster=roster, posted_by=by, **fields)
    NoticeEntry.objects.bulk_create(
        (
            NoticeEntry(notice=notice, entry=entry, position=entry.position, **asdict(row))
            for entry, row in rows
        ),
        batch_size=1000,
    )
    public_pages.changed(notice.token)
    return notice


# -- closing and taking down --------------------------------------------------------------------------


@transaction.atomic
def close(*, notice, by, at):
    """End the round: period over, each channel proved by a photo, every objection answered. Returns the roster, moved on.

    Where the programme says so, entries whose objection is open stay behind; they, and those that are to be
    assessed anew, go to a supplementary roster (``supplements.carry``). Writes the result.
    """
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=notice.roster_id)
    objections.stop_objected(notice=notice, at=at)
    workflow.perform(notice, "close", by=by, at=at, result_text=_result(notice))
    supplements.carry(notice=notice, by=by, at=at)
    return workflow.perform(roster, "close_notice", by=by, at=at)


def _result(notice):
    outcomes = list(objections_of.of_round(notice).values_list("is_upheld", "action"))
    heard = "未收到异议"
    if outcomes:
        upheld = sum(bool(is_upheld) for is_upheld, _action in outcomes)
        waiting = sum(action == "" for _is_upheld, action in outcomes)
        heard = f"收到异议 {len(outcomes)} 件，成立 {upheld} 件，"
        heard += f"尚在核查 {waiting} 件，其余均已核查答复" if waiting else "均已核查答复"
    shown = Counter(notice.rows.values_list("entry__status", flat=True))
    onward = f"公示的 {shown.total()} 个对象进入下一环节"
    if shown.total() != shown[EntryStatus.LISTED]:
        parts = [f"{shown[EntryStatus.LISTED]} 个进入下一环节"]
        if struck := shown[EntryStatus.STRUCK]:
            parts.append(f"{struck} 个因异议成立不予列入")
        if stopped := shown[EntryStatus.STOPPED]:
            parts.append(f"{stopped} 个待核查或重新评议，另行补充公示")
        onward = f"公示的 {shown.total()} 个对象中，{'，'.join(parts)}"
    return f"公示期间{heard}。公示程序符合规定，{onward}。"


def withdraw(*, notice, by, at, reason):
    """Take a posted notice down before its time, with a reason; it may then be posted anew. Its page is gone at once."""
    return workflow.perform(notice, "withdraw", by=by, at=at, reason=reason)


def take_down_expired(at):
    """Take down every closed notice whose display period is over. Returns how many."""
    expired = PublicNotice.objects.filter(status=NoticeStatus.CLOSED, display_until_on__lt=dates.today(at))
    return take_down(expired, by=None, at=at, reason="展示期满")


@transaction.atomic
def take_down(shown, **act):
    """Take down notices or final lists (a queryset); their pages are gone at once. Returns how many."""
    tokens = list(shown.values_list("token", flat=True))
    done = workflow.perform_many(shown, "take_down", **act)
    for token in tokens:
        public_pages.changed(token)
    return done
