"""The spreadsheet libraries alone, without our checks and looks: the floor that benchmarks measure against."""

import xlsxwriter
from python_calamine import CalamineWorkbook


def read_rows(path):
    """The cells of the first sheet, row by row, as calamine gives them."""
    with CalamineWorkbook.from_path(path) as book:
        yield from book.get_sheet_by_index(0).iter_rows()


def write_rows(path, headings, rows, formats=()):
    """Write rows of text and numbers as xlsx in constant memory; ``formats`` are format properties by column."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        looks = [book.add_format(properties) for properties in formats] or [None] * len(headings)
        sheet.write_row(0, 0, headings)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value, looks[place])
                else:
                    sheet.write_number(number, place, value, looks[place])
