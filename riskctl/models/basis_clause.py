"""依据条款库: the clauses on which problems rest, each with the days from and until which it holds."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime
from riskctl.models.organization import one_of
from riskctl.workflows.dictionaries import DOMAINS


class BasisClause(Model):
    """One clause of a document. Whoever chooses it copies its words, so that a later change leaves what was
    verified and signed as it was; `valid_until` is the last day on which it holds."""

    __tablename__ = "basis_clause"
    __table_args__ = (
        one_of("domain", tuple(DOMAINS), "domain"),
        Index("ix_basis_clause_document_id", "document", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(100), default="")
    clause: Mapped[str] = mapped_column(String(100), default="")
    text: Mapped[str] = mapped_column(String(1000), default="")
    # What it is about; a clause without one is for problems of any kind.
    domain: Mapped[str | None] = mapped_column(String(32))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
