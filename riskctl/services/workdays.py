"""Working days, the one place that counts them.

Order: the administrator's word on a day, then the year that he entered, then chinesecalendar, then plain
weekdays marked provisional: the package's data end in 2026 and a later date raises there (domain 8).
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

import chinese_calendar
from sqlalchemy import select

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import CalendarDay, CalendarYear

_LONGEST = 2000  # working days; eight years, more than any term of the field


@dataclass(frozen=True)
class DueDate:
    """A day, and whether it rests on a year whose official calendar is not there yet."""

    on: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """What administrators entered: single days and whole years, each day with whether it is off."""

    days: Mapping[date, bool] = field(default_factory=dict)
    years: Mapping[int, Mapping[date, bool]] = field(default_factory=dict)
    # Where that differs from the delivered calendar: one more or one less working day.
    differing: Mapping[date, int] = field(default_factory=dict)


_DELIVERED = Calendar()


def _known(day: date, calendar: Calendar) -> tuple[bool, bool]:
    """Whether the day is worked, and whether nobody has said so officially."""
    if day in calendar.days:
        return not calendar.days[day], False
    if day.year in calendar.years:
        return not calendar.years[day.year].get(day, day.weekday() >= 5), False
    try:
        return bool(chinese_calendar.is_workday(day)), False
    except NotImplementedError:
        return day.weekday() < 5, True


def _calendar() -> Calendar:
    # Read once a transaction: a list of fifty colours must not ask fifty times, and the next transaction
    # must see what an administrator said meanwhile in another process. A few dozen rows a year.
    session = db.session()
    transaction, found = session.info.get("calendar", (None, _DELIVERED))
    if transaction is None or transaction is not session.get_transaction():
        found = _read()
        session.info["calendar"] = (session.get_transaction(), found)
    calendar: Calendar = found
    return calendar


def forget() -> None:
    """Read the calendar anew at the next question: it has changed in this transaction."""
    db.session().info.pop("calendar", None)


def _read() -> Calendar:
    single = db.session.execute(select(CalendarDay.day, CalendarDay.is_off))
    # Not dict(rows): a result has keys() and would be taken for a mapping.
    days = {day: is_off for day, is_off in single}  # noqa: C416
    rows = db.session.execute(select(CalendarYear.year, CalendarYear.days))
    years = {
        year: {date.fromisoformat(entry["date"]): bool(entry["isOffDay"]) for entry in entries}
        for year, entries in rows
    }
    return Calendar(days, years, _differing(Calendar(days, years)))


def _differing(calendar: Calendar) -> dict[date, int]:
    named = {*calendar.days, *(day for entries in calendar.years.values() for day in entries)}
    named |= {day for day in _exceptions()[0] if day.year in calendar.years}
    by = {day: _known(day, calendar)[0] - _known(day, _DELIVERED)[0] for day in named}
    return {day: more for day, more in by.items() if more}


def is_workday(day: date) -> bool:
    """Whether people work on this day, as far as is known."""
    return _known(day, _calendar())[0]


def is_provisional(day: date) -> bool:
    """Whether nobody has said officially yet which days of this year are worked."""
    return _known(day, _calendar())[1]


def is_official(year: int) -> bool:
    """Whether the year's official arrangement is there, entered or delivered."""
    return year in _calendar().years or year in _delivered_years()


def roll(day: date) -> DueDate:
    """The day itself, or the next working day when it is off (civil code, article 203)."""
    return add_workdays(day, 0)


def add_workdays(start: date, n: int) -> DueDate:
    """The n-th working day after `start`; the day of receipt is not counted (domain 8).

    With n = 0 the day itself, or the next working day when it is off. Provisional when any day that was
    counted or skipped is. Raises InvalidInput for n < 0.
    """
    if not 0 <= n <= _LONGEST:
        raise InvalidInput(f"工作日数须在0至{_LONGEST}之间", code="workdays")
    calendar = _calendar()
    try:
        return _rolled(start, calendar) if n == 0 else _counted(start, n, calendar)
    except OverflowError as error:
        raise InvalidInput("日期超出可计算的范围", code="workdays") from error


def _rolled(day: date, calendar: Calendar) -> DueDate:
    works, unsure = _known(day, calendar)
    if works:
        return DueDate(day, unsure)
    due = _counted(day, 1, calendar)
    return DueDate(due.on, unsure or due.provisional)


def _counted(day: date, left: int, calendar: Calendar) -> DueDate:
    provisional = False
    while left:
        day += timedelta(days=1)
        works, unsure = _known(day, calendar)
        provisional = provisional or unsure
        left -= works
    return DueDate(day, provisional)


def last_day_before(due: date, n: int) -> date:
    """The last day from which there are still n working days up to `due`, that day itself not counted."""
    calendar, day = _calendar(), due
    while n:
        n -= _known(day, calendar)[0]
        day -= timedelta(days=1)
    return day


def worked_day_back(day: date, n: int) -> date:
    """The n-th working day going back, the day itself the first if it is one."""
    calendar, found = _calendar(), day + timedelta(days=1)
    while n:
        found -= timedelta(days=1)
        n -= _known(found, calendar)[0]
    return found


def late_before(today: date) -> date:
    """The day before which everything is overdue today: what fell on a day off since the last working day is
    due on the next one (domain 8)."""
    return worked_day_back(today - timedelta(days=1), 1) + timedelta(days=1)


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to `end`; negative when `end` is earlier. Costs the same for a week and
    for a thousand years: a mistyped year must not stop a whole list."""
    if end < start:
        return -workdays_between(end, start)
    entered = sum(more for day, more in _calendar().differing.items() if start < day <= end)
    return _worked_until(end) - _worked_until(start) + entered


def _worked_until(day: date) -> int:
    """Working days from the calendar's beginning, which was a Monday, by the delivered calendar alone."""
    weeks, rest = divmod(day.toordinal(), 7)
    days, sums = _exceptions()
    return weeks * 5 + min(rest, 5) + sums[bisect_right(days, day)]


@cache
def _exceptions() -> tuple[list[date], list[int]]:
    """The days on which the delivered calendars differ from plain weekdays, with the sum before each."""
    named = {*chinese_calendar.constants.holidays, *chinese_calendar.constants.workdays}
    differing = {day: chinese_calendar.is_workday(day) - (day.weekday() < 5) for day in named}
    days = sorted(day for day, by in differing.items() if by)
    return days, [0, *accumulate(differing[day] for day in days)]


@cache
def _delivered_years() -> frozenset[int]:
    return frozenset(day.year for day in chinese_calendar.constants.holidays)
