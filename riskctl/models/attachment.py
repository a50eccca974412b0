"""Attachments, idempotency keys, and what the import keeps between preview and confirmation."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime


class Attachment(Model):
    """An uploaded file; its bytes stand outside the web root under their SHA-256."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(255))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class AttachmentLink(Model):
    """Which case shows an attachment: who may see the case may see the file."""

    __tablename__ = "attachment_link"
    __table_args__ = (Index("ix_attachment_link_case", "case_type", "case_id"),)

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    case_type: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(64), default="")


class IdempotencyKey(Model):
    """The answer to a transition under a client's key: the same key and body gets it again."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    key: Mapped[str] = mapped_column(String(128))
    body_hash: Mapped[str] = mapped_column(String(64))
    case_type: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int]
    response: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)


class ColumnMapping(Model):
    """A unit's word for a column, remembered from the last import; field None means: leave it out."""

    __tablename__ = "column_mapping"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    ledger: Mapped[str] = mapped_column(String(16), primary_key=True)
    header: Mapped[str] = mapped_column(String(128), primary_key=True)
    field: Mapped[str | None] = mapped_column(String(32))


class ImportUpload(Model):
    """An uploaded ledger that waits for its confirmation; the bytes are an attachment."""

    __tablename__ = "import_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    ledger: Mapped[str] = mapped_column(String(16))
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
