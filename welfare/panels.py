"""Tabs that one room adds to another's page (a household's visits and money), without an import.

``register("household", Panel(...))`` from ``apps.py: ready()``; the page on the left lists
``panels.of("household")`` and calls ``load`` for the open one only.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

_panels = defaultdict(list)


@dataclass(frozen=True)
class Panel:
    """``load(subject, user) -> dict`` of template context; ``template`` renders it; ``permission`` hides it.

    ``figure(subject, user)`` gives what stands at the head of the page for it, as a dict of label, value,
    unit and note (or None for nothing); ``on_file`` whether it is printed in the subject's file (一户一档).
    """

    key: str
    label: str
    template: str
    load: Callable
    permission: str = ""
    order: int = 50
    figure: Callable | None = None
    on_file: bool = True


def register(page, panel):
    """Add a panel to the page of that name."""
    _panels[page].append(panel)


def of(page, user=None):
    """The panels of a page in order, those ``user`` may open when given."""
    found = sorted(_panels[page], key=lambda panel: panel.order)
    if user is None:
        return found
    return [panel for panel in found if not panel.permission or user.may(panel.permission)]
