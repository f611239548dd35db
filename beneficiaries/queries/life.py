"""What a life event must look at first: the rosters a household or person stands on, what was handed over."""

from django.db.models import Q

from beneficiaries.enums import LIVE_ENTRY, ProgrammeStatus
from beneficiaries.models import MoveRequest, RosterEntry

_OPEN = Q(status__in=LIVE_ENTRY, programme__status=ProgrammeStatus.APPROVED)


def live_entries(*, household=None, person=None):
    """Live entries on rosters of programmes under way: of the household and its members, or of one person alone."""
    whose = Q(person=person) if person else Q(household=household) | Q(person__household=household)
    found = RosterEntry.objects.filter(_OPEN, whose)
    return found.select_related("programme", "roster__organisation", "category").order_by("pk")


def where_listed(entry):
    """甲村《2026年春节慰问》名册第3号."""
    return f"{entry.roster.organisation}《{entry.programme}》名册第{entry.position}号"


def open_request(household):
    """The request that waits for another community to take this household in, or None."""
    found = MoveRequest.objects.filter(household=household, answer="")
    return found.select_related("organisation", "moved_to", "requested_by").first()


def requests_of(user):
    """Requests that wait: of the user's places, in either direction, oldest first."""
    found = MoveRequest.objects.visible_to(user, "registry.view").filter(answer="")
    return found.select_related("household", "organisation", "moved_to", "requested_by").order_by(
        "requested_at", "pk"
    )
