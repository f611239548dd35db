"""Long lists and import templates out, in constant memory. Text is always text: never a formula, link or number."""

import tempfile
from datetime import date, datetime

import xlsxwriter

from welfare import money
from welfare.excel.official import FONT, WORKBOOK

_OPTIONS = WORKBOOK | {"default_date_format": "yyyy-mm-dd"}
_TEMPLATE_ROWS = 3_000


def write_list(target, *, title, columns, rows, unit_line="", sheet_name="名册"):
    """Write a list as xlsx to ``target`` (path or binary file); returns the number of rows.

    ``columns`` are SheetColumns, ``rows`` an iterable (streamed) of sequences in their order; money and
    quantity are Decimal or int, dates date, all else becomes text. The header stands on row 3 with a
    ``unit_line``, else on row 2, is frozen, filtered and repeated in print.
    """
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # where rows wait: gone with them, also when ``rows`` raises
        book = xlsxwriter.Workbook(target, _OPTIONS | {"tmpdir": folder})
        return _write_rows(book, book.add_worksheet(sheet_name[:31]), title, columns, rows, unit_line)


def _write_rows(book, sheet, title, columns, rows, unit_line):
    styles = _styles(book)
    header = _head(sheet, styles, title, unit_line, [column.title for column in columns])
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.cm * 4.6)
    writers = [_WRITERS[column.kind] for column in columns]
    looks = [styles[column.kind] for column in columns]
    plan = list(enumerate(zip(writers, looks, strict=True)))
    index = header
    for index, row in enumerate(rows, start=header + 1):
        for place, (write, look) in plan:
            write(sheet, index, place, row[place], look)
    sheet.autofilter(header, 0, max(index, header), len(columns) - 1)
    _print_set_up(sheet, header)
    book.close()
    return index - header


def write_template(target, *, title, columns, unit_line="", sheet_name="名册", examples=()):
    """An empty register for ``read_workbook`` with these Columns.

    Drop-downs, number columns kept as text, and each column's ``note`` shown at its heading and at the cell
    that is filled in. ``examples`` are rows ({key: text}) for a sheet of their own, 填写示例, that no upload reads
    (the register stands on the first sheet): there each column has a line, so that it fits a page.
    """
    book = xlsxwriter.Workbook(target, _OPTIONS | {"constant_memory": False})
    sheet = book.add_worksheet(sheet_name[:31])
    shown = book.add_worksheet("填写示例") if examples else None
    lists = book.add_worksheet("选项")
    lists.hide()
    styles = _styles(book)
    headings = [f"*{c.heading}" if c.required else c.heading for c in columns]
    header = _head(sheet, styles, title, unit_line, headings)
    text = book.add_format({"num_format": "@", "font_name": FONT, "font_size": 11})
    for place, column in enumerate(columns):
        is_number = column.kind in ("money", "integer")
        sheet.set_column(place, place, max(len(column.heading) * 2.4, 10), None if is_number else text)
        labels = ["是", "否"] if column.kind == "flag" else list(column.choices or ())
        if column.kind in ("id", "bank"):
            sheet.set_column(place, place, 22, text)
        if labels:
            lists.write_column(0, place, labels)
        rule = _rule(column, place, len(labels))
        if rule:
            sheet.data_validation(header + 1, place, header + _TEMPLATE_ROWS, place, rule)
        if column.note:
            note = {"author": "暖册", "x_scale": 1.6, "y_scale": 0.9, "font_size": 10}
            sheet.write_comment(header, place, f"{'必填。' if column.required else ''}{column.note}", note)
    _print_set_up(sheet, header)
    if examples:
        _write_examples(shown, styles, columns, headings, examples)
    book.close()


def _rule(column, place, choices):
    """What Excel says and offers at a cell of the column; None for nothing."""
    rule = {}
    if choices and column.kind in ("flag", "choice", "choices"):
        letter = xlsxwriter.utility.xl_col_to_name(place, col_abs=True)
        rule = {
            "validate": "list",
            "source": f"=选项!{letter}$1:{letter}${choices}",
            # several categories in one cell are typed by hand, so the list only offers
            "error_type": "information" if column.kind == "choices" else "stop",
            "error_title": "请从列表中选择",
            "error_message": f"“{column.heading}”请从下拉列表中选择。",
        }
    if column.note:
        rule |= {"input_title": column.heading[:32], "input_message": column.note[:255]}
        rule.setdefault("validate", "any")
    return rule or None


