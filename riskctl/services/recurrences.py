"""同类复发: an issue on the same risk point and in the same domain as one of the last twelve months."""

from sqlalchemy import or_, select

from riskctl.extensions import db
from riskctl.models import Issue
from riskctl.models.issue import issue_risk_point
from riskctl.permissions import Actor
from riskctl.services.facts import months_before
from riskctl.services.scope import visible

_NEVER_ON_THE_LEDGER = ("draft", "void", "transferred")
_MOST = 20


def earlier(actor: Actor, issue: Issue) -> list[Issue]:
    """Issues that the actor may see and that this one may repeat, the latest first: still running, or closed
    within twelve months before it was found (domain 3.7). Few hang on one risk point, whose index leads there."""
    if issue.domain is None:
        return []
    own = select(issue_risk_point.c.risk_point_id).where(issue_risk_point.c.issue_id == issue.id)
    same = select(issue_risk_point.c.issue_id).where(issue_risk_point.c.risk_point_id.in_(own))
    query = select(Issue).where(
        Issue.id.in_(same),
        Issue.id < issue.id,
        Issue.domain == issue.domain,
        Issue.state.not_in(_NEVER_ON_THE_LEDGER),
        or_(Issue.closed_on.is_(None), Issue.closed_on >= months_before(issue.found_on, 12)),
        visible(actor, "issue"),
    )
    return list(db.session.scalars(query.order_by(Issue.id.desc()).limit(_MOST)))
