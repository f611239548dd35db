"""Registers as workbooks: read, given out as templates, given back with their errors."""

from dataclasses import replace

from beneficiaries.enums import ImportKind
from beneficiaries.excel.columns import LAYOUTS
from welfare import excel
from welfare.excel import CellError

WHOLE_UP_TO = 20_000  # rows of a workbook that is given back as it came


def columns(kind=ImportKind.PERSONS, *, on=None):
    """The columns of a kind of register; categories and code lists as they are now. ``on`` is today."""
    return LAYOUTS[kind].columns(on)


def read(file, filename, *, on, kind=ImportKind.PERSONS):
    """A register as ``welfare.excel.Reading``. Raises ``excel.Refused`` when it cannot be read as a whole."""
    return excel.read_workbook(file, columns=columns(kind, on=on), filename=filename, on=on)


def write_template(target, *, kind=ImportKind.PERSONS):
    """An empty register to fill in: drop-downs of the usual words, how to fill each column, an example."""
    usual = []
    for column in columns(kind):
        choices = {}
        for label, value in (column.choices or {}).items():
            if value not in choices.values():
                choices[label] = value
        usual.append(replace(column, choices=choices or None))
    layout = LAYOUTS[kind]
    excel.write_template(
        target,
        title=layout.title,
        columns=usual,
        unit_line="填报单位：              填报日期：",
        examples=layout.examples,
    )


def marked(upload, *, only_bad=False):
    """The user's own workbook (xlsx bytes) with the cells in error coloured and a column of reasons.

    Of more than WHOLE_UP_TO rows, of xls and csv, and with ``only_bad`` a workbook of the rows in error.
    Raises ``excel.Refused`` when the stored file cannot be read.
    """
    rows = upload.rows.exclude(errors=[]).order_by("excel_row").values_list("excel_row", "errors")
    errors = [
        CellError(row, heading, cell, reason)
        for row, found in rows.iterator(2000)
        for cell, heading, reason in found
    ]
    write = excel.bad_rows_workbook if only_bad or is_long(upload) else excel.mark_errors
    with upload.file.open("rb") as file:
        return write(file, errors, filename=upload.filename, sheet=upload.sheet, header_row=upload.header_row)


def is_long(upload):
    """Whether the workbook is too long to be given back whole."""
    return upload.new_count + upload.changed_count + upload.unchanged_count + upload.bad_count > WHOLE_UP_TO
