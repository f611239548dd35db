"""Visits: planned, told ahead, made, confirmed, or met with a closed door."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from beneficiaries.enums import EntryStatus
from beneficiaries.models import RosterEntry
from visits.enums import Mode, VisitStatus
from visits.models import AdvanceNotice, Team, Visit
from visits.querysets import heads
from visits.rules import slots
from visits.workflows import clash, day_refusal, substitution
from welfare import audit, dates, workflow
from welfare.errors import Refusal


# -- planning ---------------------------------------------------------------------------------------
@transaction.atomic
def plan(*, team, entry, planned_on, slot_from, slot_to, by, at, mode=Mode.HOME, follow_up_of=None):
    """One visit of ``team`` to an entry of a final roster. Returns it.

    A follow-up (``follow_up_of``, an absent visit) may be planned by any member of its team; other
    visits by whoever may plan there. Raises Refusal when the entry is not final, belongs to another
    programme or organisation, has a planned visit already, the day is outside the programme or past,
    or the team is elsewhere at that time.
    """
    team = _lock(team)
    entry = _entries([entry])[0]
    if follow_up_of is None or substitution(team, by):
        _may_plan(by, entry.roster.organisation)
    if follow_up_of is not None:
        _check_follow_up(follow_up_of, entry)
    _check(team, [entry], [planned_on], at)
    no = clash(team, planned_on, slot_from, slot_to)
    if no:
        raise Refusal(no, field="slot_from")
    visit = _visit(team, entry, planned_on, slot_from, slot_to, by, at, mode=mode, follow_up_of=follow_up_of)
    visit.save(force_insert=True)
    _record_planned([visit], by, at)
    return visit


@transaction.atomic
def plan_all(*, team, entries, days, by, at, minutes=None, mode=Mode.HOME, hours=slots.HOURS):
    """Visits of ``team`` to all ``entries``, by group and address, in slots spread over ``days``.

    ``minutes`` None takes the longest visit with which everybody fits. Returns the visits in order;
    all or none. A constant number of statements. Raises Refusal as ``plan`` does, and when they do not fit.
    """
    team = _lock(team)
    entries = _entries(entries)
    for organisation in {entry.roster.organisation for entry in entries}:
        _may_plan(by, organisation)
    _check(team, entries, days, at)
    taken = [
        slots.Slot(*row)
        for row in Visit.objects.planned()
        .filter(team=team, planned_on__in=days, slot_from__isnull=False)
        .values_list("planned_on", "slot_from", "slot_to")
    ]
    try:
        given = slots.assign(len(entries), days, minutes=minutes, taken=taken, hours=hours)
    except slots.TooManyVisits as too_many:
        raise Refusal(str(too_many), field="days") from too_many
    made = Visit.objects.bulk_create(
        _visit(team, entry, slot.on, slot.begin, slot.end, by, at, mode=mode)
        for entry, slot in zip(sorted(entries, key=_place_in_walk), given, strict=True)
    )
    _record_planned(made, by, at)
    return made


@transaction.atomic
def reschedule(*, visit, planned_on, slot_from, slot_to, by, at, reason, team=None):
    """Move a planned visit to another day, time or team; the household must then be told again. Returns it.

    Raises Refusal when the day does not fit or the team is elsewhere.
    """
    team = _lock(team or visit.team)
    if team.programme_id != visit.team.programme_id or not team.organisation.covers(visit.organisation):
        raise Refusal("请选择本方案在当地的慰问组。", field="team")
    return workflow.perform(
        visit,
        "reschedule",
        by=by,
        at=at,
        reason=reason,
        team=team,
        planned_on=planned_on,
        slot_from=slot_from,
        slot_to=slot_to,
    )


def cancel(*, visit, by, at, reason):
    """Give up a planned visit, with the reason. Returns it. Raises Refusal."""
    return workflow.perform(visit, "cancel", by=by, at=at, reason=reason)


# -- telling ahead ----------------------------------------------------------------------------------
def tell_ahead(*, visit, told_on, channel, told_whom, by, at):
    """Record that the household was told of the visit's day. Returns the AdvanceNotice. Raises as ``tell_all``."""
    return tell_all(visits=[visit], told_on=told_on, channel=channel, told_whom=told_whom, by=by, at=at)[0]


