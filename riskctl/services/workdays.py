"""Working days, the one place that counts them.

Order: the administrator's override, then chinesecalendar, then plain weekdays marked provisional: the
package's data end in 2026 and a later date raises there (domain 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from sqlalchemy import select

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import CalendarDay
from riskctl.services import audit

_LONGEST = 2000  # working days; eight years, more than any term of the field


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


def _overrides(start: date, end: date) -> dict[date, bool]:
    query = select(CalendarDay.day, CalendarDay.is_off).where(CalendarDay.day.between(start, end))
    return {day: is_off for day, is_off in db.session.execute(query)}


def is_workday(day: date) -> bool:
    """Whether people work on this day, as far as is known."""
    return _known(day, _overrides(day, day))[0]


def add_workdays(start: date, n: int) -> DueDate:
    """The n-th working day after `start`; the day of receipt is not counted (domain 8).

    With n = 0 the day itself, or the next working day when it is off. Raises InvalidInput for n < 0.
    """
    if not 0 <= n <= _LONGEST:
        raise InvalidInput(f"工作日数须在0至{_LONGEST}之间", code="workdays")
    overrides = _overrides(start, start + timedelta(days=2 * n + 60))
    day, left, provisional = start, n, False
    works, unsure = _known(day, overrides)
    if n == 0 and not works:
        left = 1
        provisional = unsure
    while left:
        day += timedelta(days=1)
        works, unsure = _known(day, overrides)
        provisional = provisional or unsure
        left -= works
    return DueDate(day, provisional)


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to `end`; negative when `end` is earlier."""
    if end < start:
        return -workdays_between(end, start)
    overrides = _overrides(start, end)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(_known(day, overrides)[0] for day in days)


def set_override(actor_id: int, day: date, *, is_off: bool, reason: str) -> None:
    """Say of one day that it is off or worked, with the reason; commits."""
    if not reason.strip():
        raise InvalidInput("须写明理由", field="reason", code="required")
    row = db.session.get(CalendarDay, day) or CalendarDay(day=day)
    row.is_off, row.reason, row.entered_by_id = is_off, reason, actor_id
    db.session.add(row)
    audit.append_for(
        "calendar", day.toordinal(), "override", actor_id=actor_id,
        changes={"fields": {"is_off": [None, is_off]}, "data": {"day": day.isoformat(), "reason": reason}},
    )  # fmt: skip
    db.session.commit()
