"""站内消息: what the system tells a person, without any content of a case."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime


class Message(Model):
    """One line for one person; the same key reaches him once."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_message_user_id_id", "user_id", "id"),
        Index("ix_message_user_id_read_at", "user_id", "read_at"),
        Index("ix_message_digested_on_user_id", "digested_on", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    key: Mapped[str] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(String(255))
    case_type: Mapped[str | None] = mapped_column(String(32))
    case_id: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The day on which what it reminds of is due, and the day of the digest that took it up.
    due_on: Mapped[date | None] = mapped_column(Date)
    digested_on: Mapped[date | None] = mapped_column(Date)
