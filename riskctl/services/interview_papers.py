"""The letters of an interview: drafted by the step that calls for them, answered with it."""

from typing import Any

from riskctl.documents.kinds import KINDS
from riskctl.extensions import db
from riskctl.models import Interview, Notice
from riskctl.services import audit, drafting, drafting_rules, notice_drafts, papers, system_account
from riskctl.services.draft_defaults import of as defaults_of
from riskctl.services.kinds import Move
from riskctl.services.papers import Subject


def notified(move: Move) -> None:
    """通知 drafts the 约谈通知书, or the 函询通知书 of a 函询; after 改期 an unsigned one tells the new time."""
    interview: Interview = move.record
    kind = "inquiry_notice" if interview.kind == "inquiry" else "interview_notice"
    present = _latest(interview, kind)
    if present is not None and present.state in ("draft", "checking"):
        _renew(move, present)
        return
    notice = _draft(move, kind, supersedes_id=present.id if present else None)
    if present is not None:
        notice_drafts.succeed(present, notice)


def held(move: Move) -> None:
    """谈话 drafts the 诫勉书 of a 诫勉谈话."""
    interview: Interview = move.record
    if interview.kind == "admonition" and _latest(interview, "admonition") is None:
        _draft(move, "admonition")


def cancelled(move: Move) -> None:
    """What nobody signed yet is not signed any more."""
    query = Notice.interview_id == move.record.id
    for kind in ("interview_notice", "inquiry_notice"):
        notice = drafting_rules.latest(kind, query)
        if notice is not None and notice.state in ("draft", "checking"):
            move.inner(notice, "discard", {"reason": "约谈已取消"})


def replied(move: Move) -> None:
    """The written answer to a 函询 is the reply to its letter."""
    notice = _latest(move.record, "inquiry_notice")
    if notice is not None and notice.state == "received":
        move.inner(notice, "reply", {"reply": "已书面答复", "replied_on": move.today})


def answered(move: Move) -> None:
    """The reply to the letter is the written answer to the 函询."""
    notice: Notice = move.record
    if notice.kind != "inquiry_notice":
        return
    interview = db.session.get_one(Interview, notice.interview_id)
    if interview.state == "notified":
        move.inner(interview, "reply", {"reply": move.data["reply"]})


def _latest(interview: Interview, kind: str) -> Notice | None:
    return drafting_rules.latest(kind, Notice.interview_id == interview.id)


def _draft(move: Move, kind: str, **fields: Any) -> Notice:
    """In 拟稿 under the system's name, so that nobody is kept from checking or signing it (SOD-4)."""
    interview: Interview = move.record
    able = drafting.issuers_for(move.actor, KINDS[kind], interview.unit) or [papers.department_issuer()]
    columns, parts = drafting.split(kind, defaults_of(KINDS[kind], interview, {"issuer": able[0]}))
    return papers.draft(
        kind, Subject(interview.unit, interview=interview), system_account.user_id(),
        issuer=able[0], fields={**columns, **_contact(interview), "parts": parts, **fields},
    )  # fmt: skip


def _contact(interview: Interview) -> dict[str, str | None]:
    # 通知 asks for 联系人及电话 in one line.
    return {"contact": interview.contact[:64], "phone": None} if interview.contact else {}


def _renew(move: Move, notice: Notice) -> None:
    before = audit.snapshot(notice)
    fields = _contact(move.record)
    notice.contact, notice.phone = fields.get("contact", notice.contact), fields.get("phone", notice.phone)
    if notice.kind == "inquiry_notice":
        notice.rectify_due = move.record.report_due
    # What was checked is no longer what the letter says.
    notice.checker_id = None
    db.session.flush()
    if audit.snapshot(notice) != before:
        audit.append(
            notice, trigger="edit", actor_id=move.actor.user_id, before=before, from_state=notice.state
        )
