"""A workbook in: the header found wherever it stands, typed rows and cell errors out."""

import csv
import io
import pickle
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from welfare.excel.cells import BadCell, Column, clean_text, parse_cell
from welfare.excel.intake import MAX_BYTES, Refused, load

HEADER_WITHIN = 30  # rows; above the header stand a title, a unit and a date at most
MAX_ROWS = 200_000

_BROKEN = "文件已损坏，无法打开。请用 Excel 或 WPS 打开后“另存为”.xlsx 再上传。"
_PROTECTED = "文件设了打开密码，请在 Excel 中取消密码后另存再上传。"
_FENCED = Path(__file__).with_name("fenced.py")
_FENCED_SECONDS = 60
_FOOTER = re.compile(r"(合计|总计|小计|制表|填表|填报|审核|负责人|经办|单位负责|注[::]|说明[::])")
_HEADING_NOISE = re.compile(r"[\s**::]|\(必填\)|\(选填\)")


@dataclass(frozen=True, slots=True)
class CellError:
    row: int  # as numbered in Excel
    column_heading: str
    cell: str  # "B7"
    reason: str

    def as_dict(self):
        """For JSON; ``CellError(**dict)`` brings it back."""
        return asdict(self)


@dataclass
class Reading:
    """A read workbook. ``rows`` can be gone through once; ``errors`` grows as it is.

    ``rows`` yields ``(excel_row_number, {key: value})``; a cell in error is None and has a CellError.
    ``letters`` names the column of each key ("B"); ``unknown`` lists headings nobody asked for.
    """

    sheet: str
    header_row: int
    letters: dict[str, str]
    headings: dict[str, str]
    missing: list[str]
    unknown: list[str]
    errors: list[CellError] = field(default_factory=list)
    rows: Iterator[tuple[int, dict]] = ()
    columns: dict[str, Column] = field(default_factory=dict)

    def cell_error(self, row, key, reason):
        """A CellError at ``key`` of ``row``, for what only a comparison with other rows or the database shows."""
        return CellError(
            row, self.headings[key], f"{self.letters[key]}{row}" if key in self.letters else "", reason
        )


def read_workbook(file, *, columns, filename, on=None, max_bytes=MAX_BYTES, max_rows=MAX_ROWS):
    """Read the first visible sheet that carries the columns, xlsx, xls or csv.

    ``columns`` are found by heading or alias, in any order; ``on`` is today, for dates that may not lie
    in the future. Raises Refused when the file cannot be read as a whole: see ``intake.load``, and when
    no header is found, a required column is missing or a heading stands twice. While ``rows`` is gone
    through it may raise Refused for too many rows.
    """
    nearest = None
    for name, rows in _sheets(load(file, filename, max_bytes=max_bytes)):
        head = []
        for row in rows:
            head.append(row)
            if len(head) == HEADER_WITHIN:
                break
        index, places = _find_header(head, columns)
        if index is None:
            continue
        reading, missing = _reading(name, index, head[index], places, columns)
        if missing:
            nearest = nearest or missing
            continue
        reading.rows = _typed(reading, _chained(head, index, rows), places, on, max_rows)
        return reading
    if nearest:
        raise Refused(f"缺少必需的列：{'、'.join(nearest)}。请补上这些列（列名照写）后再上传。")
    wanted = "、".join(column.heading for column in columns if column.required) or columns[0].heading
    raise Refused(f"前 {HEADER_WITHIN} 行内没有找到表头。表头应有这些列：{wanted}。请用下载的模板填写。")


def raw_rows(upload, sheet):
    """Every row of ``sheet`` of an ``intake.Upload`` as (Excel row number, raw cells)."""
    for name, rows in _sheets(upload):
        if name == sheet:
            yield from enumerate(rows, start=1)
            return


