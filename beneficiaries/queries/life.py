"""What a life event must look at first: the rosters a household or person stands on, what was handed over."""

import re

from django.db.models import OuterRef, Q, Subquery

from beneficiaries.enums import LIVE_ENTRY, ProgrammeStatus
from beneficiaries.models import MoveRequest, Person, RosterEntry
from welfare import audit, crypto, identity, pinyin

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
    """Requests that wait, out of the user's places or into them, oldest first, with ``head_name``."""
    found = MoveRequest.objects.visible_to(user, "registry.view").filter(answer="")
    heads = Person.objects.present().filter(household=OuterRef("household"), relation="head")
    return (
        found.select_related("household", "organisation", "moved_to", "requested_by")
        .annotate(head_name=Subquery(heads.values("name")[:1]))
        .order_by("requested_at", "pk")
    )


def search_people(user, text, *, household):
    """Up to 20 persons who may join the household: living, of the user's own places, found by name, pinyin,
    whole ID number or household number; each with her household and community, so that homonyms are told apart."""
    text = " ".join((text or "").split())[:40]
    number = identity.clean_number(text)
    terms = pinyin.query_terms(text) if not re.search(r"\d", text) else []
    wanted = Q(pk__in=[])
    if terms:
        wanted |= Q(search_terms__contains=terms)
    if re.fullmatch(r"\d{17}[\dX]", number):
        wanted |= Q(id_number_index=crypto.blind_index("id", number))
    if len(number) >= 3 and re.search(r"\d", number):
        wanted |= Q(household__number__istartswith=number)
    found = Person.objects.visible_to(user, "registry.edit").filter(wanted, died_on=None, merged_into=None)
    found = found.exclude(household=household).select_related("household__organisation")
    return found.order_by("name", "household__number", "pk")[:20]


def past_events(household, most=50):
    """What befell the household, newest first, for ``components/timeline.html``."""
    events = audit.events_about(household).filter(action__startswith="life.")
    return [
        {"at": one.at, "who": one.actor_name, "text": one.label, "reason": one.reason, "tone": "info"}
        for one in events[:most]
    ]
