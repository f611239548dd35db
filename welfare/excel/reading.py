"""A workbook in: the header found wherever it stands, typed rows and cell errors out."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from welfare.excel.cells import BadCell, Column, clean_text, parse_cell
from welfare.excel.intake import MAX_BYTES, Refused, load
from welfare.excel.sheets import sheets

HEADER_WITHIN = 30  # rows; above the header stand a title, a unit and a date at most
MAX_ROWS = 200_000

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
    height: int = 0  # rows below the header, as far as known

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
    opened = sheets(load(file, filename, max_bytes=max_bytes))
    for name, height, rows in opened:
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
        reading.height = max(height - index - 1, 0)
        reading.rows = _typed(reading, _chained(head, index, rows, opened), places, on, max_rows)
        return reading
    if nearest:
        raise Refused(f"缺少必需的列：{'、'.join(nearest)}。请补上这些列（列名照写）后再上传。")
    wanted = "、".join(column.heading for column in columns if column.required) or columns[0].heading
    raise Refused(f"前 {HEADER_WITHIN} 行内没有找到表头。表头应有这些列：{wanted}。请用下载的模板填写。")


def column_letter(index):
    """0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


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
def _chained(head, index, rows, opened):
    """The numbered rows below the header. Holds on to ``opened``: without it the fenced reader ends."""
    yield from enumerate(head[index + 1 :], start=index + 2)
    yield from enumerate(rows, start=len(head) + 1)
    opened.close()


def _typed(reading, numbered, places, on, max_rows):
    plan = [(key, place, _cached(reading.columns[key], on)) for key, place in places.items()]
    absent = {key: None for key in reading.columns if key not in places}
    lists = {key for key, column in reading.columns.items() if column.kind == "choices"}
    count = 0
    for number, row in numbered:
        if _is_empty_or_footer(row):
            continue
        count += 1
        if count > max_rows:
            raise Refused(f"超过 {max_rows} 行，请分成几个文件上传。")
        values = absent | {key: [] for key in lists}
        for key, place, read in plan:
            try:
                values[key] = read(row[place] if place < len(row) else "")
            except BadCell as error:
                values[key] = None
                reading.errors.append(reading.cell_error(number, key, str(error)))
        yield number, values


_MOST_CACHED = 5_000


def _cached(column, on):
    """``parse_cell`` of the column, that remembers texts it has read: most columns say the same few things."""
    if column.kind in ("id", "phone", "bank"):
        return lambda value: parse_cell(column, value, on=on)
    known = {}

    def read(value):
        if type(value) is not str:  # 1, 1.0 and True are one key of a dict but not one text
            return parse_cell(column, value, on=on)
        if value in known:
            return known[value]
        parsed = parse_cell(column, value, on=on)
        if len(known) < _MOST_CACHED:
            known[value] = parsed
        return parsed

    return read


def _is_empty_or_footer(row):
    filled = [cell for cell in row if cell != ""]
    if len(filled) > 4:
        return not any(map(clean_text, filled))
    texts = [text for text in map(clean_text, filled) if text]
    return not texts or _FOOTER.match(texts[0]) is not None


__all__ = ["CellError", "Column", "Reading", "Refused", "column_letter", "read_workbook"]
