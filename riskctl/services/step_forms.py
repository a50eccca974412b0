"""The forms that steps call for (domain 4, column "Document"): begun as a draft that prints what stands so far and is
signed by hand, settled with the step that ends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from riskctl.documents.kinds import KINDS
from riskctl.extensions import db
from riskctl.models import AnnualReview, Case, Interview, Issue, Notice, RiskPoint
from riskctl.services import attachments, cases, notice_drafts, papers
from riskctl.services.kinds import Move
from riskctl.services.papers import Subject


@dataclass(frozen=True)
class Called:
    """A form with the steps that begin, settle and drop it; `only` of the case's kind where it has one."""

    kind: str
    settles: tuple[str, ...]
    begins: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


_TALKS = ("routine", "reminder", "warning", "collective", "pre_appointment")
CALLED: Mapping[str, Sequence[Called]] = {
    "issue": (
        Called("verification_form", begins=("verify",), settles=("issue",)),
        Called("objection_opinion", settles=("uphold", "accept_objection")),
        Called("rectification_plan", begins=("submit_plan",), settles=("approve_plan",)),
        Called("commitment", settles=("submit_plan",)),
        Called("inspection_record", settles=("pass_inspection", "accept_directly")),
        Called(
            "closure_approval", begins=("apply_closure", "accept_directly", "record_done"), settles=("close",)
        ),
        Called("volume_catalogue", settles=("archive",)),
        Called("transfer_list", settles=("transfer",)),
    ),
    "extension": (
        Called(
            "extension_application", settles=("approve", "reject"), drops=("withdraw",)
        ),
    ),
    "lookback": (Called("lookback_record", settles=("check", "confirm")),),
    "interview": (
        Called("interview_approval", settles=("approve", "reject")),
        Called("interview_record", begins=("hold",), settles=("sign",), only=_TALKS),
        Called("admonition_record", begins=("hold",), settles=("sign",), only=("admonition",)),
        Called("volume_catalogue", settles=("archive",)),
    ),
    "risk_point": (
        Called("risk_point_form", begins=("submit",), settles=("grade",), drops=("void",)),
        Called(
            "change_approval", begins=("propose_change",), settles=("approve_change", "reject_change", "cancel")
        ),
    ),
    "annual_review": (
        Called("annual_review_form", begins=("confirm",), settles=("countersign", "record_paper")),
    ),
    "notice": (
        Called("dispatch_draft", settles=("sign",)),
        Called("warning_feedback", settles=("sign",), only=("warning_notice",)),
        Called("service_receipt", begins=("send",), settles=("receive", "leave"), drops=("withdraw",)),
    ),
}  # fmt: skip
# Forms whose draft is settled by the case itself and waits for nobody.
CARRIED = frozenset(called.kind for each in CALLED.values() for called in each)


def after(move: Move) -> None:
    """Make, settle or drop the forms that this step calls for; no commit."""
    case: Case = move.record
    if isinstance(case, Notice) and case.document_class != "G":
        return  # a form has no forms of its own
    for called in CALLED.get(case.CASE_TYPE, ()):
        if called.only and getattr(case, "kind", "") not in called.only:
            continue
        if move.trigger in called.drops and (found := _draft(case, called.kind)):
            move.inner(found, "discard", {"reason": move.data.get("reason", "申请已撤回")})
        if move.trigger in (*called.begins, *called.settles):
            form = _draft(case, called.kind) or _new(move, called.kind)
            if move.trigger in called.settles:
                move.inner(form, "sign", {})
    if move.trigger == "archive" and isinstance(case, (Issue, Interview, Notice)):
        _archive(move, case)


def begin(actor_id: int, case: Case, kind: str) -> Notice:
    """The draft of a form that a case is founded with; no commit."""
    return papers.draft(kind, _subject(case), actor_id, issuer=_issuer(case))


def _new(move: Move, kind: str) -> Notice:
    return begin(move.actor.user_id, move.record, kind)


def _subject(case: Any) -> Subject:
    if isinstance(case, Issue):
        return Subject(case.unit, issues=[case])
    if isinstance(case, Interview):
        return Subject(case.unit, interview=case)
    if isinstance(case, RiskPoint):
        return Subject(case.unit, risk_point=case)
    if isinstance(case, AnnualReview):
        return Subject(case.unit)
    if isinstance(case, Notice):
        point = db.session.get(RiskPoint, case.risk_point_id) if case.risk_point_id else None
        interview = db.session.get(Interview, case.interview_id) if case.interview_id else None
        # With all that it is about, so that nobody sees more of it than of the letter itself.
        return Subject(case.unit, list(case.issues), interview, point, parent=case)
    return Subject(case.unit, issues=[case.issue])  # an extension or a look-back, printed with its issue


def _issuer(case: Any) -> Any:
    if isinstance(case, Notice):
        return case.issuer
    issue = case if isinstance(case, Issue) else getattr(case, "issue", None)
    return notice_drafts.issuer_for(issue) if issue is not None else None


def _about(case: Any) -> Any:
    subject = _subject(case)
    if subject.parent is not None:
        return Notice.parent_id == subject.parent.id
    if subject.issues:
        return Notice.issues.any(Issue.id == subject.issues[0].id)
    if subject.interview is not None:
        return Notice.interview_id == subject.interview.id
    if subject.risk_point is not None:
        return Notice.risk_point_id == subject.risk_point.id
    return Notice.unit_id == subject.unit.id


def _draft(case: Case, kind: str) -> Notice | None:
    query = select(Notice).where(_about(case), Notice.kind == kind, Notice.state == "draft")
    return db.session.scalars(query.order_by(Notice.id.desc()).limit(1)).first()


def _archive(move: Move, case: Issue | Interview | Notice) -> None:
    """The case's forms go into its volume with it."""
    query = select(Notice).where(_about(case), Notice.document_class != "G", Notice.state == "signed")
    for form in db.session.scalars(query.order_by(Notice.id)):
        move.inner(form, "archive", {})


def erase(issue: Issue) -> None:
    """移送 erases what forms repeat of the issue's text; that they were made, and their digest, stays."""
    forms = select(Notice).where(
        Notice.issues.any(Issue.id == issue.id), Notice.document_class != "G", Notice.context.is_not(None)
    )
    for form in db.session.scalars(forms):
        if KINDS[form.kind].code != "transfer_list":
            stored, form.context, form.pdf_attachment_id = form.pdf_attachment_id, None, None
            cases.touch(form)
            db.session.flush()
            attachments.erase(stored)
