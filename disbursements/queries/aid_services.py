"""Services promised and given: per roster, and entry by entry."""

from collections import Counter

from django.db.models import Count

from beneficiaries.enums import EntryStatus, RosterStatus, StandardKind
from beneficiaries.models import Roster, RosterEntry, Standard
from beneficiaries.queries import rosters, standards
from disbursements.models import ServiceGiven


def services_of(programme_ids):
    """``{category id: [Standard]}`` of the services that an entry of each category gets: two statements."""
    own = {}
    lines = Standard.objects.filter(category__programme__in=programme_ids, kind=StandardKind.SERVICE)
    for line in lines.order_by("id"):
        own.setdefault(line.category_id, []).append(line)
    chains = standards.chains(programme_ids)
    found = {pk: [line for one in chain for line in own.get(one, ())] for pk, chain in chains.items()}
    return {pk: services for pk, services in found.items() if services}


def rosters_with_services(user):
    """Final rosters in the user's scope whose entries are to get services, newest first, with ``due`` and ``given``."""
    found = list(
        Roster.objects.visible_to(user)
        .filter(programme__categories__standards__kind=StandardKind.SERVICE, status=RosterStatus.FINAL)
        .select_related("programme", "organisation")
        .distinct()
        .order_by("-id")[:200]
    )
    services = services_of({roster.programme_id for roster in found})
    counts = (
        RosterEntry.objects.filter(roster__in=found, status=EntryStatus.FINAL)
        .values_list("roster", "category")
        .annotate(number=Count("pk"))
        .order_by()
    )
    due = Counter()
    for roster, category, number in counts:
        due[roster] += number * len(services.get(category, ()))
    given = dict(
        ServiceGiven.objects.filter(entry__roster__in=found, voided_at=None)
        .values_list("entry__roster")
        .annotate(Count("pk"))
        .order_by()
    )
    for roster in found:
        roster.due, roster.given = due[roster.pk], given.get(roster.pk, 0)
    return [roster for roster in found if roster.due]


def checklist(roster):
    """[{entry, service, given}] for every service of every final entry; ``given`` is the ServiceGiven or None."""
    services = services_of([roster.programme_id])
    entries = rosters.for_pages(
        roster.entries.filter(status=EntryStatus.FINAL, category__in=list(services)).order_by(
            "position", "id"
        )
    )
    ticked = {
        (row.entry_id, row.standard_id): row
        for row in ServiceGiven.objects.filter(entry__roster=roster, voided_at=None).select_related(
            "recorded_by"
        )
    }
    return [
        {"entry": entry, "service": service, "given": ticked.get((entry.pk, service.pk))}
        for entry in entries
        for service in services[entry.category_id]
    ]
