"""约谈建议: what the system suggests; only a person makes an interview of it (contract 4)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime
from riskctl.models.issue import Issue
from riskctl.models.organization import one_of
from riskctl.workflows import dictionaries as words


class InterviewSuggestion(Model):
    """One ground in one spell of an issue; open until somebody proposes the interview or declines with a reason."""

    __tablename__ = "interview_suggestion"
    __table_args__ = (
        UniqueConstraint("issue_id", "ground", "spell"),
        one_of("ground", tuple(words.SUGGESTION_GROUNDS), "ground"),
        one_of("kind", tuple(words.INTERVIEW_KINDS), "kind"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    ground: Mapped[str] = mapped_column(String(32))
    # What tells this occasion from the next of the same ground.
    spell: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # The interview that was proposed; empty where the suggestion was declined, with the reason.
    interview_id: Mapped[int | None] = mapped_column(ForeignKey("interview.id"))
    decline_reason: Mapped[str | None] = mapped_column(String(500))

    issue: Mapped[Issue] = relationship()
