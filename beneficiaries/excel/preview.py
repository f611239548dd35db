"""How the preview of an upload names its rows: the few columns that tell whose row it is."""

from beneficiaries.enums import RowKind
from beneficiaries.excel.columns import LAYOUTS
from beneficiaries.services.register.kinds import KINDS


def headings(kind):
    """Headings of the columns that rows are named by."""
    known = {column.key: column.heading for column in LAYOUTS[kind].columns(None)}
    return [known[key] for key in LAYOUTS[kind].shown]


def rows(kind, staged):
    """The staged rows (ImportRow) as they are shown: number, cells, changes, errors. A cell in error is a dash."""
    labels = KINDS[kind].labels()
    return [
        {
            "excel_row": row.excel_row,
            "cells": [_cell(labels, key, row.values.get(key)) for key in LAYOUTS[kind].shown],
            "changes": row.changes if row.kind == RowKind.CHANGED else [],
            "errors": row.errors,
        }
        for row in staged
    ]


def _cell(labels, key, value):
    if value in (None, ""):
        return "—"
    return labels[key](str(value)) if key in labels else str(value)
