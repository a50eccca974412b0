"""变更报告: what a unit changed in a month, to be reported on the first working day of the next (domain 2.3)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import ChangeReport, DoneOnce, RiskPoint, RiskPointVersion, Unit
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.services import audit, messages, numbers, once
from riskctl.services.directory import directory
from riskctl.services.facts import months_before
from riskctl.services.workdays import roll
from riskctl.workflows import dictionaries as words

# A tick that did not run for this long has missed more than reports.
_MONTHS_BACK = 12
HEADERS = ("单位", "月份", "编号", "风险点", "变更类型", "起始日期", "事由", "应报日期", "报告日期")


def make_due(at: datetime) -> int:
    """The tick's round: reports of the months that are over; each month is looked through once."""
    this = clock.local(at).date().replace(day=1)
    months = [months_before(this, n) for n in range(1, _MONTHS_BACK + 1)]
    keys = {_key(month): month for month in months}
    done = set(db.session.scalars(select(DoneOnce.key).where(DoneOnce.key.in_(keys))))
    made = 0
    for key, month in keys.items():
        if key not in done and once.claim(key):
            made += _make(month)
        db.session.commit()
    return made


def _key(month: date) -> str:
    return f"change_report:{month:%Y-%m}"


def _make(month: date) -> int:
    changes = changes_of(month)
    for unit, rows in changes.items():
        report = ChangeReport(unit_id=unit.id, month=month, due_on=due_on(month), changes=rows)
        db.session.add(report)
        db.session.flush()
        _tell(unit, report)
    return len(changes)


def due_on(month: date) -> date:
    """The first working day of the next month."""
    return roll(_next(month)).on


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def changes_of(month: date, scope: ColumnElement[bool] | None = None) -> dict[Unit, list[dict[str, Any]]]:
    """The changes of a month by 处室 and 直属单位, from the versions that events made."""
    query = (
        select(RiskPointVersion)
        .join(RiskPoint, RiskPoint.id == RiskPointVersion.risk_point_id)
        .where(
            RiskPointVersion.valid_from >= month,
            RiskPointVersion.valid_from < _next(month),
            RiskPointVersion.event_id.is_not(None),
            true() if scope is None else scope,
        )
        .options(
            joinedload(RiskPointVersion.risk_point).joinedload(RiskPoint.unit),
            joinedload(RiskPointVersion.proposal),
        )
        .order_by(RiskPointVersion.id)
    )
    found: dict[Unit, list[dict[str, Any]]] = {}
    tops: dict[int, Unit] = {}
    for version in db.session.scalars(query):
        unit = version.risk_point.unit
        if unit.id not in tops:
            tops[unit.id] = numbers.top_unit(unit)
        found.setdefault(tops[unit.id], []).append(_row(version))
    return found


def _row(version: RiskPointVersion) -> dict[str, Any]:
    return {
        "risk_point_id": version.risk_point_id, "code": version.risk_point.code, "title": version.fields["title"],
        "number": version.number, "kind": version.kind, "valid_from": version.valid_from.isoformat(),
        "reason": version.proposal.reason if version.proposal else None,
    }  # fmt: skip


def _tell(unit: Unit, report: ChangeReport) -> None:
    day = report.due_on
    wanted = (Role.DEPT_HEAD, Role.UNIT_DISCIPLINE)
    holders = [holder.user_id for holder in directory().holders(unit) if holder.role in wanted]
    text = f"您单位有1份风险点变更报告，应于{day.month}月{day.day}日报告"
    messages.post(holders, key=f"change_report:{report.id}", text=text)


def report(actor: Actor, report_id: int) -> ChangeReport:
    """Report the changes of a month to 机关纪委, once; raises NotFound, NotAllowed, InvalidInput. Commits."""
    query = select(ChangeReport).where(ChangeReport.id == report_id, _seen(actor)).with_for_update()
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("没有这份变更报告，或不在您的查看范围内")
    if not allowed(actor, Permission.CHANGE_REPORT, found.unit_id):
        raise NotAllowed("变更报告由部门负责人或单位纪委报告", code="no_permission")
    if found.reported_at is not None:
        raise InvalidInput("这份变更报告已经报告过", code="reported")
    found.reported_by_id, found.reported_at = actor.user_id, clock.now()
    told = {"month": f"{found.month:%Y-%m}", "changes": len(found.changes)}
    audit.append_for(
        "unit", found.unit_id, "report_changes", actor_id=actor.user_id, changes={"fields": {}, "data": told}
    )
    db.session.commit()
    return found


def _seen(actor: Actor) -> ColumnElement[bool]:
    units = actor.units(Permission.CASE_VIEW)
    return true() if units is None else ChangeReport.unit_id.in_(units)


def listing(actor: Actor, month: date) -> list[ChangeReport]:
    """The reports of a month that the actor may see, in the order of the units. A unit without one had no
    change in that month."""
    query = select(ChangeReport).join(Unit, Unit.id == ChangeReport.unit_id)
    query = query.where(ChangeReport.month == month, _seen(actor)).options(joinedload(ChangeReport.unit))
    return list(db.session.scalars(query.order_by(Unit.path)))


def running(actor: Actor) -> dict[Unit, list[dict[str, Any]]]:
    """What has changed in the present month so far, as far as the actor may see it."""
    units = actor.units(Permission.CASE_VIEW)
    scope = true() if units is None else RiskPoint.unit_id.in_(units)
    return changes_of(clock.today().replace(day=1), scope)


def lines(reports: list[ChangeReport]) -> Iterator[list[str]]:
    """The changes of these reports as rows of a sheet."""
    for found in reports:
        reported = clock.local(found.reported_at).date().isoformat() if found.reported_at else ""
        for change in found.changes:
            yield [
                found.unit.name, f"{found.month:%Y-%m}", change["code"], change["title"],
                words.CHANGE_KINDS[change["kind"]], change["valid_from"], change["reason"] or "",
                found.due_on.isoformat(), reported,
            ]  # fmt: skip
