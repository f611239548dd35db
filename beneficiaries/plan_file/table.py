"""Reads tables of a plan file key by key and collects every fault with its line."""

import re
from datetime import date, datetime, time
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from beneficiaries.plan_file.dates import BadDate, plan_words, season_date

_MUST = object()
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
SHARE = re.compile(r"\d{1,6}/\d{1,6}|\d{1,6}(\.\d{1,6})?")  # so short that no number in it grows large
LONGEST_NUMBER = 15  # digits before the point, and after it
_WORDS = {int: "整数", str: "文字", bool: "true 或 false", dict: "表"}


class Table:
    """One table of the file: takes keys out, notes faults, tells what is left over."""

    def __init__(self, data, path, lines, faults):
        self.data, self.path, self.lines, self.faults = dict(data), path, lines, faults
        self.original, self.bad = frozenset(data), set()

    def fault(self, key, words):
        self.fault_at((), key, words)

    def fault_at(self, below, key, words):
        """A fault of ``key`` in the table ``below`` this one (names, and places in lists)."""
        path = (*self.path, *below, key)
        name = ".".join(str(part) if isinstance(part, str) else f"第{part + 1}项" for part in path)
        self.bad.add(path)
        self.faults.append(f"第{self.lines.of(path)}行 {name}：{words}")

    def has(self, key):
        return key in self.data

    def knew(self, key):
        """Was the key in the file, and good of its kind? (Then a second fault of it says something new.)"""
        return (*self.path, key) not in self.bad and key in self.original

    def take(self, key, kind, default=_MUST):
        if key not in self.data:
            if default is _MUST:
                self.fault(key, "没有填写。")
                return kind()
            return default
        value = self.data.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(key, f"应为{_WORDS[kind]}。")
            return kind()
        if kind is int and value < 0:
            self.fault(key, "不能小于 0。")
        if kind is str and UNPRINTABLE.search(value):
            self.fault(key, "含有不能显示的字符，请删去。")
            return ""
        return value

    def slug(self, key):
        """A code: letters, digits, - and _."""
        value = self.take(key, str)
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", value):
            self.fault(key, "只能用英文字母、数字、“-”和“_”，不超过 40 个。")
        return value

    def texts(self, key):
        """A list of texts, empty when it is not there."""
        value = self.data.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.fault(key, "应为文字的列表。")
            return []
        return [one.strip() for one in value]

    def counts(self, key):
        """A table of names and whole numbers, empty when it is not there."""
        found = self.take(key, dict, {})
        for name, count in found.items():
            if not isinstance(count, int) or isinstance(count, bool) or count < 0:
                self.fault(key, f"“{name}”的名额应是不小于 0 的整数。")
        return found

    def one_of(self, key, known, default):
        """One of the words of ``known`` ({word: what it means})."""
        value = self.take(key, str, default)
        if value not in known:
            self.fault(key, f"只能是 {'、'.join(f'{word}（{means}）' for word, means in known.items())}。")
            return default
        return value

    def clock(self, key):
        """A time of day: "17:30", or TOML's own 17:30:00; None when it is not there."""
        value = self.data.pop(key, None)
        if value is None or isinstance(value, time):
            return value
        try:
            return time.fromisoformat(str(value))
        except ValueError:
            self.fault(key, '应为时刻，如 "17:30"。')
            return None

    def number(self, key, default=_MUST):
        if key not in self.data and default is not _MUST:
            return default
        value = self.data.pop(key, None)
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            self.fault(key, "应为数字。")
            return Decimal(0)
        if abs(Decimal(value).adjusted()) > LONGEST_NUMBER:
            self.fault(key, "数字太大或太小，请核对。")
            return Decimal(0)
        if value < 0:
            self.fault(key, "不能小于 0。")
        return Decimal(value)

    def share(self, key):
        """A share as "2/3" or 0.1, cut (not rounded) to four places so that 2 of 3 reach two thirds."""
        if key not in self.data:
            return None
        value = self.data.pop(key)
        text = value.strip() if isinstance(value, str) else str(value)
        try:
            found = Fraction(text) if SHARE.fullmatch(text) else None
        except ZeroDivisionError:
            found = None
        if isinstance(value, bool) or found is None or not 0 < found <= 1:
            self.fault(key, '应为不超过 1 的比例，如 "2/3" 或 0.1。')
            return None
        exact = Decimal(found.numerator) / Decimal(found.denominator)
        return exact.quantize(Decimal("0.0001"), rounding=ROUND_DOWN)

    def choice(self, key, choices, default=_MUST):
        value = self.take(key, str, default)
        if value in choices.values:
            return choices(value)
        if key not in self.data and not value:
            return next(iter(choices))
        self.fault(
            key, f"不认识“{value}”，可以填：{'、'.join(f'{v}（{label}）' for v, label in choices.choices)}。"
        )
        return next(iter(choices))

    def value(self, key):
        """The value of a test as the database keeps it: a number as text, or names joined by 、."""
        value = self.data.pop(key, None)
        if (
            isinstance(value, list)
            and value
            and all(isinstance(name, str) and name.strip() for name in value)
        ):
            return "、".join(name.strip() for name in value)
        if isinstance(value, int | Decimal) and abs(Decimal(value).adjusted()) > LONGEST_NUMBER:
            self.fault(key, "数字太大或太小，请核对。")
            return ""
        if isinstance(value, int | Decimal | str) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
        self.fault(key, "应为数字、文字或文字列表，不能空缺。")
        return ""

    def day(self, key, year, festival, default=_MUST):
        """(date, what it says in the plan's own words) of a date of the season; words of lunar days alone."""
        if key not in self.data:
            if default is _MUST:
                self.fault(key, "没有填写日期。")
            return None, ""
        value = self.data.pop(key)
        if isinstance(value, datetime):
            self.fault(key, "应为日期，不带时刻，如 2027-01-31。")
            return None, ""
        if isinstance(value, date):
            return value, ""
        try:
            return season_date(str(value), year=year, festival=festival), plan_words(str(value))
        except BadDate as error:
            self.fault(key, str(error))
            return None, ""

    def table(self, key, required=True):
        value = self.data.pop(key, None)
        if value is None and required:
            self.fault(key, "没有填写。")
        if value is not None and not isinstance(value, dict):
            self.fault(key, "应为一个表。")
        return Table(value if isinstance(value, dict) else {}, (*self.path, key), self.lines, self.faults)

    def tables(self, key):
        value = self.data.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, "应为表的列表。")
            return []
        return [Table(item, (*self.path, key, n), self.lines, self.faults) for n, item in enumerate(value)]

    def finish(self):
        for key in self.data:
            self.fault(key, "不认识这个键，请核对拼写（见 plans/README.md）。")


class Lines:
    """Finds the line of a key: tomllib does not tell."""

    HEADER = re.compile(r"\s*(\[\[?)([\w.\-\t ]+)\]\]?\s*(?:#.*)?$")  # each part ends where the next begins
    KEY = re.compile(r"\s*([\w\-]+)\s*=")

    def __init__(self, text):
        self.found, counts, here = {(): 1}, {}, ()
        for number, line in enumerate(text.splitlines(), 1):
            if header := self.HEADER.match(line):
                here = self._enter(header, counts)
                self.found[here] = number
            elif key := self.KEY.match(line):
                self.found.setdefault((*here, key[1]), number)

    @staticmethod
    def _enter(header, counts):
        path = ()
        names = [name.strip() for name in header[2].split(".")]
        for place, name in enumerate(names):
            path = (*path, name)
            if place == len(names) - 1 and header[1] == "[[":
                counts[path] = counts.get(path, -1) + 1
            if path in counts:
                path = (*path, counts[path])
        return path

    def of(self, path):
        """The line of the nearest known key or table at or above ``path``."""
        while path not in self.found:
            path = path[:-1]
        return self.found[path]
