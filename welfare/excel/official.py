"""Official sheets for signature: A4, fixed rows a page, page subtotals, total in words, number and hash.

The columns are made to fill the printable width and the rows to fill the page, so that "fit to one page
wide" has nothing to shrink and a page is full where its subtotal stands, even for a program that lets
"fit to pages" override the page breaks.
"""

import hashlib
import io
import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from PIL import Image, UnidentifiedImageError

from welfare import money

KINDS = ("sequence", "text", "id", "money", "quantity", "date", "signature")
FONT = "宋体"
SUMMED = ("money", "quantity")
# Column widths count in digits of the default font: 宋体 11 is what Chinese office programs have (8 pixels).
WORKBOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": 11},
    "default_column_width": 72,
    "default_row_height": 18,
}

_CM_WIDTH = {
    "sequence": 1.2,
    "text": 2.8,
    "id": 4.3,
    "money": 2.7,
    "quantity": 1.9,
    "date": 2.5,
    "signature": 3.6,
}
_A4_CM = (21.0, 29.7)
_SIDE_CM, _TOP_CM, _BOTTOM_CM = 1.2, 1.7, 1.7
_POINTS, _PIXELS = 72 / 2.54, 96 / 2.54
_SLACK = 0.965  # printers and other office programs measure a little differently
_TITLE_PT, _INFO_PT, _HEADER_PT, _SUBTOTAL_PT, _TOTAL_PT, _NOTE_PT, _SIGN_PT = 34, 20, 30, 22, 24, 17, 34
_SIGNED_ROW_PT, _PLAIN_ROW_PT, _HIGHEST_ROW_PT = 37, 24, 72  # 37 pt = 1.3 cm, room for a thumb
_LINE_PT, _FONT_PT = 14.5, 11
_SMALL_LINE_PT, _SMALL_PT = 12, 9


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """A column of a sheet or list. ``unit`` stands in the heading of a quantity (袋); ``width`` is in centimetres."""

    key: str
    heading: str
    kind: str = "text"
    unit: str = ""
    width: float | None = None

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"Unknown kind of column: {self.kind}")

    @property
    def title(self):
        return f"{self.heading}（{self.unit}）" if self.unit else self.heading

    @property
    def cm(self):
        return self.width or _CM_WIDTH[self.kind]


@dataclass(frozen=True, kw_only=True)
class OfficialSheet:
    """What an official sheet says; how it looks is ours.

    ``rows`` are mappings by column key: text and id → str, money and quantity → Decimal or int, date →
    date, signature → PNG bytes, a short text, or None for a space to sign; sequence counts by itself.
    Every money and quantity column is summed; the amount in words is that of ``words_of`` (a money
    column's key; the only one by default). ``count_unit`` is what a row is: 户, 人, 笔. ``signers`` fills in
    names after the labels of ``footer`` where they are known.
    """

    title: str
    unit: str
    on: date
    columns: Sequence[SheetColumn]
    rows: Sequence[Mapping[str, Any]]
    number: str
    version: int = 1
    unit_line: str = "单位：元"
    count_unit: str = "户"
    words_of: str | None = None
    notes: Sequence[str] = ()
    footer: Sequence[str] = ("制表", "经办人", "审核人", "负责人（盖章）")
    signers: Mapping[str, str] | None = None
    is_landscape: bool = True
    is_rehearsal: bool = False
    sheet_name: str = "发放表"


@dataclass(frozen=True)
class Layout:
    """Where things go: pixel widths, the height of a row in points, and the rows of each page."""

    widths: list[int]
    row_height: float
    pages: list[range]


