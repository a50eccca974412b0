"""The event chain of every case, the seals over it, and the texts that it holds only as digests."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from riskctl.models.base import Model, UtcDateTime

_REOPENED = text("trigger = 'reopen'")


class Event(Model):
    """One change of one case; rows are never updated or deleted (a trigger refuses it)."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("case_type", "case_id", "seq"),
        Index("ix_event_at_id", "at", "id"),
        # Which cases of a kind changed between a snapshot and a day (services/past_lists.py).
        Index("ix_event_case_type_at_case_id", "case_type", "at", "case_id"),
        # Reopenings are few and asked for by their day (services/statistics/facts.py).
        Index("ix_event_reopened_at", "at", sqlite_where=_REOPENED, postgresql_where=_REOPENED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_type: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int]
    seq: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    trigger: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[str | None] = mapped_column(String(32))
    to_state: Mapped[str | None] = mapped_column(String(32))
    # {"fields": {name: [old, new]}, "data": {input: value}}; sensitive values stand as {"digest": …}
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    request_id: Mapped[str] = mapped_column(String(64), default="")
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class SealedText(Model):
    """The encrypted value behind a digest in the chain; deleting it erases the text, not the proof."""

    __tablename__ = "sealed_text"
    __table_args__ = (Index("ix_sealed_text_case", "case_type", "case_id"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_type: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int]
    salt: Mapped[str] = mapped_column(String(32))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class Seal(Model):
    """A signed Merkle root over the events that no earlier seal holds."""

    __tablename__ = "seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    hash_name: Mapped[str] = mapped_column(String(16))
    event_count: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    prev_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    public_key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(Text)


class SealEvent(Model):
    """Which seal holds which event: PostgreSQL's ids commit out of order, so a range would not do."""

    __tablename__ = "seal_event"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"), index=True)
    event_hash: Mapped[str] = mapped_column(String(64))
