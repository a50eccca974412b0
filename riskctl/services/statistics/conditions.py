"""The conditions of figures as SQL over a source of rows: the live tables, or a frozen month."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from riskctl import clock
from riskctl.models.base import UtcDateTime
from riskctl.services import workdays
from riskctl.services.facts import months_before
from riskctl.services.statistics import facts
from riskctl.services.statistics.periods import Period
from riskctl.services.statistics.sources import Source
from riskctl.services.statistics.terms import Condition


@dataclass(frozen=True)
class Window:
    """The days of a period up to today: a running month is counted as far as it has come."""

    start: date
    end: date

    @property
    def year_ago(self) -> date:
        """The first day of the twelve months that end with the window."""
        return months_before(self.end, 12) + timedelta(days=1)


def window_of(period: Period) -> Window:
    """What of the period has passed."""
    return Window(period.start, min(period.end, clock.today()))


def all_of(conditions: Iterable[Condition], window: Window, source: Source) -> ColumnElement[bool]:
    """A row fulfils every one of them."""
    return and_(true(), *(_sql(condition, window, source) for condition in conditions))


def _sql(condition: Condition, window: Window, source: Source) -> ColumnElement[bool]:
    if condition.how == "fact":
        return facts.FACTS[condition.field](window, source)
    if (condition.field, condition.how) == ("ordered_on", "within"):
        return _ordered_within(window, source)
    column = source.column(condition.field)
    return _HOW[condition.how](column, condition.bound, window, source)


def _ordered_within(window: Window, source: Source) -> ColumnElement[bool]:
    # As two days that have an index each; what is worked out from both has none.
    issued, found = source.column("issued_on"), source.column("found_on")
    unsaid = and_(issued.is_(None), between(found, window.start, window.end))
    return or_(between(issued, window.start, window.end), unsaid)


def between(column: Any, first: date, last: date) -> ColumnElement[bool]:
    """The day, or the day of the moment on the office's clock, is one of these."""
    if isinstance(column.type, UtcDateTime):
        return and_(column >= _midnight(first), column < _midnight(last + timedelta(days=1)))
    return and_(column >= first, column <= last)


def _midnight(day: date) -> datetime:
    return clock.from_local(datetime.combine(day, time()))


def _aged(column: Any, bound: tuple[int, int | None], window: Window, _: Source) -> ColumnElement[bool]:
    low, high = bound
    oldest = column <= workdays.last_day_before(window.end, low)
    return oldest if high is None else and_(oldest, column > workdays.last_day_before(window.end, high + 1))


_Builder = Callable[[Any, Any, Window, Source], ColumnElement[bool]]
_HOW: dict[str, _Builder] = {
    "among": lambda column, bound, window, source: column.in_(bound),
    "but": lambda column, bound, window, source: or_(column.is_(None), column.not_in(bound)),
    "within": lambda column, bound, window, source: between(column, window.start, window.end),
    "within_a_year": lambda column, bound, window, source: between(column, window.year_ago, window.end),
    "until": lambda column, bound, window, source: column <= window.end,
    "in_time": lambda column, bound, window, source: column <= source.column(bound),
    "late": lambda column, bound, window, source: column < workdays.late_before(window.end),
    "aged": _aged,
    "at_least": lambda column, bound, window, source: column >= bound,
    "set": lambda column, bound, window, source: column.is_not(None),
}
