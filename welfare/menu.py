"""The left menu. Apps add their pages from ``apps.py: ready()``; the layout reads them by role."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from welfare import roles

SECTIONS = ("工作台", "登记", "方案与评审", "走访", "资金与发放", "督查", "系统")
_items = []


@dataclass(frozen=True)
class Item:
    """One entry: shown to whoever holds any of ``permissions`` anywhere (to all, when empty).

    ``shown_to(user)`` narrows that further; it must not query.
    """

    label: str
    url_name: str
    section: str
    order: int = 50
    permissions: tuple = ()
    icon: str = ""
    shown_to: Callable | None = None


def register(item):
    """Add an entry to the menu."""
    if item.section not in SECTIONS:
        raise ValueError(f"unknown menu section {item.section}")
    _items.append(item)


def for_user(user, current_path=""):
    """The sections that ``user`` may open: ``[{label, items: [{label, url, icon, is_current}]}]``."""
    urls = {reverse(item.url_name) for item in _items}
    current = max((url for url in urls if url != "/" and current_path.startswith(url)), key=len, default="")
    sections = []
    for section in SECTIONS:
        entries = []
        for item in sorted((i for i in _items if i.section == section), key=lambda i: (i.order, i.label)):
            if item.permissions and not any(roles.has_permission(user, name) for name in item.permissions):
                continue
            if item.shown_to and not item.shown_to(user):
                continue
            url = reverse(item.url_name)
            is_current = url in {current, current_path}  # the nearest page above, one at most
            entries.append({"label": item.label, "url": url, "icon": item.icon, "is_current": is_current})
        if entries:
            sections.append({"label": section, "items": entries})
    return sections


def context(request):
    """Template context of the staff layout: menu, roles, search address."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    held = roles.assignments_of(user)
    try:
        search_url = reverse("person_search") if roles.has_permission(user, "registry.view") else ""
    except NoReverseMatch:
        search_url = ""
    return {
        "menu": for_user(user, request.path),
        "my_roles": [{"label": roles.ROLES[a.role].label, "organisation": a.organisation} for a in held],
        "my_organisation": held[0].organisation if held else None,
        "search_url": search_url,
    }
