"""Reads for imported lists: whom the rows name, to which rosters they go."""

from collections import defaultdict

from django.db.models import Case, Max, Prefetch, Q, Value, When

from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.models import EntryListRow, Household, Institution, Person, Roster, RosterEntry
from beneficiaries.queries.rosters import for_pages
from welfare import crypto
from welfare.models import Organisation


def people(numbers):
    """{ID number: the Person on file under it}, with household and organisation."""
    indexes = dict(zip(crypto.blind_index_many("id", sorted(numbers)), sorted(numbers), strict=True))
    rows = Person.objects.filter(id_number_index__in=list(indexes)).order_by("pk")
    return {indexes[one.id_number_index]: one for one in rows.select_related("household__organisation")}


def households(numbers):
    """{household number: the Household}, with its organisation."""
    rows = Household.objects.filter(number__in=numbers).order_by("pk").select_related("organisation")
    return {one.number: one for one in rows}


def institutions(organisation, names):
    """{name: the Institution of that name below ``organisation``}; a name that two share stands for neither."""
    rows = Institution.objects.filter(
        name__in=names, organisation__path__startswith=organisation.path, is_archived=False
    )
    found = defaultdict(list)
    for one in rows.order_by("pk").select_related("organisation"):
        found[one.name].append(one)
    return {name: same[0] for name, same in found.items() if len(same) == 1}


def seen_by(user, people, homes):
    """The ids of those the user may see: what lies elsewhere is as if it were not on file."""
    mine = Person.objects.visible_to(user).filter(pk__in=[one.pk for one in people])
    houses = Household.objects.visible_to(user).filter(pk__in=[one.pk for one in homes])
    return {
        "people": set(mine.order_by("pk").values_list("pk", flat=True)),
        "homes": set(houses.order_by("pk").values_list("pk", flat=True)),
    }


def key_of(values):
    """The column that names the beneficiary of a row."""
    if values["institution"] and not (values["id_number"] or values["number"]):
        return "institution"
    return "id_number" if values["id_number"] else "number"


def rosters_of(made):
    """The rosters the rows may go to: the list's own, or those in drafting below its organisation."""
    if made.roster_id:
        return [made.roster]
    rows = Roster.objects.filter(
        programme=made.programme,
        status=RosterStatus.DRAFTING,
        organisation__path__startswith=made.organisation.path,
    )
    return list(rows.select_related("organisation").order_by("pk"))


def good_rows(made, *, with_heads=False):
    """The rows without errors, with whom they name; ``with_heads`` with the members of households too."""
    rows = (
        EntryListRow.objects.filter(upload=made, errors=[])
        .order_by("excel_row")
        .select_related(
            "roster__organisation",
            "category",
            "household__organisation",
            "person__household__organisation",
            "institution__organisation",
        )
        .prefetch_related("category__criteria")
    )
    members = Person.objects.present().order_by("id")
    return rows.prefetch_related(Prefetch("household__members", members)) if with_heads else rows


def last_positions(rosters):
    """{roster id: the highest number given}"""
    rows = RosterEntry.objects.filter(roster__in=rosters).order_by().values_list("roster")
    return dict.fromkeys(rosters, 0) | dict(rows.annotate(last=Max("position")))


def bad_rows(made):
    """The rows in error."""
    return EntryListRow.objects.filter(upload=made).exclude(errors=[]).order_by("excel_row")


# -- must-visits -------------------------------------------------------------------------------------------


def must_visits(user):
    """Entries handed down by the organisations for which the user may do so, newest first; ``may_recall`` while she may."""
    mine = Organisation.objects.visible_to(user, "roster.assign").order_by()
    may = Q(status=EntryStatus.LISTED, roster__status=RosterStatus.DRAFTING)
    entries = RosterEntry.objects.visible_to(user, "roster.assign").filter(assigned_by__in=mine)
    return (
        for_pages(entries)
        .select_related("roster__organisation", "programme", "assigned_by")
        .annotate(may_recall=Case(When(may, then=Value(True)), default=Value(False)))
        .order_by("-added_at", "-pk")
    )


def rosters_below(user):
    """Rosters in drafting to which the user may hand somebody down, from an organisation above theirs."""
    paths = Organisation.objects.visible_to(user, "roster.assign").order_by().values("pk")
    above = Roster.objects.visible_to(user, "roster.assign").filter(
        status=RosterStatus.DRAFTING, organisation__parent__in=paths
    )
    return above.select_related("organisation", "programme").order_by("organisation__path", "pk")
