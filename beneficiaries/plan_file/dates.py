"""Dates as plans write them: 农历腊月初四, 除夕, 01-23; computed for a season."""

import re
from datetime import date, timedelta

from welfare.dates import from_lunar

MONTHS = "正二三四五六七八九十冬腊"
DIGITS = "一二三四五六七八九十"
DAYS = {
    **{f"初{digit}": place for place, digit in enumerate(DIGITS, 1)},
    **{f"十{digit}": 10 + place for place, digit in enumerate(DIGITS[:9], 1)},
    **{f"廿{digit}": 20 + place for place, digit in enumerate(DIGITS[:9], 1)},
    "二十": 20,
    "廿": 20,
    "三十": 30,
}
LUNAR = re.compile(
    rf"(?:农历)?(闰?)([{MONTHS}]|十一|十二|一)月({'|'.join(sorted(DAYS, key=len, reverse=True))})$"
)
SOLAR = re.compile(r"(次年|上年)?(\d{1,2})-(\d{1,2})$")
SHIFT = {"次年": 1, "上年": -1}
FIRST_MONTH_BEFORE = 7  # months from here on belong to the year before Spring Festival


class BadDate(ValueError):
    """Why a date cannot be read, in Chinese."""


def season_date(text, *, year, festival="春节"):
    """The date of ``text`` in the season of ``year``.

    For 春节, months from the seventh on lie in the year (lunar or solar) before. Raises BadDate.
    """
    text = text.strip()
    try:
        if text.removeprefix("农历") == "除夕":
            return from_lunar(year, 1, 1) - timedelta(days=1)
        if lunar := LUNAR.match(text):
            month = _month(lunar[2])
            return from_lunar(_year(year, month, festival), month, DAYS[lunar[3]], leap=bool(lunar[1]))
        if solar := SOLAR.match(text):
            month = int(solar[2])
            in_year = year + SHIFT[solar[1]] if solar[1] else _year(year, month, festival)
            return date(in_year, month, int(solar[3]))
        return date.fromisoformat(text)
    except ValueError as error:
        if str(error).startswith("农历"):
            raise BadDate(str(error)) from None
        raise BadDate(f"“{text}”不是日期，可以写“农历腊月初四”“除夕”“01-23”或 2027-01-23。") from None


def _month(name):
    return {"一": 1, "十一": 11, "十二": 12}.get(name) or MONTHS.index(name) + 1


def _year(year, month, festival):
    return year - 1 if festival == "春节" and month >= FIRST_MONTH_BEFORE else year
