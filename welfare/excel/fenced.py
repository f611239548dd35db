"""Reads a workbook that cannot be measured beforehand (xls, unusual XML) in a process of its own.

The reader aborts its process when a sheet does not fit in memory; here that ends this process alone.
Run as a script: the file on stdin; on stdout a pickled list of (sheet name, first column, rows, merged
ranges). It imports nothing of ours.
"""

import io
import pickle
import resource
import sys

MEMORY = 1024 * 1024 * 1024


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    found = []
    for meta in book.sheets_metadata:
        if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.start is not None:
                found.append(
                    (meta.name, sheet.start[1], list(sheet.iter_rows()), sheet.merged_cell_ranges or [])
                )
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
