"""Making and filling a notice from its issue: what 核定 drafts, and what is still missing from it."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.documents.kinds import KINDS as DOCUMENTS
from riskctl.documents.parts import COLUMNS, PARTS
from riskctl.extensions import db
from riskctl.models import Interview, Issue, Issuer, Notice, Unit
from riskctl.services import audit, cases, notice_lists
from riskctl.services.kinds import Move
from riskctl.services.numbers import top_unit
from riskctl.workflows.engine import Input
from riskctl.workflows.notice import NOTICE, ORDERS


def draft_for(move: Move, kind: str) -> None:
    """Draft the notice of an issue, or bring an unsigned one up to date.

    At 核定 the submitter is its drafter and the verifier its checker, so that it awaits 签发 only; a
    renewed notice waits for 核稿 by another.
    """
    issue: Issue = move.record
    document = _document_kind(issue, kind)
    present = unsigned_of(issue)
    if present is not None and notice_lists.is_joint(present):
        _bring_up_to_date(move, present)
        return
    notice = present or _new(move, document)
    before = audit.snapshot(notice)
    if present is None:
        notice.supersedes_id = _withdrawn_before(issue, notice)
    _fill(notice, issue, document)
    if kind == "rectification_notice":
        _count_as_checked(move, notice)
    db.session.flush()
    if audit.snapshot(notice) != before:
        audit.append(
            notice, trigger="edit", actor_id=move.actor.user_id, before=before, from_state=notice.state
        )
    _to_checking(move, notice)


def _bring_up_to_date(move: Move, joint: Notice) -> None:
    # 立行立改 asks for no plan and gets a paper of its own again, as do the others then.
    if move.record.rectify_type == "immediate":
        move.inner(joint, "discard", {"reason": f"{move.record.code} 改为立行立改"})
    else:
        notice_lists.verified_again(move, joint)


def separated(move: Move) -> None:
    """A paper of several problems that is not signed after all: each that is verified gets its own again."""
    if notice_lists.is_joint(move.record):
        for issue in notice_lists.without_paper(move.record.issues):
            draft_for(replace(move, record=issue), "rectification_notice")


def _document_kind(issue: Issue, kind: str) -> str:
    if kind == "rectification_notice" and issue.rectify_type == "immediate":
        return "immediate_notice"
    return kind


def unsigned_of(issue: Issue) -> Notice | None:
    """The notice that is signed with the issue, while it is not signed yet."""
    query = select(Notice).where(
        Notice.issues.any(Issue.id == issue.id),
        Notice.state.in_(("draft", "checking")),
        Notice.kind.in_(ORDERS),
    )
    return db.session.scalars(query.order_by(Notice.id.desc()).limit(1)).first()


def _new(move: Move, document: str) -> Notice:
    issue: Issue = move.record
    drafter = (move.record.acted or {}).get("submit", [move.actor.user_id])[0]
    if document == "renewed_notice":
        drafter = move.actor.user_id
    return create(
        kind=document, unit=issue.unit, issuer=issuer_for(issue), issues=[issue], drafter_id=drafter
    )


def create(
    *,
    kind: str,
    unit: Unit,
    issuer: Issuer,
    issues: list[Issue],
    drafter_id: int,
    fields: Mapping[str, Any] | None = None,
) -> Notice:
    """A new notice in 拟稿 with its founding event; no commit."""
    notice = unsaved(kind=kind, unit=unit, issuer=issuer, issues=issues, drafter_id=drafter_id, fields=fields)
    db.session.add(notice)
    db.session.flush()
    audit.append(notice, trigger="create", actor_id=drafter_id, before=None, from_state=None)
    return notice


def unsaved(
    *,
    kind: str,
    unit: Unit,
    issuer: Issuer,
    issues: list[Issue],
    drafter_id: int,
    fields: Mapping[str, Any] | None = None,
) -> Notice:
    """A notice in 拟稿 that no session knows: what would be printed of the records as they stand."""
    values: dict[str, Any] = {
        "title": DOCUMENTS[kind].title, "basis": [], "enclosures": [], "service": {}, "parts": {},
        "main_to": unit.name, "copy_to": DOCUMENTS[kind].copy_to if issuer.signer_role == "office_head" else None,
        "contact": issuer.contact, "phone": issuer.phone, **(fields or {}),
    }  # fmt: skip
    return Notice(
        kind=kind,
        document_class=DOCUMENTS[kind].document_class,
        issuer=issuer,
        unit=unit,
        issues=issues,
        drafter_id=drafter_id,
        created_by_id=drafter_id,
        code=f"WS-{secrets.token_hex(5)}",
        state=NOTICE.initial,
        acted={"draft": [drafter_id]},
        **values,
    )


def _withdrawn_before(issue: Issue, notice: Notice) -> int | None:
    query = select(Notice).where(
        Notice.issues.any(Issue.id == issue.id),
        Notice.state == "withdrawn",
        Notice.kind.in_(ORDERS),
        Notice.number.is_not(None),
        Notice.superseded_by_id.is_(None),
    )
    old = db.session.scalars(query.order_by(Notice.id.desc()).limit(1)).first()
    if old is None:
        return None
    succeed(old, notice)
    return old.id


def succeed(old: Notice, notice: Notice) -> None:
    """Say on both that the one takes the place of the other; no commit."""
    before = audit.snapshot(old)
    old.superseded_by_id = notice.id
    db.session.flush()
    audit.append(old, trigger="superseded", actor_id=notice.drafter_id, before=before, from_state=old.state)


def _fill(notice: Notice, issue: Issue, document: str) -> None:
    notice.kind = document
    notice.title = f"关于{issue.title}的{order_title(issue, document)}"[:200]
    notice.main_to = issue.unit.name
    notice.basis = list(issue.basis)
    notice.requirements = issue.requirement
    notice.rectify_due = issue.due_on


def order_title(issue: Issue, document: str) -> str:
    """What the order is called: 严重 problems are ordered, not notified, to be rectified."""
    ordered = document == "rectification_notice" and issue.severity == "grave"
    return f"{'责令' if ordered else ''}{DOCUMENTS[document].title}"


def _count_as_checked(move: Move, notice: Notice) -> None:
    verifier = move.record.acted.get("verify", [move.actor.user_id])[0]
    notice.checker_id = verifier
    notice.acted = {**notice.acted, "check": [verifier]}


def _to_checking(move: Move, notice: Notice) -> None:
    if notice.state == "draft":
        drafter = notice.drafter_id
        move.inner(notice, "submit", {})
        # The inner step stamps who pressed the button; 送核 counts as the drafter's.
        notice.acted = {**notice.acted, "submit": [drafter]}
    db.session.flush()


def issuer_for(issue: Issue) -> Issuer:
    """机关纪委 issues, on a unit's own ledger that unit's 纪委."""
    department = select(Issuer).where(Issuer.signer_role == "office_head").order_by(Issuer.id).limit(1)
    if issue.owner_level == "unit":
        own = select(Issuer).where(
            Issuer.unit_id == top_unit(issue.unit).id, Issuer.signer_role == "unit_discipline"
        )
        found = db.session.scalars(own.order_by(Issuer.id).limit(1)).first()
        if found:
            return found
    return db.session.scalars(department).one()


def set_reply_due(notice: Notice, day: date) -> None:
    """By when the plan is due, counted from the receipt on this day; a letter asks for its answer by the day
    that it names."""
    if notice.kind not in ORDERS:
        notice.reply_due = notice.rectify_due if DOCUMENTS[notice.kind].replies else None
        return
    if term := DOCUMENTS[notice.kind].reply_term:
        notice.plan_due = cases.count_due(notice, "reply_due", day, term)


def missing_parts(notice: Notice) -> list[str]:
    """What the notice still lacks before it can be signed, in the office's words: by the table of its parts."""
    kind = DOCUMENTS[notice.kind]
    about = notice.issues or kind.about != "issue"
    if notice.document_class != "G":
        return [] if about else ["问题"]
    lacking: list[tuple[Any, str]] = [(notice.title, "标题"), (notice.main_to, "主送单位"), (about, "问题")]
    if notice.kind in ORDERS:
        lacking.append((notice.basis, "认定依据"))
    lacking += [_given(notice, item) for item in PARTS.get(notice.kind, ()) if item.required]
    lacking += _of_kind(notice)
    return [label for value, label in lacking if not value]


