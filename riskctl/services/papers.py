"""Making any document of documents/kinds.py: for the step that calls for it, or by hand from a case's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from riskctl.documents.kinds import KINDS
from riskctl.extensions import db
from riskctl.models import Interview, Issue, Issuer, Notice, RiskPoint, Unit
from riskctl.services import cases, notice_drafts
from riskctl.services.kinds import Move
from riskctl.workflows.notice import NOTICE


@dataclass(frozen=True)
class Subject:
    """What a document is about; `parent` is the paper that it belongs to."""

    unit: Unit
    issues: Sequence[Issue] = ()
    interview: Interview | None = None
    risk_point: RiskPoint | None = None
    parent: Notice | None = None


def draft(
    kind: str,
    subject: Subject,
    drafter_id: int,
    *,
    issuer: Issuer | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Notice:
    """The document in 拟稿, in the name of 机关纪委 unless another issuer is given. No commit."""
    notice = notice_drafts.create(
        kind=kind,
        unit=subject.unit,
        issuer=issuer or department_issuer(),
        issues=list(subject.issues),
        drafter_id=drafter_id,
        fields={**_links(subject), **(fields or {})},
    )
    if notice.document_class == "G":  # a form goes with its case
        cases.start(notice, NOTICE.terms["draft"])
    return notice


def unsaved(kind: str, subject: Subject, drafter_id: int, issuer: Issuer) -> Notice:
    """The document as it would be drafted now, to be printed and forgotten."""
    return notice_drafts.unsaved(
        kind=kind,
        unit=subject.unit,
        issuer=issuer,
        issues=list(subject.issues),
        drafter_id=drafter_id,
        fields=_links(subject),
    )


def _links(subject: Subject) -> dict[str, Any]:
    return {
        f"{name}_id": getattr(subject, name).id
        for name in ("interview", "risk_point", "parent")
        if getattr(subject, name) is not None
    }


def make_form(move: Move, kind: str, subject: Subject, **fields: Any) -> Notice:
    """The form that this step calls for, signed with the step by whoever takes it. No commit."""
    if KINDS[kind].document_class == "G":
        raise ValueError("a letter is checked and signed by others")
    notice = draft(kind, subject, move.actor.user_id, fields=fields)
    move.inner(notice, "sign", {})
    return notice


def department_issuer() -> Issuer:
    """机关纪委."""
    query = select(Issuer).where(Issuer.signer_role == "office_head").order_by(Issuer.id).limit(1)
    return db.session.scalars(query).one()
