"""Opening a warning: by a person, or by the system over a reading, a missing one, or a check."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import RiskPoint, RiskWarning
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import transitions, warnings
from riskctl.services.scope import visible
from riskctl.services.warnings import Opening
from riskctl.workflows.risk_point import IN_LEDGER


def create(actor: Actor, data: Mapping[str, Any]) -> RiskWarning:
    """A warning beside a point, or its proposal where the actor may not open one of this colour.

    Raises NotAllowed, RuleBroken when the point is not in the ledger, or InvalidInput that names the field.
    Commits.
    """
    point = _point(actor, data["risk_point_id"])
    if not allowed(actor, Permission.WARNING_PROPOSE, point.unit_id):
        raise NotAllowed("您的岗位不发出、不提出预警", code="no_permission")
    if point.state not in IN_LEDGER:
        raise RuleBroken([Reason("not_in_ledger", "只有在册的风险点可以预警", "risk_point_id")])
    due = data.get("reply_due")
    if due is not None and due < clock.today():
        raise InvalidInput("反馈期限不能早于今天", field="reply_due", code="past")
    colour = data["colour"]
    opening = Opening(
        colour, data["facts"], data["requirement"], reply_due=due,
        proposed=not warnings.may_open(actor, colour, point.unit_id),
    )  # fmt: skip
    found = open_beside(actor, point, opening)
    db.session.commit()
    return found


def open_beside(actor: Actor, point: RiskPoint, opening: Opening) -> RiskWarning:
    """The warning, and the point under it where it was merely watched; the point must be locked. No commit."""
    found = warnings.begin(actor, point, opening)
    if not opening.proposed and point.state == "active":
        transitions.carry(actor, point, "warn", warnings.told_of(found))
    return found


def _point(actor: Actor, point_id: int) -> RiskPoint:
    query = (
        select(RiskPoint)
        .where(RiskPoint.id == point_id, visible(actor, "risk_point"))
        .with_for_update(of=RiskPoint)
        .execution_options(populate_existing=True)
    )
    point = db.session.scalars(query).one_or_none()
    if point is None:
        raise InvalidInput(
            "没有这个风险点，或不在您的查看范围内", field="risk_point_id", code="unknown_record"
        )
    return point
