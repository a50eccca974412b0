"""The only caller of datetime.now: moments are UTC, days are the office's."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_zone = ZoneInfo("Asia/Shanghai")
_given: ContextVar[datetime | None] = ContextVar("given", default=None)


def use_time_zone(name: str) -> None:
    """Set the office's time zone, once at start; raises ZoneInfoNotFoundError on an unknown name."""
    global _zone
    _zone = ZoneInfo(name)


def now() -> datetime:
    """The present moment in UTC."""
    return _given.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, the present moment is this one: a tick acts at one moment, which `--now` may name."""
    token = _given.set(moment)
    try:
        yield
    finally:
        _given.reset(token)


def today() -> date:
    """The present day in the office's time zone."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment on the office's wall clock."""
    return moment.astimezone(_zone)


def from_local(moment: datetime) -> datetime:
    """A wall-clock time typed in the office, as UTC; an aware moment is only converted."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=_zone)).astimezone(UTC)


def ago(**delta: float) -> datetime:
    """A moment before now: `ago(minutes=30)`."""
    return now() - timedelta(**delta)
