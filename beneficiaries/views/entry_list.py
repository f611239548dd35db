"""The entries of a roster page: chips that narrow them down, and pages, so that hundreds stay readable."""

from django.core.paginator import Paginator
from django.http import QueryDict

from beneficiaries.enums import LIVE_ENTRY
from welfare.viewtools import page_size


def _stands(row):
    return row["entry"].status in LIVE_ENTRY


# (value, label, does the row belong): what a reviewer looks for first, among those that stand (as the tiles count).
KINDS = (
    ("", "全部", lambda row: True),
    ("live", "列入", _stands),
    ("warned", "须留意", lambda row: _stands(row) and bool(row["warnings"])),
    ("objected", "有异议", lambda row: _stands(row) and bool(row["objections"])),
    ("unmet", "条件不符", lambda row: _stands(row) and row["is_unmet"]),
    ("kin", "近亲属", lambda row: _stands(row) and bool(row["relatives"])),
    ("out", "未列入", lambda row: not _stands(row)),
)


def of(request, rows):
    """Context of ``beneficiaries/_roster_entry_list.html``: chips with their counts, and one page of what is left."""
    kind = request.GET.get("kind", "")
    category = request.GET.get("category", "")
    belongs = next((test for value, _label, test in KINDS if value == kind), KINDS[0][2])
    inside = [row for row in rows if not category or str(row["entry"].category_id) == category]
    chosen = [row for row in inside if belongs(row)]
    page = Paginator(chosen, page_size(request)).get_page(request.GET.get("page"))
    return {
        "entries": page.object_list,
        "entry_page": page,
        "kind_chips": _kinds(request, inside, kind),
        "category_chips": _categories(request, rows, category),
    }


def _kinds(request, rows, chosen):
    found = []
    for value, label, test in KINDS:
        count = sum(test(row) for row in rows)
        if count or value in ("", chosen):
            found.append(_chip(request, "kind", value, f"{label} {count}", value == chosen))
    return found if len(found) > 2 else []


def _categories(request, rows, chosen):
    counts, names = {}, {}
    for row in rows:
        category = row["entry"].category
        counts[category.pk] = counts.get(category.pk, 0) + 1
        names[category.pk] = (category.precedence, str(category))
    if len(counts) < 2:
        return []
    chips = [_chip(request, "category", "", "全部类别", not chosen)]
    for pk in sorted(names, key=names.get):
        label = f"{names[pk][1]} {counts[pk]}"
        chips.append(_chip(request, "category", str(pk), label, str(pk) == chosen))
    return chips


def _chip(request, name, value, label, is_current):
    query = QueryDict(mutable=True)
    for key in ("kind", "category", "per_page"):
        if request.GET.get(key):
            query[key] = request.GET[key]
    query.pop(name, None)
    if value:
        query[name] = value
    return {"label": label, "url": f"?{query.urlencode()}#entries", "is_current": is_current}
