"""The clock of a rehearsal: it only moves forward, and every service gets its time from it."""

from datetime import datetime, time, timedelta

from welfare import dates


class Clock:
    """``now`` is an aware datetime in China; each act takes a minute."""

    def __init__(self, on, hour=9):
        self.now = datetime.combine(on, time(hour), dates.SHANGHAI)

    def tick(self):
        """The time of the next act."""
        self.now += timedelta(minutes=1)
        return self.now

    def day(self):
        return dates.today(self.now)

    def next_morning(self, days=1):
        """Nine o'clock, so many days on."""
        self.now = datetime.combine(self.day() + timedelta(days=days), time(9), dates.SHANGHAI)
        return self.now

    def not_before(self, on, hour=9):
        """Move to ``on`` if that is still ahead."""
        self.now = max(self.now, datetime.combine(on, time(hour), dates.SHANGHAI))
        return self.now