def content_hash(sheet):
    """SHA-256 (hex) of everything the sheet states, signatures included; not of its looks."""
    stated = {
        "title": sheet.title,
        "unit": sheet.unit,
        "on": sheet.on,
        "number": sheet.number,
        "version": sheet.version,
        "unit_line": sheet.unit_line,
        "notes": list(sheet.notes),
        "signers": dict(sheet.signers or {}),
        "is_rehearsal": sheet.is_rehearsal,
        "columns": [[column.key, column.title, column.kind] for column in sheet.columns],
        "rows": [[_canonical(column, row.get(column.key)) for column in sheet.columns] for row in sheet.rows],
    }
    text = json.dumps(stated, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def totals(sheet, rows=None):
    """{key: Decimal} of every money and quantity column over ``rows``, all of the sheet by default."""
    rows = sheet.rows if rows is None else rows
    return {
        column.key: sum((_decimal(column, row.get(column.key)) for row in rows), Decimal(0))
        for column in sheet.columns
        if column.kind in SUMMED
    }


def lay_out(sheet):
    """The Layout: every page full but the last, which leaves room for the total and the signatures."""
    width_cm, height_cm = reversed(_A4_CM) if sheet.is_landscape else _A4_CM
    usable_px = (width_cm - 2 * _SIDE_CM) * _PIXELS * _SLACK
    wanted = sum(column.cm for column in sheet.columns)
    widths = [int(usable_px * column.cm / wanted) for column in sheet.columns]
    row_height = _row_height(sheet, widths)
    body = (height_cm - _TOP_CM - _BOTTOM_CM) * _POINTS * _SLACK
    body -= _TITLE_PT + _INFO_PT + _header_height(sheet, widths) + _SUBTOTAL_PT
    closing = _TOTAL_PT * (1 + bool(_words_column(sheet))) + _NOTE_PT * len(sheet.notes) + _SIGN_PT
    return Layout(
        widths,
        row_height,
        _pages(len(sheet.rows), int(body // row_height), int((body - closing) // row_height)),
    )


def write_official(target, sheet):
    """Write ``sheet`` as xlsx to ``target`` (path or binary file). Returns its content hash.

    Raises ValueError when a signature is not a picture.
    """
    digest = content_hash(sheet)
    book = xlsxwriter.Workbook(target, WORKBOOK)
    book.set_properties({"title": sheet.title, "company": sheet.unit, "comments": f"SHA-256 {digest}"})
    page = book.add_worksheet(sheet.sheet_name[:31])
    _Writer(book, page, sheet, lay_out(sheet)).write(digest)
    book.close()
    return digest


class _Writer:
    """Writes one sheet top to bottom (constant_memory forbids going back)."""

    def __init__(self, book, page, sheet, layout):
        self.page, self.sheet, self.layout = page, sheet, layout
        self.last = len(sheet.columns) - 1
        self.row = 0
        self.words_column = _words_column(sheet)

        def style(**options):
            return book.add_format({"font_name": FONT, "font_size": _FONT_PT, "valign": "vcenter"} | options)

        cell = {"border": 1, "align": "center", "text_wrap": True}
        self.styles = {
            "title": style(font_size=18, bold=True, align="center"),
            "left": style(align="left"),
            "center": style(align="center"),
            "right": style(align="right"),
            "note": style(align="left", font_size=10, text_wrap=True),
            "header": style(**cell, bold=True),
            "text": style(**cell),
            "small": style(**cell | {"font_size": _SMALL_PT}),
            "id": style(**cell, num_format="@"),
            "money": style(**cell | {"align": "right"}, indent=1, num_format="#,##0.00"),
            "quantity": style(**cell, num_format="General"),
            "date": style(**cell, num_format="yyyy-mm-dd"),
            "sum_text": style(**cell, bold=True),
            "sum_money": style(**cell | {"align": "right"}, indent=1, bold=True, num_format="#,##0.00"),
            "sum_quantity": style(**cell, bold=True, num_format="General"),
            "words": style(border=1, align="left", bold=True, indent=1),
        }

    def write(self, digest):
        self._set_up_page(digest)
        self._write_head()
        breaks, number = [], 0
        for rows in self.layout.pages:
            for index in rows:
                number += 1
                self._write_row(self.sheet.rows[index], number)
            if totals(self.sheet, []):  # a sheet that sums nothing has no subtotals
                self._write_sums("本页小计", [self.sheet.rows[index] for index in rows], _SUBTOTAL_PT)
            breaks.append(self.row)
        self._write_closing()
        self.page.set_h_pagebreaks(breaks[:-1])
        self.page.print_area(0, 0, self.row - 1, self.last)

    def _set_up_page(self, digest):
        page, sheet = self.page, self.sheet
        page.set_paper(9)
        page.set_landscape() if sheet.is_landscape else page.set_portrait()
        inch = 1 / 2.54
        page.set_margins(_SIDE_CM * inch, _SIDE_CM * inch, _TOP_CM * inch, _BOTTOM_CM * inch)
        page.fit_to_pages(1, 0)
        page.center_horizontally()
        page.hide_gridlines(2)
        page.repeat_rows(0, 2)
        page.freeze_panes(3, 0)
        mark = f'&C&"{FONT},Bold"&26&KA6A6A6演练 · 不作发放依据' if sheet.is_rehearsal else ""
        page.set_header(mark, {"margin": 0.4 * inch})
        printed = f"编号 {sheet.number} 第 {sheet.version} 版 校验码 {digest[:12]}".replace("&", "&&")
        page.set_footer(f'&L&"{FONT}"&9{printed}&R&"{FONT}"&9第 &P 页 共 &N 页', {"margin": 0.7 * inch})
        for index, width in enumerate(self.layout.widths):
            page.set_column_pixels(index, index, width)

    def _write_head(self):
        sheet = self.sheet
        self._span(f"【演练】{sheet.title}" if sheet.is_rehearsal else sheet.title, "title", _TITLE_PT)
        on = f"{sheet.on.year}年{sheet.on.month}月{sheet.on.day}日"
        self._thirds((f"填报单位：{sheet.unit}", sheet.unit_line, on), ("left", "center", "right"), _INFO_PT)
        self.page.set_row(self.row, _header_height(sheet, self.layout.widths))
        for place, column in enumerate(sheet.columns):
            self.page.write_string(self.row, place, column.title, self.styles["header"])
        self.row += 1

    def _write_row(self, values, number):
        self.page.set_row(self.row, self.layout.row_height)
        for place, column in enumerate(self.sheet.columns):
            value = values.get(column.key)
            if column.kind == "sequence":
                self.page.write_number(self.row, place, number, self.styles["text"])
            elif value is None or value == "" or value == b"":
                self.page.write_blank(self.row, place, None, self.styles["text"])
            elif column.kind in SUMMED:
                self.page.write_number(
                    self.row, place, float(_decimal(column, value)), self.styles[column.kind]
                )
            elif column.kind == "date" and isinstance(value, date):
                self.page.write_datetime(self.row, place, value, self.styles["date"])
            elif isinstance(value, bytes | bytearray | memoryview):
                self._sign(place, bytes(value))
            else:
                self._text(place, column, str(value))
        self.row += 1

    def _text(self, place, column, text):
        style = "id" if column.kind == "id" else "text"
        if _lines(text, self.layout.widths[place]) * _LINE_PT + 4 > self.layout.row_height:
            style = "small"
        self.page.write_string(self.row, place, text, self.styles[style])

    def _sign(self, place, png):
        """The picture in the middle of its cell, as large as fits with a margin."""
        self.page.write_blank(self.row, place, None, self.styles["text"])
        try:
            with Image.open(io.BytesIO(png)) as picture:
                width, height = picture.size
                dpi = [value if value and value > 1 else 96 for value in picture.info.get("dpi", (96, 96))]
        except (UnidentifiedImageError, OSError) as error:
            raise ValueError(f"The signature in row {self.row + 1} is not a picture.") from error
        box_width, box_height = self.layout.widths[place] - 6, self.layout.row_height / 72 * 96 - 4
        shown_width, shown_height = width * 96 / dpi[0], height * 96 / dpi[1]
        scale = min(box_width / shown_width, box_height / shown_height)
        options = {
            "image_data": io.BytesIO(png),
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": 3 + (box_width - shown_width * scale) / 2,
            "y_offset": 2 + (box_height - shown_height * scale) / 2,
            "object_position": 1,
            "description": "签字",
        }
        self.page.insert_image(self.row, place, "signature.png", options)

    def _write_sums(self, label, rows, height):
        sums = totals(self.sheet, rows)
        self.page.set_row(self.row, height)
        first = next(
            (i for i, column in enumerate(self.sheet.columns) if column.kind in SUMMED), self.last + 1
        )
        if first > 1:
            self.page.merge_range(self.row, 0, self.row, first - 1, label, self.styles["sum_text"])
        elif first == 1:
            self.page.write_string(self.row, 0, label, self.styles["sum_text"])
        for place in range(first, self.last + 1):
            column = self.sheet.columns[place]
            if column.kind in SUMMED:
                self.page.write_number(
                    self.row, place, float(sums[column.key]), self.styles[f"sum_{column.kind}"]
                )
            else:
                self.page.write_blank(self.row, place, None, self.styles["sum_text"])
        self.row += 1

    def _write_closing(self):
        sheet = self.sheet
        self._write_sums(f"合计（共 {len(sheet.rows)} {sheet.count_unit}）", sheet.rows, _TOTAL_PT)
        if self.words_column:
            amount = totals(sheet)[self.words_column]
            self._span(
                f"合计人民币（大写）：{money.in_words(amount)}  ¥{money.show(amount)}", "words", _TOTAL_PT
            )
        for note in sheet.notes:
            self._span(note, "note", _NOTE_PT)
        names = sheet.signers or {}
        labels = [f"{label}：{names.get(label, '')}" for label in sheet.footer]
        self._thirds(labels, ["left"] * len(labels), _SIGN_PT)

    def _span(self, text, style, height):
        self.page.set_row(self.row, height)
        if self.last:
            self.page.merge_range(self.row, 0, self.row, self.last, text, self.styles[style])
        else:
            self.page.write_string(self.row, 0, text, self.styles[style])
        self.row += 1

    def _thirds(self, texts, styles, height):
        """Texts side by side, each over an equal share of the width as the columns allow."""
        self.page.set_row(self.row, height)
        for (first, last), text, style in zip(
            _shares(self.layout.widths, len(texts)), texts, styles, strict=False
        ):
            if first < last:
                self.page.merge_range(self.row, first, self.row, last, text, self.styles[style])
            else:
                self.page.write_string(self.row, first, text, self.styles[style])
        self.row += 1


# -- pure parts ------------------------------------------------------------------------------------
def _decimal(column, value):
    if value is None or value == "":
        return Decimal(0)
    if column.kind == "money":
        return money.yuan(value)
    if isinstance(value, float):
        raise TypeError("Quantities are Decimal or int, never float.")
    return Decimal(value)


def _canonical(column, value):
    if isinstance(value, bytes | bytearray | memoryview):
        return "sha256:" + hashlib.sha256(value).hexdigest()
    if column.kind == "money" and value not in (None, ""):
        return str(money.yuan(value))
    if column.kind == "quantity" and value not in (None, ""):
        return format(_decimal(column, value).normalize(), "f")
    return "" if value is None else str(value)


def _words_column(sheet):
    if sheet.words_of:
        return sheet.words_of
    amounts = [column.key for column in sheet.columns if column.kind == "money"]
    return amounts[0] if len(amounts) == 1 else None


def _row_height(sheet, widths):
    is_signed = any(column.kind == "signature" for column in sheet.columns)
    least = _SIGNED_ROW_PT if is_signed else _PLAIN_ROW_PT
    texts = [
        (i, column.key)
        for i, column in enumerate(sheet.columns)
        if column.kind in ("text", "id", "signature")
    ]
    for row in sheet.rows:
        for place, key in texts:
            if isinstance(row.get(key), str):
                least = max(least, _least_height(row[key], widths[place]))
    return min(least, _HIGHEST_ROW_PT)


def _least_height(text, width_px):
    """The height a text needs at least, in small print if it must be."""
    normal = _lines(text, width_px) * _LINE_PT
    return (normal if normal <= _LINE_PT else _lines(text, width_px, _SMALL_PT) * _SMALL_LINE_PT) + 4


def _header_height(sheet, widths):
    lines = max(_lines(column.title, width) for column, width in zip(sheet.columns, widths, strict=True))
    return max(_HEADER_PT, lines * _LINE_PT + 4)


def _lines(text, width_px, size=_FONT_PT):
    """Lines that a text takes in a column, a full-width character being as wide as the font is high."""
    em = size / 72 * 96
    room = max((width_px - 8) / em, 1)
    wide = sum(1 if unicodedata.east_asian_width(character) in "WF" else 0.55 for character in text)
    return max(math.ceil(wide / room), 1)


def _pages(count, full, last):
    """Row ranges per page: ``full`` rows each, at most ``last`` on the last one."""
    full, last = max(full, 1), max(last, 1)
    pages = [range(start, min(start + full, count)) for start in range(0, count, full)] or [range(0)]
    if len(pages[-1]) > last:
        tail = pages.pop()
        keep = tail.start + max(last, len(tail) - last)
        pages += [range(tail.start, keep), range(keep, tail.stop)]
    return pages


def _shares(widths, parts):
    """(first, last) column of each of ``parts`` neighbouring shares of about equal width, none empty."""
    parts = min(parts, len(widths))
    whole, shares, start, reached = sum(widths), [], 0, 0
    for part in range(1, parts + 1):
        end = start
        reached += widths[start]
        while (
            end + 1 <= len(widths) - 1 - (parts - part)
            and reached + widths[end + 1] / 2 <= whole * part / parts
        ):
            end += 1
            reached += widths[end]
        if part == parts:
            end = len(widths) - 1
        shares.append((start, end))
        start = end + 1
    return shares