def _given(notice: Notice, item: Input) -> tuple[Any, str]:
    if item.name == "rectify_due" and notice.kind not in ORDERS:
        # Of an order the day is the issue's, which may run late; a letter that asks for an answer asks ahead.
        ahead = notice.rectify_due is not None and notice.rectify_due >= clock.today()
        return ahead, f"今天或以后的{item.label}"
    value = getattr(notice, item.name) if item.name in COLUMNS else notice.parts.get(item.name)
    return value not in (None, ""), item.label


def _of_kind(notice: Notice) -> list[tuple[Any, str]]:
    if notice.kind == "inspection_suggestion":
        return [(notice.issues or notice.parts.get("situation"), "存在的问题")]
    if notice.kind == "interview_notice":
        interview = db.session.get_one(Interview, notice.interview_id)
        return [(interview.scheduled_at and interview.place, "约谈时间和地点")]
    return []


def missing_parts_of_issue(issue: Issue) -> list[str]:
    """What the issue's unsigned notice lacks; everything before 核定 drafted one."""
    notice = unsigned_of(issue)
    if notice is None:
        return ["整改通知书"]
    # 核定 counts as 核稿 of its own paper, not of one that was put together from several.
    unchecked = ["核稿"] if notice_lists.is_joint(notice) and notice.checker_id is None else []
    return [*missing_parts(notice), *unchecked]
