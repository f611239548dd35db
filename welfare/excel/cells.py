"""One cell: from what a workbook holds to a typed value, or a Chinese sentence why not. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from welfare import identity, money

KINDS = ("text", "id", "phone", "bank", "money", "integer", "date", "choice", "choices", "flag")

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]|_x00(?:0[0-8BCEFbcef]|1[0-9A-Fa-f])_"
)
_ERROR_VALUE = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|GETTING_DATA)")
_DATE = re.compile(
    r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?|(\d{4})(\d{2})(\d{2})"
)
_BETWEEN = re.compile(r"[、，,；;／/|\s]+")
_YES = {"是", "有", "Y", "YES", "TRUE", "√", "✓", "✔", "1", "对"}
_NO = {"否", "无", "没有", "N", "NO", "FALSE", "×", "X", "0", "不是"}
_EXCEL_EPOCH = date(1899, 12, 30)


class BadCell(ValueError):
    """What is wrong with a cell and how to mend it, as one Chinese sentence."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column that a register has.

    ``kind`` decides the value: text → str, id → IdNumber, phone and bank → str, money → Decimal,
    integer → int, date → date, choice → the value of ``choices``, choices → a list of them (separated
    by 、 and the like), flag → bool; an empty cell is None (``choices``: an empty list). ``choices`` maps
    labels to values or lists the labels. ``parse`` takes the cleaned text instead and returns the value or raises
    ValueError with a Chinese sentence. ``minimum`` and ``maximum`` bound numbers and dates; money and
    integers are never negative unless ``minimum`` says so. In a template ``note`` says how to fill the
    column in, and ``is_text`` keeps what looks like a number as text.
    """

    key: str
    heading: str
    kind: str = "text"
    required: bool = False
    choices: Mapping[str, Any] | Iterable[str] | None = None
    aliases: tuple[str, ...] = ()
    max_length: int = 500
    minimum: Any = None
    maximum: Any = None
    parse: Callable[[str], Any] | None = None
    note: str = ""
    is_text: bool = False

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"Unknown kind of column: {self.kind}")
        if self.choices is not None and not isinstance(self.choices, Mapping):
            object.__setattr__(self, "choices", {label: label for label in self.choices})


def parse_cell(column, value, *, on=None):
    """The typed value of a raw cell. Raises BadCell. ``on`` is today, for births and the like."""
    text = clean_text(value)
    if _ERROR_VALUE.fullmatch(text):
        raise BadCell(f"单元格是公式错误值“{text}”，请改填实际内容。")
    if not text:
        if column.required:
            raise BadCell(f"“{column.heading}”没有填写，请补填。")
        return [] if column.kind == "choices" else None
    try:
        if column.parse is not None:
            return column.parse(text)
        return _PARSERS[column.kind](column, value, text, on)
    except BadCell:
        raise
    except ValueError as error:
        raise BadCell(str(error)) from None


def clean_text(value):
    """A raw cell as text: no control characters, one line, trimmed; 3.0 → "3", a date → "2024-01-05"."""
    if type(value) is str and value.isprintable() and "_x" not in value:  # most cells, at a third of the cost
        return " ".join(value.split()) if " " in value else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time | timedelta | int):
        return str(value)
    return " ".join(_CONTROL.sub("", str(value)).split())


def _text(column, value, text, on):
    if len(text) > column.max_length:
        raise BadCell(f"“{column.heading}”最多 {column.max_length} 个字，现有 {len(text)} 个，请删减。")
    return text


def _id(column, value, text, on):
    return identity.parse_id_number(value if isinstance(value, int | float) else text, on=on)


def _phone(column, value, text, on):
    return identity.parse_phone(text)


def _bank(column, value, text, on):
    return identity.parse_bank_card(value if isinstance(value, int | float) else text)


def _money(column, value, text, on):
    plain = unicodedata.normalize("NFKC", text).lstrip("¥$ ").removesuffix("元").strip()
    try:
        amount = money.yuan(plain)
    except money.Invalid:
        raise BadCell(f"“{text}”不是金额，请只填数字，如 800 或 1560.50。") from None
    return _within(column, amount, 0)


def _integer(column, value, text, on):
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if not re.fullmatch(r"[+-]?[0-9]{1,12}(\.0+)?", plain):
        raise BadCell(f"“{text}”不是整数，请只填数字。")
    return _within(column, int(plain.partition(".")[0]), 0)


def _date(column, value, text, on):
    if isinstance(value, datetime):
        return _within(column, value.date(), None)
    if isinstance(value, date):
        return _within(column, value, None)
    if isinstance(value, int | float) and 1 <= value < 2_958_466 and len(text) < 8:
        return _within(column, _EXCEL_EPOCH + timedelta(days=int(value)), None)
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        raise BadCell(f"“{text}”不是日期，请按 2024-02-05 的样子填写。")
    try:
        return _within(column, date(*(int(part) for part in found.groups() if part)), None)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadCell):
            raise
        raise BadCell(f"日期“{text}”不存在，请核对月份和日子。") from None


def _choice(column, value, text, on):
    found = column.choices.get(text, column.choices.get(_bare(text), _MISSING))
    if found is _MISSING:
        raise BadCell(f"“{text}”不在可选项中，{_offer(column)}")
    return found


def _choices(column, value, text, on):
    if text in column.choices:
        return [column.choices[text]]
    found = [_choice(column, part, part, on) for part in _BETWEEN.split(text) if part]
    return list(dict.fromkeys(found))


def _flag(column, value, text, on):
    plain = unicodedata.normalize("NFKC", text).upper()
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise BadCell(f"“{text}”无法判断，请填“是”或“否”。")


def _within(column, number, floor):
    minimum = floor if column.minimum is None else column.minimum
    if minimum is not None and number < minimum:
        raise BadCell(f"“{column.heading}”不能小于 {minimum}，现为 {number}，请核对。")
    if column.maximum is not None and number > column.maximum:
        if column.kind == "date":
            raise BadCell(f"“{column.heading}”不能晚于 {column.maximum}，现为 {number}，请核对。")
        raise BadCell(f"“{column.heading}”不能大于 {column.maximum}，现为 {number}，请核对。")
    return number


def _bare(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


def _offer(column):
    labels = list(column.choices)
    shown = "、".join(labels[:12]) + ("等" if len(labels) > 12 else "")
    return f"可填：{shown}。" if labels else "目前没有可选项，请先维护代码表。"


_MISSING = object()
_PARSERS = {
    "text": _text,
    "id": _id,
    "phone": _phone,
    "bank": _bank,
    "money": _money,
    "integer": _integer,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "flag": _flag,
}
