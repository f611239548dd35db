"""Reads a workbook in a process of its own: one that cannot be measured beforehand (xls, unusual XML), or a large one.

The reader aborts its process when a sheet does not fit in memory, and holds the whole sheet while it is
gone through; here neither touches the worker. Run as a script: the file on stdin; on stdout pickled
messages, for each visible sheet ("sheet", name, first column, height, merged ranges), then ("rows", list)
as often as needed. It imports nothing of ours.
"""

import io
import pickle
import resource
import sys
from itertools import islice

MEMORY = 1024 * 1024 * 1024
AT_ONCE = 1_000


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for meta in book.sheets_metadata:
        if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.start is not None:
                _send("sheet", meta.name, sheet.start[1], sheet.height, sheet.merged_cell_ranges or [])
                rows = sheet.iter_rows()
                while some := list(islice(rows, AT_ONCE)):
                    _send("rows", some)
    _send("end")
    sys.stdout.buffer.flush()


def _send(*message):
    sys.stdout.buffer.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
