"""回头看: campaigns, the list that each draws from, and the items that were drawn."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl import clock
from riskctl.models.base import Case, Model
from riskctl.models.issue import Issue
from riskctl.models.organization import Unit, one_of
from riskctl.workflows import dictionaries as words
from riskctl.workflows.campaign import STATES as CAMPAIGN_STATES
from riskctl.workflows.lookback import STATES as LOOKBACK_STATES


class Campaign(Case):
    """A look back at closed issues: `unit_id` and the fields from `closed_from` to `domain` are its scope,
    `share` the per cent drawn of what need not all be checked, `questions` a list of {text}."""

    __tablename__ = "campaign"
    __table_args__ = (
        one_of("state", tuple(CAMPAIGN_STATES), "state"),
        one_of("kind", tuple(words.CAMPAIGN_KINDS), "kind"),
        one_of("severity", tuple(words.SEVERITIES), "severity"),
        one_of("source", tuple(words.SOURCES), "source"),
        one_of("domain", tuple(words.DOMAINS), "domain"),
        CheckConstraint("share BETWEEN 0 AND 100", name="share"),
        # A draft has no seed yet; from its publication on the draw rests on one.
        CheckConstraint("state IN ('draft', 'cancelled') OR seed IS NOT NULL", name="seed"),
        Index("ix_campaign_unit_state", "unit_id", "state"),
        Index("ix_campaign_step_due_on_id", "step_due_on", "id"),
    )

    CASE_TYPE: ClassVar[str] = "campaign"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "title", "kind", "programme", "questions", "unit_id", "closed_from", "closed_to", "severity", "source",
        "domain", "share", "seed", "seed_source", "candidate_count", "obligatory_count", "candidate_digest",
        "drawn_count", "drawn_on", "check_due", "summary",
    )  # fmt: skip

    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16), default="lookback")
    programme: Mapped[str | None] = mapped_column(Text)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    closed_from: Mapped[date | None] = mapped_column(Date)
    closed_to: Mapped[date | None] = mapped_column(Date)
    severity: Mapped[str | None] = mapped_column(String(16))
    source: Mapped[str | None] = mapped_column(String(32))
    domain: Mapped[str | None] = mapped_column(String(32))
    share: Mapped[int]
    seed: Mapped[str | None] = mapped_column(String(64))
    seed_source: Mapped[str | None] = mapped_column(String(255))
    candidate_count: Mapped[int | None]
    obligatory_count: Mapped[int | None]
    candidate_digest: Mapped[str | None] = mapped_column(String(64))
    drawn_count: Mapped[int | None]
    drawn_on: Mapped[date | None] = mapped_column(Date)
    check_due: Mapped[date | None] = mapped_column(Date)
    summary: Mapped[str | None] = mapped_column(Text)

    unit: Mapped[Unit] = relationship()

    @property
    def due_on(self) -> date | None:
        """The day by which its items are to be checked."""
        return self.check_due


class CampaignCandidate(Model):
    """One issue of the published list: checked in any case, or drawn by its line in the order of the draw."""

    __tablename__ = "campaign_candidate"
    __table_args__ = (Index("ix_campaign_candidate_line", "campaign_id", "line"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), primary_key=True, index=True)
    line: Mapped[str] = mapped_column(String(64))
    obligatory: Mapped[bool]
    drawn: Mapped[bool] = mapped_column(default=False)
    listed_on: Mapped[date] = mapped_column(Date)

    campaign: Mapped[Campaign] = relationship()
    issue: Mapped[Issue] = relationship()


class Lookback(Case):
    """One drawn issue looked at again by two inspectors; `answers` are those to the campaign's questions."""

    __tablename__ = "lookback"
    __table_args__ = (
        one_of("state", tuple(LOOKBACK_STATES), "state"),
        one_of("result", tuple(words.LOOKBACK_RESULTS), "result"),
        UniqueConstraint("campaign_id", "issue_id"),
        Index("ix_lookback_unit_state", "unit_id", "state"),
        Index("ix_lookback_step_due_on_id", "step_due_on", "id"),
    )

    CASE_TYPE: ClassVar[str] = "lookback"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "campaign_id", "issue_id", "unit_id", "inspectors", "check_due", "result", "finding", "answers",
        "checked_on", "supplement", "supplement_due", "supplement_report", "reopened_on",
    )  # fmt: skip
    # Erased with the issue's own words when it turns out to be a clue.
    SENSITIVE: ClassVar[frozenset[str]] = frozenset({"finding", "answers", "supplement", "supplement_report"})

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    inspectors: Mapped[list[int]] = mapped_column(JSON, default=list)
    check_due: Mapped[date | None] = mapped_column(Date)
    result: Mapped[str | None] = mapped_column(String(16))
    finding: Mapped[str | None] = mapped_column(Text)
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    checked_on: Mapped[date | None] = mapped_column(Date)
    supplement: Mapped[str | None] = mapped_column(Text)
    supplement_due: Mapped[date | None] = mapped_column(Date)
    supplement_report: Mapped[str | None] = mapped_column(Text)
    reopened_on: Mapped[date | None] = mapped_column(Date)

    unit: Mapped[Unit] = relationship()
    # Every list shows the issue's title and the campaign's name.
    campaign: Mapped[Campaign] = relationship(lazy="joined")
    issue: Mapped[Issue] = relationship(lazy="joined")

    @property
    def title(self) -> str:
        """The issue that is looked at."""
        return f"{self.issue.code} {self.issue.title}"

    @property
    def campaign_title(self) -> str:
        """The name of the campaign."""
        return self.campaign.title

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What the campaign asks of every issue."""
        return self.campaign.questions

    @property
    def created_on(self) -> date:
        """The day of the draw."""
        return clock.local(self.created_at).date()

    @property
    def due_on(self) -> date | None:
        """The day by which the item is to be checked, or its supplementary work done."""
        return self.supplement_due if self.state in ("supplementing", "confirming") else self.check_due
