"""延期: an application for a later due date of an issue, beside the issue."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl.models.base import Case
from riskctl.models.issue import Issue
from riskctl.models.organization import Unit, one_of
from riskctl.workflows import dictionaries as words
from riskctl.workflows.extension import OPEN, STATES

_OPEN = text("state IN ({})".format(", ".join(f"'{state}'" for state in OPEN)))


class Extension(Case):
    """One application: `workdays` more than the date that stood then. `milestones` is a list of
    {measure, due_on}, the new dates of the measures that are still open; None goes with the issue."""

    __tablename__ = "extension"
    __table_args__ = (
        one_of("state", tuple(STATES), "state"),
        one_of("reason_code", tuple(words.EXTENSION_REASONS), "reason_code"),
        CheckConstraint("workdays > 0", name="workdays"),
        Index("ix_extension_unit_state", "unit_id", "state"),
        # One open application at a time, whatever the code does.
        Index("uq_extension_open", "issue_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    CASE_TYPE: ClassVar[str] = "extension"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "issue_id", "unit_id", "ordinal", "workdays", "reason_code", "reason", "milestones", "due_before",
        "due_asked", "due_granted", "decided_on",
    )  # fmt: skip
    # Erased with its issue's text when the matter turns out to be a clue.
    SENSITIVE: ClassVar[frozenset[str]] = frozenset({"reason"})

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    ordinal: Mapped[int]
    workdays: Mapped[int]
    reason_code: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    milestones: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    due_before: Mapped[date] = mapped_column(Date)
    due_asked: Mapped[date] = mapped_column(Date)
    due_granted: Mapped[date | None] = mapped_column(Date)
    decided_on: Mapped[date | None] = mapped_column(Date)

    unit: Mapped[Unit] = relationship()
    issue: Mapped[Issue] = relationship()

    @property
    def due_original(self) -> date | None:
        """The first date that was ever ordered, which stays beside every later one."""
        return self.issue.due_original

    @property
    def title(self) -> str:
        """What is asked, for lists and headings."""
        return f"第{self.ordinal}次申请延期{self.workdays}个工作日：{self.issue.title}"
