"""Excel in and out: the only package that imports a spreadsheet library.

Reading (``read_workbook``), giving a workbook back with its errors marked (``mark_errors``), lists
(``write_list``) and official sheets for signature (``write_official``).
"""

from welfare.excel.cells import Column
from welfare.excel.intake import Refused
from welfare.excel.reading import CellError, Reading, read_workbook

__all__ = ["CellError", "Column", "Reading", "Refused", "read_workbook"]
