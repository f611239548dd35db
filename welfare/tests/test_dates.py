from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfare import dates
from welfare.models import CalendarDay

CALENDAR = dates.WorkCalendar((day.on, day.is_working) for day in dates.seed_days(2019, 2026))
days = st.dates(date(2020, 1, 1), date(2025, 12, 31))


def test_today_is_the_day_in_china():
    assert dates.today(datetime(2026, 2, 9, 15, 59, tzinfo=UTC)) == date(2026, 2, 9)
    assert dates.today(datetime(2026, 2, 9, 16, 0, tzinfo=UTC)) == date(2026, 2, 10)
    with pytest.raises(ValueError, match="aware"):
        dates.today(datetime(2026, 2, 9))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("on", "text"),
    [
        (date(2026, 2, 10), "腊月廿三"),
        (date(2026, 2, 16), "腊月廿九"),
        (date(2026, 2, 17), "正月初一"),
        (date(2025, 1, 28), "腊月廿九"),
        (date(2024, 2, 9), "腊月三十"),
        (date(2026, 6, 19), "五月初五"),
        (date(2026, 9, 25), "八月十五"),
        (date(2025, 7, 25), "闰六月初一"),
        (date(2026, 1, 16), "冬月廿八"),
    ],
)
def test_lunar_dates_are_named_as_plans_name_them(on, text):
    assert dates.lunar_text(on) == text


def test_a_lunar_date_names_its_year_and_takes_a_datetime():
    assert dates.lunar_text(date(2026, 2, 10), year=True) == "农历乙巳年腊月廿三"
    assert dates.lunar_text(datetime(2026, 2, 9, 16, 0, tzinfo=UTC)) == "腊月廿三"


def test_a_lunar_date_has_its_solar_day():
    assert dates.from_lunar(2025, 12, 23) == date(2026, 2, 10)
    assert dates.from_lunar(2025, 6, 1, leap=True) == date(2025, 7, 25)


@pytest.mark.parametrize(
    ("month", "day", "leap"), [(12, 30, False), (5, 1, True), (13, 1, False), (1, 0, False)]
)
def test_a_lunar_date_that_is_not_is_refused(month, day, leap):
    with pytest.raises(ValueError, match="请核对农历日期"):
        dates.from_lunar(2025, month, day, leap=leap)


@pytest.mark.parametrize(
    ("on", "is_working"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),
        (date(2026, 4, 6), False),
        (date(2026, 5, 1), False),
        (date(2026, 5, 9), True),
        (date(2026, 6, 19), False),
        (date(2026, 9, 20), True),
        (date(2026, 9, 25), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2025, 1, 26), True),
        (date(2025, 1, 28), False),
        (date(2025, 2, 8), True),
        (date(2025, 10, 11), True),
        (date(2026, 3, 7), False),
    ],
)
def test_holidays_and_make_up_days_are_as_announced(on, is_working):
    assert CALENDAR.is_working_day(on) is is_working


def test_a_year_that_is_not_in_the_table_is_not_guessed():
    with pytest.raises(dates.CalendarUnknown, match="2027年"):
        CALENDAR.add_working_days(date(2026, 12, 30), 5)
    with pytest.raises(dates.CalendarUnknown):
        dates.seed_days(2026, 2027)
    with pytest.raises(dates.CalendarUnknown):
        dates.WorkCalendar({date(2027, 1, 1): False}).is_working_day(date(2027, 1, 1))


@given(days, st.integers(-60, 60))
def test_adding_working_days_and_counting_them_agree(on, count):
    other = CALENDAR.add_working_days(on, count)
    if count > 0:
        assert CALENDAR.working_days_between(on, other) == count
        assert CALENDAR.is_working_day(other)
    if count < 0:
        assert CALENDAR.is_working_day(other)
        assert CALENDAR.working_days_between(on, other) == count + 1 - CALENDAR.is_working_day(on)


@given(days, days)
def test_working_days_between_is_a_plain_count(first, last):
    first, last = sorted((first, last))
    plain = [first + timedelta(days=n) for n in range((last - first).days + 1)][1:]
    assert CALENDAR.working_days_between(first, last) == sum(map(CALENDAR.is_working_day, plain))


@pytest.mark.parametrize(
    ("start", "count", "working", "end"),
    [
        (date(2026, 1, 18), 3, False, date(2026, 1, 21)),
        (
            date(2026, 2, 13),
            5,
            True,
            date(2026, 2, 27),
        ),  # over Spring Festival, with the make-up day of the 14th
        (date(2026, 12, 30), 3, False, date(2027, 1, 2)),
    ],
)
def test_the_day_of_posting_does_not_count(start, count, working, end):
    assert dates.last_day(start, count, working, CALENDAR) == end


@pytest.mark.django_db
def test_the_calendar_is_read_from_the_table():
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(CalendarDay(**day._asdict()) for day in dates.seed_days(2026, 2026))
    calendar = dates.load_calendar()
    assert calendar.years == {2026}
    assert calendar.is_working_day(date(2026, 2, 14))
    assert CalendarDay.objects.get(on=date(2026, 2, 14)).name == "春节调休上班"
