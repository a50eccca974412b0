"""What is to leave the house, written in the transaction of its cause and delivered after it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime
from riskctl.models.organization import one_of

CHANNELS = {"mail": "邮件", "webhook": "办公系统"}


class Outbox(Model):
    """One delivery over one channel. `key` names its cause and is unique; `delivery_id` goes out with it, so
    that a receiver knows a repetition. `next_try_at` is empty once it was sent or given up."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("channel", tuple(CHANNELS), "channel"),
        Index("ix_outbox_channel_next_try_at", "channel", "next_try_at"),
        Index("ix_outbox_dead_at", "dead_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    delivery_id: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
