"""月度快照: every ledger as it stood at a month's end, frozen; a correction is a further number beside it.

Rows come in batches and their head at the end, so that a batch that was cut short is never taken for a whole
month. What a case held stands once for all months in which it did not change.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from riskctl.models.base import Model, UtcDateTime


class Snapshot(Model):
    """The head of one kind's rows of one month; it stands when all of them stand, and is never changed."""

    __tablename__ = "snapshot"
    __table_args__ = (
        UniqueConstraint("case_type", "month", "number"),
        CheckConstraint("number = 1 OR reason IS NOT NULL", name="reason"),
        Index("ix_snapshot_month", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_type: Mapped[str] = mapped_column(String(32))
    # The first day of the month.
    month: Mapped[date] = mapped_column(Date)
    number: Mapped[int]
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Who corrected it and why; the first number is made by the system.
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    row_count: Mapped[int]
    # Over the canonical JSON of the rows with what they held, a line each, in order of their ids.
    sha256: Mapped[str] = mapped_column(String(64))


class SnapshotContent(Model):
    """The tracked fields of a case after one of its events; sensitive ones as the digests of the chain."""

    __tablename__ = "snapshot_content"

    case_type: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)


class SnapshotRow(Model):
    """One case at a month's end, with the columns by which ledgers filter and statistics count.

    No CHECK lists their values: a word that a later law drops stays in the months that knew it."""

    __tablename__ = "snapshot_row"
    __table_args__ = (
        Index("ix_snapshot_row_unit_state", "case_type", "month", "number", "unit_id", "state"),
    )

    case_type: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(primary_key=True)

    # Every kind has these. `seq` is the last event by then, `colour` the one that showed on the month's last day.
    seq: Mapped[int]
    code: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(String(32))
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    created_on: Mapped[date] = mapped_column(Date)
    colour: Mapped[str | None] = mapped_column(String(8))
    due_on: Mapped[date | None] = mapped_column(Date)
    step_due_on: Mapped[date | None] = mapped_column(Date)

    # 问题
    section_id: Mapped[int | None]
    source: Mapped[str | None] = mapped_column(String(32))
    domain: Mapped[str | None] = mapped_column(String(32))
    severity: Mapped[str | None] = mapped_column(String(16))
    rectify_type: Mapped[str | None] = mapped_column(String(16))
    owner_level: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(16))
    found_on: Mapped[date | None] = mapped_column(Date)
    issued_on: Mapped[date | None] = mapped_column(Date)
    received_on: Mapped[date | None] = mapped_column(Date)
    due_original: Mapped[date | None] = mapped_column(Date)
    evaluation_due: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    sham_found_on: Mapped[date | None] = mapped_column(Date)
    reopen_count: Mapped[int | None]
    return_count: Mapped[int | None]
    restricted: Mapped[bool | None]
    backfilled: Mapped[bool | None]
    progress: Mapped[int | None]
    milestone_due: Mapped[date | None] = mapped_column(Date)
    evidence_lacking: Mapped[int | None]
    amount_involved: Mapped[int | None] = mapped_column(BigInteger)
    amount_recovered: Mapped[int | None] = mapped_column(BigInteger)
    # As if no later date had ever been granted.
    original_colour: Mapped[str | None] = mapped_column(String(8))

    # 风险点
    level: Mapped[str | None] = mapped_column(String(8))
    computed_level: Mapped[str | None] = mapped_column(String(8))
    category: Mapped[str | None] = mapped_column(String(16))
    power_type: Mapped[str | None] = mapped_column(String(16))
    likelihood: Mapped[int | None]
    impact: Mapped[int | None]
    identified_on: Mapped[date | None] = mapped_column(Date)
    approved_on: Mapped[date | None] = mapped_column(Date)
    self_check_due: Mapped[date | None] = mapped_column(Date)
    inspection_due: Mapped[date | None] = mapped_column(Date)

    # 约谈
    kind: Mapped[str | None] = mapped_column(String(16))
    subject_rank: Mapped[str | None] = mapped_column(String(16))
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_on: Mapped[date | None] = mapped_column(Date)
    conclusion: Mapped[str | None] = mapped_column(String(16))
