"""Which household at what time: pure rules, plain values in and out."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

# Hours of a visiting day; the noon rest is left alone.
HOURS = ((time(9, 0), time(12, 0)), (time(14, 0), time(17, 30)))
LENGTHS = (60, 45, 30, 20, 15, 10)
_CHINESE_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = re.compile(r"\d+|[零〇一二两三四五六七八九十百]+")


class TooManyVisits(ValueError):
    """The days have no room for so many; says how many fit."""

    def __init__(self, count, room):
        super().__init__(f"所选日期最多能安排 {room} 户，现有 {count} 户。请增加走访日期，或分给其他组。")
        self.count = count
        self.room = room


@dataclass(frozen=True, order=True)
class Slot:
    """From ``begin`` to ``end`` on the day ``on``."""

    on: date
    begin: time
    end: time

    def overlaps(self, other):
        return self.on == other.on and self.begin < other.end and other.begin < self.end


def day_slots(on, minutes, hours=HOURS):
    """The slots of ``minutes`` that one day has, in order."""
    length = timedelta(minutes=minutes)
    found = []
    for opening, closing in hours:
        begin = datetime.combine(on, opening)
        while begin + length <= datetime.combine(on, closing):
            found.append(Slot(on, begin.time(), (begin + length).time()))
            begin += length
    return found


def free_slots(days, minutes, taken=(), hours=HOURS):
    """The slots of the days that overlap none of ``taken``, by day and time."""
    return [
        slot
        for on in sorted(set(days))
        for slot in day_slots(on, minutes, hours)
        if not any(slot.overlaps(other) for other in taken)
    ]


def assign(count, days, *, minutes=None, taken=(), hours=HOURS):
    """``count`` slots over ``days``, filled in order and spread evenly over the days.

    ``minutes`` None takes the longest visit with which everybody fits. Guarantees: as many slots as
    asked, in order, none overlapping another or ``taken``. Raises TooManyVisits.
    """
    room = 0
    for length in LENGTHS if minutes is None else (minutes,):
        free = free_slots(days, length, taken, hours)
        if len(free) >= count:
            return _spread(free, count)
        room = len(free)
    raise TooManyVisits(count, room)


def _spread(free, count):
    """Take ``count`` of the free slots, each day its share, so that no day ends at night and the next at noon."""
    by_day = {}
    for slot in free:
        by_day.setdefault(slot.on, []).append(slot)
    shares = dict.fromkeys(by_day, 0)
    while sum(shares.values()) < count:
        on = min(
            (day for day in by_day if shares[day] < len(by_day[day])), key=lambda day: (shares[day], day)
        )
        shares[on] += 1
    return [slot for on, slots in by_day.items() for slot in slots[: shares[on]]]


def visiting_order(*texts):
    """Sort key of a household by group, address and number as people count: 2组 before 10组, 二组 among them."""
    return tuple(_natural(text) for text in texts)


def _natural(text):
    key, rest = [], 0
    for found in _NUMBER.finditer(text or ""):
        key += [(1, 0, text[rest : found.start()]), (0, _number(found[0]), "")]
        rest = found.end()
    key.append((1, 0, (text or "")[rest:]))
    return tuple(part for part in key if part != (1, 0, ""))


def _number(text):
    """12, 十二, 二十 or 一百零三 as a number."""
    if text.isdigit():
        return int(text)
    total = last = 0
    for character in text:
        if character in "十百":
            total += (last or 1) * (10 if character == "十" else 100)
            last = 0
        else:
            last = _CHINESE_DIGITS[character]
    return total + last
