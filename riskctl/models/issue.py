"""整改问题: the rectification issue, its links to risk points and to joint units."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    case,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from riskctl.models.base import Case, Model, UtcDateTime
from riskctl.models.organization import Unit, one_of
from riskctl.models.risk_point import RiskPoint
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue import STATES

issue_risk_point = Table(
    "issue_risk_point",
    Model.metadata,
    Column("issue_id", ForeignKey("issue.id"), primary_key=True),
    Column("risk_point_id", ForeignKey("risk_point.id"), primary_key=True, index=True),
)
issue_joint_unit = Table(
    "issue_joint_unit",
    Model.metadata,
    Column("issue_id", ForeignKey("issue.id"), primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), primary_key=True, index=True),
)


def progress_of(measures: Sequence[Mapping[str, Any]]) -> int:
    """Measures done of all measures, in per cent; nothing is done while there is none."""
    done = sum(1 for measure in measures if measure.get("done_on"))
    return 100 * done // len(measures) if measures else 0


def first_milestone(measures: Sequence[Mapping[str, Any]]) -> date | None:
    """The first day by which a measure that is not done should have been."""
    open_days = [m["due_on"] for m in measures if m.get("due_on") and not m.get("done_on")]
    return date.fromisoformat(min(open_days)) if open_days else None


def lacking_evidence(measures: Sequence[Mapping[str, Any]]) -> int:
    """How many measures ask for evidence and have none."""
    wanted = [measure for measure in measures if measure.get("evidence_required", True)]
    return sum(1 for measure in wanted if not measure.get("evidence"))


# For rows that are inserted in bulk, past the model's attributes.
def _progress(context: Any) -> int:
    return progress_of(context.get_current_parameters().get("measures") or ())


def _milestone(context: Any) -> date | None:
    return first_milestone(context.get_current_parameters().get("measures") or ())


def _lacking(context: Any) -> int:
    return lacking_evidence(context.get_current_parameters().get("measures") or ())


class Issue(Case):
    """One problem from finding to closure. `measures` and `basis` are lists as in contract section 5;
    a measure also holds `evidence`, the ids of its attachments."""

    __tablename__ = "issue"
    __table_args__ = (
        one_of("state", tuple(STATES), "state"),
        one_of("source", tuple(words.SOURCES), "source"),
        one_of("severity", tuple(words.SEVERITIES), "severity"),
        one_of("rectify_type", tuple(words.RECTIFY_TYPES), "rectify_type"),
        one_of("owner_level", tuple(words.OWNER_LEVELS), "owner_level"),
        # Closed if and only if it has a closing date: holds whatever the code does.
        CheckConstraint("(state IN ('closed', 'archived')) = (closed_on IS NOT NULL)", name="closed_on"),
        Index("ix_issue_unit_state", "unit_id", "state"),
        Index("ix_issue_due_on_id", "due_on", "id"),
        Index("ix_issue_step_due_on_id", "step_due_on", "id"),
        Index("ix_issue_found_on_id", "found_on", "id"),
        Index("ix_issue_milestone_due", "milestone_due"),
        Index("ix_issue_closed_on_id", "closed_on", "id"),
        # What the ledger is filtered and sorted by (services/ledger_filters.py, ledger_tables.py).
        Index("ix_issue_unit_id_id", "unit_id", "id"),
        Index("ix_issue_created_by_id", "created_by_id"),
        Index("ix_issue_due_original_id", "due_original", "id"),
        Index("ix_issue_issued_on_id", "issued_on", "id"),
        Index("ix_issue_amount_involved_id", "amount_involved", "id"),
        Index("ix_issue_amount_recovered_id", "amount_recovered", "id"),
        Index("ix_issue_reopen_count_id", "reopen_count", "id"),
    )

    CASE_TYPE: ClassVar[str] = "issue"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "unit_id", "source", "source_doc", "title", "verbatim", "domain", "severity", "rectify_type", "found_on",
        "resp_post", "resp_leader_post", "due_original", "due_on", "basis", "requirement",
        "acceptance_standard", "goal", "section_id", "owner_level", "measures", "outcome", "reopen_count",
        "return_count", "sham_found_on", "evaluation_due", "issued_on", "received_on", "publicity_until",
        "closed_on", "closure_no", "risk_point_ids", "joint_unit_ids", "restricted", "backfilled", "sheet_code",
        "rules_at", "amount_involved", "amount_recovered", "amount_returned",
    )  # fmt: skip
    # Erased when the matter turns out to be a clue: the chain keeps digests only.
    SENSITIVE: ClassVar[frozenset[str]] = frozenset(
        {"title", "verbatim", "requirement", "basis", "measures", "goal", "source_doc", "acceptance_standard"}
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    source: Mapped[str] = mapped_column(String(32), index=True)
    source_doc: Mapped[str | None] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    verbatim: Mapped[str] = mapped_column(Text)
    domain: Mapped[str | None] = mapped_column(String(32), index=True)
    severity: Mapped[str | None] = mapped_column(String(16), index=True)
    rectify_type: Mapped[str | None] = mapped_column(String(16), index=True)
    found_on: Mapped[date] = mapped_column(Date)
    resp_post: Mapped[str | None] = mapped_column(String(64), index=True)
    resp_leader_post: Mapped[str | None] = mapped_column(String(64))
    due_original: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    basis: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    requirement: Mapped[str | None] = mapped_column(Text)
    acceptance_standard: Mapped[str | None] = mapped_column(Text)
    goal: Mapped[str | None] = mapped_column(Text)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    owner_level: Mapped[str] = mapped_column(String(16), default="department", index=True)
    measures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    outcome: Mapped[str | None] = mapped_column(String(16), index=True)
    # 涉及金额, 挽回金额, 退还金额 (domain 3.1) in yuan: whole numbers, so that sums are exact.
    amount_involved: Mapped[int | None] = mapped_column(BigInteger)
    amount_recovered: Mapped[int | None] = mapped_column(BigInteger)
    amount_returned: Mapped[int | None] = mapped_column(BigInteger)
    reopen_count: Mapped[int] = mapped_column(default=0)
    return_count: Mapped[int] = mapped_column(default=0)
    # The day on which 虚假整改 was found, which is never forgotten
    sham_found_on: Mapped[date | None] = mapped_column(Date)
    # Derived from `measures` (below), because SQL cannot look into JSON by an index: the share that is done in
    # per cent, the first day of a measure that is not, and how many lack the evidence that they ask for.
    progress: Mapped[int] = mapped_column(default=_progress, server_default="0")
    milestone_due: Mapped[date | None] = mapped_column(Date, default=_milestone)
    evidence_lacking: Mapped[int] = mapped_column(default=_lacking, server_default="0")
    # 长期坚持: by when the yearly evaluation is due
    evaluation_due: Mapped[date | None] = mapped_column(Date)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issued_on: Mapped[date | None] = mapped_column(Date)
    received_on: Mapped[date | None] = mapped_column(Date)
    publicity_until: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closure_no: Mapped[str | None] = mapped_column(String(64))
    # The moment whose rules are the issue's, that of its 核定; a later rule is for later issues.
    rules_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # 限知: only those who handle clues may see it
    restricted: Mapped[bool] = mapped_column(default=False)
    # 补录: taken over from the office's old ledger with its past dates
    backfilled: Mapped[bool] = mapped_column(default=False)
    sheet_code: Mapped[str | None] = mapped_column(String(64), index=True)

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    risk_points: Mapped[list[RiskPoint]] = relationship(secondary=issue_risk_point, order_by=RiskPoint.id)
    joint_units: Mapped[list[Unit]] = relationship(secondary=issue_joint_unit, order_by=Unit.id)

    @validates("measures")
    def _derive(self, _: str, measures: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.progress, self.milestone_due = progress_of(measures), first_milestone(measures)
        self.evidence_lacking = lacking_evidence(measures)
        return measures

    @hybrid_property
    def first_due(self) -> date | None:
        """The day first set for this round of rectification, whatever was granted since; a reopening begins
        a new round with a new term."""
        return self.due_on if self.reopen_count else self.due_original or self.due_on

    @first_due.inplace.expression
    @classmethod
    def _first_due(cls) -> ColumnElement[date | None]:
        return case((cls.reopen_count > 0, cls.due_on), else_=func.coalesce(cls.due_original, cls.due_on))

    @property
    def risk_point_ids(self) -> list[int]:
        """Ids of the linked risk points."""
        return sorted(point.id for point in self.risk_points)

    @property
    def joint_unit_ids(self) -> list[int]:
        """Ids of the units that work on it beside the responsible one."""
        return sorted(unit.id for unit in self.joint_units)
