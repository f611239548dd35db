"""Evidence files as lists show them."""

from django.db.models import Q

from beneficiaries.models import Evidence

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
