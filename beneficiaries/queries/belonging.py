"""Who belongs to an organisation, so that its roster may list them.

Everybody on file below it. Outside the government line also its own people, who live on file somewhere else: those
attached in force to an organisation below it and, where families are helped, the household of such a person.
"""

from django.db.models import Q
from django.utils import timezone

from beneficiaries.enums import AttachmentPurpose, Unit
from beneficiaries.models import Attachment
from welfare import dates
from welfare.enums import Line

# The lines whose organisations may be an employer (a school employs its teachers), or a school.
LINES = {
    AttachmentPurpose.EMPLOYER: (Line.UNION, Line.ENTERPRISE, Line.SCHOOL),
    AttachmentPurpose.SCHOOL: (Line.SCHOOL,),
}
EVERY_LINE = frozenset().union(*LINES.values())


def has_own_people(organisation):
    """May people belong to it without living there? A government office knows those on file alone."""
    return organisation.line != Line.GOVERNMENT


def attached(organisation, on):
    """Attachments below ``organisation`` that are in force on a day, of people who are present."""
    return _in_force(on).filter(organisation__path__startswith=organisation.path)


def attached_ids(unit, organisation, on):
    """A queryset of the ids of those of ``unit`` who belong by attachment; None where nobody can."""
    if not has_own_people(organisation) or unit == Unit.INSTITUTION:
        return None
    column = "person" if unit == Unit.PERSON else "person__household"
    return attached(organisation, on).order_by().values(column)


def homes(organisation, on, *, to=""):
    """Q: the household belongs. ``to`` leads from the filtered model to the household (``household__``)."""
    on_file = Q(**{f"{to}organisation__path__startswith": organisation.path})
    ids = attached_ids(Unit.HOUSEHOLD, organisation, on)
    return on_file if ids is None else on_file | Q(**{f"{to}pk__in": ids})


def belongs(organisation, on, *, household=None, person=None, institution=None):
    """Does this one belong? Asks the database only for somebody who is on file elsewhere."""
    home = household or (person.household if person else institution)
    if organisation.covers(home.organisation):
        return True
    ids = attached_ids(Unit.PERSON if person else Unit.HOUSEHOLD, organisation, on)
    if ids is None or institution:
        return False
    column = "person" if person else "person__household"
    return ids.filter(**{column: person or household}).exists()


def gone(entries, on=None):
    """Ids of those of ``entries`` whose household or person belongs to the roster no more; read with their organisations.

    One statement, for rosters of organisations with people of their own; none for others.
    """
    away = [entry for entry in entries if not (entry.institution_id or _is_on_file(entry))]
    asked = [entry for entry in away if has_own_people(entry.roster.organisation)]
    known = _paths(asked, on or dates.today(timezone.now())) if asked else {}
    return {
        entry.pk
        for entry in away
        if not any(path.startswith(entry.roster.organisation.path) for path in known.get(_key(entry), ()))
    }


def _is_on_file(entry):
    home = entry.household or entry.person.household
    return entry.roster.organisation.covers(home.organisation)


def _paths(entries, on):
    """{what ``_key`` says: paths of the organisations to which the person, or one of the household, is attached}"""
    persons = [entry.person_id for entry in entries if entry.person_id]
    households = [entry.household_id for entry in entries if entry.household_id]
    wanted = Q(person__in=persons) | Q(person__household__in=households)
    found = {}
    rows = _in_force(on).filter(wanted).order_by("pk")
    for person, home, path in rows.values_list("person", "person__household", "organisation__path"):
        found.setdefault((Unit.PERSON, person), []).append(path)
        found.setdefault((Unit.HOUSEHOLD, home), []).append(path)
    return found


def _key(entry):
    return (Unit.PERSON, entry.person_id) if entry.person_id else (Unit.HOUSEHOLD, entry.household_id)


def _in_force(on):
    return Attachment.objects.filter(
        Q(to_on=None) | Q(to_on__gte=on),
        from_on__lte=on,
        person__died_on=None,
        person__left_on=None,
        person__merged_into=None,
    )
