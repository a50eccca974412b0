"""What a risk point's page and an indicator's page show of its monitoring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import Event, Indicator, Reading, RiskCheck, RiskPoint
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import checks, indicators, people, readings, trends
from riskctl.workflows import indicator as law
from riskctl.workflows.risk_point import IN_LEDGER

_TABLED = 12


@dataclass(frozen=True)
class Watched:
    """One indicator with its last readings, newest first, and the colour of the newest."""

    indicator: Indicator
    readings: Sequence[Reading]
    colour: str | None


@dataclass(frozen=True)
class Monitoring:
    """Everything about the monitoring of one point, and what the reader may do."""

    watched: Sequence[Watched]
    checks: Sequence[RiskCheck]
    names: Mapping[int, str]
    may_keep: bool
    may_check: bool
    may_warn: bool


def of_point(actor: Actor, point: RiskPoint) -> Monitoring:
    """The monitoring of one point: three queries whatever there is."""
    found = indicators.of_point(point.id)
    recorded = checks.of_point(point.id)
    last = readings.latest(found, _TABLED) if found else {}
    in_ledger = point.state in IN_LEDGER
    return Monitoring(
        watched=[watched(each, last[each.id]) for each in found],
        checks=recorded,
        names=people.names({check.by_id for check in recorded}),
        may_keep=indicators.may_edit(actor, point) and point.state not in indicators.GONE,
        may_check=bool(checks.kinds_for(actor, point)),
        may_warn=in_ledger and allowed(actor, Permission.WARNING_PROPOSE, point.unit_id),
    )


def watched(found: Indicator, last: Sequence[Reading]) -> Watched:
    """An indicator with its readings, oldest first, as pages show them."""
    newest = last[-1].in_force if last else None
    colour = law.breached(newest, found.direction, found.thresholds) if newest is not None else None
    return Watched(found, list(reversed(last)), colour)


def trend(actor: Actor, indicator_id: int) -> str:
    """The drawing of an indicator that the actor may see; raises NotFound."""
    found = indicators.get(actor, indicator_id)
    return trends.svg(found, readings.latest([found], trends.SHOWN)[found.id])


def events(found: Indicator) -> list[dict[str, Any]]:
    """What was done to an indicator, newest first."""
    query = select(Event).where(Event.case_type == "indicator", Event.case_id == found.id)
    rows = list(db.session.scalars(query.order_by(Event.seq.desc()).limit(50)))
    names = people.names({event.actor_id for event in rows if event.actor_id})
    return [
        {"at": event.at, "who": names.get(event.actor_id or 0, "系统"), "trigger": event.trigger,
         "fields": event.changes.get("fields", {}), "data": event.changes.get("data", {})}
        for event in rows
    ]  # fmt: skip
