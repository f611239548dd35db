"""Days as offices count them: today in China, lunar dates, working days and periods. The clock is an argument.

Only ``load_calendar`` touches the database.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class CalendarUnknown(ValueError):
    """The working calendar of a year is not in the table; says so in Chinese and how to mend it."""

    def __init__(self, year):
        super().__init__(
            f"{year}年的节假日安排尚未录入，无法推算工作日。请在“工作日历”中按国务院办公厅通知录入后再试。"
        )
        self.year = year


class SeedDay(NamedTuple):
    on: date
    is_working: bool
    name: str


def today(at):
    """The date in China at the aware datetime ``at``. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("today() takes an aware datetime.")
    return at.astimezone(SHANGHAI).date()


# -- lunar dates ---------------------------------------------------------------------------------
def lunar_text(on, *, year=False):
    """腊月廿三, or 农历乙巳年腊月廿三 with ``year``. An aware datetime counts as its day in China."""
    if isinstance(on, datetime):
        on = today(on) if on.tzinfo else on.date()
    year_name, day_name = _lunar(on)
    return f"农历{year_name}年{day_name}" if year else day_name


@lru_cache(maxsize=4096)
def from_lunar(year, month, day, *, leap=False):
    """The solar date of a lunar one; ``year`` is the lunar year (腊月廿三 of 2025 falls in 2026).

    Raises ValueError in Chinese when that lunar year has no such day.
    """
    from lunar_python import Lunar

    try:
        solar = Lunar.fromYmd(year, -month if leap else month, day).getSolar()
    except Exception as error:  # the library raises bare Exception
        raise ValueError(
            f"农历{year}年没有{'闰' if leap else ''}{month}月{day}日，请核对农历日期。"
        ) from error
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


@lru_cache(maxsize=4096)
def _lunar(on):
    from lunar_python import Solar

    lunar = Solar.fromYmd(on.year, on.month, on.day).getLunar()
    return lunar.getYearInGanZhi(), f"{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"


# -- working days --------------------------------------------------------------------------------
class WorkCalendar:
    """Working days from announced exceptions: ``days`` maps holidays to False and make-up days to True.

    Other days go by the week. A year is known when its 1 January and 1 October, holidays in every
    year, are in ``days``; about any other year it raises CalendarUnknown instead of guessing.
    """

    def __init__(self, days):
        self.days = dict(days)
        self.years = {
            on.year for on in self.days if on.month == 1 and on.day == 1 and date(on.year, 10, 1) in self.days
        }

    def is_working_day(self, on):
        if on.year not in self.years:
            raise CalendarUnknown(on.year)
        return self.days.get(on, on.weekday() < 5)

    def add_working_days(self, on, count):
        """The ``count``-th working day after ``on`` (before it when negative); ``on`` itself for 0."""
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            on += step
            left -= self.is_working_day(on)
        return on

    def working_days_between(self, first, last):
        """Working days after ``first`` up to and including ``last``; negative when ``last`` comes first."""
        if last < first:
            return -self.working_days_between(last, first)
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def last_day(start, days, working, calendar):
    """The last day of a period of ``days`` (working or calendar) days that begins with the act on ``start``.

    The day of posting does not count, the period runs from the next day (民法典 201: 按照年、月、日计算
    期间的,开始的当日不计入): posted on the 1st, three days end with the 3rd day after it, the 4th. A
    period in calendar days is not prolonged over a holiday; ``calendar`` is read only for working days
    and raises CalendarUnknown for a year it does not know.
    """
    if days < 0:
        raise ValueError("A period has no negative length.")
    return calendar.add_working_days(start, days) if working else start + timedelta(days=days)


def load_calendar():
    """The working calendar as kept in the table, in one query."""
    from welfare.models import CalendarDay

    return WorkCalendar(CalendarDay.objects.values_list("on", "is_working"))


def seed_days(first_year, last_year):
    """The announced holidays and make-up days of these years as SeedDay, in order.

    Raises CalendarUnknown for a year whose holidays the chinesecalendar package does not have.
    """
    from chinese_calendar import Holiday
    from chinese_calendar.constants import holidays, workdays

    announced = [(on, False, name) for on, name in holidays.items()] + [
        (on, True, n) for on, n in workdays.items()
    ]
    chinese = {holiday.value: holiday.chinese for holiday in Holiday}
    found = sorted(
        SeedDay(on, is_working, f"{chinese.get(name, name)}{'调休上班' if is_working else ''}")
        for on, is_working, name in announced
        if first_year <= on.year <= last_year
    )
    known = WorkCalendar((day.on, day.is_working) for day in found).years
    for year in range(first_year, last_year + 1):
        if year not in known:
            raise CalendarUnknown(year)
    return found
