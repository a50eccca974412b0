"""The four collections of cases."""

from typing import Any

from riskctl.api.collections import Collection, make_blueprint
from riskctl.permissions import Actor
from riskctl.schemas import cases as schemas
from riskctl.services import interviews, issues, notices, risk_points


def _edit_issue(actor: Actor, issue_id: int, data: dict[str, Any], *, version: int) -> Any:
    reason = data.pop("reason", None)
    return issues.edit(actor, issue_id, data, version=version, reason=reason)


COLLECTIONS = (
    Collection(
        "risk-points", "risk_point", schemas.RiskPointIn, schemas.RiskPointChange,
        risk_points.create, risk_points.edit,
    ),
    Collection("issues", "issue", schemas.IssueIn, schemas.IssueChange, issues.create, _edit_issue),
    Collection(
        "interviews", "interview", schemas.InterviewIn, schemas.InterviewChange,
        interviews.create, interviews.edit,
    ),
    Collection("notices", "notice", schemas.NoticeIn, schemas.NoticeChange, notices.create, notices.edit),
)  # fmt: skip
blueprints = [make_blueprint(collection) for collection in COLLECTIONS]
