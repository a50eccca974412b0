"""待回头看: closed issues whose look-back is due. The system proposes them; only a person plans a campaign."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Campaign, CampaignCandidate, Issue, Unit
from riskctl.permissions import Actor, Role
from riskctl.services import messages, rules
from riskctl.services.directory import directory
from riskctl.services.facts import months_before
from riskctl.services.scope import visible

MOST = 200
_LATEST = 6  # months after closing; who was not drawn by then is archived (domain 3.7, contract 4)


def _is_due() -> list[ColumnElement[bool]]:
    """Closed three to six months ago and on no campaign's list since."""
    today = clock.today()
    listed = exists().where(
        CampaignCandidate.issue_id == Issue.id,
        CampaignCandidate.listed_on >= Issue.closed_on,
        CampaignCandidate.campaign_id == Campaign.id,
        Campaign.state != "cancelled",
    )
    return [
        Issue.closed_on >= months_before(today, _LATEST),
        Issue.closed_on <= months_before(today, rules.value("lookback_months")),
        Issue.state == "closed", Issue.restricted.is_(False), ~listed,
    ]  # fmt: skip


def due(actor: Actor, limit: int = MOST) -> Sequence[Issue]:
    """The issues whose look-back is due, the longest closed first."""
    query = select(Issue).where(*_is_due(), visible(actor, "issue")).order_by(Issue.closed_on, Issue.id)
    return list(db.session.scalars(query.limit(limit).options(joinedload(Issue.unit))))


def propose(at: datetime) -> int:
    """Tell 机关纪委 once a month how many issues are due; how many people were told. Commits."""
    number = db.session.scalar(select(func.count(Issue.id)).where(*_is_due())) or 0
    if not number:
        return 0
    root = db.session.scalars(select(Unit).where(Unit.kind == "organ").order_by(Unit.id)).first()
    office = [h.user_id for h in directory().holders(root) if h.role == Role.OFFICE] if root else []
    months = rules.value("lookback_months")
    told = messages.post(
        office, key=f"lookback-due:{clock.local(at):%Y-%m}",
        text=f"有{number}件问题销号已满{months}个月、尚未列入回头看，请在“待回头看”中查看并安排",
    )  # fmt: skip
    db.session.commit()
    return told
