"""What each step stamps on a risk point before it moves; EFFECTS in risk_points.py says which step."""

from datetime import date

from riskctl.extensions import db
from riskctl.models import ChangeProposal, Issue, RiskPoint, RiskWarning
from riskctl.services import audit, cases, numbers, rules
from riskctl.services.kinds import Move
from riskctl.services.workdays import add_workdays
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue import ISSUE

PUBLICITY_TERM = 5


def next_review(day: date) -> date:
    """Every point is reviewed each year by 31 December (domain 2.3); one entered in Q4, the year after."""
    return date(day.year + (day.month >= 10), 12, 31)


def computed(move: Move) -> None:
    """The level that likelihood × impact gives."""
    point = move.record
    point.computed_level = words.level_of(point.likelihood, point.impact)


def graded(move: Move) -> None:
    """审定等级: a 低 goes into the ledger at once, a higher one is shown first."""
    point = move.record
    point.approved_on = move.today
    point.publicity_until = None
    if point.level == "low":
        registered(move)
        return
    point.publicity_until = add_workdays(move.today, PUBLICITY_TERM).on


def registered(move: Move) -> None:
    """登记入账: from now on it is reviewed each year."""
    move.record.review_due = next_review(move.today)


def warned(move: Move) -> None:
    """发出预警: a record of its own beside the point."""
    data = move.data
    db.session.add(
        RiskWarning(
            risk_point=move.record,
            colour=data["colour"],
            facts=data["facts"],
            requirement=data["requirement"],
            reply_due=data["reply_due"],
            opened_by_id=move.actor.user_id,
            opened_at=move.now,
        )
    )


def lifted(move: Move) -> None:
    """解除预警: who did it and with what result."""
    for warning in move.record.warnings:
        if warning.lifted_at is None:
            warning.lifted_at, warning.lifted_by_id = move.now, move.actor.user_id
            warning.result = move.data["result"]


def confirmed(move: Move) -> None:
    """A confirmed problem becomes an issue, already filled in and linked."""
    point, data = move.record, move.data
    issue = Issue(
        code=numbers.case_codes("WT", point.unit)[0],
        state=ISSUE.initial,
        created_by_id=move.actor.user_id,
        acted={"create": [move.actor.user_id]},
        unit_id=point.unit_id,
        source="warning",
        source_doc=point.code,
        title=data["problem_title"],
        verbatim=data["problem"],
        found_on=data["found_on"],
        resp_post=point.resp_post,
        resp_leader_post=point.resp_leader_post,
        owner_level="department",
        basis=[],
        measures=[],
        risk_points=[point],
    )
    cases.start(issue, rules.value("issue_terms")["draft"])
    db.session.add(issue)
    db.session.flush()
    audit.append(issue, trigger="create", actor_id=move.actor.user_id, before=None, from_state=None)
    _lift_all(move, f"确认为问题 {issue.code}")


def _lift_all(move: Move, result: str) -> None:
    move.data["result"] = result
    lifted(move)


def linked(move: Move) -> None:
    """转入整改: the issue and the point know each other."""
    issue = db.session.get_one(Issue, move.data["issue"])
    if move.record in issue.risk_points:
        return
    before = audit.snapshot(issue)
    issue.risk_points = [*issue.risk_points, move.record]
    cases.touch(issue)
    db.session.flush()
    audit.append(issue, trigger="link", actor_id=move.actor.user_id, before=before, from_state=issue.state)


def affirmed(move: Move) -> None:
    """复核维持: what was still to be filled in came with it, and the next review is due a year later."""
    computed(move)
    point = move.record
    point.review_due = next_review(move.today)
    if point.state == "active":
        point.step_due_on = point.review_due


def proposed(move: Move) -> None:
    """提出变更: old and new side by side; nothing changes before the approval."""
    data = move.data
    changes = {
        name.removeprefix("new_"): {"old": audit.plain(getattr(move.record, name.removeprefix("new_"))),
                                    "new": audit.plain(value)}
        for name, value in data.items()
        if name.startswith("new_")
    }  # fmt: skip
    db.session.add(
        ChangeProposal(
            risk_point=move.record,
            source="review",
            kind=data["kind"],
            changes=changes,
            reason=data["reason"],
            proposed_by_id=move.actor.user_id,
            proposed_at=move.now,
        )
    )


def open_proposal(point: RiskPoint, source: str = "review") -> ChangeProposal | None:
    """The undecided proposal of this source, if there is one."""
    for proposal in reversed(point.proposals):
        if proposal.source == source and proposal.decision is None:
            return proposal
    return None


def approved(move: Move) -> None:
    """同意变更: what was proposed is what stands there now."""
    proposal = open_proposal(move.record)
    if proposal is None:
        return
    for name, change in proposal.changes.items():
        setattr(move.record, name, change["new"])
    computed(move)
    if {"likelihood", "impact"} & set(proposal.changes) and move.record.computed_level:
        move.record.level = move.record.computed_level
    move.record.review_due = next_review(move.today)
    _decide(move, proposal, "approved")


def rejected(move: Move) -> None:
    """不同意变更: the proposal is decided, the point stays as it was."""
    if proposal := open_proposal(move.record):
        _decide(move, proposal, "rejected")


def cancelled(move: Move) -> None:
    """移出台账: the document that abolished the post or the power is kept."""
    move.record.review_due = None
    if proposal := open_proposal(move.record):
        proposal.document_no = move.data["cancel_document"]
        _decide(move, proposal, "approved")


def _decide(move: Move, proposal: ChangeProposal, decision: str) -> None:
    proposal.decision, proposal.decided_at = decision, move.now
    proposal.decided_by_id = move.actor.user_id
