"""监测指标 of risk points: making, changing, listing; every change is an event of the indicator's own chain."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from riskctl import clock
from riskctl.errors import EditedMeanwhile, InvalidInput, NotAllowed, NotFound, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import Indicator, RiskPoint
from riskctl.models.monitoring import told
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, rules
from riskctl.services.kinds import Move
from riskctl.services.scope import visible
from riskctl.services.workdays import add_workdays, roll
from riskctl.workflows import indicator as law

GONE = ("cancelled", "void")


def create(actor: Actor, data: Mapping[str, Any]) -> Indicator:
    """A new indicator of a point; raises NotAllowed, InvalidInput, or RuleBroken when the thresholds
    contradict the direction. Commits."""
    point = _point(actor, data["risk_point_id"])
    _require(actor, point)
    found = add(actor.user_id, point, {k: v for k, v in data.items() if k != "risk_point_id"})
    db.session.commit()
    return found


def add(user_id: int, point: RiskPoint, data: Mapping[str, Any]) -> Indicator:
    """`create` without the right and without the commit, for a step that collects an indicator."""
    _refuse_contradictions({"direction": "higher", **data})
    number = db.session.scalar(select(func.count()).where(Indicator.risk_point_id == point.id)) or 0
    found = Indicator(
        **{"direction": "higher", "frequency": "monthly", "active": True, **data}, risk_point=point,
        code=f"{point.code}-Z{number + 1}", created_by_id=user_id,
    )  # fmt: skip
    _ask_for_readings(found, clock.today())
    db.session.add(found)
    db.session.flush()
    _record(found, "create", user_id, dict.fromkeys(Indicator.TOLD))
    return found


def edit(actor: Actor, indicator_id: int, data: Mapping[str, Any], *, version: int) -> Indicator:
    """Change an indicator; readings that stand are not judged anew. Raises EditedMeanwhile on a stale
    version. Commits."""
    found = locked(actor, indicator_id)
    if found.version != version:
        raise EditedMeanwhile("该指标已被他人更新，请刷新后核对再修改")
    _require(actor, found.risk_point)
    _refuse_contradictions({**told(found), **data})
    before, asked = told(found), (found.frequency, found.active)
    for name, value in data.items():
        setattr(found, name, value)
    if told(found) != before:
        if asked != (found.frequency, found.active):
            _ask_for_readings(found, clock.today())
        db.session.flush()
        _record(found, "edit", actor.user_id, before)
    db.session.commit()
    return found


def from_review(move: Move) -> None:
    """单位审核通过 brings the first indicator of a 中 or 高 point that has none (domain 4.1)."""
    data = move.data
    if data.get("indicator_name"):
        add(
            move.actor.user_id,
            move.record,
            {
                "name": data["indicator_name"], "source": data.get("indicator_source"),
                "measure_unit": data.get("indicator_unit"), "yellow": data["indicator_yellow"],
                "direction": data.get("indicator_direction") or "higher",
                "frequency": data.get("indicator_frequency") or "monthly",
            },
        )  # fmt: skip


def _point(actor: Actor, point_id: int) -> RiskPoint:
    # Locked: two indicators made at once must not get the same number.
    query = (
        select(RiskPoint)
        .where(RiskPoint.id == point_id, visible(actor, "risk_point"))
        .with_for_update(of=RiskPoint)
    )
    point = db.session.scalars(query).one_or_none()
    if point is None:
        raise InvalidInput(
            "没有这个风险点，或不在您的查看范围内", field="risk_point_id", code="unknown_record"
        )
    return point


def _require(actor: Actor, point: RiskPoint) -> None:
    if not may_edit(actor, point):
        raise NotAllowed("您的岗位不能维护这个风险点的监测指标", code="no_permission")
    if point.state in GONE:
        raise RuleBroken([Reason("gone", "风险点已移出台账或不予列入，不再监测")])


def may_edit(actor: Actor, point: RiskPoint) -> bool:
    """Whether the actor keeps the indicators of the point."""
    return allowed(actor, Permission.MONITORING_KEEP, point.unit_id)


def _refuse_contradictions(data: Mapping[str, Any]) -> None:
    thresholds = {colour: data.get(colour) for colour in law.COLOURS}
    reasons = [
        Reason("decimal", wrong, colour)
        for colour, value in thresholds.items()
        if value is not None and (wrong := law.wrong_number(value))
    ]
    reasons = reasons or law.contradictions(data["direction"], thresholds)
    if reasons:
        raise InvalidInput("预警阈值有误", reasons=reasons, code="thresholds")


def _ask_for_readings(found: Indicator, day: date) -> None:
    found.next_reading_due = due_after(day, found.frequency) if found.active else None


def due_after(day: date, frequency: str) -> date:
    """By when the reading after one of this day is to be entered: a period later, and the rule's grace."""
    regular = roll(law.a_period_after(day, frequency)).on
    return add_workdays(regular, rules.value("reading_grace")[frequency]).on


