"""待办: what waits for me. Each app registers providers; the first page after login asks them all."""

from dataclasses import dataclass
from datetime import date

_providers = []


@dataclass(frozen=True)
class Todo:
    """One thing to do. ``due_on`` None has no deadline; ``since_on`` is when it began to wait."""

    title: str
    url: str
    kind: str
    detail: str = ""
    since_on: date | None = None
    due_on: date | None = None
    count: int = 1

    def is_overdue(self, on):
        return self.due_on is not None and self.due_on < on


def register(provider):
    """Add ``provider(user, on) -> iterable of Todo``; it runs a constant number of queries."""
    _providers.append(provider)
    return provider


def for_user(user, on):
    """Everything that waits for ``user`` on the date ``on``: overdue first, then by deadline and age."""
    found = [item for provider in _providers for item in provider(user, on)]
    return sorted(
        found,
        key=lambda item: (
            not item.is_overdue(on),
            item.due_on or date.max,
            item.since_on or date.max,
            item.title,
        ),
    )
