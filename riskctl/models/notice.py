"""文书: notices, the gapless counters behind their numbers, and the stored PDF."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskctl.models.base import Case, Model
from riskctl.models.issue import Issue
from riskctl.models.organization import Issuer, Unit, one_of
from riskctl.workflows.notice import STATES

notice_issue = Table(
    "notice_issue",
    Model.metadata,
    Column("notice_id", ForeignKey("notice.id"), primary_key=True),
    Column("issue_id", ForeignKey("issue.id"), primary_key=True, index=True),
)


class Notice(Case):
    """One official document. `context` is frozen at signing: the plain data that the PDF is made of, with
    `sha256` over its canonical JSON; `pdf_sha256` is of the bytes that were made from it."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("state", tuple(STATES), "state"),
        one_of("document_class", ("G", "F", "T"), "document_class"),
        Index("ix_notice_unit_state", "unit_id", "state"),
        Index("ix_notice_document_class_id", "document_class", "id"),
        Index("ix_notice_step_due_on_id", "step_due_on", "id"),
        Index("ix_notice_issued_on_id", "issued_on", "id"),
        Index("ix_notice_reply_due_id", "reply_due", "id"),
    )

    CASE_TYPE: ClassVar[str] = "notice"
    TRACKED: ClassVar[tuple[str, ...]] = (
        "kind", "issuer_id", "unit_id", "title", "main_to", "copy_to", "basis", "requirements", "plan_due",
        "rectify_due", "enclosures", "contact", "phone", "drafter_id", "checker_id", "signer_id", "number",
        "issued_on", "reply_due", "reply_waived", "replied_on", "service", "sealed_on", "supersedes_id",
        "superseded_by_id", "sha256", "verification_code", "issue_ids", "interview_id", "risk_point_id",
        "parent_id", "parts",
    )  # fmt: skip
    # They repeat the issue's wording, which must be erasable.
    SENSITIVE: ClassVar[frozenset[str]] = frozenset({"basis", "requirements", "title", "parts"})

    kind: Mapped[str] = mapped_column(String(32), index=True)
    # G: an official letter; F: a form; T: the print of a ledger.
    document_class: Mapped[str] = mapped_column(String(1), default="G", server_default="G")
    issuer_id: Mapped[int] = mapped_column(ForeignKey("issuer.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(String(200))
    main_to: Mapped[str] = mapped_column(String(255))
    copy_to: Mapped[str | None] = mapped_column(String(255))
    basis: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    requirements: Mapped[str | None] = mapped_column(Text)
    plan_due: Mapped[date | None] = mapped_column(Date)
    rectify_due: Mapped[date | None] = mapped_column(Date)
    enclosures: Mapped[list[str]] = mapped_column(JSON, default=list)
    # What this kind of letter says beside its columns, by the names of documents/parts.py.
    parts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    contact: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(String(32))
    drafter_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    number: Mapped[str | None] = mapped_column(String(64), unique=True)
    issued_on: Mapped[date | None] = mapped_column(Date)
    reply_due: Mapped[date | None] = mapped_column(Date)
    reply_waived: Mapped[bool] = mapped_column(default=False)
    replied_on: Mapped[date | None] = mapped_column(Date)
    # {method, servers, receiver, at}
    service: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sealed_on: Mapped[date | None] = mapped_column(Date)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    context: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sha256: Mapped[str | None] = mapped_column(String(64))
    verification_code: Mapped[str | None] = mapped_column(String(32), unique=True)
    pdf_attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    interview_id: Mapped[int | None] = mapped_column(ForeignKey("interview.id"), index=True)
    risk_point_id: Mapped[int | None] = mapped_column(ForeignKey("risk_point.id"), index=True)
    # What it belongs to: a 送达回证 to the notice served, a 撤销通知 to what it revokes.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)

    unit: Mapped[Unit] = relationship()
    issuer: Mapped[Issuer] = relationship()
    issues: Mapped[list[Issue]] = relationship(secondary=notice_issue, order_by=Issue.id)

    @property
    def issue_ids(self) -> list[int]:
        """Ids of the issues that the notice carries."""
        return sorted(issue.id for issue in self.issues)

    @property
    def due_on(self) -> date | None:
        """The day by which a reply is due."""
        return self.reply_due


class Counter(Model):
    """The last value given in a series, such as 锦水机纪/2026; raised in the transaction that uses it."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(String(96), primary_key=True)
    value: Mapped[int] = mapped_column(default=0)
