"""Base table and columns of the list pages."""

import django_tables2 as tables

from welfare import money
from welfare.templatetags.ledger import status_badge

# Attributes of a column's cells: never broken, broken where needed, a figure.
NOWRAP = {"td": {"class": "nowrap"}}
WRAP = {"td": {"class": "wrap"}}
NUM = {"td": {"class": "num"}, "th": {"class": "num"}}


class LedgerTable(tables.Table):
    """Base of every list (its template is a setting): a sentence when empty, no query in any column."""

    slice = None  # a paging.Slice, where the list is paged by keyset (viewtools.keyset_page)

    class Meta:
        empty_text = "没有符合条件的记录。"


class MoneyColumn(tables.Column):
    """Yuan with two places, right-aligned."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", NUM)
        super().__init__(*args, **kwargs)

    def render(self, value):
        return money.show(value)


class StatusColumn(tables.Column):
    """A status as a badge; the tone says it twice with its shape."""

    def __init__(self, *args, tones=None, **kwargs):
        self.tones = tones or {}
        super().__init__(*args, **kwargs)

    def render(self, value, record, bound_column):
        raw = getattr(record, bound_column.accessor, value)
        return status_badge(value, self.tones.get(raw, "neutral"))


class DateColumn(tables.Column):
    """A date as 2026-01-20."""

    def render(self, value):
        return value.strftime("%Y-%m-%d")
