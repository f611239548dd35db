"""不漏户、不漏人: which entries of final rosters nobody visits, and which members visit nobody."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q

from beneficiaries.enums import EntryStatus
from beneficiaries.models import Programme, RosterEntry
from visits.enums import NeedStatus, VisitStatus
from visits.models import Need, TeamMember, Visit
from visits.querysets import heads


def entries_to_visit(programme):
    """Final entries of a programme: everybody on them is to be visited."""
    return RosterEntry.objects.filter(programme=programme, status=EntryStatus.FINAL)


def without_visit(entries):
    """Those of ``entries`` with neither a planned nor a made visit; a household found absent counts until it is planned again."""
    live = Visit.objects.live().filter(entry=OuterRef("pk"))
    return entries.filter(~Exists(live))


def for_listing(entries):
    """Entries with what a list of them shows, their names without a query each."""
    return entries.select_related(
        "roster__organisation", "household", "category", "person__household", "institution"
    ).prefetch_related(heads())


def programmes_for(user):
    """Programmes with final entries that ``user`` may oversee: visit.view over their organisation."""
    entries = RosterEntry.objects.visible_to(user, "visit.view").filter(status=EntryStatus.FINAL)
    return Programme.objects.filter(pk__in=entries.values("programme")).order_by("-year", "code", "-version")


@dataclass(frozen=True)
class Place:
    """One community's figures."""

    organisation_id: int
    name: str
    entries: int
    planned: int
    done: int
    confirmed: int
    missing: int

    @property
    def is_complete(self):
        return self.entries == self.done


def by_organisation(entries):
    """A ``Place`` for each organisation of the entries, in one statement."""
    visits = Visit.objects.filter(entry=OuterRef("pk"))
    rows = (
        entries.annotate(
            is_planned=Exists(visits.planned()),
            is_done=Exists(visits.filter(status=VisitStatus.DONE)),
            is_confirmed=Exists(visits.filter(confirmed_at__isnull=False)),
        )
        .order_by("roster__organisation__path")
        .values(
            organisation_id=F("roster__organisation_id"),
            path=F("roster__organisation__path"),
            name=F("roster__organisation__name"),
        )
        .annotate(
            entries=Count("pk"),
            planned=Count("pk", filter=Q(is_planned=True, is_done=False)),
            done=Count("pk", filter=Q(is_done=True)),
            confirmed=Count("pk", filter=Q(is_confirmed=True)),
        )
    )
    return [
        Place(
            organisation_id=row["organisation_id"],
            name=row["name"],
            entries=row["entries"],
            planned=row["planned"],
            done=row["done"],
            confirmed=row["confirmed"],
            missing=row["entries"] - row["planned"] - row["done"],
        )
        for row in rows
    ]


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


def idle_members(teams):
    """Members whose teams have no visit at all (不漏人)."""
    return members(teams).filter(planned_count=0)


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
