"""The working calendar: official arrangements, an administrator's word on single days, and what both moved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime


class CalendarDay(Model):
    """An administrator's word on one day: off or working, with the reason; it beats every calendar."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_off: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(255))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class CalendarYear(Model):
    """The official arrangement of one year: its days that differ from plain weekdays, as a list of
    {date, isOffDay, name}. The whole year is official, its plain weekdays too."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(200))
    days: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class CalendarChange(Model):
    """A change of the calendar between two days, after which deadlines are counted again. `position` holds
    the last id done of each kind of case, so that the work goes on where it was stopped."""

    __tablename__ = "calendar_change"
    __table_args__ = (Index("ix_calendar_change_done_at_id", "done_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    position: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
