"""Who opened sensitive records; no event, because reading changes nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskctl.models.base import Model, UtcDateTime


class RecordRead(Model):
    """One person opened one record within one hour, however often."""

    __tablename__ = "record_read"
    __table_args__ = (
        UniqueConstraint("user_id", "case_type", "case_id", "hour", name="uq_record_read_once"),
        Index("ix_record_read_user_id_id", "user_id", "id"),
        Index("ix_record_read_case", "case_type", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    case_type: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int]
    hour: Mapped[datetime] = mapped_column(UtcDateTime)
