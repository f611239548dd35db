"""Entitlements of many entries in a constant number of statements."""

from django.db.models import Prefetch

from beneficiaries.models import AidCategory, Standard
from beneficiaries.rules.standards import down_the_chain, entitlement


def linked(categories):
    """The queryset ``categories`` of whole programmes as a list, each with its standards and the category it adds to.

    A chain of any length (one adds to another, that to a third) is walked without further statements.
    """
    lines = Standard.objects.select_related("goods_item").order_by("kind", "id")
    found = list(categories.prefetch_related(Prefetch("standards", lines)))
    by_pk = {category.pk: category for category in found}
    for category in found:
        if category.adds_to_id in by_pk:
            category.adds_to = by_pk[category.adds_to_id]
    return found


def chains(programme_ids):
    """``{category id: [ids of the chain it adds to, lowest first, itself last]}``: one statement."""
    base_of = dict(AidCategory.objects.filter(programme__in=programme_ids).values_list("pk", "adds_to"))
    return {pk: down_the_chain(pk, base_of.get, lambda one: [one]) for pk in base_of}


def entitlements(entries):
    """``{entry_id: Entitlement}`` for a queryset or list of roster entries: two statements and its own."""
    entries = list(entries)
    programmes = {entry.programme_id for entry in entries}
    categories = {one.pk: one for one in linked(AidCategory.objects.filter(programme__in=programmes))}
    by_size, found = {}, {}
    for entry in entries:
        key = entry.category_id, entry.family_size
        if key not in by_size:
            by_size[key] = entitlement(categories[entry.category_id], family_size=entry.family_size)
        found[entry.pk] = by_size[key]
    return found
