"""Households as the list shows them."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from beneficiaries.models import Hardship, Household, Person
from welfare import pinyin


def for_table(queryset):
    """Current households with ``head_name``, ``member_count`` and ``category_names``, one statement."""
    held = (
        Hardship.objects.filter(Q(household=OuterRef("pk")) | Q(person__household=OuterRef("pk")), to_on=None)
        .order_by()
        .annotate(of=OuterRef("pk"))
        .values("of")
        .annotate(names=StringAgg("category__name", "、", distinct=True))
        .values("names")
    )
    return (
        queryset.current()
        .select_related("organisation")
        .with_head_name()
        .annotate(
            member_count=Coalesce(Subquery(_members().values("count")), 0),
            category_names=Coalesce(Subquery(held), Value(""), output_field=TextField()),
        )
    )


def holding(queryset, category):
    """Households where the household or a present member holds the category."""
    held = Hardship.objects.filter(category=category, to_on=None)
    return queryset.filter(
        Q(pk__in=held.exclude(household=None).values("household"))
        | Q(pk__in=held.exclude(person=None).values("person__household"))
    )


def matching(queryset, text):
    """Households by number, or by the name or pinyin of a member."""
    wanted = Q(number__icontains=text)
    terms = pinyin.query_terms(text)
    if terms:
        wanted |= Q(pk__in=Person.objects.filter(search_terms__contains=terms).values("household"))
    return queryset.filter(wanted)


def _members():
    return (
        Person.objects.filter(household=OuterRef("pk"))
        .present()
        .order_by()
        .values("household")
        .annotate(count=Count("pk"))
    )


def visible_to(user):
    """The households whose registry the user may read."""
    return Household.objects.visible_to(user, "registry.view")
