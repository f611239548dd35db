"""Excel in and out: the only package that imports a spreadsheet library.

In: ``read_workbook``; ``load`` is its door, for another reader.
The user's workbook back with its errors: ``mark_errors``, ``bad_rows_workbook``.
Out: ``write_list``, ``write_template``, and for signature ``write_official``.
"""

from welfare.excel.cells import Column
from welfare.excel.intake import Refused, load
from welfare.excel.marking import bad_rows_workbook, mark_errors
from welfare.excel.official import OfficialSheet, SheetColumn, content_hash, totals, write_official
from welfare.excel.reading import CellError, Reading, read_workbook
from welfare.excel.writing import write_list, write_template

__all__ = [
    "CellError",
    "Column",
    "OfficialSheet",
    "Reading",
    "Refused",
    "SheetColumn",
    "bad_rows_workbook",
    "content_hash",
    "load",
    "mark_errors",
    "read_workbook",
    "totals",
    "write_list",
    "write_official",
    "write_template",
]
