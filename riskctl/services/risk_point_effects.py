"""What each step stamps on a risk point before it moves; EFFECTS in risk_points.py says which step."""

from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint
from riskctl.services import audit, cases, check_cycles, grading, numbers, rules
from riskctl.services.kinds import Move
from riskctl.services.risk_point_changes import next_review
from riskctl.services.workdays import add_workdays
from riskctl.workflows import grading as law
from riskctl.workflows.issue import ISSUE

PUBLICITY_TERM = 5


def computed(move: Move) -> None:
    """提交审核: the level that likelihood × impact gives; what an earlier review suggested is gone."""
    point = move.record
    point.suggested_level = point.suggested_reason = None
    grading.compute(point)


def reviewed(move: Move) -> None:
    """单位审核通过: the forced-high questions are answered; a suggestion counts only below what they give."""
    point = move.record
    point.rule_hits = law.hits_after(point, move.data)
    grading.compute(point)
    if not law.lowering_asked(point):
        point.suggested_level = point.suggested_reason = None


def graded(move: Move) -> None:
    """审定等级: a 低 goes into the ledger at once, a higher one is shown first."""
    point = move.record
    point.approved_on = move.happened_on
    point.publicity_until = None
    if point.level == "low":
        registered(move)
        return
    point.publicity_until = add_workdays(move.today, PUBLICITY_TERM).on


def registered(move: Move) -> None:
    """登记入账: from now on it is reviewed each year."""
    move.record.review_due = next_review(move.today)
    check_cycles.schedule(move.record, move.today)


def problem_title(point: RiskPoint) -> str:
    """What an issue is called that a confirmed warning becomes."""
    return f"{point.title}：预警核实的问题"[:200]


def problem_issue(move: Move, point: RiskPoint, source_doc: str) -> Issue:
    """An issue in 登记, already filled in and linked to the point; no commit."""
    data = move.data
    issue = Issue(
        code=numbers.case_codes("WT", point.unit)[0],
        state=ISSUE.initial,
        created_by_id=move.actor.user_id,
        acted={"create": [move.actor.user_id]},
        unit_id=point.unit_id,
        source="warning",
        source_doc=source_doc,
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
    return issue


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
