"""Long work that a person asked for and the worker does: a check of all events, a large export, a batch."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime
from riskctl.models.organization import one_of

JOB_STATES = {
    "queued": "排队中",
    "running": "进行中",
    "done": "已完成",
    "failed": "未完成",
    "cancelled": "已取消",
}


class Job(Model):
    """One piece of work: how far it is, whether it is to be given up, and what came of it."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", tuple(JOB_STATES), "state"),
        Index("ix_job_state_id", "state", "id"),
        Index("ix_job_owner_id_id", "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    label: Mapped[str] = mapped_column(String(128))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(16), default="queued")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    # Whoever works on it says so again and again; a worker that died is known by its silence.
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # {"lines": [text, …], "attachment": id, "url": address}, each where there is one
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
