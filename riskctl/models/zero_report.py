"""零报告: each unit says every quarter what is new, also when nothing is (domain 3.7)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime
from riskctl.models.organization import Unit, one_of
from riskctl.workflows import dictionaries as words


class ZeroReport(Model):
    """One unit's answer for one quarter, such as 2026Q4; `count` is how many are new."""

    __tablename__ = "zero_report"
    __table_args__ = (
        UniqueConstraint("unit_id", "quarter"),
        one_of("answer", tuple(words.ZERO_ANSWERS), "answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("answer IS NULL OR (answer = 'none') = (count = 0)", name="count"),
        Index("ix_zero_report_quarter_answered_at", "quarter", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    quarter: Mapped[str] = mapped_column(String(6))
    due_on: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    answer: Mapped[str | None] = mapped_column(String(8))
    count: Mapped[int] = mapped_column(default=0)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()
