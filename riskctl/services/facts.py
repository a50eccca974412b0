"""Facts that several kinds of case share: days counted in working days."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from riskctl import clock
from riskctl.services import duties, taking_back
from riskctl.services.duties import Roster
from riskctl.services.kinds import Provider
from riskctl.services.workdays import add_workdays

# Working days, domain 3.4, 3.5, 4 and 5.1; each is the ordinary proposal, a person may set another.
RECTIFY_TERM = 30
REDO_TERM = 10
NOTIFY_TERM = 3
INQUIRY_TERM = 15
REPORT_TERM = 5
WARNING_TERM = 7


def _in(workdays: int) -> Provider:
    return lambda record, roster: add_workdays(clock.today(), workdays).on


def months_before(day: date, number: int) -> date:
    """The day so many months earlier, or the last one of that month."""
    months = day.year * 12 + day.month - 1 - number
    year, month = divmod(months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _scheduled(record: Any, roster: Roster) -> datetime:
    return clock.from_local(datetime.combine(add_workdays(clock.today(), NOTIFY_TERM).on, time(9)))


def _not_agreed(record: Any, roster: Roster) -> list[str]:
    return [name for _, name in duties.people(roster.not_agreed())]


COMMON: Mapping[str, Provider] = {
    "today": lambda record, roster: clock.today(),
    "now": lambda record, roster: clock.now(),
    "local_date": lambda record, roster: lambda moment: clock.local(moment).date(),
    "half_year_ago": lambda record, roster: months_before(clock.today(), 6),
    "due_default": _in(RECTIFY_TERM),
    "redo_default": _in(REDO_TERM),
    "in_three_days": _in(NOTIFY_TERM),
    "inquiry_due": _in(INQUIRY_TERM),
    "report_default": _in(REPORT_TERM),
    "reply_default": _in(WARNING_TERM),
    "scheduled_default": _scheduled,
    "not_agreed": _not_agreed,
    "touched": lambda record, roster: taking_back.touched(record),
}
