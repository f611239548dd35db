"""Dates as plan files write them: 农历腊月初四, 除夕, 01-23, 上年12-23; computed for a season."""

import re
from datetime import date

from beneficiaries.rules import lunar_days

SOLAR = re.compile(r"(\d{1,2})-(\d{1,2})")
SHIFT = {"本年": 0, "次年": 1, "上年": -1}
WINTER = ("春节", "元旦", "两节")  # festivals at the turn of the year
FIRST_MONTH_BEFORE = 7  # months from here on belong to the year before a winter festival


class BadDate(ValueError):
    """Why a date cannot be read, in Chinese."""


def season_date(text, *, year, festival="春节"):
    """The date of ``text`` in the season of ``year``.

    Before a winter festival, months from the seventh on lie in the year (lunar or solar) before; 除夕 is always the
    one before New Year of ``year``. 本年, 上年 and 次年 say the year outright. Raises BadDate.
    """
    said, rest = _parted(text.strip())
    try:
        if lunar := lunar_days.written(rest):
            return lunar.in_year(_year(said, lunar.month, year, festival, is_eve=lunar == lunar_days.LAST))
        if solar := SOLAR.fullmatch(rest):
            month = int(solar[1])
            return date(_year(said, month, year, festival), month, int(solar[2]))
        return date.fromisoformat(text.strip())
    except ValueError as error:
        if str(error).startswith("农历"):
            raise BadDate(str(error)) from None
        raise BadDate(f"“{text}”不是日期，可以写“农历腊月初四”“除夕”“01-23”或 2027-01-23。") from None


def plan_words(text):
    """What a date of the file says in a plan's own words: a lunar day; 01-23 is the file's notation, not the plan's."""
    rest = _parted(text.strip())[1]
    return rest if lunar_days.written(rest) else ""


def notations(on, words):
    """How a file could write ``on``, best first: as a lunar day that the plan's ``words`` name, else as month and day."""
    days = [str(day) for day in lunar_days.named(words) if day.is_on(on)]
    return [f"{said}{day}" for day in (*days, f"{on:%m-%d}") for said in ("", *SHIFT)]


def _parted(text):
    """(本年, 次年, 上年 or "", the rest)."""
    said = next((word for word in SHIFT if text.startswith(word)), "")
    return said, text.removeprefix(said)


def _year(said, month, year, festival, *, is_eve=False):
    if said:
        return year + SHIFT[said] - is_eve
    is_before = any(name in festival for name in WINTER) and month >= FIRST_MONTH_BEFORE
    return year - 1 if is_before or is_eve else year
