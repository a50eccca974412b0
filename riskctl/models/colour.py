"""What is noted about colours beside the computed one: a manual override, and each time a case turned yellow."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from riskctl import clock
from riskctl.models.base import Model, UtcDateTime
from riskctl.models.organization import one_of
from riskctl.workflows import dictionaries as words

_NOT_LIFTED = text("lifted_at IS NULL")


class ColourOverride(Model):
    """人工定色: another colour than the computed one, with the reason and the day until which it shows."""

    __tablename__ = "colour_override"
    __table_args__ = (
        one_of("colour", tuple(words.COLOURS), "colour"),
        # One at a time.
        Index(
            "uq_colour_override_running", "case_type", "case_id", unique=True,
            sqlite_where=_NOT_LIFTED, postgresql_where=_NOT_LIFTED,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_type: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int]
    colour: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def runs_on(self, day: date) -> bool:
        """Whether it shows on this day."""
        return self.lifted_at is None and self.until >= day


class YellowSpell(Model):
    """黄牌: the days through which an issue was yellow, as the tick saw it; two of them ask for 专函督办."""

    __tablename__ = "yellow_spell"
    __table_args__ = (
        UniqueConstraint("issue_id", "started_on"),
        Index(
            "uq_yellow_spell_running", "issue_id", unique=True,
            sqlite_where=text("ended_on IS NULL"), postgresql_where=text("ended_on IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