@transaction.atomic
def tell_all(*, visits, told_on, channel, told_whom, by, at):
    """Record for many visits at once that the households were told. Returns the AdvanceNotices.

    A notice given too late is recorded as it was; completing the visit then refuses. Raises Refusal,
    naming whom it concerns, when a visit is not planned, was told already, the day told lies ahead or
    after the visit, or ``by`` may neither plan there nor is on the team.
    """
    if not visits:
        raise Refusal("请至少选择一户。")
    if told_on > dates.today(at):
        raise Refusal("告知日期不能晚于今天。", field="told_on")
    if not told_whom.strip():
        raise Refusal("请写明告知了谁。", field="told_whom")
    ids = [visit.pk for visit in visits]
    rows = list(Visit.objects.filter(pk__in=ids).for_table().order_by("pk").select_for_update(of=("self",)))
    mine = set(Team.objects.of_teams_of(by).filter(visits__in=ids).values_list("pk", flat=True))
    for row in rows:
        if row.team_id not in mine:
            _may_plan(by, row.organisation)
        if row.status != VisitStatus.PLANNED:
            raise Refusal(f"{row}{row.get_status_display()}，不需要再告知。")
        if row.is_told:
            raise Refusal(f"{row}已经告知过，不需要再登记。")
        if told_on > row.planned_on:
            raise Refusal(f"{row}的告知日期晚于走访日期，请核对。", field="told_on")
    made = AdvanceNotice.objects.bulk_create(
        AdvanceNotice(
            visit=row,
            told_on=told_on,
            for_on=row.planned_on,
            channel=channel,
            told_whom=told_whom.strip(),
            told_by=by,
            recorded_at=at,
        )
        for row in rows
    )
    audit.record_many(
        {
            "action": "visit.tell_ahead",
            "label": "上门告知",
            "by": by,
            "at": at,
            "target": row,
            "organisation": row.organisation,
            "after": {"told_on": told_on, "for_on": row.planned_on, "channel": channel},
        }
        for row in rows
    )
    return made


# -- the visit itself -------------------------------------------------------------------------------
def complete(*, visit, finding, place, by, at):
    """A member records the visit as made: where and what was found. Her name counts as the first.

    Returns it. Raises Refusal off the team (严禁替代), before the day, when not told ahead in time.
    """
    return workflow.perform(visit, "complete", by=by, at=at, finding=finding, place=place)


def confirm(*, visit, by, at):
    """A second, different member of the team confirms a visit made. Returns it.

    With as many names as the programme asks (``visitors_needed``) ``confirmed_at`` is set. Raises Refusal.
    """
    return workflow.perform(visit, "confirm", by=by, at=at)


def mark_absent(*, visit, reason, by, at):
    """The team stood before a closed door. Returns the visit; plan a follow-up with ``follow_up_of``."""
    return workflow.perform(visit, "mark_absent", by=by, at=at, reason=reason)


# -- inner ------------------------------------------------------------------------------------------
def lock_open(visit, by, at):
    """The visit locked for what its page writes (survey, photos) from its day until it is confirmed.

    Raises Refusal when it was cancelled or met nobody, is confirmed, its day has not come, or ``by`` is
    off the team.
    """
    locked = (
        Visit.objects.select_for_update(of=("self",)).select_related("team", "organisation").get(pk=visit.pk)
    )
    no = substitution(locked.team, by)
    if no:
        raise Refusal(no)
    if locked.status not in (VisitStatus.PLANNED, VisitStatus.DONE):
        raise Refusal(f"这次走访{locked.get_status_display()}，不能再填写。请在补访中填写。")
    if locked.confirmed_at:
        raise Refusal("这次走访已由走访人员确认，内容不能再改。")
    if dates.today(at) < locked.planned_on:
        raise Refusal(f"走访安排在{locked.planned_on:%Y年%m月%d日}，到日才能填写。")
    return locked


