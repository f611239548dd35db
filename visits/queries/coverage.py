"""不漏户、不漏人: which entries of final rosters nobody visits, and which members visit nobody."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q

from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.models import Programme, RosterEntry
from visits.enums import NeedStatus, VisitStatus
from visits.models import Need, TeamMember, Visit
from visits.querysets import heads


def entries_to_visit(programmes):
    """Final entries of the programmes: everybody on them is to be visited."""
    return RosterEntry.objects.filter(
        programme__in=programmes, status=EntryStatus.FINAL, roster__status=RosterStatus.FINAL
    )


def without_visit(entries):
    """Those of ``entries`` with neither a planned nor a made visit; a household found absent counts until it is planned again.

    A visit to an entry is one to its copy in a later version of the roster.
    """
    live = Visit.objects.live().filter(entry__lineage=OuterRef("lineage"))
    return entries.filter(~Exists(live))


def for_listing(entries):
    """Entries with what a list of them shows, their names without a query each."""
    return entries.select_related(
        "roster__organisation", "household", "category", "person__household", "institution"
    ).prefetch_related(heads())


def programmes_for(user):
    """Programmes with final entries that ``user`` may oversee: visit.view over their organisation."""
    entries = RosterEntry.objects.visible_to(user, "visit.view").filter(
        status=EntryStatus.FINAL, roster__status=RosterStatus.FINAL
    )
    return Programme.objects.filter(pk__in=entries.values("programme")).order_by("-year", "code", "-version")


def home_of(entry):
    """The household of an entry; None for an institution."""
    return entry.household or (entry.person.household if entry.person else None)


def whom(entry):
    """Who is meant: the person, the institution, or the head of the household."""
    return entry.person or entry.institution or entry.household.head or entry.household


@dataclass(frozen=True)
class Place:
    """Figures of one community, or of all (``organisation_id`` None)."""

    organisation_id: int | None
    name: str
    entries: int
    planned: int
    done: int
    confirmed: int

    @property
    def missing(self):
        return self.entries - self.planned - self.done

    @property
    def is_complete(self):
        return self.entries == self.done


def by_organisation(entries):
    """A ``Place`` for each organisation of the entries, in one statement."""
    rows = (
        _with_visits(entries)
        .order_by("roster__organisation__path")
        .values("roster__organisation__path", "roster__organisation_id", "roster__organisation__name")
        .annotate(**_FIGURES)
    )
    return [
        Place(
            row["roster__organisation_id"],
            row["roster__organisation__name"],
            *(row[name] for name in _FIGURES),
        )
        for row in rows
    ]


def totals(places):
    """The ``Place`` of all places together."""
    return Place(None, "合计", *(sum(getattr(place, field) for place in places) for field in FIELDS))


def by_programme(entries):
    """{programme id: Place} of the entries, in one statement."""
    rows = _with_visits(entries).order_by().values("programme_id").annotate(**_FIGURES)
    return {row["programme_id"]: Place(None, "", *(row[name] for name in _FIGURES)) for row in rows}


FIELDS = ("entries", "planned", "done", "confirmed")
_FIGURES = {
    "entry_count": Count("pk"),
    "planned_count": Count("pk", filter=Q(is_planned=True, is_done=False)),
    "done_count": Count("pk", filter=Q(is_done=True)),
    "confirmed_count": Count("pk", filter=Q(is_confirmed=True)),
}


def _with_visits(entries):
    visits = Visit.objects.filter(entry__lineage=OuterRef("lineage"))
    return entries.annotate(
        is_planned=Exists(visits.planned()),
        is_done=Exists(visits.filter(status=VisitStatus.DONE)),
        is_confirmed=Exists(visits.filter(confirmed_at__isnull=False)),
    )


def members(teams):
    """Members of the teams with ``planned_count`` (their teams' live visits) and ``made_count`` (their own names)."""
    live = Q(team__visits__status__in=[VisitStatus.PLANNED, VisitStatus.DONE])
    own = Q(team__visits__confirmations__user=F("user"))
    return (
        TeamMember.objects.filter(team__in=teams)
        .select_related("user", "team__organisation")
        .annotate(
            planned_count=Count("team__visits", filter=live, distinct=True),
            made_count=Count("team__visits", filter=own, distinct=True),
        )
        .order_by("team__organisation__path", "team__name", "id")
    )


def figures(programme, organisations=None):
    """What the summary counts: visits by mode and state, follow-ups, needs raised and solved. Four statements at most."""
    visits = Visit.objects.filter(team__programme=programme)
    needs = Need.objects.filter(visit__team__programme=programme)
    if organisations is not None:
        visits = visits.filter(organisation__in=organisations)
        needs = needs.filter(organisation__in=organisations)
    states = _counts(needs, "status")
    return {
        "by_status": _counts(visits, "status"),
        "by_mode": _counts(visits.filter(status=VisitStatus.DONE), "mode"),
        "confirmed": visits.filter(confirmed_at__isnull=False).count(),
        "needs_raised": sum(states.values()),
        "needs_solved": states.get(NeedStatus.SOLVED, 0),
    }


def _counts(queryset, name):
    return dict(queryset.order_by().values_list(name).annotate(count=Count("pk")))