def column_letter(index):
    """0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# -- sheets ----------------------------------------------------------------------------------------
def _sheets(upload):
    """(name, iterator over rows) of each visible sheet."""
    if upload.kind == "csv":
        yield "", _csv_rows(upload.data)
    elif upload.is_plain:
        book = _guarded(CalamineWorkbook.from_filelike, io.BytesIO(upload.data))
        for meta in book.sheets_metadata:
            if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet:
                sheet = _guarded(book.get_sheet_by_name, meta.name)
                if sheet.start is not None:
                    yield (
                        meta.name,
                        _squared(sheet.start[1], sheet.iter_rows(), sheet.merged_cell_ranges or ()),
                    )
    else:
        for name, first_column, rows, merged in _fenced(upload.data):
            yield name, _squared(first_column, rows, merged)


def _fenced(data):
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_FENCED)],
            input=data,
            capture_output=True,
            timeout=_FENCED_SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        protected = b"PasswordError" in (getattr(error, "stderr", None) or b"")
        raise Refused(_PROTECTED if protected else _BROKEN) from error
    return pickle.loads(done.stdout)


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


# -- header ------------------------------------------------------------------------------------------
def _find_header(head, columns):
    """Index of the row that names most columns and {key: column index}; (None, {}) when none names two."""
    names = {_heading(name): column.key for column in columns for name in (column.heading, *column.aliases)}
    best, best_places = None, {}
    for index, row in enumerate(head):
        places = {}
        for place, cell in enumerate(row):
            key = names.get(_heading(cell))
            if key is not None:
                places.setdefault(key, []).append(place)
        if len(places) > len(best_places):
            best, best_places = index, places
    if len(best_places) < min(2, len(columns)):
        return None, {}
    by_key = {column.key: column for column in columns}
    twice = [by_key[key].heading for key, found in best_places.items() if len(found) > 1]
    if twice:
        raise Refused(f"表头中“{'、'.join(twice)}”出现了两次，请只留一列。")
    return best, {key: found[0] for key, found in best_places.items()}


def _heading(cell):
    return _HEADING_NOISE.sub("", unicodedata.normalize("NFKC", clean_text(cell))).lower()


def _reading(name, index, header, places, columns):
    taken = set(places.values())
    absent = [column for column in columns if column.key not in places]
    reading = Reading(
        sheet=name,
        columns={column.key: column for column in columns},
        header_row=index + 1,
        letters={key: column_letter(place) for key, place in places.items()},
        headings={column.key: column.heading for column in columns},
        missing=[column.heading for column in absent],
        unknown=[
            clean_text(cell) for place, cell in enumerate(header) if clean_text(cell) and place not in taken
        ],
    )
    return reading, [column.heading for column in absent if column.required]


# -- rows ----------------------------------------------------------------------------------------------
def _chained(head, index, rows):
    yield from enumerate(head[index + 1 :], start=index + 2)
    yield from enumerate(rows, start=len(head) + 1)


def _typed(reading, numbered, places, on, max_rows):
    plan = [(reading.columns[key], place) for key, place in places.items()]
    absent = {
        key: [] if column.kind == "choices" else None
        for key, column in reading.columns.items()
        if key not in places
    }
    count = 0
    for number, row in numbered:
        if _is_empty_or_footer(row):
            continue
        count += 1
        if count > max_rows:
            raise Refused(f"超过 {max_rows} 行，请分成几个文件上传。")
        values = dict(absent)
        for column, place in plan:
            try:
                values[column.key] = parse_cell(column, row[place] if place < len(row) else "", on=on)
            except BadCell as error:
                values[column.key] = None
                reading.errors.append(reading.cell_error(number, column.key, str(error)))
        yield number, values


def _is_empty_or_footer(row):
    filled = [cell for cell in row if cell != ""]
    if len(filled) > 4:
        return not any(map(clean_text, filled))
    texts = [text for text in map(clean_text, filled) if text]
    return not texts or _FOOTER.match(texts[0]) is not None


__all__ = ["CellError", "Column", "Reading", "Refused", "column_letter", "raw_rows", "read_workbook"]
