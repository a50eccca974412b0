"""What the pages of issues and campaigns show of 回头看 and 举一反三."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from riskctl.extensions import db
from riskctl.models import Campaign, CampaignCandidate, Case, Issue, Lookback
from riskctl.permissions import Actor
from riskctl.services import campaigns, ledgers, self_checks
from riskctl.services.ledgers import Query
from riskctl.services.scope import visible

LIST_PAGE = 200
_SHOWN = 50


@dataclass(frozen=True)
class Listed:
    """One line of a campaign's list; the issue only for those who may see it."""

    line: str
    obligatory: bool
    drawn: bool
    issue: Issue | None


def beside(actor: Actor, record: Case) -> Mapping[str, Any]:
    """What the record's page shows beside what every kind has."""
    if isinstance(record, Campaign):
        return _of_campaign(actor, record)
    if isinstance(record, Issue):
        return _of_issue(actor, record)
    return {}


def _of_campaign(actor: Actor, campaign: Campaign) -> Mapping[str, Any]:
    if campaign.state == "draft":
        return {"preview": campaigns.preview(campaign)}
    found = campaigns.results(campaign)
    judged = sum(found.get(name, 0) for name in ("consolidated", "rebound", "sham", "partial"))
    return {
        "results": found,
        "rate": round(100 * found.get("consolidated", 0) / judged) if judged else None,
        "items": ledgers.page(
            actor, "lookback", Query(linked={"campaign": campaign.id}, sort="id", limit=_SHOWN)
        ).items,
    }


def _of_issue(actor: Actor, issue: Issue) -> Mapping[str, Any]:
    listed = (
        select(CampaignCandidate, Lookback)
        .join(Campaign, Campaign.id == CampaignCandidate.campaign_id)
        .outerjoin(
            Lookback,
            (Lookback.campaign_id == CampaignCandidate.campaign_id) & (Lookback.issue_id == issue.id),
        )
        .where(CampaignCandidate.issue_id == issue.id, Campaign.state.not_in(("draft", "cancelled")))
        .order_by(CampaignCandidate.campaign_id.desc())
        .options(joinedload(CampaignCandidate.campaign))
    )
    checks = self_checks.progress(issue)
    return {
        "listed": [(candidate, item) for candidate, item in db.session.execute(listed)],
        "checks": checks if checks["asked"] else None,
        "may_ask": self_checks.may_send(actor, issue),
    }


def drawn_list(actor: Actor, campaign: Campaign, after: str = "") -> tuple[list[Listed], str | None]:
    """A page of the campaign's list in the order of the draw, and the line to continue after. Of issues that
    the actor may not see only the line is told: enough to check that the first of them were drawn."""
    query = (
        select(CampaignCandidate)
        .where(CampaignCandidate.campaign_id == campaign.id, CampaignCandidate.line > after)
        .order_by(CampaignCandidate.line)
        .limit(LIST_PAGE + 1)
    )
    rows = list(db.session.scalars(query))
    ids = [row.issue_id for row in rows[:LIST_PAGE]]
    known = select(Issue).where(Issue.id.in_(ids), visible(actor, "issue")).options(joinedload(Issue.unit))
    issues = {issue.id: issue for issue in db.session.scalars(known)}
    shown = [Listed(r.line, r.obligatory, r.drawn, issues.get(r.issue_id)) for r in rows[:LIST_PAGE]]
    return shown, shown[-1].line if len(rows) > LIST_PAGE else None
