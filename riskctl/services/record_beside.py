"""What a record's page shows beside what all kinds show, by the name that its templates know."""

from collections.abc import Mapping
from typing import Any

from riskctl.models import AnnualReview, Case, Notice, RiskPoint
from riskctl.permissions import Actor
from riskctl.services import (
    annual_reviews,
    grading,
    joint_plans,
    letter_pages,
    lookback_pages,
    monitoring_pages,
    prints,
    risk_point_versions,
)


def beside(actor: Actor, record: Case) -> Mapping[str, Any]:
    """What only this kind shows."""
    if isinstance(record, RiskPoint):
        versions = risk_point_versions.of_point(actor, record)
        watched = monitoring_pages.of_point(actor, record)
        return {"grading": grading.side_by_side(record), "versions": versions, "monitoring": watched}
    if isinstance(record, AnnualReview):
        return {"reviewed": annual_reviews.shown(record)}
    if isinstance(record, Notice):
        return {
            "prints": prints.of_notice(record),
            "may_print": prints.may_print(actor, record),
            "plan_owed": joint_plans.owed(actor, record),
            **letter_pages.beside(record),
        }
    return lookback_pages.beside(actor, record)
