"""The stages that a deadline goes through, counted in working days: which one a day has reached by when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from riskctl import clock
from riskctl.services.workdays import add_workdays, roll, workdays_between

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stages:
    """Working days left at which somebody is told, 0 being the day itself, and working days over."""

    before: Sequence[int]
    after: Sequence[int]

    def at(self, day: date, due: date) -> int | None:
        """The stage on this day of what is due then: the days left or, below zero, over; None before the
        first. What is due on a day off is due on the next working day (domain 8)."""
        left = workdays_between(day, roll(due).on)
        if left >= 0:
            return min((n for n in self.before if n >= left), default=None)
        return -max((n for n in self.after if n <= -left), default=0) or None

    def reached(self, due: date, since: date, today: date) -> tuple[int, date] | None:
        """The stage of today if it differs from that of `since`, with the day on which it was reached."""
        stage = self.at(today, due)
        if stage is None or stage == self.at(since, due):
            return None
        day = today
        while day - _DAY > since and self.at(day - _DAY, due) == stage:
            day -= _DAY
        return stage, day

    def window(self, since: date, today: date) -> Iterator[date]:
        """The days on which something can be due that reached a stage between `since` and today."""
        day = since
        while workdays_between(day, since) <= max(self.after, default=0):
            day -= _DAY
        last = add_workdays(today, max(self.before, default=0) + 1).on
        while day <= last:
            yield day
            day += _DAY


def official_day(day: date) -> str:
    """A day in a message: 12月14日, with the year where it is another one."""
    year = "" if day.year == clock.today().year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"
