"""The event log across cases, for those who review it: who did what when."""

from sqlalchemy import select

from riskctl.errors import NotAllowed
from riskctl.extensions import db
from riskctl.models import Event, Indicator, RiskPoint
from riskctl.permissions import ADMINISTRATORS, Actor, Permission, Role, allowed
from riskctl.services.audit import EventView
from riskctl.services.ledger_tables import MODELS
from riskctl.services.scope import visible

# What no case is: accounts, units, calendar, rules, templates. The three administrators read only these (domain 1.5).
# An indicator is no case either, but it is known to those who know its point.
INDICATOR = "indicator"
SYSTEM = ("user", "unit", "calendar", "rule", "template", "import", "zero_report")


def page(
    actor: Actor, *, case_type: str | None, after: int | None, limit: int
) -> tuple[list[EventView], int | None]:
    """Events newest first with the id to continue before; raises NotAllowed without AUDIT_VIEW.

    Sensitive values stay digests here; who may see a case opens its own history.
    """
    if not allowed(actor, Permission.AUDIT_VIEW):
        raise NotAllowed("您的岗位不查看审计日志", code="no_permission")
    query = select(Event).where(Event.case_type.in_(_types(actor)))
    for name, model in MODELS.items():
        if name in _types(actor):
            seen = select(model.id).where(visible(actor, name))
            query = query.where((Event.case_type != name) | Event.case_id.in_(seen))
    watched = select(Indicator.id).join(RiskPoint).where(visible(actor, "risk_point"))
    query = query.where((Event.case_type != INDICATOR) | Event.case_id.in_(watched))
    if case_type:
        query = query.where(Event.case_type == case_type)
    if after:
        query = query.where(Event.id < after)
    rows = list(db.session.scalars(query.order_by(Event.id.desc()).limit(limit + 1)))
    shown = [
        EventView(row, row.changes.get("fields", {}), row.changes.get("data", {})) for row in rows[:limit]
    ]
    return shown, rows[limit - 1].id if len(rows) > limit else None


def _types(actor: Actor) -> tuple[str, ...]:
    if actor.roles <= ADMINISTRATORS:
        return SYSTEM
    system = SYSTEM if Role.AUDITOR in actor.roles or Role.OFFICE_HEAD in actor.roles else ()
    return (*MODELS, INDICATOR, *system)
