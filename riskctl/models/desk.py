"""Who among several has a task: handed over, asked to agree; and the minutes by which a meeting approves."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime
from riskctl.models.organization import one_of

BODIES = {"party": "党组", "leading_group": "领导小组"}


def _one_open(name: str, *columns: str) -> Index:
    # At most one row of these columns that has not ended, and the way to all of them.
    still = text("ended_at IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=still, postgresql_where=still)


class Assignment(Model):
    """转办: of those on whom a duty falls in the case's present state, one has it; ends with that state."""

    __tablename__ = "assignment"
    __table_args__ = (_one_open("uq_assignment_open", "case_type", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_type: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int]
    duty: Mapped[str] = mapped_column(String(48))
    from_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    to_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignOff(Model):
    """会签: somebody who must agree before a step counts; `digest` is of what he saw when he agreed."""

    __tablename__ = "sign_off"
    __table_args__ = (_one_open("uq_sign_off_open", "case_type", "case_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_type: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    digest: Mapped[str | None] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Minutes(Model):
    """会议纪要: by which one meeting approves many cases; the scan is what the leaders signed."""

    __tablename__ = "minutes"
    __table_args__ = (one_of("body", tuple(BODIES), "body"), Index("ix_minutes_held_on_id", "held_on", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date] = mapped_column(Date)
    chair_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
