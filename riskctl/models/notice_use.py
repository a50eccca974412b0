"""What was done with a paper beside its steps: who opened it before signing, and what was printed of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime


class NoticeReading(Model):
    """A signer opened this version of a paper in a sitting of his."""

    __tablename__ = "notice_reading"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    sitting: Mapped[str] = mapped_column(String(32), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class NoticePrint(Model):
    """A print of a signed paper: number 0 the official one, the others 副本 in the order of their making."""

    __tablename__ = "notice_print"
    __table_args__ = (UniqueConstraint("notice_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    ordinal: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    sha256: Mapped[str] = mapped_column(String(64))
