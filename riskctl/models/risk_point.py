"""风险点: the risk point, its warnings, and proposals to change it."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl import clock
from riskctl.models.base import Case, Model, UtcDateTime
from riskctl.models.organization import Unit, one_of
from riskctl.workflows import dictionaries as words, grading
from riskctl.workflows.risk_point import STATES
from riskctl.workflows.warning import OPEN as OPEN_WARNING


class RiskPoint(Case):
    """One place where power could be misused. `measures` is a list of {text, kind, owner_post, cycle}."""

    __tablename__ = "risk_point"
    __table_args__ = (
        one_of("state", tuple(STATES), "state"),
        one_of("category", tuple(words.CATEGORIES), "category"),
        one_of("level", tuple(words.LEVELS), "level"),
        one_of("computed_level", tuple(words.LEVELS), "computed_level"),
        CheckConstraint("likelihood BETWEEN 1 AND 5", name="likelihood"),
        CheckConstraint("impact BETWEEN 1 AND 5", name="impact"),
        CheckConstraint("discretion BETWEEN 1 AND 3", name="discretion"),
        Index("ix_risk_point_unit_state", "unit_id", "state"),
        Index("ix_risk_point_level_id", "level", "id"),
        Index("ix_risk_point_step_due_on_id", "step_due_on", "id"),
        Index("ix_risk_point_review_due_id", "review_due", "id"),
        Index("ix_risk_point_unit_sheet_code", "unit_id", "sheet_code"),
        Index("ix_risk_point_grid", "likelihood", "impact"),
        Index("ix_risk_point_unit_id_id", "unit_id", "id"),
        Index("ix_risk_point_created_by_id", "created_by_id"),
        Index("ix_risk_point_identified_on_id", "identified_on", "id"),
        Index("ix_risk_point_self_check_due_id", "self_check_due", "id"),
        Index("ix_risk_point_inspection_due_id", "inspection_due", "id"),
    )

    CASE_TYPE: ClassVar[str] = "risk_point"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "unit_id", "department", "post", "power_item", "power_type", "process_step", "category", "title",
        "manifestation", "cause", "likelihood", "impact", "discretion", "level", "level_reason", "measures",
        "resp_post", "dept_head_post", "resp_leader_post", "review_due", "identified_on", "approved_on",
        "minute_no", "publicity_until", "sheet_code", "cancel_document", "rule_hits", "suggested_level",
        "suggested_reason",
    )  # fmt: skip

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    department: Mapped[str | None] = mapped_column(String(128))
    post: Mapped[str | None] = mapped_column(String(128), index=True)
    power_item: Mapped[str | None] = mapped_column(String(255))
    power_type: Mapped[str | None] = mapped_column(String(16), index=True)
    process_step: Mapped[str | None] = mapped_column(String(128))
    category: Mapped[str | None] = mapped_column(String(16), index=True)
    title: Mapped[str] = mapped_column(String(255))
    manifestation: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)
    likelihood: Mapped[int | None]
    impact: Mapped[int | None]
    discretion: Mapped[int | None]
    computed_level: Mapped[str | None] = mapped_column(String(8))
    level: Mapped[str | None] = mapped_column(String(8))
    level_reason: Mapped[str | None] = mapped_column(Text)
    # The forced-high rules that are hit (workflows/grading.py); None while nobody was asked.
    rule_hits: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    # The rule under which computed_level was worked out: an old point shows its own, not today's.
    grading_rule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # What the unit asked for below the rule's result, and why.
    suggested_level: Mapped[str | None] = mapped_column(String(8))
    suggested_reason: Mapped[str | None] = mapped_column(Text)
    measures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    resp_post: Mapped[str | None] = mapped_column(String(128), index=True)
    dept_head_post: Mapped[str | None] = mapped_column(String(128))
    resp_leader_post: Mapped[str | None] = mapped_column(String(128))
    review_due: Mapped[date | None] = mapped_column(Date)
    identified_on: Mapped[date | None] = mapped_column(Date)
    approved_on: Mapped[date | None] = mapped_column(Date)
    minute_no: Mapped[str | None] = mapped_column(String(64))
    publicity_until: Mapped[date | None] = mapped_column(Date)
    # The code that the office's own sheet gives the row; identity of a row with the unit (contract 1).
    sheet_code: Mapped[str | None] = mapped_column(String(64))
    cancel_document: Mapped[str | None] = mapped_column(String(128))
    # When the next 自查 and the next 检查 are due: follows from the level and the last one, like step_due_on.
    self_check_due: Mapped[date | None] = mapped_column(Date)
    inspection_due: Mapped[date | None] = mapped_column(Date)

    unit: Mapped[Unit] = relationship()
    warnings: Mapped[list["RiskWarning"]] = relationship(  # type: ignore[name-defined] # noqa: F821
        back_populates="risk_point", order_by="RiskWarning.id"
    )
    proposals: Mapped[list["ChangeProposal"]] = relationship(
        back_populates="risk_point", order_by="ChangeProposal.id", foreign_keys="ChangeProposal.risk_point_id"
    )

    @property
    def due_on(self) -> date | None:
        """The day of the next 复核, under the name that every record carries."""
        return self.review_due

    @property
    def open_warnings(self) -> list[Any]:
        """The warnings that are neither lifted nor confirmed, oldest first."""
        return [warning for warning in self.warnings if warning.state in OPEN_WARNING]

    def barred_from(self, trigger: str) -> set[int]:
        """Who opened or answered a warning does not lift it through the point either (SOD-9)."""
        if trigger != "lift_warning":
            return set()
        acts = [warning.acted or {} for warning in self.open_warnings]
        return {i for acted in acts for name in ("create", "approve", "reply") for i in acted.get(name, ())}

    @property
    def level_at_stake(self) -> str | None:
        """The higher of the level and of what the undecided proposal of a review would make it."""
        undecided = [p.level for p in self.proposals if p.source == "review" and p.decision is None]
        return grading.highest([self.level, *undecided])

    @property
    def manager_level(self) -> str | None:
        """Who manages a point of this level (domain 2.2)."""
        level = self.level or self.computed_level
        return grading.MANAGERS[level] if level else None

    @property
    def successor_id(self) -> int | None:
        """The point that took this one over by 合并."""
        merged = [p for p in self.proposals if p.kind == "merge" and p.decision == "approved"]
        return merged[-1].successor_id if merged else None


class ChangeProposal(Model):
    """A proposed change, old and new side by side; from a review or from a re-imported ledger."""

    __tablename__ = "change_proposal"
    __table_args__ = (
        one_of("source", ("review", "import"), "source"),
        one_of("kind", tuple(words.CHANGE_KINDS), "kind"),
        one_of("decision", ("approved", "rejected", "superseded"), "decision"),
        one_of("level", tuple(words.LEVELS), "level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_point_id: Mapped[int] = mapped_column(ForeignKey("risk_point.id"), index=True)
    source: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16), default="change")
    # {field: {"old": value, "new": value}}
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # The level that the point would have, under the rule of the day of the proposal.
    level: Mapped[str | None] = mapped_column(String(8))
    # 合并: the point that takes this one over; 拆分: the points to be made from it, {title, post, manifestation}.
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("risk_point.id"), index=True)
    parts: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str | None] = mapped_column(Text)
    document_no: Mapped[str | None] = mapped_column(String(128))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(16))

    risk_point: Mapped[RiskPoint] = relationship(back_populates="proposals", foreign_keys=[risk_point_id])
