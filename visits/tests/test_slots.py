"""Slots: pure rules, on generated cases."""

import itertools
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules.slots import LENGTHS, Slot, TooManyVisits, assign, day_slots, visiting_order

DAYS = st.lists(st.dates(date(2026, 1, 1), date(2026, 1, 10)), min_size=1, max_size=4, unique=True)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
TAKEN = st.lists(
    st.builds(
        lambda on, a, b: Slot(on, min(a, b), max(a, b)),
        st.dates(date(2026, 1, 1), date(2026, 1, 10)),
        TIMES,
        TIMES,
    ),
    max_size=6,
)


@given(st.integers(0, 60), DAYS, TAKEN, st.sampled_from([None, *LENGTHS]))
def test_slots_are_as_many_as_asked_in_order_on_the_days_and_never_overlap(count, days, taken, minutes):
    try:
        given_slots = assign(count, days, minutes=minutes, taken=taken)
    except TooManyVisits as too_many:
        assert too_many.room < count
        return
    assert len(given_slots) == count
    assert given_slots == sorted(given_slots)
    assert {slot.on for slot in given_slots} <= set(days)
    for one, two in itertools.pairwise(given_slots):
        assert not one.overlaps(two)
    assert not any(slot.overlaps(other) for slot in given_slots for other in taken)


@given(st.integers(1, 39), DAYS)  # a day holds 39 visits of ten minutes
def test_days_share_the_visits_evenly(count, days):
    given_slots = assign(count, days, minutes=10)
    shares = [sum(slot.on == on for slot in given_slots) for on in days]
    assert max(shares) - min(shares) <= 1


@given(st.sampled_from(LENGTHS))
def test_slots_keep_the_noon_rest_and_the_hours(minutes):
    for slot in day_slots(date(2026, 1, 20), minutes):
        assert time(9) <= slot.begin < slot.end <= time(17, 30)
        assert slot.end <= time(12) or slot.begin >= time(14)


def test_few_visits_get_an_hour_and_many_get_less():
    day = [date(2026, 1, 20)]
    assert assign(3, day)[0] == Slot(day[0], time(9), time(10))
    assert assign(30, day)[0] == Slot(day[0], time(9), time(9, 10))


def test_too_many_visits_are_refused_with_how_many_fit():
    with pytest.raises(TooManyVisits, match=r"最多能安排 39 户，现有 40 户"):
        assign(40, [date(2026, 1, 20)])


def test_groups_are_walked_as_people_count_them():
    groups = ["10组", "2组", "十一组", "一组", "二十组", "3组", ""]
    assert sorted(groups, key=visiting_order) == ["", "一组", "2组", "3组", "10组", "十一组", "二十组"]


@given(st.lists(st.text(max_size=8)))
def test_any_text_has_a_place_in_the_order(texts):
    sorted(texts, key=visiting_order)
