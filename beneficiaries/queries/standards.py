"""Entitlements of many entries in a constant number of statements."""

from beneficiaries.models import AidCategory
from beneficiaries.rules.standards import down_the_chain, entitlement


def linked(categories):
    """The queryset ``categories`` of whole programmes as a list, each with its standards and the category it adds to.

    A chain of any length (one adds to another, that to a third) is walked without further statements.
    """
    found = list(categories.prefetch_related("standards__goods_item"))
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
    """``{entry_id: Entitlement}`` for a queryset or list of roster entries: at most six statements."""
    rows = [(entry.pk, entry.category_id, entry.family_size) for entry in entries]
    programmes = AidCategory.objects.filter(pk__in={row[1] for row in rows}).values("programme")
    categories = {one.pk: one for one in linked(AidCategory.objects.filter(programme__in=programmes))}
    by_size = {}
    for _pk, category_id, size in rows:
        if (category_id, size) not in by_size:
            by_size[category_id, size] = entitlement(categories[category_id], family_size=size)
    return {pk: by_size[category_id, size] for pk, category_id, size in rows}
