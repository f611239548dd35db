"""The sheets of an upload as rows of raw cells: xlsx, xls and csv, in this process or in a fenced one."""

import contextlib
import csv
import io
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from welfare.excel.intake import Refused

FENCE_ABOVE = 2 * 1024 * 1024  # bytes: a sheet unpacks to twenty times that, which the worker shall not hold

_BROKEN = "文件已损坏，无法打开。请用 Excel 或 WPS 打开后“另存为”.xlsx 再上传。"
_PROTECTED = "文件设了打开密码，请在 Excel 中取消密码后另存再上传。"
_FENCED = Path(__file__).with_name("fenced.py")
_FENCED_SECONDS = 120  # to open the file; a sheet is then read as fast as it is asked for


class Sheet(NamedTuple):
    name: str
    height: int  # rows, as far as known
    rows: Iterator[list]


def sheets(upload):
    """Each visible sheet of an ``intake.Upload``. Go through the rows of one before asking for the next.

    Raises Refused when the file cannot be opened, also while rows are gone through.
    """
    if upload.kind == "csv":
        yield Sheet("", upload.data.count(b"\n"), _csv_rows(upload.data))
    elif upload.is_plain and len(upload.data) <= FENCE_ABOVE:
        book = _guarded(CalamineWorkbook.from_filelike, io.BytesIO(upload.data))
        for meta in book.sheets_metadata:
            if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet:
                sheet = _guarded(book.get_sheet_by_name, meta.name)
                if sheet.start is not None:
                    merged = sheet.merged_cell_ranges or ()
                    yield Sheet(meta.name, sheet.height, _squared(sheet.start[1], sheet.iter_rows(), merged))
    else:
        with contextlib.closing(_fenced(upload.data)) as messages:
            yield from _sheets_told(messages)


def raw_rows(upload, sheet):
    """Every row of ``sheet`` of an ``intake.Upload`` as (Excel row number, raw cells)."""
    for found in sheets(upload):
        if found.name == sheet:
            yield from enumerate(found.rows, start=1)
            return


# -- the fenced reader -------------------------------------------------------------------------------
def _fenced(data):
    """The messages of ``fenced.py``; its process ends when the generator is closed."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(_FENCED)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    overdue = threading.Timer(_FENCED_SECONDS, process.kill)
    overdue.start()
    try:
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(data)
        message = ()
        while message[:1] != ("end",):
            try:
                message = pickle.load(process.stdout)
            except (EOFError, pickle.UnpicklingError) as error:
                said = process.stderr.read()
                raise Refused(_PROTECTED if b"PasswordError" in said else _BROKEN) from error
            overdue.cancel()
            yield message
    finally:
        overdue.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def _sheets_told(messages):
    message = next(messages)
    while message[0] == "sheet":
        _word, name, first_column, height, merged = message
        last = []
        yield Sheet(name, height, _squared(first_column, _rows_told(messages, last), merged))
        for _row in _rows_told(messages, last) if not last else ():
            pass  # of a sheet that was given up half-way
        message = last[0]


def _rows_told(messages, last):
    """The rows of one sheet; the message after them is put into ``last``."""
    for message in messages:
        if message[0] != "rows":
            last.append(message)
            return
        yield from message[1]
    raise Refused(_BROKEN)  # it ended in the middle of a sheet


# -- in this process -----------------------------------------------------------------------------------
def _guarded(call, *args):
    """``call``, with whatever the reader raises on a bad file (panics included) turned into Refused."""
    try:
        return call(*args)
    except PasswordError as error:
        raise Refused(_PROTECTED) from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise Refused(_BROKEN) from error


def _squared(first_column, rows, merged):
    """Rows from column A on (the reader starts at the first used one), merged cells filled downwards."""
    padding = [""] * first_column
    below = _merged_below(merged)
    above = []
    for index, cells in enumerate(rows):
        row = padding + cells
        for column in below.get(index, ()):
            if column < len(row) and row[column] == "":
                row[column] = above[column]
        above = row
        yield row


def _merged_below(ranges):
    """{row index: columns} of cells that belong to the cell above them."""
    below = {}
    for (top, left), (bottom, right) in ranges:
        if left == right and bottom - top < 100:
            for index in range(top + 1, bottom + 1):
                below.setdefault(index, []).append(left)
    return below


def _csv_rows(data):
    text = _decoded(data)
    first = text[: text.find("\n") if "\n" in text else len(text)]
    sample = text[:4096]
    delimiter = max(",\t;", key=lambda mark: (first.count(mark), sample.count(mark)))
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [_unquoted(cell) for cell in row]
    except csv.Error as error:
        raise Refused("CSV 文件格式有误，请用 Excel 打开后“另存为”.xlsx 再上传。") from error


def _decoded(data):
    utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if utf_16 else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("CSV 文件的文字编码无法识别，请用 Excel 打开后“另存为”.xlsx 再上传。")


def _unquoted(cell):
    """="510121…" is how some systems keep a number as text in a CSV."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and cell.count('"') == 2 else cell
