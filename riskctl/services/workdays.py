"""Working days, the one place that counts them.

Order: the administrator's override, then chinesecalendar, then plain weekdays marked provisional: the
package's data end in 2026 and a later date raises there (domain 8).
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

import chinese_calendar
from sqlalchemy import select

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import CalendarDay
from riskctl.services import audit

_LONGEST = 2000  # working days; eight years, more than any term of the field
_LONGEST_REASON = 255


@dataclass(frozen=True)
class DueDate:
    """A day, and whether it rests on a year whose official calendar is not there yet."""

    on: date
    provisional: bool


def _known(day: date, overrides: Mapping[date, bool]) -> tuple[bool, bool]:
    if day in overrides:
        return not overrides[day], False
    try:
        return bool(chinese_calendar.is_workday(day)), False
    except NotImplementedError:
        return day.weekday() < 5, True


def _overrides() -> Mapping[date, bool]:
    # Read once a transaction: a list of fifty colours must not ask fifty times, and the next transaction
    # must see what an administrator said meanwhile in another process. A few dozen rows a year.
    session = db.session()
    transaction, found = session.info.get("calendar", (None, {}))
    if transaction is None or transaction is not session.get_transaction():
        rows = session.execute(select(CalendarDay.day, CalendarDay.is_off))
        # Not dict(rows): a result has keys() and would be taken for a mapping.
        found = {day: is_off for day, is_off in rows}  # noqa: C416
        session.info["calendar"] = (session.get_transaction(), found)
    calendar: Mapping[date, bool] = found
    return calendar


def is_workday(day: date) -> bool:
    """Whether people work on this day, as far as is known."""
    return _known(day, _overrides())[0]


def is_provisional(day: date) -> bool:
    """Whether nobody has said officially yet which days of this year are worked."""
    return _known(day, _overrides())[1]


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
    overrides = _overrides()
    try:
        return _rolled(start, overrides) if n == 0 else _counted(start, n, overrides)
    except OverflowError as error:
        raise InvalidInput("日期超出可计算的范围", code="workdays") from error


def _rolled(day: date, overrides: Mapping[date, bool]) -> DueDate:
    works, unsure = _known(day, overrides)
    if works:
        return DueDate(day, unsure)
    due = _counted(day, 1, overrides)
    return DueDate(due.on, unsure or due.provisional)


def _counted(day: date, left: int, overrides: Mapping[date, bool]) -> DueDate:
    provisional = False
    while left:
        day += timedelta(days=1)
        works, unsure = _known(day, overrides)
        provisional = provisional or unsure
        left -= works
    return DueDate(day, provisional)


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to `end`; negative when `end` is earlier. Costs the same for a week and
    for a thousand years: a mistyped year must not stop a whole list."""
    if end < start:
        return -workdays_between(end, start)
    overridden = sum(
        (not is_off) - _known(day, {})[0] for day, is_off in _overrides().items() if start < day <= end
    )
    return _worked_until(end) - _worked_until(start) + overridden


def _worked_until(day: date) -> int:
    """Working days from the calendar's beginning, which was a Monday, as far as is known without overrides."""
    weeks, rest = divmod(day.toordinal(), 7)
    days, sums = _exceptions()
    return weeks * 5 + min(rest, 5) + sums[bisect_right(days, day)]


@cache
def _exceptions() -> tuple[list[date], list[int]]:
    """The days on which the official calendars differ from plain weekdays, with the sum before each."""
    named = {*chinese_calendar.constants.holidays, *chinese_calendar.constants.workdays}
    differing = {day: chinese_calendar.is_workday(day) - (day.weekday() < 5) for day in named}
    days = sorted(day for day, by in differing.items() if by)
    return days, [0, *accumulate(differing[day] for day in days)]


def set_override(actor_id: int, day: date, *, is_off: bool, reason: str) -> None:
    """Say of one day that it is off or worked, with the reason; commits."""
    if not reason.strip():
        raise InvalidInput("须写明理由", field="reason", code="required")
    if len(reason) > _LONGEST_REASON:
        raise InvalidInput(f"理由不超过{_LONGEST_REASON}字", field="reason", code="too_long")
    row = db.session.get(CalendarDay, day) or CalendarDay(day=day)
    old = row.is_off
    row.is_off, row.reason, row.entered_by_id = is_off, reason, actor_id
    db.session.add(row)
    db.session().info.pop("calendar", None)
    audit.append_for(
        "calendar", day.toordinal(), "override", actor_id=actor_id,
        changes={"fields": {"is_off": [old, is_off]}, "data": {"day": day.isoformat(), "reason": reason}},
    )  # fmt: skip
    db.session.commit()
