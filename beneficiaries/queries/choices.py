"""What the selects above a list offer: code lists, and organisations to somebody who may reach thousands."""

from collections import defaultdict

from django.db.models import F, Q, Value
from django.db.models.functions import Length, Replace

from beneficiaries.models import Code, HardshipCategory
from welfare.models import Organisation

MOST_AT_ONCE = 60
CATEGORY = "category"


def of_lists(*kinds):
    """{kind: [(id, name)]} of the code lists and of the hardship categories (``CATEGORY``) in use, in one statement."""
    active = HardshipCategory.objects.filter(is_active=True).order_by()
    rows = active.values_list(Value(CATEGORY), "position", "name", "pk")
    codes = Code.objects.filter(kind__in=kinds, is_active=True).order_by()
    found = defaultdict(list)
    for kind, _position, name, pk in sorted(
        rows.union(codes.values_list("kind", "position", "name", "pk"), all=True)
    ):
        found[kind].append((pk, name))
    return found


def organisations(user, permission, chosen=""):
    """[(id, name)] of organisations within reach: all when they are few, else a way down.

    The way down is the top offices, the level below them, and what stands below the chosen one and beside it.
    ``chosen`` is an id as the address has it; one out of reach, or none at all, opens nothing.
    """
    slashes = Length("path") - Length(Replace(F("path"), Value("/"), Value("")))
    within = Organisation.objects.visible_to(user, permission).filter(is_active=True)
    highest = list(within.annotate(depth=slashes).order_by("depth", "path")[: 4 * MOST_AT_ONCE])
    shown = {one.pk: one for one in highest}
    if len(highest) > MOST_AT_ONCE:
        shown = {one.pk: one for one in highest if one.depth <= highest[0].depth + 1}
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            near = within.filter(Q(pk=chosen) | Q(parent=chosen) | Q(parent__children=chosen)).order_by(
                "path"
            )
            shown |= {one.pk: one for one in near}
    return _indented(sorted(shown.values(), key=lambda one: one.path))


def _indented(organisations):
    depths = [one.path.count("/") for one in organisations]
    top = min(depths, default=0)
    return [
        (one.pk, "　" * (depth - top) + str(one)) for one, depth in zip(organisations, depths, strict=True)
    ]
