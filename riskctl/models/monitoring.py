"""What watches a risk point: indicators with their readings, warnings, and checks."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl import clock
from riskctl.models.base import Case, Model, UtcDateTime
from riskctl.models.exact import Exact
from riskctl.models.issue import Issue
from riskctl.models.organization import Unit, one_of
from riskctl.models.risk_point import RiskPoint
from riskctl.workflows import (
    check as checks,
    dictionaries as words,
    indicator as indicators,
    warning as warnings,
)


class Indicator(Model):
    """监测指标 of a risk point: what is measured how often, and from where on it warns in which colour."""

    __tablename__ = "indicator"
    __table_args__ = (
        one_of("direction", tuple(indicators.DIRECTIONS), "direction"),
        one_of("frequency", tuple(indicators.FREQUENCIES), "frequency"),
        Index("ix_indicator_next_reading_due_id", "next_reading_due", "id"),
    )
    # What of it stands in its chain of events.
    TOLD: ClassVar[tuple[str, ...]] = (
        "name", "source", "measure_unit", "direction", "frequency", "blue", "yellow", "orange", "red", "active",
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_point_id: Mapped[int] = mapped_column(ForeignKey("risk_point.id"), index=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(128))
    source: Mapped[str | None] = mapped_column(String(128))
    measure_unit: Mapped[str | None] = mapped_column(String(16))
    direction: Mapped[str] = mapped_column(String(8))
    frequency: Mapped[str] = mapped_column(String(16))
    blue: Mapped[Decimal | None] = mapped_column(Exact)
    yellow: Mapped[Decimal | None] = mapped_column(Exact)
    orange: Mapped[Decimal | None] = mapped_column(Exact)
    red: Mapped[Decimal | None] = mapped_column(Exact)
    active: Mapped[bool] = mapped_column(default=True)
    # By when the next reading is to be entered; empty while nobody asks for one.
    next_reading_due: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column()
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    risk_point: Mapped[RiskPoint] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def thresholds(self) -> dict[str, Decimal | None]:
        """The threshold of each colour."""
        return {colour: getattr(self, colour) for colour in indicators.COLOURS}


class Reading(Model):
    """One value of an indicator at one moment; never changed: a correction stands beside it."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("indicator_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    value: Mapped[Decimal] = mapped_column(Exact)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    corrections: Mapped[list["ReadingCorrection"]] = relationship(order_by="ReadingCorrection.id")

    @property
    def in_force(self) -> Decimal:
        """The value of the latest correction, or the one that was entered."""
        return self.corrections[-1].value if self.corrections else self.value


class ReadingCorrection(Model):
    """更正: what a reading should have been, why, and who says so."""

    __tablename__ = "reading_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), index=True)
    value: Mapped[Decimal] = mapped_column(Exact)
    reason: Mapped[str] = mapped_column(String(500))
    corrected_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    corrected_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class RiskWarning(Case):
    """预警 beside the point: colour, facts and requirement, the reply, and how it ended."""

    __tablename__ = "warning"
    __table_args__ = (
        one_of("state", tuple(warnings.STATES), "state"),
        one_of("kind", tuple(warnings.KINDS), "kind"),
        one_of("colour", indicators.COLOURS, "colour"),
        Index("ix_warning_unit_state", "unit_id", "state"),
        Index("ix_warning_reply_due_id", "reply_due", "id"),
        Index("ix_warning_indicator_state", "indicator_id", "state"),
    )

    CASE_TYPE: ClassVar[str] = "warning"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "risk_point_id", "unit_id", "kind", "colour", "facts", "requirement", "reply_due", "indicator_id", "reply",
        "replied_on", "result", "settled_on", "issue_id", "notice_id",
    )  # fmt: skip

    risk_point_id: Mapped[int] = mapped_column(ForeignKey("risk_point.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(16))
    colour: Mapped[str] = mapped_column(String(8), index=True)
    facts: Mapped[str] = mapped_column(Text)
    requirement: Mapped[str] = mapped_column(Text)
    reply_due: Mapped[date] = mapped_column(Date)
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"))
    reply: Mapped[str | None] = mapped_column(Text)
    replied_on: Mapped[date | None] = mapped_column(Date)
    result: Mapped[str | None] = mapped_column(Text)
    settled_on: Mapped[date | None] = mapped_column(Date)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)

    unit: Mapped[Unit] = relationship()
    risk_point: Mapped[RiskPoint] = relationship(back_populates="warnings")
    issue: Mapped[Issue | None] = relationship()

    @property
    def due_on(self) -> date | None:
        """The day by which a reply is due."""
        return self.reply_due

    @property
    def title(self) -> str:
        """The warning in one line: its colour, what it is about, and the point."""
        return f"{words.COLOURS[self.colour]}色预警（{warnings.KINDS[self.kind]}）：{self.risk_point.title}"


class RiskCheck(Model):
    """检查记录: a self-check or an inspection of a risk point, on the cycle that its level demands."""

    __tablename__ = "risk_check"
    __table_args__ = (
        one_of("kind", tuple(checks.KINDS), "kind"),
        one_of("result", tuple(checks.RESULTS), "result"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_point_id: Mapped[int] = mapped_column(ForeignKey("risk_point.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    result: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    checked_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    warning_id: Mapped[int | None] = mapped_column(ForeignKey("warning.id"))

    risk_point: Mapped[RiskPoint] = relationship()


def told(indicator: Indicator) -> dict[str, Any]:
    """What an indicator's events say of it."""
    return {name: getattr(indicator, name) for name in Indicator.TOLD}
