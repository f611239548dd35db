"""Evidence files as lists show them, and what categories ask for against what is on file; set-based."""

from collections import defaultdict

from django.db.models import BooleanField, ExpressionWrapper, Q

from beneficiaries.enums import Fact
from beneficiaries.models import Evidence, EvidenceRequirement
from beneficiaries.queries import proofs
from beneficiaries.queries.exclusions import home_of_entry
from beneficiaries.rules import requirements as rules

# Facts for which a category may assume a value: fields of the household.
FIELDS_ASSUMED = {
    Fact.INCOME: "monthly_income",
    Fact.MEDICAL: "medical_cost",
    Fact.LOSS: "disaster_loss",
}
_RELATED = ("kind", "person", "hardship__category", "uploaded_by", "voided_by")


def of_household(household, member=None):
    """Files of the household, its members and its former members; of ``member`` alone, or with "household" of no person."""
    rows = Evidence.objects.select_related(*_RELATED)
    if member == "household":
        return rows.filter(household=household)
    if member:
        return rows.filter(person=member)
    return rows.filter(Q(household=household) | Q(person__household=household))


def of_institution(institution):
    """Files of an institution."""
    return Evidence.objects.select_related(*_RELATED).filter(institution=institution)


def to_serve():
    """Files with all that scope and trail ask for, for ``viewtools.load``."""
    return Evidence.objects.select_related(
        "kind", "household__organisation", "person__household__organisation", "institution__organisation"
    )


# -- of entries of rosters -------------------------------------------------------------------------


def of_entry(entry, files):
    """What of ``files_of`` is the entry's: of a person the household's own and hers, not her relatives'."""
    mine = files[home_of_entry(entry)]
    if entry.person_id:
        mine = [one for one in mine if one.person_id in (None, entry.person_id)]
    return mine


def answers(entries, on, files=None):
    """{entry id: the Answers to what its category asks for}, in three statements at most whatever the length.

    ``files`` as ``files_of`` gives them, if read already; where nothing is asked they are not read.
    """
    asked = _requirements(entries)
    entries_asked = [entry for entry in entries if asked[entry.category_id]]
    files = files_of(entries_asked, on) if files is None and entries_asked else files
    return {
        entry.pk: [
            rules.answer(
                one,
                {kind.pk: str(kind) for kind in one.substitutes.all()},
                of_entry(entry, files),
                _on_file(entry),
            )
            for one in asked[entry.category_id]
        ]
        for entry in entries
    }


def _on_file(entry):
    """What the register knows of the facts that may be assumed; of an institution nothing is."""
    if entry.institution_id:
        return {}
    home = entry.household or entry.person.household
    return {fact: getattr(home, field) for fact, field in FIELDS_ASSUMED.items()}


def files_of(entries, on):
    """{home: its evidence not voided} of a list of entries, each file with ``is_expired``."""
    keys = {home_of_entry(entry) for entry in entries}
    homes = [pk for kind, pk in keys if kind == "household"]
    units = [pk for kind, pk in keys if kind == "institution"]
    wanted = Q(household__in=homes) | Q(person__household__in=homes) | Q(institution__in=units)
    rows = Evidence.objects.filter(wanted, voided_at=None).select_related("kind", "person")
    rows = rows.annotate(is_expired=ExpressionWrapper(proofs.expired(on), output_field=BooleanField()))
    found = defaultdict(list)
    for one in rows.order_by("kind__name", "pk"):
        home = one.household_id or (one.person.household_id if one.person_id else None)
        found[("household", home) if home else ("institution", one.institution_id)].append(one)
    return found


def _requirements(entries):
    """{category id: its requirements, with substitutes}"""
    rows = EvidenceRequirement.objects.filter(category__in={entry.category_id for entry in entries})
    found = defaultdict(list)
    for one in rows.select_related("kind").prefetch_related("substitutes").order_by("category", "pk"):
        found[one.category_id].append(one)
    return found
