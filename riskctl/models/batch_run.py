"""What came of an act on several cases at once, kept so that its page can be opened again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime


class BatchRun(Model):
    """One act by one person; `rows` holds of each case its id and code, whether it was done, and what was said."""

    __tablename__ = "batch_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    case_type: Mapped[str] = mapped_column(String(32))
    label: Mapped[str] = mapped_column(String(64))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
