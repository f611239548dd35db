"""Whom a clerk may nominate: found by name or household number within the roster's organisation."""

from django.db.models import Prefetch, Q

from beneficiaries.enums import Unit
from beneficiaries.models import Household, Institution, Person

MOST = 20


def search(roster, category, text):
    """Households, persons or institutions (as the category asks), each with ``shown``; at most 20."""
    text = text.strip()
    if not text:
        return []
    found = list(_SEARCHES[Unit(category.unit)](roster.organisation, text)[:MOST])
    for row in found:
        row.shown = _shown(row)
    return found


def _households(organisation, text):
    members = Prefetch("members", Person.objects.present().order_by("id"))
    named = Q(members__name__icontains=text, members__died_on=None, members__left_on=None)
    found = Household.objects.current().filter(organisation__path__startswith=organisation.path)
    return (
        found.filter(named | Q(number__icontains=text))
        .distinct()
        .order_by("number")
        .prefetch_related(members)
    )


def _people(organisation, text):
    found = Person.objects.present().filter(
        household__organisation__path__startswith=organisation.path, household__is_archived=False
    )
    wanted = Q(name__icontains=text) | Q(household__number__icontains=text)
    return found.filter(wanted).select_related("household").order_by("household__number", "id")


def _institutions(organisation, text):
    found = Institution.objects.filter(organisation__path__startswith=organisation.path)
    return found.filter(name__icontains=text).order_by("name")


_SEARCHES = {Unit.HOUSEHOLD: _households, Unit.PERSON: _people, Unit.INSTITUTION: _institutions}


def _shown(row):
    if isinstance(row, Household):
        names = "、".join(person.name for person in row.members.all() if person != row.head)
        return (
            f"{row.head or '（无户主）'}　{row.number}　{row.group_name}{f'　家人：{names}' if names else ''}"
        )
    if isinstance(row, Person):
        return f"{row.name}　{row.get_relation_display()}　{row.household.number}　{row.household.group_name}"
    return row.name
