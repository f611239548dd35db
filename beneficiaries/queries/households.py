"""Households as lists show them: narrowed by conditions, in the orders that an index gives."""

from collections import defaultdict
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery

from beneficiaries.enums import Relation
from beneficiaries.models import Hardship, Household, Person
from beneficiaries.querysets import FACTS_OR_EARLIEST, INCOME_OR_LOWEST, numbered
from welfare import pinyin, scope
from welfare.paging import Order

BY_PLACE = Order("organisation", ("organisation_id", "number"), begins_with_scope=True)
ORDERS = (
    BY_PLACE,
    Order("monthly_income", (INCOME_OR_LOWEST, "organisation_id", "id")),
    Order("facts_on", (FACTS_OR_EARLIEST, "organisation_id", "id")),
)


def visible_to(user):
    """The households whose registry the user may read."""
    return Household.objects.visible_to(user, "registry.view", is_long=True)


def narrow(queryset, conditions, *, on):
    """The households that meet all ``conditions``, a dict of plain values as a form or a job's arguments carry them.

    ``organisation`` (id; with everything below it), ``category`` (id), ``level``, ``age_from`` and ``age_to``
    (years of one present member on the day ``on``), ``income_to``, ``housing_danger`` and ``work_state`` (ids of
    codes), ``has_disabled``, ``has_student``, ``has_veteran``, ``lives_alone``, ``facts_before`` (a date; no date
    counts as older), ``text`` (see ``matching``), ``archived`` ("yes", "all"; otherwise those on file). Names that
    are missing filter nothing.
    """
    queryset = _ARCHIVED.get(conditions.get("archived"), lambda rows: rows.current())(queryset)
    if "age_from" in conditions or "age_to" in conditions:
        queryset = _with_member(queryset, *_born(conditions.get("age_from"), conditions.get("age_to"), on))
    if "category" in conditions or "level" in conditions:
        queryset = holding(queryset, conditions.get("category"), conditions.get("level", ""))
    for name, condition in _CONDITIONS.items():
        if conditions.get(name):
            queryset = condition(queryset, conditions[name])
    return queryset


def holding(queryset, category=None, level=""):
    """Households where the household or a present member holds the category (any, without one), at the level."""
    held = Hardship.objects.filter(to_on=None).order_by()
    if category:
        held = held.filter(category=category)
    if level:
        held = held.filter(level__icontains=level)
    members = held.filter(person__died_on=None, person__left_on=None)
    of_members = members.exclude(person=None).values("person__household")
    of_households = held.exclude(household=None).values("household")
    return queryset.filter(pk__in=of_households.union(of_members, all=True))


def matching(queryset, text):
    """Households by the beginning of their number, or by the name or pinyin of a member."""
    terms = [] if any(letter.isdigit() for letter in text) else pinyin.query_terms(text)
    if terms:
        return queryset.filter(pk__in=Person.objects.filter(search_terms__contains=terms).values("household"))
    return queryset.filter(numbered(text))


def complete(rows):
    """Put ``head_name``, ``member_count`` and ``category_names`` on the households of a page, in two statements."""
    by_pk = {row.pk: row for row in rows}
    for row in rows:
        row.head_name, row.member_count = "", 0
    present = Person.objects.present().filter(household__in=by_pk).order_by("household", "pk")
    for household, name, relation in present.values_list("household", "name", "relation"):
        by_pk[household].member_count += 1
        if relation == Relation.HEAD:
            by_pk[household].head_name = name
    held = categories_held(by_pk)
    for row in rows:
        row.category_names = "、".join(dict.fromkeys(name for _person, name in held[row.pk]))


def categories_held(households):
    """{household id: [(person id or None, name of category)]} of what they and their members hold, in one statement."""
    held = Hardship.objects.filter(to_on=None).order_by()
    shown = ("category__position", "category__name")
    own = held.filter(household__in=households).values_list("household", "person", *shown)
    of_members = held.filter(person__household__in=households)
    found = defaultdict(list)
    rows = own.union(of_members.values_list("person__household", "person", *shown), all=True)
    for household, person, _position, name in sorted(rows, key=lambda row: (row[2], row[3], row[1] or 0)):
        found[household].append((person, name))
    return found


def _with_member(queryset, *conditions, **more):
    return queryset.filter(
        pk__in=Person.objects.present().filter(*conditions, **more).order_by().values("household")
    )


def _born(age_from, age_to, on):
    """Q for the days of birth of who is so old on the day."""
    if age_from is not None:
        yield Q(birth_on__lte=_years_before(on, age_from))
    if age_to is not None:
        yield Q(birth_on__gt=_years_before(on, age_to + 1))


def _years_before(on, years):
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February in a year without one
        return date(on.year - years, 2, 28)


def _below(queryset, organisation):
    below = Q(path__contains=f"/{organisation}/")
    chosen = scope.by_ids(below, "organisation")
    return queryset.filter(chosen or Q(organisation__path__contains=f"/{organisation}/"))


def _living_alone(queryset, _wanted):
    members = Person.objects.present().filter(household=OuterRef("pk")).order_by()
    counted = members.values("household").annotate(count=Count("*")).values("count")
    return queryset.alias(present_count=Subquery(counted)).filter(present_count=1)


_ARCHIVED = {"yes": lambda rows: rows.filter(is_archived=True), "all": lambda rows: rows}
_CONDITIONS = {
    "organisation": _below,
    "income_to": lambda rows, value: rows.filter(monthly_income__lte=value),
    "housing_danger": lambda rows, value: rows.filter(housing_danger=value),
    "has_disabled": lambda rows, _wanted: _with_member(rows, ~Q(disability_kind="")),
    "has_student": lambda rows, _wanted: _with_member(rows, ~Q(school_stage="")),
    "has_veteran": lambda rows, _wanted: _with_member(rows, is_veteran=True),
    "work_state": lambda rows, value: _with_member(rows, work_state=value),
    "lives_alone": _living_alone,
    "facts_before": lambda rows, value: rows.filter(Q(facts_on__lt=value) | Q(facts_on=None)),
    "text": matching,
}
