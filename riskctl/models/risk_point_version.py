"""What is frozen of risk points: each version of one, the changes of a month, the ledger of a year."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime
from riskctl.models.organization import Unit, one_of
from riskctl.models.risk_point import ChangeProposal, RiskPoint
from riskctl.workflows import dictionaries as words


class RiskPointVersion(Model):
    """One version of a risk point, as it stood from a day on; rows are never changed (a trigger refuses it)."""

    __tablename__ = "risk_point_version"
    __table_args__ = (
        UniqueConstraint("risk_point_id", "number"),
        one_of("kind", tuple(words.CHANGE_KINDS), "kind"),
        Index("ix_risk_point_version_valid_from", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_point_id: Mapped[int] = mapped_column(ForeignKey("risk_point.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    valid_from: Mapped[date] = mapped_column(Date)
    # Every field that the event chain holds, and the computed level, as plain values.
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    # 合并: the point that took this one over; 拆分: the points made from it.
    related_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    # The event that made it; the first version of an older point was written down with its first change.
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("change_proposal.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    risk_point: Mapped[RiskPoint] = relationship()
    proposal: Mapped[ChangeProposal | None] = relationship()


class ChangeReport(Model):
    """变更报告: what a unit changed in its ledger in a month, due on the first working day of the next."""

    __tablename__ = "change_report"
    __table_args__ = (UniqueConstraint("unit_id", "month"), Index("ix_change_report_month", "month"))

    id: Mapped[int] = mapped_column(primary_key=True)
    # The 处室 or 直属单位.
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    # The first day of the month.
    month: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    # [{"code", "title", "kind", "number", "valid_from", "risk_point_id", "reason"}], frozen when it was made.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()


class AnnualLedger(Model):
    """年度台账: the whole ledger as it was frozen at a year's end; a correction is a further number beside it."""

    __tablename__ = "annual_ledger"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint("number = 1 OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Who corrected it and why; the first number is made by the system.
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    row_count: Mapped[int]
    # Over the rows' canonical JSON, a line each, in order.
    sha256: Mapped[str] = mapped_column(String(64))


class AnnualLedgerRow(Model):
    """One risk point in the ledger of a year."""

    __tablename__ = "annual_ledger_row"
    __table_args__ = (Index("ix_annual_ledger_row_unit", "ledger_id", "unit_id"),)

    ledger_id: Mapped[int] = mapped_column(ForeignKey("annual_ledger.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