def _write_examples(sheet, styles, columns, headings, examples):
    """One line per column: how it is filled in, what may stand there, and how it looks in the examples."""
    titles = ["列名（带 * 的必填）", "怎么填", "可填", *(f"示例 {at}" for at in range(1, len(examples) + 1))]
    title = "填写示例（只供参考，不会读入；请填在第一张表）"
    header = _head(sheet, styles, title, "没有的列可以不要；空着的格子不改动在册内容。", titles)
    widths = [26, 44, 44, *([24] * len(examples))]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for row, (column, heading) in enumerate(zip(columns, headings, strict=True), start=header + 1):
        labels = ["是", "否"] if column.kind == "flag" else list(column.choices or ())
        offer = "、".join(labels[:9]) + ("……（见下拉列表）" if len(labels) > 9 else "")
        cells = [heading, column.note, offer, *(example.get(column.key) for example in examples)]
        lines = max(-(-len(str(text or "")) * 2 // width) for text, width in zip(cells, widths, strict=True))
        sheet.set_row(row, 19 * max(lines, 1))
        for place, text in enumerate(cells):
            _write_text(sheet, row, place, text, styles["wrapped"])
    _print_set_up(sheet, header)


def _head(sheet, styles, title, unit_line, headings):
    last = len(headings) - 1
    lines = [(title, "title", 30)] + ([(unit_line, "left", 20)] if unit_line else [])
    for row, (text, style, height) in enumerate(lines):
        sheet.set_row(row, height)
        if last:
            sheet.merge_range(row, 0, row, last, text, styles[style])
        else:
            sheet.write_string(row, 0, text, styles[style])
    sheet.set_row(len(lines), 28)
    for place, heading in enumerate(headings):
        sheet.write_string(len(lines), place, heading, styles["header"])
    sheet.freeze_panes(len(lines) + 1, 0)
    return len(lines)


def _print_set_up(sheet, header):
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.set_footer(f'&C&"{FONT}"&9第 &P 页 共 &N 页')


def _styles(book):
    def style(**options):
        return book.add_format({"font_name": FONT, "font_size": 11, "valign": "vcenter"} | options)

    cell = {"border": 1, "border_color": "#BFBFBF"}
    return {
        "title": style(font_size=16, bold=True, align="center"),
        "left": style(align="left"),
        "header": style(**cell, bold=True, align="center", text_wrap=True, bg_color="#EDEDED"),
        "text": style(**cell),
        "wrapped": style(**cell, text_wrap=True),
        "id": style(**cell, num_format="@"),
        "signature": style(**cell),
        "sequence": style(**cell, align="center"),
        "money": style(**cell, num_format="#,##0.00"),
        "quantity": style(**cell),
        "date": style(**cell, num_format="yyyy-mm-dd", align="center"),
    }


def _write_text(sheet, row, place, value, look):
    if value is None or value == "":
        sheet.write_blank(row, place, None, look)
    else:
        sheet.write_string(row, place, value if isinstance(value, str) else str(value), look)


def _write_money(sheet, row, place, value, look):
    if value is None or value == "":
        sheet.write_blank(row, place, None, look)
    else:
        sheet.write_number(row, place, float(money.yuan(value)), look)


def _write_quantity(sheet, row, place, value, look):
    if value is None or value == "":
        sheet.write_blank(row, place, None, look)
    else:
        sheet.write_number(row, place, float(value), look)


def _write_date(sheet, row, place, value, look):
    if isinstance(value, datetime):
        raise TypeError("A list shows dates: pass dates.today(value), so that it is the day in China.")
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, look)
    else:
        _write_text(sheet, row, place, value, look)


_WRITERS = {
    "text": _write_text,
    "id": _write_text,
    "signature": _write_text,
    "sequence": _write_quantity,
    "money": _write_money,
    "quantity": _write_quantity,
    "date": _write_date,
}
