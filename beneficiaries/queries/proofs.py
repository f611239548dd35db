"""Which papers prove something on a day: the one meaning of "in force", as a filter and as SQL, and whose proofs are whose."""

from collections import defaultdict

from django.db.models import Q

from beneficiaries.models import Evidence

EVIDENCE = Evidence._meta.db_table


def expired(on):
    """Q of papers past their validity on ``on``."""
    return Q(valid_until__lt=on)


def in_force(on):
    """Q of papers that prove something on ``on``: not voided, not expired."""
    return Q(voided_at=None) & ~expired(on)


def in_force_sql(alias, on):
    """``in_force`` of a row ``alias`` in SQL; ``on`` is SQL too (a bound parameter)."""
    return f"{alias}.voided_at IS NULL AND ({alias}.valid_until IS NULL OR {alias}.valid_until >= {on})"


def of_households(ids, on):
    """{household id: kinds of the papers in force} of the household, its members and its former members."""
    found = defaultdict(set)
    valid = Evidence.objects.filter(in_force(on)).order_by()
    own = valid.filter(household__any_of=ids).values_list("household", "kind")
    of_members = valid.filter(person__household__any_of=ids).values_list("person__household", "kind")
    for home, kind in own.union(of_members):
        found[home].add(kind)
    return found


def of_persons(persons, on):
    """{person id: kinds of the papers in force}: her own and those of the household itself, not her relatives'."""
    ids, houses = [person.pk for person in persons], {person.household_id for person in persons}
    valid = Evidence.objects.filter(in_force(on)).order_by()
    own, common = defaultdict(set), defaultdict(set)
    for person, home, kind in valid.filter(Q(person__in=ids) | Q(household__any_of=list(houses))).values_list(
        "person", "household", "kind"
    ):
        (own[person] if person else common[home]).add(kind)
    return {person.pk: own[person.pk] | common[person.household_id] for person in persons}
