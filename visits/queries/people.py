"""Who may be sent on a visit, and what the team reads about those it visits."""

from django.db.models import Prefetch

from beneficiaries.models import Household, Person
from beneficiaries.queries import rosters, standards
from visits.models import Need, Team
from welfare import roles
from welfare.models import Organisation, User

VISITING_ROLES = [role.code for role in roles.ROLES.values() if "visit.do" in role.permissions]


def may_visit(organisation, on):
    """Active staff with visit.do over the organisation on the day: from it or from above."""
    above = Organisation.objects.above(organisation)
    held = roles_in_force(on).filter(role__in=VISITING_ROLES, organisation__in=above)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("full_name", "username")


def roles_in_force(on):
    """Role assignments that count on the day."""
    return User._meta.get_field("role_assignments").related_model.objects.in_force(on)


def places_of(programme, user, permission="visit.plan"):
    """Organisations below the programme's organiser where ``user`` holds the permission."""
    return (
        Organisation.objects.visible_to(user, permission)
        .under(programme.organiser)
        .filter(is_active=True)
        .order_by("path")
    )


def teams_for(programme, organisation):
    """Teams of the programme that reach the organisation: its own and those from above."""
    return Team.objects.filter(
        programme=programme, organisation__in=Organisation.objects.above(organisation)
    ).select_related("leader", "organisation")


def household_of(visit):
    """The household of a visit with its present members, or None for an institution. One or two queries."""
    if visit.household_id is None:
        return None
    members = Person.objects.present().order_by("id")
    return Household.objects.prefetch_related(Prefetch("members", members)).get(pk=visit.household_id)


def contact(visit):
    """The person to call: who is visited, or the head; None for an institution."""
    if visit.entry_id and visit.entry.person_id:
        return visit.entry.person
    return visit.household.head if visit.household_id else None


def phone_of(visit):
    """The phone number to call before a visit, or ""."""
    if visit.entry_id and visit.entry.institution_id:
        return visit.entry.institution.contact_phone or ""
    person = contact(visit)
    return (person.phone or "") if person else ""


def address_of(visit):
    """Group and address of the household or institution."""
    if visit.household_id:
        return f"{visit.household.group_name} {visit.household.address}".strip()
    return visit.entry.institution.address if visit.entry_id else ""


def due(visits):
    """{visit id: Entitlement} of what the entries are due, in a constant number of statements."""
    entries = {visit.pk: visit.entry for visit in visits if visit.entry_id}
    found = standards.entitlements(entries.values())
    return {pk: found[entry.pk] for pk, entry in entries.items()}


def needs_of(visit):
    """Everything this household ever asked for (or this visit's, for an institution), newest first."""
    found = Need.objects.filter(household=visit.household_id) if visit.household_id else visit.needs.all()
    return found.select_related("noted_by", "solved_by").order_by("-noted_at", "-id")


def recipient(visit):
    """Into whose hands the help goes."""
    return rosters.recipient(visit.entry) if visit.entry_id else None
