"""约谈建议: the system suggests an interview once an occasion; 机关纪委 proposes it or declines with a reason."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import Interview, InterviewSuggestion, Issue
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit
from riskctl.services.kinds import Move
from riskctl.services.once import insert_new
from riskctl.services.scope import visible
from riskctl.workflows import dictionaries as words

# Of which kind the suggested interview is: a first word after returns, a warning after what is worse.
_KINDS = {"returned": "reminder", "red": "warning", "reopened": "warning", "sham": "warning"}
_RETURNS, _REOPENINGS = 3, 2
_LONGEST_REASON = 500
_MOST = 200


def suggest(issue: Issue, ground: str, spell: str) -> bool:
    """Suggest an interview on this ground once a spell; whether it is new. No commit."""
    return insert_new(
        InterviewSuggestion,
        {"issue_id": issue.id, "ground": ground, "spell": spell, "kind": _KINDS[ground], "at": clock.now()},
    )


def after_return(move: Move) -> None:
    """The third return asks for a 提醒约谈 (domain 3.4), and every one after it."""
    count = move.record.return_count
    if count >= _RETURNS:
        suggest(move.record, "returned", f"{count}")


def after_reopening(move: Move) -> None:
    """What was a sham, or is reopened again, is red at once (domain 3.6)."""
    issue: Issue = move.record
    if move.data.get("reason_code") == "sham":
        suggest(issue, "sham", f"{issue.reopen_count}")
    elif issue.reopen_count >= _REOPENINGS:
        suggest(issue, "reopened", f"{issue.reopen_count}")


def waiting(actor: Actor) -> Sequence[InterviewSuggestion]:
    """What waits for the actor's decision, the oldest first."""
    return _open(actor)


def of_issue(actor: Actor, issue_id: int) -> Sequence[InterviewSuggestion]:
    """What waits for the actor's decision about this issue."""
    return _open(actor, InterviewSuggestion.issue_id == issue_id)


def _open(actor: Actor, *conditions: Any) -> Sequence[InterviewSuggestion]:
    if not allowed(actor, Permission.SUGGESTION_DECIDE):
        return []
    query = (
        select(InterviewSuggestion)
        .join(Issue, Issue.id == InterviewSuggestion.issue_id)
        .where(InterviewSuggestion.decided_at.is_(None), *conditions, visible(actor, "issue"))
        .options(joinedload(InterviewSuggestion.issue).joinedload(Issue.unit))
    )
    return db.session.scalars(query.order_by(InterviewSuggestion.id).limit(_MOST)).all()


def get(actor: Actor, suggestion_id: int) -> InterviewSuggestion:
    """One that waits for the actor's decision; raises NotFound, NotAllowed."""
    if not allowed(actor, Permission.SUGGESTION_DECIDE):
        raise NotAllowed("约谈建议由机关纪委处理", code="no_permission")
    found = _open(actor, InterviewSuggestion.id == suggestion_id)
    if not found:
        raise NotFound("没有这条待处理的约谈建议，可能已由他人处理")
    return found[0]


def reason_of(suggestion: InterviewSuggestion) -> str:
    """Why the interview is suggested, in a sentence that its form starts with."""
    issue = suggestion.issue
    how = {
        "red": f"{'年度评估' if issue.state == 'sustaining' else '整改'}逾期超过10个工作日，已转为红色",
        "returned": f"整改已被退回{issue.return_count}次",
        "reopened": f"销号后重新整改已达{issue.reopen_count}次",
        "sham": "经复核认定存在虚假整改",
    }[suggestion.ground]
    return f"问题 {issue.code} {how}。"


def prefilled(actor: Actor, suggestion_id: int) -> dict[str, Any]:
    """What the form of the proposal starts with."""
    suggestion = get(actor, suggestion_id)
    issue = suggestion.issue
    return {
        "unit_id": issue.unit_id, "kind": suggestion.kind, "basis": issue.code,
        "reason": reason_of(suggestion), "subject_post": issue.resp_leader_post or "", "issue_ids": [issue.id],
    }  # fmt: skip


def take(actor: Actor, suggestion_id: int, interview: Interview) -> None:
    """The interview was proposed: the suggestion is settled with it. No commit."""
    suggestion = get(actor, suggestion_id)
    if suggestion.issue.unit_id != interview.unit_id:
        raise InvalidInput("约谈单位与建议所涉问题的责任单位不一致", field="unit_id", code="other_unit")
    suggestion.interview_id = interview.id
    _decide(actor, suggestion, "take_suggestion", {"interview": interview.code})


def decline(actor: Actor, suggestion_id: int, reason: str) -> Issue:
    """No interview, with the reason, which stays on the issue's record. Commits."""
    suggestion = get(actor, suggestion_id)
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise InvalidInput(f"须写明不采纳的理由，不超过{_LONGEST_REASON}字", field="reason", code="required")
    suggestion.decline_reason = reason.strip()
    _decide(actor, suggestion, "decline_suggestion", {"reason": reason.strip()})
    db.session.commit()
    return suggestion.issue


def _decide(actor: Actor, suggestion: InterviewSuggestion, trigger: str, data: dict[str, Any]) -> None:
    issue = suggestion.issue
    suggestion.decided_at, suggestion.decided_by_id = clock.now(), actor.user_id
    audit.append(
        issue, trigger=trigger, actor_id=actor.user_id, before=audit.snapshot(issue), from_state=issue.state,
        data={"ground": words.SUGGESTION_GROUNDS[suggestion.ground], **data},
    )  # fmt: skip
