"""举一反三: the task of one unit to look whether it has the same kind of problem."""

from datetime import date
from typing import ClassVar

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl.models.base import Case
from riskctl.models.issue import Issue
from riskctl.models.organization import Unit, one_of
from riskctl.workflows import dictionaries as words
from riskctl.workflows.self_check import STATES


class SelfCheck(Case):
    """One unit's task, in words of its own: the unit learns nothing of the issue from which it came.
    `found_issue_id` is the issue that its answer 有 opened, `by_unit` says that the unit's 纪委 asked."""

    __tablename__ = "self_check"
    __table_args__ = (
        one_of("state", tuple(STATES), "state"),
        one_of("finding", tuple(words.SELF_CHECK_FINDINGS), "finding"),
        Index("ix_self_check_unit_state", "unit_id", "state"),
        Index("ix_self_check_step_due_on_id", "step_due_on", "id"),
    )

    CASE_TYPE: ClassVar[str] = "self_check"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "unit_id", "origin_id", "title", "content", "answer_due", "by_unit", "finding", "answer", "found_issue_id",
    )  # fmt: skip

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    origin_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    answer_due: Mapped[date] = mapped_column(Date)
    by_unit: Mapped[bool] = mapped_column(default=False)
    finding: Mapped[str | None] = mapped_column(String(16))
    answer: Mapped[str | None] = mapped_column(Text)
    found_issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)

    unit: Mapped[Unit] = relationship()
    # Every list asks whether its reader may know of it.
    origin: Mapped[Issue] = relationship(foreign_keys=[origin_id], lazy="joined")
    found_issue: Mapped[Issue | None] = relationship(foreign_keys=[found_issue_id])

    @property
    def due_on(self) -> date:
        """The day by which the unit answers."""
        return self.answer_due
