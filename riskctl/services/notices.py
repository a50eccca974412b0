"""文书: what each step of a notice does beside moving it; numbering, freezing and receipt."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from riskctl.documents.contexts import digest
from riskctl.documents.kinds import KINDS as DOCUMENTS
from riskctl.documents.wording import document_number
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Issue, Issuer, Notice
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.services import (
    cases,
    drafting,
    identifiers,
    interview_papers,
    notice_contexts,
    notice_drafts,
    notice_lists,
    numbers,
    receipts,
    step_forms,
    system_account,
    warning_notices,
    withdrawals,
)
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind, Move
from riskctl.workflows.notice import NOTICE, ORDERS, is_form, is_letter, ordered


def create(actor: Actor, data: Mapping[str, Any]) -> Notice:
    """Draft a document by hand: an order for problems of one unit, or a letter that fits its record."""
    if data["kind"] not in DOCUMENTS:
        raise InvalidInput("没有这种文书", field="kind", code="unknown_choice")
    if data["kind"] not in ORDERS:
        return drafting.create(actor, data["kind"], drafting.target(actor, data), data)
    return _order(actor, data)


def _order(actor: Actor, data: Mapping[str, Any]) -> Notice:
    if not data.get("issue_ids"):
        raise InvalidInput("请选择问题", field="issue_ids", code="required")
    issues = cases.linked_issues(actor, data["issue_ids"])
    if not allowed(actor, Permission.NOTICE_DRAFT, issues[0].unit_id):
        raise NotAllowed("您的岗位不能拟制文书", code="no_permission")
    if len({issue.unit_id for issue in issues}) > 1:
        raise InvalidInput("一份文书只能发给一个单位", field="issue_ids", code="several_units")
    _refuse_second(issues, data["kind"])
    issuer = _issuer(data.get("issuer_id"), issues[0])
    _require_drafter(actor, issuer)
    notice = notice_drafts.create(
        kind=data["kind"], unit=issues[0].unit, issuer=issuer, issues=issues, drafter_id=actor.user_id
    )
    given = {k: v for k, v in data.items() if k in _GIVEN and v is not None}
    issue = issues[0]
    filled = {"basis": issue.basis, "requirements": issue.requirement, "rectify_due": issue.due_on, **given}
    if notice_lists.annexes(notice):
        filled["enclosures"] = [*notice_lists.ENCLOSED, *given.get("enclosures", ())]
    cases.apply_changes(actor, notice, filled, trigger="edit")
    db.session.commit()
    return notice


_GIVEN = (
    "title", "main_to", "copy_to", "basis", "requirements", "rectify_due", "contact", "phone", "enclosures",
)  # fmt: skip


def _issuer(issuer_id: int | None, issue: Issue) -> Issuer:
    if issuer_id is None:
        return notice_drafts.issuer_for(issue)
    issuer = db.session.get(Issuer, issuer_id)
    if issuer is None:
        raise InvalidInput("没有这个发文机关", field="issuer_id", code="unknown_issuer")
    return issuer


def _require_drafter(actor: Actor, issuer: Issuer) -> None:
    if not drafting.may_draft(actor, issuer):
        theirs = issuer.signer_role == Role.RESIDENT and Role.UNIT_DISCIPLINE not in actor.roles
        raise NotAllowed(
            "驻厅纪检监察组的文书由其自行拟制和修改"
            if theirs
            else "单位纪委只能以本单位纪委的名义拟制和修改文书",
            code="issuer",
        )


def _refuse_second(issues: list[Issue], kind: str) -> None:
    ids = [issue.id for issue in issues]
    query = select(Notice).where(
        Notice.issues.any(Issue.id.in_(ids)),
        Notice.kind == kind,
        Notice.state.not_in(("withdrawn", "archived")),
    )
    other = db.session.scalars(query.limit(1)).first()
    if other is not None:
        label = other.number or other.code
        raise InvalidInput(f"该问题已有同类文书 {label}", field="issue_ids", code="has_notice")


def edit(actor: Actor, notice_id: int, data: Mapping[str, Any], *, version: int) -> Notice:
    """Change what the state leaves open."""
    notice: Notice = cases.load_for_edit(actor, Notice, notice_id, version)
    if not allowed(actor, Permission.NOTICE_DRAFT, notice.unit_id):
        raise NotAllowed("您的岗位不能修改文书", code="no_permission")
    _require_drafter(actor, notice.issuer)
    cases.refuse_locked(NOTICE, notice, data, correcting=False)
    cases.apply_changes(actor, notice, drafting.changed(notice, data), trigger="edit")
    db.session.commit()
    return notice


# --- effects --------------------------------------------------------------------------------------


def _submitted(move: Move) -> None:
    # What the system drafted becomes the work of whoever takes it over (SOD-4).
    if move.record.drafter_id == system_account.user_id():
        move.record.drafter_id = move.actor.user_id


def _checked(move: Move) -> None:
    move.record.checker_id = move.actor.user_id


def _sent_back(move: Move) -> None:
    move.record.checker_id = None


def _signed(move: Move) -> None:
    """Number and frozen text, in the signing transaction; the PDF is made after it."""
    notice: Notice = move.record
    notice.signer_id = move.actor.user_id
    notice.issued_on = move.happened_on  # 成文日期 is the day of the signature
    if is_letter(notice):  # forms have no number (contract 4)
        year = notice.issued_on.year
        series = DOCUMENTS[notice.kind].series
        word = notice.issuer.words.get(series, notice.issuer.word)
        notice.number = document_number(word, year, numbers.next_in(f"{word}/{year}"))
        notice_drafts.set_reply_due(notice, move.today)
    notice.verification_code = secrets.token_hex(8).upper()
    context = notice_contexts.context_of(notice)
    notice.context = dict(context)
    notice.sha256 = digest(context)


def _replied(move: Move) -> None:
    move.record.replied_on = move.data.get("replied_on", move.today)


EFFECTS = {
    "submit": _submitted,
    "check": _checked,
    "send_back": _sent_back,
    "sign": _signed,
    "send": receipts.sent,
    "leave": receipts.left,
    "receive": receipts.received,
    "reply": _replied,
}

# --- what the step does to the issues of the notice -------------------------------------------------


def _issues_signed(move: Move) -> None:
    for issue in ordered(move.record):
        if issue.state == "verifying" and issue.verified_at is not None:
            move.inner(issue, "issue", {})


def _issues_received(move: Move) -> None:
    for issue in ordered(move.record):
        if issue.state == "issued":
            move.inner(issue, "sign_receipt", dict(move.data))


def _issues_left(move: Move) -> None:
    # What was refused counts as received, by its problems too (domain 4.2).
    receipt = {"received_on": move.data["left_on"], "receiver": move.record.service["receiver"]}
    for issue in ordered(move.record):
        if issue.state == "issued":
            move.inner(issue, "sign_receipt", dict(receipt))


def _replies(move: Move) -> None:
    warning_notices.answered(move)
    interview_papers.answered(move)


FOLLOW_UPS = {
    "sign": _issues_signed,
    "leave": _issues_left,
    "receive": _issues_received,
    "reply": _replies,
    "discard": notice_drafts.separated,
    "withdraw": withdrawals.withdrawn,
}


def _elsewhere(notice: Notice) -> list[str]:
    # Objected or recalled meanwhile: the receipt has to wait for the answer.
    return [issue.code for issue in ordered(notice) if issue.state in ("verifying", "transferred")]


def _unverified(notice: Notice) -> list[str]:
    # Sent back or edited after its 核定: the paper may say what nobody has verified.
    early = [issue for issue in ordered(notice) if issue.state in ("draft", "verifying")]
    return [issue.code for issue in early if issue.verified_at is None]


def _running(notice: Notice) -> list[str]:
    return [issue.code for issue in ordered(notice) if issue.state in ("issued", "planning", "objected")]


def issuers() -> list[Issuer]:
    """Every issuer, in the order in which they were set up."""
    return list(db.session.scalars(select(Issuer).order_by(Issuer.id)))


def _carried(notice: Notice) -> bool:
    if is_form(notice) and notice.kind in step_forms.CARRIED:
        return True  # settled by the step of its case
    # Signing the issue signs its notice, and the plan is the reply to it.
    follows = {"checking": "verifying", "received": "planning"}.get(notice.state)
    if notice.state == "received" and notice.kind == warning_notices.KIND:
        return True  # answered where the warning is answered
    return any(issue.state == follows for issue in ordered(notice))


KIND = CaseKind(
    model=Notice,
    workflow=NOTICE,
    effects=EFFECTS,
    follow_ups=FOLLOW_UPS,
    facts={
        **COMMON,
        "missing_parts": lambda notice, roster: notice_drafts.missing_parts(notice),
        "identifiers": lambda notice, roster: identifiers.found_in(notice),
        "unprintable": lambda notice, roster: notice_contexts.unprintable(notice),
        "issues_elsewhere": lambda notice, roster: _elsewhere(notice),
        "running_issues": lambda notice, roster: _running(notice),
        "unverified_issues": lambda notice, roster: _unverified(notice),
    },
    carried=_carried,
    counted="reply_due",
)
