"""Entitlements of many entries in a constant number of statements."""

from django.db.models import Prefetch, prefetch_related_objects

from beneficiaries.models import AidCategory, Standard
from beneficiaries.rules.standards import entitlement


def entitlements(entries):
    """``{entry_id: Entitlement}`` for a queryset or list of roster entries: at most four statements.

    Entries that carry their category already spare one.
    """
    entries = list(entries)
    categories = _categories(entries)
    by_size, found = {}, {}
    for entry in entries:
        key = entry.category_id, entry.family_size
        if key not in by_size:
            by_size[key] = entitlement(categories[entry.category_id], family_size=entry.family_size)
        found[entry.pk] = by_size[key]
    return found


def _categories(entries):
    """{id: category with its standards and those of the category it adds to}"""
    known = {
        entry.category_id: entry.category for entry in entries if "category" in entry._state.fields_cache
    }
    missing = {entry.category_id for entry in entries} - known.keys()
    if missing:
        known |= AidCategory.objects.in_bulk(missing)
    lines = Standard.objects.select_related("goods_item").order_by("kind", "id")
    prefetch_related_objects(
        list(known.values()), Prefetch("standards", lines), Prefetch("adds_to__standards", lines)
    )
    return known
