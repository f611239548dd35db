"""The user's own workbook back, bad cells coloured and the reasons in a column of their own."""

import io
import re
from collections import defaultdict

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from welfare.excel.cells import clean_text
from welfare.excel.intake import MAX_BYTES, load
from welfare.excel.sheets import raw_rows

REASON_HEADING = "错误原因"
_RED = "FFC7CE"
_MOST_COMMENTS = 2_000


def mark_errors(file, errors, *, filename, sheet, header_row, max_bytes=MAX_BYTES):
    """The workbook as xlsx bytes with the cells of ``errors`` (CellErrors) marked.

    ``sheet`` and ``header_row`` are those of the Reading. Formulas come back as their values. An xls or
    csv, or a workbook that cannot be written back, comes back as ``bad_rows_workbook``. Raises Refused
    like ``read_workbook``.
    """
    upload = load(file, filename, max_bytes=max_bytes)
    if upload.kind == "xlsx" and upload.is_plain:
        try:
            return _marked(upload.data, errors, sheet, header_row)
        except Exception:
            pass
    return _bad_rows(upload, errors, sheet, header_row)


def bad_rows_workbook(file, errors, *, filename, sheet, header_row, max_bytes=MAX_BYTES):
    """An xlsx (bytes) with the header and only the rows in error, each with its row number and reasons.

    It can be mended and uploaded as it is. Raises Refused like ``read_workbook``.
    """
    return _bad_rows(load(file, filename, max_bytes=max_bytes), errors, sheet, header_row)


def _marked(data, errors, sheet, header_row):
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    page = book[sheet]
    red = PatternFill("solid", start_color=_RED, end_color=_RED)
    last = max(
        (cell.column for cell in page[header_row] if cell.value not in (None, "")), default=page.max_column
    )
    heading = page.cell(header_row, last).value
    reason_column = last if heading == REASON_HEADING else last + 1
    _put(page, header_row, reason_column, REASON_HEADING).fill = red
    page.column_dimensions[get_column_letter(reason_column)].width = 60
    if heading == REASON_HEADING:
        _unmark(page, header_row, reason_column)
    for count, error in enumerate(errors):
        if error.cell and not isinstance(page[error.cell], openpyxl.cell.MergedCell):
            page[error.cell].fill = red
            if count < _MOST_COMMENTS:
                page[error.cell].comment = Comment(error.reason, "暖册")
    for row, reasons in _by_row(errors).items():
        _put(page, row, reason_column, reasons).fill = red
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _unmark(page, header_row, reason_column):
    """Take back the marks of an earlier round."""
    for row in page.iter_rows(min_row=header_row + 1, max_col=reason_column):
        row[-1].value = None
        for cell in row:
            if cell.fill.fill_type == "solid" and str(cell.fill.start_color.rgb)[-6:] == _RED:
                cell.fill = PatternFill()
                cell.comment = None


def _put(page, row, column, text):
    """Write our text as text: openpyxl would make a formula of what begins with =."""
    cell = page.cell(row, column)
    cell.value = text
    cell.data_type = "s"
    return cell


def _bad_rows(upload, errors, sheet, header_row):
    reasons = _by_row(errors)
    bad = {(error.row, _column_index(error.cell)) for error in errors if error.cell}
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    page = book.add_worksheet("需修改的行")
    head = book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1, "num_format": "@"})
    plain = book.add_format({"num_format": "@"})
    red = book.add_format({"bg_color": f"#{_RED}", "num_format": "@"})
    page.freeze_panes(1, 0)
    width, written = 0, 0
    for number, row in raw_rows(upload, sheet):
        texts = [clean_text(cell) for cell in row]
        if number == header_row:
            width = max((place + 1 for place, text in enumerate(texts) if text), default=0)
            for place, text in enumerate([*texts[:width], REASON_HEADING, "原文件行号"]):
                page.write_string(0, place, text, head)
        elif number in reasons:
            written += 1
            for place, text in enumerate(texts[:width]):
                page.write_string(written, place, text, red if (number, place) in bad else plain)
            page.write_string(written, width, reasons[number], red)
            page.write_number(written, width + 1, number)
    page.set_column(0, max(width - 1, 0), 16)
    page.set_column(width, width, 60)
    book.close()
    return target.getvalue()


def _by_row(errors):
    found = defaultdict(list)
    for error in errors:
        if error.reason not in found[error.row]:
            found[error.row].append(error.reason)
    return {row: " ".join(reasons) for row, reasons in found.items()}


def _column_index(cell):
    letters = re.match(r"[A-Z]+", cell)[0]
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
