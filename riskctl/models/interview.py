"""约谈: the interview. What was said is encrypted in its columns and enters the chain as digests only."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl.models.base import Case, Model, UtcDateTime
from riskctl.models.encrypted import EncryptedText
from riskctl.models.issue import Issue
from riskctl.models.organization import Unit, one_of
from riskctl.workflows import dictionaries as words
from riskctl.workflows.interview import STATES

interview_issue = Table(
    "interview_issue",
    Model.metadata,
    Column("interview_id", ForeignKey("interview.id"), primary_key=True),
    Column("issue_id", ForeignKey("issue.id"), primary_key=True, index=True),
)


class Interview(Case):
    """One interview from proposal to archive. `interviewers` is a list of user ids, `requirements` a list
    of {text, due_on}."""

    __tablename__ = "interview"
    __table_args__ = (
        one_of("state", tuple(STATES), "state"),
        one_of("kind", tuple(words.INTERVIEW_KINDS), "kind"),
        one_of("subject_rank", tuple(words.SUBJECT_RANKS), "subject_rank"),
        Index("ix_interview_unit_state", "unit_id", "state"),
        Index("ix_interview_step_due_on_id", "step_due_on", "id"),
        Index("ix_interview_scheduled_at_id", "scheduled_at", "id"),
        Index("ix_interview_report_due_id", "report_due", "id"),
        Index("ix_interview_unit_id_id", "unit_id", "id"),
        Index("ix_interview_created_by_id", "created_by_id"),
    )

    CASE_TYPE: ClassVar[str] = "interview"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "kind", "unit_id", "subject_post", "subject_rank", "subject_user_id", "reason", "basis", "approval",
        "scheduled_at", "place", "interviewers", "recorder", "materials", "contact", "held_from", "held_to",
        "present", "content", "statement", "attitude", "requirements", "subject_opinion", "refusal", "signed_on",
        "reply", "report", "report_due", "conclusion", "evaluation", "issue_ids",
    )  # fmt: skip
    SENSITIVE: ClassVar[frozenset[str]] = frozenset(
        {"reason", "content", "statement", "attitude", "requirements", "subject_opinion", "refusal", "reply",
         "report", "evaluation"}
    )  # fmt: skip

    kind: Mapped[str] = mapped_column(String(16), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    subject_post: Mapped[str] = mapped_column(String(128), index=True)
    subject_rank: Mapped[str] = mapped_column(String(16), default="section", index=True)
    subject_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    reason: Mapped[str] = mapped_column(EncryptedText)
    basis: Mapped[str | None] = mapped_column(String(255))
    approval: Mapped[str | None] = mapped_column(String(128))
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    place: Mapped[str | None] = mapped_column(String(128))
    interviewers: Mapped[list[int]] = mapped_column(JSON, default=list)
    recorder: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    materials: Mapped[str | None] = mapped_column(Text)
    contact: Mapped[str | None] = mapped_column(String(128))
    held_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    present: Mapped[str | None] = mapped_column(String(255))
    content: Mapped[str | None] = mapped_column(EncryptedText)
    statement: Mapped[str | None] = mapped_column(EncryptedText)
    attitude: Mapped[str | None] = mapped_column(EncryptedText)
    # Encrypted JSON would hide `due_on` from nobody who may read the row, so the list stays plain.
    requirements: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    subject_opinion: Mapped[str | None] = mapped_column(EncryptedText)
    refusal: Mapped[str | None] = mapped_column(EncryptedText)
    signed_on: Mapped[date | None] = mapped_column(Date)
    reply: Mapped[str | None] = mapped_column(EncryptedText)
    report: Mapped[str | None] = mapped_column(EncryptedText)
    report_due: Mapped[date | None] = mapped_column(Date)
    conclusion: Mapped[str | None] = mapped_column(String(16), index=True)
    evaluation: Mapped[str | None] = mapped_column(EncryptedText)

    unit: Mapped[Unit] = relationship()
    issues: Mapped[list[Issue]] = relationship(secondary=interview_issue, order_by=Issue.id)

    @property
    def issue_ids(self) -> list[int]:
        """Ids of the issues that the interview is about."""
        return sorted(issue.id for issue in self.issues)

    @property
    def due_on(self) -> date | None:
        """The day by which the report on the requirements is due."""
        return self.report_due
