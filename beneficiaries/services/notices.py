"""公示: posting a frozen, masked list, closing it with a result, taking it down."""

from datetime import timedelta

from django.db import transaction

from beneficiaries.enums import EntryStatus, NoticeStatus, StepKind
from beneficiaries.models import NoticeEntry, Person, PublicNotice, Roster
from beneficiaries.queries import rosters as queries
from beneficiaries.queries import standards
from beneficiaries.rules import notice as rules
from welfare import dates, workflow
from welfare.errors import Refusal


@transaction.atomic
def post(*, roster, by, at, place=""):
    """Post the notice of the current step. Returns the PublicNotice, with its rows frozen.

    The period begins the day after posting and lasts as long as the step says. Raises Refusal when a
    category has no label fit for the public, when the working calendar is missing, or without a hotline.
    A notice of the same step from before a return is taken down.
    """
    workflow.perform(roster, "post_notice", by=by, at=at)
    step, programme, posted_on = roster.step, roster.programme, dates.today(at)
    unit = roster.organisation.office_for(step.level)
    hotline = programme.hotline or unit.hotline
    if not hotline:
        raise Refusal("公示须写明监督电话，请先在方案或机构资料中填写。")
    ends_on = _last_day(step, posted_on)
    _take_down_earlier(roster, by, at)
    notice = PublicNotice.objects.create(
        roster=roster,
        step=step,
        lap=roster.lap,
        round_number=step.round_number or _round_of(step),
        title=f"关于{_occasion(programme)}慰问对象的公示",
        body=_body(roster),
        unit_name=unit.name,
        community_name=roster.organisation.name,
        place=place.strip(),
        hotline=hotline,
        objection_place=programme.objection_place or unit.address[:100],
        starts_on=posted_on + timedelta(days=1),
        ends_on=ends_on,
        display_until_on=ends_on + timedelta(days=programme.display_days),
        is_rehearsal=programme.is_rehearsal,
        posted_at=at,
        posted_by=by,
    )
    NoticeEntry.objects.bulk_create(_rows(notice, roster, posted_on), batch_size=1000)
    return notice


def _last_day(step, posted_on):
    try:
        return dates.last_day(posted_on, step.days, step.is_working_days, dates.load_calendar())
    except dates.CalendarUnknown as unknown:
        raise Refusal(str(unknown)) from None


def _take_down_earlier(roster, by, at):
    earlier = roster.notices.filter(step=roster.step_id, status=NoticeStatus.CLOSED)
    workflow.perform_many(earlier, "take_down", by=by, at=at, reason="名册退回后重新公示")


def _round_of(step):
    return step.programme.steps.filter(kind=StepKind.NOTICE, position__lte=step.position).count()


def _occasion(programme):
    return f"{programme.organiser}{programme.season}" if programme.season else f"《{programme.name}》"


def _body(roster):
    done = queries.earlier_steps(roster).exclude(kind=StepKind.NOTICE)
    how = "、".join(str(step) for step in done)
    return (
        f"根据《{roster.programme.name}》，{f'经{how}，' if how else ''}"
        f"现将{roster.organisation.name}拟列入的慰问对象予以公示，接受群众监督。"
    )


def _rows(notice, roster, on):
    """The masked rows. An entry whose family has no adult to name is left out."""
    entries = list(
        queries.for_pages(roster.entries.filter(status=EntryStatus.LISTED)).order_by("position", "id")
    )
    texts = {pk: entitlement.text for pk, entitlement in standards.entitlements(entries).items()}
    families = _families(entries)
    for entry in entries:
        name = _public_name(entry, families, roster.programme, on)
        if name is None:
            continue
        home = entry.household or (entry.person.household if entry.person_id else None)
        row = rules.public_row(
            name=name,
            hides_name=roster.programme.hides_second_character and not entry.institution_id,
            group_name=home.group_name if home else "",
            family_size=entry.family_size,
            public_label=entry.category.public_label,
            standard_text=texts[entry.pk][:200],
        )
        yield NoticeEntry(notice=notice, entry=entry, position=entry.position, **vars(row))


def _families(entries):
    """{household id: [(name, birth date, is head)]} of everybody present, in one query."""
    homes = {
        entry.household_id or (entry.person.household_id if entry.person_id else None) for entry in entries
    }
    families = {}
    rows = Person.objects.present().filter(household__in=homes - {None}).order_by("id")
    for home, name, birth_on, relation in rows.values_list("household", "name", "birth_on", "relation"):
        families.setdefault(home, []).append((name, birth_on, relation == "head"))
    return families


def _public_name(entry, families, programme, on):
    """An adult's name or the institution's; None leaves the entry out."""
    if entry.institution_id:
        return entry.institution.name
    if entry.person_id:
        is_child = entry.category.is_for_minors or not rules.is_adult(entry.person.birth_on, on)
        if not is_child:
            return entry.person.name
        if not programme.shows_minors_as_household:
            return None
        return rules.named_person(families.get(entry.person.household_id, ()), on=on)
    return rules.named_person(families.get(entry.household_id, ()), on=on)


@transaction.atomic
def close(*, notice, by, at):
    """End the round: period over, every objection answered. Writes the result; the roster moves on. Returns it."""
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=notice.roster_id)
    workflow.perform(notice, "close", by=by, at=at, result_text=_result(notice))
    return workflow.perform(roster, "close_notice", by=by, at=at)


def _result(notice):
    objections = list(notice.objections.values_list("is_upheld", flat=True))
    shown = notice.rows.count()
    upheld = sum(bool(is_upheld) for is_upheld in objections)
    heard = f"收到异议 {len(objections)} 件，成立 {upheld} 件，均已核查答复" if objections else "未收到异议"
    return (
        f"公示期间{heard}。公示程序符合规定，除异议成立的对象外，公示的 {shown} 个对象进入下一环节。"
        if upheld
        else (f"公示期间{heard}。公示程序符合规定，公示的 {shown} 个对象进入下一环节。")
    )


def withdraw(*, notice, by, at, reason):
    """Take a posted notice down before its time, with a reason; it may then be posted anew."""
    return workflow.perform(notice, "withdraw", by=by, at=at, reason=reason)


def take_down_expired(at):
    """Take down every closed notice whose display period is over. Returns how many."""
    expired = PublicNotice.objects.filter(status=NoticeStatus.CLOSED, display_until_on__lt=dates.today(at))
    return workflow.perform_many(expired, "take_down", by=None, at=at, reason="展示期满")
