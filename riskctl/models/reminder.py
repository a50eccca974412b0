"""What the tick has reminded of, and how far it has come."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime


class Reminder(Model):
    """One stage of one spell: a case returned, reopened or extended has another `since` or `due_on` and is
    reminded of like a new one. `stage` counts working days left (10, 5 … 0), below zero those overdue."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("case_type", "case_id", "since", "due_on", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_type: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    stage: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class TickMark(Model):
    """The moment up to which the tick, or one of its rounds, is done; it never goes back by itself."""

    __tablename__ = "tick_mark"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Digest(Model):
    """一日汇总: one line a person and working day, made from the messages since the one before."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("user_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    day: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
