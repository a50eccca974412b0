"""From a notice and its issues to the plain data of the paper, and the stored PDF behind it."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.documents import fonts, sandbox
from riskctl.documents.contexts import NoticeContext
from riskctl.documents.kinds import KINDS
from riskctl.documents.render import checked_html, render_pdf
from riskctl.documents.wording import official_date
from riskctl.errors import NotAllowed, NotFound, RenderingFailed
from riskctl.extensions import db, writing
from riskctl.models import Attachment, Event, Issue, Notice
from riskctl.permissions import Actor
from riskctl.services import attachments, audit, document_templates, ledgers, notice_lists
from riskctl.services.document_facts import FACTS, parts
from riskctl.services.links import verify_url
from riskctl.workflows import dictionaries as words


def source_label(source: str) -> str:
    """The source as units may read it: nobody learns that someone complained (contract 5)."""
    return words.SOURCES["daily" if source == "petition" else source]


def context_of(notice: Notice) -> dict[str, Any]:
    """The plain data of the notice as it stands, with what the template in force makes of them."""
    try:
        return document_templates.filled(notice.kind, told_of(notice))
    except sandbox.FAILURES as error:
        raise RenderingFailed(f"文书内容不全，无法生成：{error}", code="missing_data") from error


def told_to(actor: Actor, kind: str, notice_id: int | None) -> dict[str, Any] | None:
    """The plain data of a document that the actor may see, for a preview of its template; None without one.

    Raises NotFound."""
    if notice_id is None:
        return None
    notice: Notice = ledgers.get(actor, "notice", notice_id)
    if notice.kind != kind:
        raise NotFound("这份文书不是这一种", code="other_kind")
    return told_of(notice)


def told_of(notice: Notice) -> dict[str, Any]:
    """The plain data of the notice as it stands; drafts have no number and no code."""
    issues: list[Issue] = list(notice.issues)
    day = notice.issued_on or clock.today()
    code = notice.verification_code or ""
    kind = KINDS[notice.kind]
    context: NoticeContext = {
        "kind": notice.kind,
        "head": notice.issuer.head,
        "issuer": notice.issuer.name,
        "number": notice.number or "",
        "title": notice.title,
        "main_to": notice.main_to,
        "found_on": min((issue.found_on for issue in issues), default=day).isoformat(),
        "source": "、".join(dict.fromkeys(source_label(issue.source) for issue in issues)),
        "problems": [{"title": issue.title, "verbatim": issue.verbatim} for issue in issues],
        "basis": [{k: v or "" for k, v in clause.items()} for clause in notice.basis],  # type: ignore[misc]
        "requirement": notice.requirements or "",
        "acceptance_standard": issues[0].acceptance_standard or "" if len(issues) == 1 else "",
        "reopen_reason": _reopen_reason(issues[0]) if notice.kind == "renewed_notice" else "",
        "plan_term": kind.reply_term or 0,
        "rectify_due": (notice.rectify_due or day).isoformat(),
        "enclosures": list(notice.enclosures),
        "issued_on": day.isoformat(),
        "copy_to": notice.copy_to or "",
        "printed_by": notice.issuer.name,
        "contact": notice.contact or "",
        "phone": notice.phone or "",
        "verify_url": verify_url(code) if code else "",
        "verification_code": code,
    }
    context["annexes"] = notice_lists.annexes(notice)
    facts = FACTS.get(notice.kind)
    return {**context, **parts.told(notice), **(facts(notice) if facts else {})}


_REOPENED = {
    "rebound": "出现反弹",
    "sham": "存在虚假整改",
    "new_evidence": "经新的证据证实未整改到位",
    "recurrence": "同类情形再次发生",
}


def _reopen_reason(issue: Issue) -> str:
    # The chain is the one place that knows why; its code is never sensitive.
    latest = (
        select(Event.changes)
        .where(Event.case_type == "issue", Event.case_id == issue.id, Event.trigger == "reopen")
        .order_by(Event.seq.desc())
        .limit(1)
    )
    changes = db.session.scalar(latest) or {}
    return _REOPENED.get(changes.get("data", {}).get("reason_code", ""), "")


def preview(notice: Notice) -> bytes:
    """The draft as PDF, with the seal's place drawn; nothing is stored."""
    return render_pdf(notice.kind, context_of(notice))


