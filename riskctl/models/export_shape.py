"""自定义导出样式: an office's own workbook in whose shape a ledger is written."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime


class ExportShape(Model):
    """One workbook with placeholders; one that is not offered any more is withdrawn and stays."""

    __tablename__ = "export_shape"
    __table_args__ = (Index("ix_export_shape_ledger_id", "ledger", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
