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
    ),
    Collection(
        "issues", "issue",
        inputs=(schemas.IssueIn, schemas.IssueChange),
        outputs=(records.IssueRow, records.IssueOut),
        services=(issues.create, _edit_issue),
    ),
    Collection(
        "interviews", "interview",
        inputs=(schemas.InterviewIn, schemas.InterviewChange),
        outputs=(records.InterviewRow, records.InterviewOut),
        services=(interviews.create, interviews.edit),
    ),
    Collection(
        "extensions", "extension",
        inputs=(schemas.ExtensionIn, schemas.ExtensionChange),
        outputs=(records.ExtensionRow, records.ExtensionOut),
        services=(extensions.create, extensions.edit),
    ),
    Collection(
        "notices", "notice",
        inputs=(NoticeIn, schemas.NoticeChange),
        outputs=(records.NoticeRow, records.NoticeOut),
        services=(notices.create, notices.edit),
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
    ),
    Collection(
        "lookbacks", "lookback",
        inputs=(None, None),
        outputs=(lookback_schemas.LookbackRow, lookback_schemas.LookbackOut),
        services=(None, None),
    ),
    Collection(
        "self-checks", "self_check",
        inputs=(lookback_schemas.SelfCheckIn, None),
        outputs=(lookback_schemas.SelfCheckRow, lookback_schemas.SelfCheckOut),
        services=(self_checks.create, None),
    ),
    Collection(
        "warnings", "warning",
        inputs=(schemas.WarningIn, schemas.WarningChange),
        outputs=(records.WarningRow, records.WarningOut),
        services=(warning_opening.create, warnings.edit),
    ),
)  # fmt: skip
blueprints = [make_blueprint(collection) for collection in COLLECTIONS]
