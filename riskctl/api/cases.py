"""The collections of cases."""

from typing import Any

from riskctl.api.collections import Collection, make_blueprint
from riskctl.documents.kinds import KINDS as DOCUMENTS
from riskctl.permissions import Actor
from riskctl.schemas import annual_reviews, cases as schemas, lookbacks as lookback_schemas, records
from riskctl.schemas.base import choice
from riskctl.services import (
    campaigns,
    extensions,
    interviews,
    issues,
    notices,
    risk_points,
    self_checks,
    warning_opening,
    warnings,
)
from riskctl.workflows import dictionaries as words
from riskctl.workflows.warning import KINDS as WARNING_KINDS

_KINDS = {code: kind.title for code, kind in DOCUMENTS.items()}


def _edit_issue(actor: Actor, issue_id: int, data: dict[str, Any], *, version: int) -> Any:
    reason = data.pop("reason", None)
    return issues.edit(actor, issue_id, data, version=version, reason=reason)


class NoticeIn(schemas.NoticeIn):
    """A notice drafted by hand, of a kind that there is."""

    kind = choice(_KINDS, required=True)


COLLECTIONS = (
    Collection(
        "risk-points", "risk_point",
        inputs=(schemas.RiskPointIn, schemas.RiskPointChange),
        outputs=(records.RiskPointRow, records.RiskPointOut),
        services=(risk_points.create, risk_points.edit),
        filters={"level": words.LEVELS, "category": words.CATEGORIES},
    ),
    Collection(
        "issues", "issue",
        inputs=(schemas.IssueIn, schemas.IssueChange),
        outputs=(records.IssueRow, records.IssueOut),
        services=(issues.create, _edit_issue),
        filters={"level": words.SEVERITIES, "severity": words.SEVERITIES, "source": words.SOURCES},
        links=("risk_point",),
    ),
    Collection(
        "interviews", "interview",
        inputs=(schemas.InterviewIn, schemas.InterviewChange),
        outputs=(records.InterviewRow, records.InterviewOut),
        services=(interviews.create, interviews.edit),
        filters={"kind": words.INTERVIEW_KINDS},
        links=("issue",),
    ),
    Collection(
        "extensions", "extension",
        inputs=(schemas.ExtensionIn, schemas.ExtensionChange),
        outputs=(records.ExtensionRow, records.ExtensionOut),
        services=(extensions.create, extensions.edit),
        links=("issue",),
    ),
    Collection(
        "notices", "notice",
        inputs=(NoticeIn, schemas.NoticeChange),
        outputs=(records.NoticeRow, records.NoticeOut),
        services=(notices.create, notices.edit),
        filters={"kind": _KINDS},
        links=("issue", "interview", "risk_point"),
    ),
    Collection(
        "annual-reviews", "annual_review",
        inputs=(None, None),
        outputs=(annual_reviews.AnnualReviewRow, annual_reviews.AnnualReviewOut),
        services=(None, None),
    ),
    Collection(
        "campaigns", "campaign",
        inputs=(lookback_schemas.CampaignIn, lookback_schemas.CampaignChange),
        outputs=(lookback_schemas.CampaignRow, lookback_schemas.CampaignOut),
        services=(campaigns.create, campaigns.edit),
        filters={"kind": words.CAMPAIGN_KINDS},
    ),
    Collection(
        "lookbacks", "lookback",
        inputs=(None, None),
        outputs=(lookback_schemas.LookbackRow, lookback_schemas.LookbackOut),
        services=(None, None),
        filters={"result": words.LOOKBACK_RESULTS},
        links=("campaign", "issue"),
    ),
    Collection(
        "self-checks", "self_check",
        inputs=(lookback_schemas.SelfCheckIn, None),
        outputs=(lookback_schemas.SelfCheckRow, lookback_schemas.SelfCheckOut),
        services=(self_checks.create, None),
        filters={"finding": words.SELF_CHECK_FINDINGS},
        links=("issue",),
    ),
    Collection(
        "warnings", "warning",
        inputs=(schemas.WarningIn, schemas.WarningChange),
        outputs=(records.WarningRow, records.WarningOut),
        services=(warning_opening.create, warnings.edit),
        filters={"kind": WARNING_KINDS},
        links=("risk_point",),
    ),
)  # fmt: skip
blueprints = [make_blueprint(collection) for collection in COLLECTIONS]