def _record(found: Indicator, trigger: str, user_id: int, before: Mapping[str, Any]) -> None:
    after = told(found)
    fields = {
        name: [_said(before[name]), _said(after[name])] for name in after if before[name] != after[name]
    }
    record(found, trigger, user_id, fields=fields)


def _said(value: Any) -> Any:
    return law.number(value) if isinstance(value, Decimal) else value


def record(
    found: Indicator,
    trigger: str,
    user_id: int,
    *,
    fields: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Append an event to the indicator's chain; no commit."""
    changes = {"fields": fields or {}, "data": data or {}}
    audit.append_for("indicator", found.id, trigger, actor_id=user_id, changes=changes)


# --- reading --------------------------------------------------------------------------------------


def get(actor: Actor, indicator_id: int) -> Indicator:
    """An indicator of a point that the actor may see; raises NotFound."""
    return _one(actor, indicator_id, lock=False)


def locked(actor: Actor, indicator_id: int) -> Indicator:
    """`get` with the row locked until the transaction ends: one writer of its readings at a time."""
    return _one(actor, indicator_id, lock=True)


def _one(actor: Actor, indicator_id: int, *, lock: bool) -> Indicator:
    query = (
        select(Indicator)
        .join(RiskPoint, RiskPoint.id == Indicator.risk_point_id)
        .where(Indicator.id == indicator_id, visible(actor, "risk_point"))
    )
    if lock:
        query = query.with_for_update(of=Indicator).execution_options(populate_existing=True)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("没有这个监测指标，或不在您的查看范围内")
    return found


def page(
    actor: Actor, *, risk_point: int | None = None, unit: int | None = None, after: int = 0, limit: int = 50
) -> tuple[list[Indicator], int | None]:
    """Indicators in order of id with the id to continue after."""
    query = (
        select(Indicator)
        .join(RiskPoint, RiskPoint.id == Indicator.risk_point_id)
        .where(Indicator.id > after, visible(actor, "risk_point"))
    )
    if risk_point is not None:
        query = query.where(Indicator.risk_point_id == risk_point)
    if unit is not None:
        query = query.where(RiskPoint.unit_id == unit)
    rows = list(db.session.scalars(query.order_by(Indicator.id).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def of_point(point_id: int) -> list[Indicator]:
    """The indicators of one point, oldest first."""
    query = select(Indicator).where(Indicator.risk_point_id == point_id).order_by(Indicator.id)
    return list(db.session.scalars(query))


def named(actor: Actor, names: Collection[str]) -> dict[str, list[Indicator]]:
    """The indicators that the actor may see under these codes or names."""
    seen = select(Indicator).join(RiskPoint, RiskPoint.id == Indicator.risk_point_id)
    query = seen.where(
        visible(actor, "risk_point"),
        Indicator.active.is_(True),
        Indicator.code.in_(names) | Indicator.name.in_(names),
    )
    found: dict[str, list[Indicator]] = {name: [] for name in names}
    for each in db.session.scalars(query):
        for name in {each.code, each.name} & set(names):
            found[name].append(each)
    return found
