"""What changed on a roster: since the final version it revises, and since it was last returned."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from beneficiaries.enums import LIVE_ENTRY, EntryStatus
from beneficiaries.queries import rosters, standards
from welfare.models import AuditEvent


@dataclass(frozen=True)
class Change:
    """One line of the list of changes. ``tone`` colours the badge beside ``what``, never alone."""

    what: str
    tone: str
    position: int
    name: str
    before: str = ""
    after: str = ""
    reason: str = ""


def since_last_version(roster, rows=None):
    """The Changes against the final roster that this one revises, by position.

    ``rows`` are the entry_rows of the roster, where they were read already; constant number of queries.
    """
    if not roster.replaces_id:
        return []
    was = roster.replaces.entries.filter(status__in=[EntryStatus.FINAL, EntryStatus.SUPERSEDED])
    was = was.select_related("category", "household", "person", "institution")
    was = {entry.pk: entry for entry in was.order_by("position", "id")}
    if rows is None:
        now = list(rosters.for_pages(roster.entries.all()).order_by("position", "id"))
        gets = _Texts({})
    else:
        now = [row["entry"] for row in rows]
        gets = _Texts({_size(row["entry"]): row["entitlement"].text for row in rows})
    gets.learn([*now, *was.values()])
    found, kept = [], set()
    for entry in now:
        if entry.status not in LIVE_ENTRY:
            continue
        earlier = was.get(entry.earlier_id)
        if earlier is None:
            found.append(
                Change("新增", "good", entry.position, str(entry), "—", gets.whole(entry), entry.reason)
            )
        else:
            kept.add(earlier.pk)
            found += _altered(earlier, entry, gets)
    copies = {entry.earlier_id: entry for entry in now if entry.status not in LIVE_ENTRY}
    dropped = [pk for pk in was if pk not in kept]
    prefetch_related_objects([was[pk] for pk in dropped if pk not in copies], "household__members")
    found += [_dropped(was[pk], copies.get(pk), gets) for pk in dropped]
    return sorted(found, key=lambda change: change.position)


def _size(entry):
    return entry.category_id, entry.family_size


class _Texts:
    """What entries get, in words, worked out once for each category and family size."""

    def __init__(self, known):
        self.known = known

    def learn(self, entries):
        new = [entry for entry in entries if _size(entry) not in self.known]
        if new:
            gets = standards.entitlements(new)
            self.known |= {_size(entry): gets[entry.pk].text for entry in new}

    def of(self, entry):
        return self.known[_size(entry)]

    def whole(self, entry):
        return f"{entry.category}：{self.of(entry)}"


def _dropped(earlier, copy, gets):
    how, reason = (copy.get_status_display(), copy.status_reason) if copy else ("", "")
    return Change("去掉", "bad", earlier.position, str(copy or earlier), gets.whole(earlier), how, reason)


def _altered(earlier, entry, gets):
    said = {"tone": "warn", "position": entry.position, "name": str(entry), "reason": entry.status_reason}
    if earlier.category_id != entry.category_id:
        yield Change("类别变更", before=gets.whole(earlier), after=gets.whole(entry), **said)
    elif gets.of(earlier) != gets.of(entry):
        yield Change("标准变更", before=gets.of(earlier), after=gets.of(entry), **said)


def since_last_return(roster, returned, rows):
    """The Changes since the Decision ``returned``, oldest first: who was listed, and what was done to entries.

    ``rows`` are the entry_rows of the roster; one query.
    """
    if returned is None:
        return []
    entries = {row["entry"].pk: row["entry"] for row in rows}
    found = [
        Change("新增", "good", entry.position, str(entry), after=str(entry.category), reason=entry.reason)
        for entry in entries.values()
        if entry.added_at > returned.decided_at
    ]
    events = AuditEvent.objects.filter(
        organisation_id=roster.organisation_id,
        target_type="beneficiaries.rosterentry",
        at__gt=returned.decided_at,
    ).order_by("id")
    for event in events:
        entry = entries.get(int(event.target_id))
        before, after = _status(event.before), _status(event.after)
        if entry is not None and before != after:
            found.append(
                Change(
                    event.label.removeprefix("慰问对象："),
                    "warn",
                    entry.position,
                    str(entry),
                    before,
                    after,
                    event.reason,
                )
            )
    return found


def _status(said):
    """The words of the status, or of the category, in an event's before or after."""
    said = said or {}
    if "category" in said:
        return said["category"]
    known = dict(EntryStatus.choices)
    return known.get(said.get("status"), "")
