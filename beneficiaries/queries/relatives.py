"""近亲属备案: which entries of a roster are relatives of staff, and which of them were checked."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from beneficiaries.enums import LIVE_ENTRY, EntryStatus
from beneficiaries.models import Person, RelativeCheck, StaffRelative
from beneficiaries.rules.assessment import withdrawn_names


def active():
    """Declared and not ended."""
    return StaffRelative.objects.filter(ended_at=None)


def of_roster(roster):
    """{entry id: [StaffRelative]} of the live entries, in three queries at most.

    A relative on file is found wherever the member of staff works. One known by name alone is sought on the
    rosters of the organisations that her own covers or that cover it: elsewhere a name says nothing.
    """
    entries = roster.entries.filter(status__in=LIVE_ENTRY)
    people = Person.objects.present().filter(Q(household__entries__in=entries) | Q(entries__in=entries))
    same_name = people.filter(name=OuterRef("name"))
    near = Q(organisation__in=_on_the_way(roster.organisation)) | Q(
        organisation__path__startswith=roster.organisation.path
    )
    declared = list(
        active().filter(Q(person__in=people) | (Q(person=None) & near & Q(Exists(same_name)))).order_by("pk")
    )
    if not declared:
        return {}
    by_person, by_name = defaultdict(list), defaultdict(list)
    for relative in declared:
        (by_person[relative.person_id] if relative.person_id else by_name[relative.name]).append(relative)
    found = defaultdict(list)
    wanted = people.filter(Q(pk__in=list(by_person)) | Q(name__in=list(by_name)))
    concerned = {
        pk: (name, home) for pk, name, home in wanted.order_by("pk").values_list("pk", "name", "household")
    }
    homes = {home for _name, home in concerned.values()}
    rows = entries.filter(Q(person__in=list(concerned)) | Q(household__in=homes)).order_by("position", "pk")
    for pk, person, household in rows.values_list("pk", "person", "household"):
        for one, (name, home) in concerned.items():
            if one == person or (household and home == household):
                found[pk] += by_person.get(one, []) + by_name.get(name, [])
    return dict(found)


def _on_the_way(organisation):
    return [int(part) for part in organisation.path.strip("/").split("/")]


def unchecked(roster):
    """(positions of standing relatives nobody has checked, positions of those found untrue last)."""
    found = of_roster(roster)
    if not found:
        return [], []
    latest = RelativeCheck.objects.filter(entry__in=list(found)).order_by("entry", "-pk").distinct("entry")
    said = dict(latest.values_list("entry", "is_true"))
    rows = roster.entries.filter(pk__in=list(found), status=EntryStatus.LISTED).order_by("position")
    waiting, untrue = [], []
    for pk, position in rows.values_list("pk", "position"):
        if pk not in said:
            waiting.append(position)
        elif not said[pk]:
            untrue.append(position)
    return waiting, untrue


def positions_of_relatives(roster, user):
    """Positions of the live entries that are relatives of this member of staff."""
    if user is None or not active().filter(staff=user).exists():
        return []
    own = [
        pk for pk, declared in of_roster(roster).items() if any(one.staff_id == user.pk for one in declared)
    ]
    return list(roster.entries.filter(pk__in=own).order_by("position").values_list("position", flat=True))


def withdrawal_refusal(meeting, withdrawn):
    """The sentence naming who must withdraw and is not listed as having, or None.

    ``withdrawn``: {entry id: the names as written}. Who came to the meeting is told by account or by name.
    """
    declared = {pk: found for pk, found in of_roster(meeting.roster).items() if pk in withdrawn}
    if not declared:
        return None
    came = list(meeting.attendees.filter(is_present=True).order_by("pk"))
    positions = dict(meeting.roster.entries.filter(pk__in=list(declared)).values_list("pk", "position"))
    for pk, found in sorted(declared.items(), key=lambda pair: positions[pair[0]]):
        gone = set(withdrawn_names(withdrawn[pk]))
        for relative in found:
            member = next((one for one in came if _is_same(one, relative)), None)
            if member and member.name not in gone:
                kin = relative.get_kinship_display()
                return f"第{positions[pk]}号是{member.name}的{kin}，{member.name}须回避，请在“回避人”中写明，并相应减少票数。"
    return None


def _is_same(attendee, relative):
    if attendee.user_id and relative.staff_id:
        return attendee.user_id == relative.staff_id
    return attendee.name == relative.staff_name