def _lock(team):
    """The team, locked, so that two planners do not send it to two doors at once."""
    return (
        Team.objects.select_for_update(of=("self",))
        .select_related("programme", "organisation")
        .get(pk=team.pk)
    )


def _may_plan(by, organisation):
    if not by.may("visit.plan", organisation):
        raise Refusal(f"您没有为{organisation}安排走访的权限。")


def _entries(entries):
    """The entries, each in the version of its roster that stands today; constant number of statements."""
    asked = RosterEntry.objects.filter(pk__in=[entry.pk for entry in entries])
    later = RosterEntry.objects.filter(lineage=OuterRef("lineage"), status=EntryStatus.FINAL)
    old = asked.filter(Exists(later), status=EntryStatus.SUPERSEDED)
    now = Q(lineage__in=old.values("lineage"), status=EntryStatus.FINAL)
    found = RosterEntry.objects.filter(now | Q(pk__in=asked.values("pk"))).exclude(pk__in=old.values("pk"))
    found = found.select_related("roster__organisation", "household", "person__household", "institution")
    return list(found.prefetch_related(heads(), heads("person__household__members")).order_by("pk"))


def _check(team, entries, days, at):
    if not entries:
        raise Refusal("请至少选择一户。")
    if not days:
        raise Refusal("请选择走访日期。", field="days")
    for on in days:
        no = day_refusal(team.programme, on, at)
        if no:
            raise Refusal(no)
    for entry in entries:
        if entry.programme_id != team.programme_id:
            raise Refusal(f"{entry}不在“{team.programme}”的名册中。")
        if entry.status == EntryStatus.SUPERSEDED:
            raise Refusal(f"修订后的名册已不列入{entry}，不能安排走访。")
        if entry.status != EntryStatus.FINAL:
            raise Refusal(f"{entry}尚未定案（{entry.get_status_display()}），定案后才能安排走访。")
        if not team.organisation.covers(entry.roster.organisation):
            raise Refusal(f"“{team}”不在{entry.roster.organisation}走访，请另选慰问组。", field="team")
    lineages = [entry.lineage for entry in entries]
    planned = Visit.objects.planned().filter(entry__lineage__in=lineages).first()
    if planned:
        raise Refusal(f"{planned.whom}已安排{planned.planned_on:%m月%d日}走访，不能重复安排。")


def _check_follow_up(first, entry):
    if first.status != VisitStatus.ABSENT:
        raise Refusal("只有未遇到人的走访才需要补访。")
    if first.entry is None or first.entry.lineage != entry.lineage:
        raise Refusal("补访的对象与原走访不一致。")
    if first.follow_ups.exclude(status=VisitStatus.CANCELLED).exists():
        raise Refusal("已安排过补访，不能重复安排。")


def _visit(team, entry, on, slot_from, slot_to, by, at, **more):
    return Visit(
        team=team,
        entry=entry,
        household=entry.household or (entry.person.household if entry.person else None),
        organisation=entry.roster.organisation,
        planned_on=on,
        slot_from=slot_from,
        slot_to=slot_to,
        planned_by=by,
        planned_at=at,
        **more,
    )


def _place_in_walk(entry):
    """By community, group and address, as one walks."""
    home = entry.household or (entry.person.household if entry.person else entry.institution)
    return (
        entry.roster.organisation.path,
        slots.visiting_order(getattr(home, "group_name", ""), home.address, getattr(home, "number", "")),
        entry.pk,
    )


def _record_planned(visits, by, at):
    audit.record_many(
        {
            "action": "visit.plan",
            "label": "安排走访",
            "by": by,
            "at": at,
            "target": visit,
            "organisation": visit.organisation,
            "after": {"team": visit.team_id, "planned_on": visit.planned_on, "slot": visit.slot},
        }
        for visit in visits
    )