def pdf_of(actor: Actor, notice_id: int) -> tuple[Notice, bytes]:
    """The PDF of a notice: a draft's preview, or the stored file of a signed one, made at the first call.

    Raises NotFound, and RuleBroken when a draft has nothing to print.
    """
    notice: Notice = ledgers.get(actor, "notice", notice_id)
    if notice.signer_id is None:
        if notice.state == "withdrawn":
            raise NotAllowed("这份文书未签发即已作废，没有正式文本", code="never_signed")
        return notice, preview(notice)
    if notice.context is None:
        raise NotFound("问题已移送，文书内容已清除")
    if notice.pdf_attachment_id is None:
        _make(notice)
    stored = db.session.get_one(Attachment, notice.pdf_attachment_id)
    return notice, attachments.path_of(stored).read_bytes()


def html_of(notice: Notice) -> str:
    """The page behind the PDF of a signed notice, or behind a draft's preview, for those who render many.

    Raises NotAllowed, and RenderingFailed where fonts or data lack.
    """
    if notice.context is None and notice.state == "withdrawn":
        raise NotAllowed("未签发即已作废，没有正式文本", code="never_signed")
    return checked_html(notice.kind, notice.context or context_of(notice))


def _make(notice: Notice) -> None:
    """Render from the frozen context and keep the bytes; whoever comes second finds the first one's file."""
    notice_id, kind, frozen = notice.id, notice.kind, dict(notice.context or {})
    db.session.rollback()  # end the transaction first: nothing is locked while a PDF is made
    data = render_pdf(kind, frozen)
    store(notice_id, data)


def store(notice_id: int, data: bytes) -> Path:
    """Keep the PDF of a signed notice, once: who comes second gets the first one's file. Commits."""
    token = writing.set(True)
    try:
        _keep(notice_id, data)
        db.session.commit()
        stored = select(Attachment).join(Notice, Notice.pdf_attachment_id == Attachment.id)
        path = attachments.path_of(db.session.scalars(stored.where(Notice.id == notice_id)).one())
        db.session.rollback()
        return path
    finally:
        writing.reset(token)


def _keep(notice_id: int, data: bytes) -> None:
    locked = select(Notice).where(Notice.id == notice_id).with_for_update(of=Notice)
    notice = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    if notice.pdf_attachment_id is not None:
        return
    name = f"{notice.number or notice.title}.pdf"
    stored = attachments.keep(notice.signer_id or notice.created_by_id, name, io.BytesIO(data))
    notice.pdf_attachment_id = stored.id
    notice.pdf_sha256 = hashlib.sha256(data).hexdigest()
    audit.append(
        notice, trigger="print", actor_id=None, before=audit.snapshot(notice), from_state=notice.state,
        data={"pdf_on": clock.today(), "pdf_sha256": notice.pdf_sha256},
    )  # fmt: skip


def unprintable(notice: Notice) -> str | None:
    """Why the notice could not go out as it stands: fonts or characters that are missing, a template that does
    not fit its data, a clock that would give it a wrong date."""
    if wrong := _wrong_clock():
        return wrong
    try:
        context = context_of(notice)
    except RenderingFailed as error:
        return error.message
    return why_unprintable(json.dumps(context, ensure_ascii=False))


def _wrong_clock() -> str | None:
    # Letters only: they bear a number of the year, and one that is wrong can be withdrawn.
    signed = select(Notice.issued_on).where(
        Notice.issued_on > clock.today(), Notice.state != "withdrawn", Notice.document_class == "G"
    )
    latest = db.session.scalar(signed.order_by(Notice.issued_on.desc(), Notice.id.desc()).limit(1))
    if latest is None:
        return None
    return (
        f"系统日期是{official_date(clock.today())}，已有文书的成文日期是{official_date(latest)}：请系统管理员核对服务器时间；"
        "如果是那份文书的日期有误，请先撤销"
    )


def why_unprintable(text: str) -> str | None:
    """Why a text could not be printed: it would come out as empty boxes. None when it can."""
    if missing := fonts.check():
        return "；".join(missing)
    lacking = fonts.uncovered(text)
    return f"下列字符没有字体可以印出，请改写：{'、'.join(lacking)}" if lacking else None
