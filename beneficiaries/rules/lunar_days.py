"""Lunar days in the words of a plan: 农历腊月初四, 腊月二十三前, 农历12月23日, 腊月初四至初五, 除夕. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta

from welfare.dates import from_lunar

MONTHS = "正二三四五六七八九十冬腊"
DIGITS = "一二三四五六七八九十"
DAYS = {
    **{f"初{digit}": place for place, digit in enumerate(DIGITS, 1)},
    **{f"十{digit}": 10 + place for place, digit in enumerate(DIGITS[:9], 1)},
    **{f"廿{digit}": 20 + place for place, digit in enumerate(DIGITS[:9], 1)},
    **{f"二十{digit}": 20 + place for place, digit in enumerate(DIGITS[:9], 1)},
    "二十": 20,
    "廿": 20,
    "三十": 30,
}
EVE = "除夕"
_MONTH = rf"十一|十二|[{MONTHS}]|一"
_YEAR = r"(?:\d{4}|[〇零一二三四五六七八九]{4}|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥])"
_DAY = "|".join(sorted(DAYS, key=len, reverse=True))
WRITTEN = re.compile(rf"(?:农历)?(闰?)({_MONTH})月({_DAY})")
FOUND = re.compile(
    rf"{EVE}|(农历(?:{_YEAR}年)?)?(闰?)({_MONTH}|1[0-2]|[1-9])月({_DAY}|[12]\d|30|[1-9])日?"
    rf"(?:[至到—－~-]+({_DAY}|[12]\d|30|[1-9])(?!\d|月))?"
)
NAMED_SO = frozenset("正冬腊")  # months of the lunar calendar alone
SAID_SO = ("初", "廿")  # and so do days


@dataclass(frozen=True)
class LunarDay:
    """A day of the lunar year; ``day`` 0 is New Year's Eve, the last of it."""

    month: int
    day: int
    is_leap: bool = False

    def in_year(self, year):
        """Its date in that lunar year. Raises ValueError in Chinese when the year has no such day."""
        if not self.day:
            return from_lunar(year + 1, 1, 1) - timedelta(days=1)
        return from_lunar(year, self.month, self.day, leap=self.is_leap)

    def is_on(self, on):
        """Is ``on`` this day, of whichever year?"""
        return any(self._is_in(year, on) for year in (on.year - 1, on.year))

    def _is_in(self, year, on):
        try:
            return self.in_year(year) == on
        except ValueError:
            return False

    def __str__(self):
        if not self.day:
            return EVE
        day = next(name for name, number in DAYS.items() if number == self.day)
        return f"农历{'闰' if self.is_leap else ''}{MONTHS[self.month - 1]}月{day}"


LAST = LunarDay(12, 0)


def written(text):
    """The LunarDay that ``text`` is, as a plan file writes one; None when it is something else."""
    if text.removeprefix("农历") == EVE:
        return LAST
    found = WRITTEN.fullmatch(text)
    return LunarDay(_month(found[2]), DAYS[found[3]], bool(found[1])) if found else None


def named(text):
    """Every LunarDay in free words, in order. 12月23日 and 二月十五 are none, unless they say 农历."""
    days = []
    for found in FOUND.finditer(text):
        said, leap, month, day, until = found.groups()
        if month is None:
            days.append(LAST)
        elif said or leap or month in NAMED_SO or day.startswith(SAID_SO):
            days += [LunarDay(_month(month), _day(one), bool(leap)) for one in (day, until) if one]
    return days


def _month(name):
    if name.isdigit():
        return int(name)
    return {"一": 1, "十一": 11, "十二": 12}.get(name) or MONTHS.index(name) + 1


def _day(name):
    return DAYS.get(name) or int(name)
