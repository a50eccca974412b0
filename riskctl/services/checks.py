"""检查记录: what somebody saw at a risk point on a day, and which points wait for a check too long (domain 2.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import RiskCheck, RiskPoint
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.services import attachments, audit, cases, check_cycles, warning_opening, warnings
from riskctl.services.scope import visible
from riskctl.services.warnings import Opening
from riskctl.workflows.check import KINDS, RESULTS
from riskctl.workflows.risk_point import IN_LEDGER

_WATCHED = ("active", "warned", "rectifying")
_NEEDED = {"self_check": Permission.CHECK_RECORD, "inspection": Permission.INSPECTION_RECORD}
# Who inspects a 高 point in its cycle (domain 2.2); what others see there is on record too, beside the cycle.
_OF_HIGH = frozenset({Role.OFFICE, Role.OFFICE_HEAD, Role.RESIDENT})
_ASKED = "请核查检查中发现的问题，并书面反馈核查情况、原因分析和防控措施。"


def kinds_for(actor: Actor, point: RiskPoint) -> list[str]:
    """The kinds of check that the actor records at this point now."""
    if point.state not in IN_LEDGER:
        return []
    return [kind for kind, needed in _NEEDED.items() if allowed(actor, needed, point.unit_id)]


def record(actor: Actor, point_id: int, data: Mapping[str, Any]) -> RiskCheck:
    """Note a check; one that finds a problem may open a warning (`colour`), or propose it. Raises NotFound,
    NotAllowed, RuleBroken, or InvalidInput that names the field. Commits."""
    point = _locked(actor, point_id)
    if data["kind"] not in kinds_for(actor, point):
        raise NotAllowed("您的岗位不记录这类检查，或风险点不在册", code="no_permission")
    _refuse_wrong(actor, point, data)
    check = RiskCheck(
        risk_point_id=point.id, kind=data["kind"], result=data["result"], text=data["text"],
        checked_on=data["checked_on"], by_id=actor.user_id,
    )  # fmt: skip
    if data.get("colour"):
        check.warning_id = _warn(actor, point, data).id
    db.session.add(check)
    _count_on(actor, point, check)
    attachments.link(data.get("evidence") or [], point, purpose="check.evidence")
    cases.touch(point)
    db.session.flush()
    told = {
        "result": f"{KINDS[check.kind]}：{RESULTS[check.result]}", "text": check.text, "checked_on": check.checked_on,
    }  # fmt: skip
    audit.append(
        point, trigger="check", actor_id=actor.user_id, before=audit.snapshot(point), from_state=point.state,
        data=told,
    )  # fmt: skip
    db.session.commit()
    return check


def _locked(actor: Actor, point_id: int) -> RiskPoint:
    query = (
        select(RiskPoint)
        .where(RiskPoint.id == point_id, visible(actor, "risk_point"))
        .with_for_update(of=RiskPoint)
        .execution_options(populate_existing=True)
    )
    point = db.session.scalars(query).one_or_none()
    if point is None:
        raise NotFound("没有这个风险点，或不在您的查看范围内")
    return point


def _refuse_wrong(actor: Actor, point: RiskPoint, data: Mapping[str, Any]) -> None:
    if data["checked_on"] > clock.today():
        raise InvalidInput("检查日期不能晚于今天", field="checked_on", code="future")
    if data.get("colour") and data["result"] == "normal":
        raise InvalidInput("结果正常的检查不发出预警", field="colour", code="normal")
    if data.get("colour") and not allowed(actor, Permission.WARNING_PROPOSE, point.unit_id):
        raise InvalidInput("您的岗位不发出预警，请只记录检查情况", field="colour", code="no_permission")
    reasons: list[Reason] = attachments.objections(
        actor.user_id, point, {"evidence": data.get("evidence") or []}
    )
    if reasons:
        raise RuleBroken(reasons)


def _warn(actor: Actor, point: RiskPoint, data: Mapping[str, Any]) -> Any:
    colour, day = data["colour"], data["checked_on"]
    facts = f"{day.year}年{day.month}月{day.day}日{KINDS[data['kind']]}：{data['text']}"
    proposed = not warnings.may_open(actor, colour, point.unit_id)
    return warning_opening.open_beside(
        actor, point, Opening(colour, facts, _ASKED, "check", proposed=proposed)
    )


def _count_on(actor: Actor, point: RiskPoint, check: RiskCheck) -> None:
    level = point.level or point.computed_level
    if check.kind == "inspection" and level == "high" and not actor.roles & _OF_HIGH:
        return
    name = f"{check.kind}_due"
    due = check_cycles.next_due(level, check.kind, check.checked_on)
    # A check noted late never brings the next one forward, and one after a warning is not put off by an older.
    if due is not None and due > (getattr(point, name) or date.min):
        setattr(point, name, due)


def of_point(point_id: int, limit: int = 20) -> list[RiskCheck]:
    """The latest checks of a point, newest first."""
    query = select(RiskCheck).where(RiskCheck.risk_point_id == point_id)
    return list(
        db.session.scalars(query.order_by(RiskCheck.checked_on.desc(), RiskCheck.id.desc()).limit(limit))
    )


@dataclass(frozen=True)
class Overdue:
    """A page of points that wait for a check too long, and where the next page begins."""

    points: Sequence[RiskPoint]
    next: str | None


def overdue(actor: Actor, kind: str, *, after: str = "", limit: int = 50) -> Overdue:
    """Points whose check of this kind is overdue, the longest first, keyset by day and id."""
    due = getattr(RiskPoint, f"{kind}_due")
    query = select(RiskPoint).where(
        due < clock.today(), RiskPoint.state.in_(_WATCHED), visible(actor, "risk_point")
    )
    if after:
        query = query.where(tuple_(due, RiskPoint.id) > tuple_(*map(literal, _mark(after))))
    query = query.order_by(due, RiskPoint.id).limit(limit + 1).options(joinedload(RiskPoint.unit))
    rows = list(db.session.scalars(query))
    last = rows[limit - 1] if len(rows) > limit else None
    following = f"{getattr(last, f'{kind}_due')}.{last.id}" if last else None
    return Overdue(rows[:limit], following)


def _mark(text: str) -> tuple[date, int]:
    day, _, number = text.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError as error:
        raise InvalidInput("翻页标记无效，请从第一页重新查询", field="after", code="cursor") from error
