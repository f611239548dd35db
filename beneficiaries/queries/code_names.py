"""Names that criteria use, beside the code lists that offices keep."""

from beneficiaries.enums import Fact
from beneficiaries.models import Code, HardshipCategory
from beneficiaries.rules.fact_kinds import CODE_LISTS


def unknown_names(fact, names):
    """Those of ``names`` that the code list of a fact lacks; none where the fact has no list that offices keep."""
    if fact == Fact.CATEGORY:
        known = HardshipCategory.objects.filter(name__in=names)
    elif fact in CODE_LISTS:
        known = Code.objects.filter(kind=CODE_LISTS[fact], name__in=names)
    else:
        return set()
    return names - set(known.values_list("name", flat=True))
