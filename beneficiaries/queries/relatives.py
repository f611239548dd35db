"""近亲属备案: which entries of a roster are relatives of staff, and which of them were checked."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q

from beneficiaries.enums import LIVE_ENTRY, EntryStatus
from beneficiaries.models import Person, RelativeCheck, RosterEntry, StaffRelative
from beneficiaries.rules.assessment import withdrawn_names
from welfare.roles import assignments_of


def active():
    """Declared and not ended."""
    return StaffRelative.objects.filter(ended_at=None)


@dataclass(frozen=True)
class Kin:
    """A live entry of a roster whose beneficiary is a relative of staff, and what was declared."""

    position: int
    status: str
    relatives: list


def of_roster(roster, entries=None):
    """{entry id: Kin} of the live entries, in three queries at most; in one, given ``entries`` as for_pages has them.

    A relative on file is found wherever the member of staff works. One known by name alone is sought on the
    rosters of the organisations that her own covers or that cover it: elsewhere a name says nothing.
    """
    declared = _declared([roster])
    if not declared:
        return {}
    if entries is None:
        live = roster.entries.filter(status__in=LIVE_ENTRY)
        members = Prefetch("household__members", Person.objects.present().order_by("pk"))
        entries = live.select_related("person", "household").prefetch_related(members).order_by("position")
    return _kin(entries, declared, lambda entry: roster.organisation)


def of_entry(entry):
    """The declared relatives of staff in one entry, whether it still stands or not, in one query."""
    people = Person.objects.present().filter(Q(household__entries=entry) | Q(entries=entry))
    named = Q(person=None, name__in=people.values("name"))
    declared = active().filter(Q(person__in=people) | Q(person__merged_into__in=people) | named)
    return [
        one
        for one in declared.select_related("organisation").order_by("pk")
        if one.person_id or _is_near(one.organisation, entry.roster.organisation)
    ]


def of_rosters(entries):
    """{roster id: what ``of_roster`` says} of many at once, in one query; ``entries``: {roster: its entries as for_pages has them}."""
    declared = _declared(list(entries))
    return {
        roster.pk: _kin(rows, declared, lambda entry, roster=roster: roster.organisation)
        for roster, rows in entries.items()
    }


def _declared(rosters):
    """The relatives who may stand on one of the rosters."""
    live = RosterEntry.objects.filter(roster__in=rosters, status__in=LIVE_ENTRY)
    people = Person.objects.present().filter(Q(household__entries__in=live) | Q(entries__in=live))
    same_name = people.filter(name=OuterRef("name"))
    near = Q(organisation__in={pk for roster in rosters for pk in _on_the_way(roster.organisation)})
    for roster in rosters:
        near |= Q(organisation__path__startswith=roster.organisation.path)
    known = Q(person__in=people) | Q(person__merged_into__in=people)
    declared = active().filter(known | (Q(person=None) & near & Q(Exists(same_name))))
    return list(declared.select_related("person", "organisation").order_by("pk"))


def waiting_in_person(rosters, user):
    """Entries of several rosters that stand and are relatives of staff whom nobody has checked in person.

    Not those that are relatives of ``user``. ``rosters`` come with their organisation. As ``of_roster``, in four
    queries whatever their number; sorted by roster and number.
    """
    declared = _declared(rosters)
    if not declared:
        return []
    wanted = Person.objects.present().filter(
        Q(pk__in={one.person.merged_into_id or one.person_id for one in declared if one.person_id})
        | Q(name__in={one.name for one in declared if not one.person_id})
    )
    live = RosterEntry.objects.filter(roster__in=rosters, status=EntryStatus.LISTED)
    members = Prefetch("household__members", Person.objects.present().order_by("pk"))
    live = live.filter(Q(household__members__in=wanted) | Q(person__in=wanted)).distinct()
    live = list(
        live.select_related("person", "household").prefetch_related(members).order_by("roster", "position")
    )
    place_of = {roster.pk: roster.organisation for roster in rosters}
    found = _kin(live, declared, lambda entry: place_of[entry.roster_id])
    said = findings(found)
    return [
        entry
        for entry in live
        if entry.pk in found
        and any((entry.pk, one.pk) not in said for one in found[entry.pk].relatives)
        and not any(is_staff(one, user) for one in found[entry.pk].relatives)
    ]


def _kin(entries, declared, place_of):
    """{entry id: Kin} of live entries; one known by name alone counts only on the way from ``place_of(entry)``."""
    by_person, by_name = defaultdict(list), defaultdict(list)
    for relative in declared:
        if relative.person_id:
            by_person[relative.person.merged_into_id or relative.person_id].append(relative)
        else:
            by_name[relative.name].append(relative)
    found = {}
    for entry in entries:
        if entry.status in LIVE_ENTRY:
            kin = [
                relative
                for one in _people_of(entry)
                for relative in by_person.get(one.pk, []) + by_name.get(one.name, [])
                if relative.person_id or _is_near(relative.organisation, place_of(entry))
            ]
            if kin:
                found[entry.pk] = Kin(entry.position, entry.status, kin)
    return found


def _is_near(one, other):
    return one.covers(other) or other.covers(one)


def _people_of(entry):
    if entry.person_id:
        return [entry.person]
    return entry.household.members.all() if entry.household_id else []


def _on_the_way(organisation):
    return [int(part) for part in organisation.path.strip("/").split("/")]


def unchecked(found, said):
    """(positions of standing relatives nobody has checked, positions of those found untrue last).

    ``found`` is what ``of_roster`` says, ``said`` what ``findings`` does.
    """
    waiting, untrue = [], []
    for pk, kin in sorted(found.items(), key=lambda pair: pair[1].position):
        if kin.status == EntryStatus.LISTED:
            checks = [said.get((pk, relative.pk)) for relative in kin.relatives]
            if None in checks:
                waiting.append(kin.position)
            elif not all(check.is_true for check in checks):
                untrue.append(kin.position)
    return waiting, untrue


def findings(found):
    """{(entry id, relative id): its latest RelativeCheck} of what ``of_roster`` found, in one query."""
    if not found:
        return {}
    latest = RelativeCheck.objects.filter(entry__in=list(found)).select_related("checked_by")
    latest = latest.order_by("entry_id", "relative_id", "-pk").distinct("entry_id", "relative_id")
    return {(check.entry_id, check.relative_id): check for check in latest}


def own(found, user):
    """Positions of the entries of ``of_roster`` that are relatives of this member of staff."""
    return sorted(kin.position for kin in found.values() if any(is_staff(one, user) for one in kin.relatives))


def is_staff(relative, user):
    """Was the relative declared for this user: by account, or by name where she works?

    A declaration that names no account binds whoever bears the name at that office, above it or below it.
    """
    if relative.staff_id:
        return relative.staff_id == user.pk
    near = (_is_near(held.organisation, relative.organisation) for held in assignments_of(user))
    return relative.staff_name == user.full_name and any(near)


def withdrawal_refusal(meeting, withdrawn):
    """The sentence naming who must withdraw and is not listed as having, or None.

    ``withdrawn``: {entry id: the names as written}. Who came to the meeting is told by account or by name.
    """
    declared = [(pk, kin) for pk, kin in of_roster(meeting.roster).items() if pk in withdrawn]
    if not declared:
        return None
    came = list(meeting.attendees.filter(is_present=True).order_by("pk"))
    for pk, kin in sorted(declared, key=lambda pair: pair[1].position):
        gone = set(withdrawn_names(withdrawn[pk]))
        for relative in kin.relatives:
            member = next((one for one in came if _is_same(one, relative)), None)
            if member and member.name not in gone:
                return (
                    f"第{kin.position}号是{member.name}的{relative.get_kinship_display()}，{member.name}须回避，"
                    "请在“回避人”中写明，并相应减少票数。"
                )
    return None


def _is_same(attendee, relative):
    if attendee.user_id and relative.staff_id:
        return attendee.user_id == relative.staff_id
    return attendee.name == relative.staff_name
