"""What a step of an issue does to its notice and to its risk points, in the same transaction.

A fact is entered once: signing the issue is signing its 整改通知书, receiving the one receives the other.
Each function looks only for records that the step still concerns, so that a step which came from the
other record finds nothing left to do.
"""

from collections.abc import Sequence

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import Extension, Issue, Notice
from riskctl.models.issue import issue_risk_point
from riskctl.services import (
    audit,
    cases,
    clue_letters,
    interview_suggestions,
    lookbacks,
    notice_drafts,
    notice_lists,
    step_forms,
)
from riskctl.services.kinds import Move
from riskctl.workflows.issue import SETTLED
from riskctl.workflows.notice import ORDERS


def notices_of(issue: Issue, states: Sequence[str]) -> list[Notice]:
    """The issue's papers in these states, of whatever kind, the latest first."""
    query = select(Notice).where(Notice.issues.any(Issue.id == issue.id), Notice.state.in_(states))
    return list(db.session.scalars(query.order_by(Notice.id.desc())))


def _orders_of(issue: Issue, *states: str) -> list[Notice]:
    return [notice for notice in notices_of(issue, states) if notice.kind in ORDERS]


def verified(move: Move) -> None:
    """核定 drafts the notice, or brings the unsigned one up to date."""
    notice_drafts.draft_for(move, "rectification_notice")


def recounted(issue: Issue) -> None:
    """An unsigned notice orders the date that the issue has now."""
    notice = notice_drafts.unsigned_of(issue) if issue.state == "verifying" else None
    if notice is None or notice.rectify_due == issue.due_on:
        return
    before = audit.snapshot(notice)
    notice.rectify_due = issue.due_on
    db.session.flush()
    audit.append(notice, trigger="recount", actor_id=None, before=before, from_state=notice.state)


def issued(move: Move) -> None:
    """Sign the notice that 核定 drafted, and put the risk points into rectification."""
    for notice in _orders_of(move.record, "checking")[:1]:
        move.inner(notice, "sign", {})
    _points_into_rectification(move)


def _points_into_rectification(move: Move) -> None:
    for point in move.record.risk_points:
        if point.state == "active":
            move.inner(point, "link_issue", {"issue": move.record.id})


def received(move: Move) -> None:
    """The unit's receipt is the receipt of the notice."""
    for notice in _orders_of(move.record, "signed", "sealed", "sent")[:1]:
        receiver = move.data.get("receiver", "")
        day = move.data.get("received_on", move.today)
        move.inner(notice, "receive", {"receiver": receiver, "received_on": day})


def replied(move: Move) -> None:
    """The first plan is the reply to the notice; of several problems, the first plan of each."""
    for notice in _orders_of(move.record, "received")[:1]:
        notice_lists.reply_when_all_have(move, notice)


def withdraw_notice(move: Move) -> None:
    """撤回交办 and 采纳异议 withdraw the notice; its number stays. One of several problems only leaves it."""
    for notice in _orders_of(move.record, "signed", "sealed", "sent", "received", "replied"):
        if notice_lists.is_joint(notice):
            notice_lists.release(move, notice)
        else:
            move.inner(notice, "withdraw", {"reason": move.data["reason"]})


def discard_notice(move: Move) -> None:
    """A notice that was never signed goes with its issue."""
    for notice in notices_of(move.record, ("draft", "checking")):
        move.inner(notice, "discard", {"reason": move.data.get("reason", "问题已移送")})


def transferred(move: Move) -> None:
    """移送 erases the text everywhere: in the draft notice too, and behind the digests of the chains."""
    discard_notice(move)
    for notice in notices_of(move.record, ("withdrawn",)):
        if notice.number is None:
            _erase_notice(move, notice)
    for extension in db.session.scalars(select(Extension).where(Extension.issue_id == move.record.id)):
        _erase_extension(move, extension)
    lookbacks.erase(move)
    step_forms.erase(move.record)
    audit.erase("issue", move.record.id)
    clue_letters.transferred(move)


def _erase_extension(move: Move, extension: Extension) -> None:
    before = audit.snapshot(extension)
    extension.reason = "（已移送）"
    cases.touch(extension)
    db.session.flush()
    audit.append(
        extension, trigger="erase", actor_id=move.actor.user_id, before=before, from_state=extension.state
    )
    audit.erase("extension", extension.id)


def _erase_notice(move: Move, notice: Notice) -> None:
    before = audit.snapshot(notice)
    notice.title, notice.requirements, notice.basis = "（已移送）", None, []
    db.session.flush()
    audit.append(notice, trigger="erase", actor_id=move.actor.user_id, before=before, from_state=notice.state)
    audit.erase("notice", notice.id)


def settled(move: Move) -> None:
    """A risk point goes back under watch when its last issue is settled; it never closes with it."""
    if move.record.state not in SETTLED:
        return
    for point in move.record.risk_points:
        if point.state == "rectifying" and not unsettled_issues(point.id):
            move.inner(point, "resume", {"result": f"{move.record.code} 已办结"})


def reopened(move: Move) -> None:
    """A reopened issue gets its 重新整改通知书 and takes its risk points back into rectification."""
    notice_drafts.draft_for(move, "renewed_notice")
    interview_suggestions.after_reopening(move)
    _points_into_rectification(move)
    lookbacks.settle(move)


def unsettled_issues(point_id: int) -> list[str]:
    """Codes of the linked issues that still need work."""
    query = (
        select(Issue.code)
        .join(issue_risk_point, issue_risk_point.c.issue_id == Issue.id)
        .where(issue_risk_point.c.risk_point_id == point_id, Issue.state.not_in(SETTLED))
    )
    return list(db.session.scalars(query.order_by(Issue.id)))
