"""What creating and editing share for every kind of case."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from riskctl import clock
from riskctl.errors import EditedMeanwhile, InvalidInput, NotAllowed, NotFound, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import Case, Issue, RiskPoint, Unit
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.services import audit, desk
from riskctl.services.scope import visible
from riskctl.services.workdays import add_workdays, is_provisional
from riskctl.workflows.engine import Workflow


def unit_within(actor: Actor, permission: Permission, unit_id: int) -> Unit:
    """The unit over which the actor has the permission; raises NotAllowed or names the field."""
    if not allowed(actor, permission):
        raise NotAllowed("您的岗位没有这项权限", code="no_permission")
    unit = db.session.get(Unit, unit_id)
    if unit is None or not allowed(actor, permission, unit_id):
        raise InvalidInput("没有这个单位，或不在您的职责范围内", field="unit_id", code="unknown_unit")
    return unit


@dataclass(frozen=True)
class Proxy:
    """代填: for which post a case is noted, as the event tells it, and who is kept from reviewing it for that."""

    told: dict[str, Any]
    acted: dict[str, list[int]]


def proxy(actor: Actor, unit: Unit, post: str | None) -> Proxy:
    """Who notes a case for a colleague without an account; a 纪检委员 of the unit alone may. Names the field."""
    if not post:
        return Proxy({}, {})
    units = actor.units_of((Role.COMMISSIONER,))
    if units is not None and unit.id not in units:
        raise InvalidInput("只有本单位的支部纪检委员可以代填", field="on_behalf", code="not_proxy")
    return Proxy({"on_behalf": post}, {"on_behalf": [actor.user_id]})


def load(actor: Actor, model: type[Any], record_id: int) -> Any:
    """The record, locked, if the actor may know of it; raises NotFound."""
    query = (
        select(model)
        .where(model.id == record_id, visible(actor, model.CASE_TYPE))
        .with_for_update(of=model)
        .execution_options(populate_existing=True)
    )
    record = db.session.scalars(query).one_or_none()
    if record is None:
        raise NotFound("没有这条记录，或不在您的查看范围内")
    return record


def load_for_edit(actor: Actor, model: type[Any], record_id: int, version: int) -> Any:
    """The record, locked, visible to the actor and still at this version."""
    record = load(actor, model, record_id)
    if record.version != version:
        raise EditedMeanwhile("该记录已被他人更新，请刷新后核对再修改")
    return record


def refuse_locked(workflow: Workflow, record: Case, names: Collection[str], *, correcting: bool) -> None:
    """Refuse fields that the state no longer lets change, each by name."""
    open_fields = workflow.editable.get(record.state, frozenset())
    if correcting:
        open_fields |= workflow.corrections.get(record.state, frozenset())
    locked = sorted(set(names) - open_fields)
    if locked:
        label = workflow.states[record.state]
        raise RuleBroken(
            [Reason("locked", f"“{label}”环节不能修改此项", name) for name in locked],
            f"“{label}”环节不能修改：{'、'.join(locked)}",
        )


def start(record: Case, term: int) -> None:
    """Say by when the first step of a new record is due: `term` working days from today."""
    time_step(record, clock.today(), term=term)


def time_step(record: Case, start: date, *, term: int | None = None, fixed: date | None = None) -> None:
    """Say by when the present step is due: on a fixed day, else `term` working days after `start`, else not."""
    record.step_due_on, record.step_due_from, record.step_due_term = fixed, None, None
    unsure = fixed is not None and is_provisional(fixed)
    if fixed is None and term is not None:
        counted = add_workdays(start, term)
        record.step_due_on, record.step_due_from, record.step_due_term = counted.on, start, term
        unsure = counted.provisional
    due: date | None = getattr(record, "due_on", None)
    record.provisional = unsure or (due is not None and is_provisional(due))


def count_due(record: Any, column: str, start: date, term: int) -> date:
    """Set the day by which the record is due, counted in working days, so that a new calendar counts it again
    (the kind names the column as `counted`)."""
    due = add_workdays(start, term).on
    record.due_from, record.due_term = start, term
    setattr(record, column, due)
    return due


def fix_due(record: Case) -> None:
    """The day by which the record is due was typed: no calendar moves it."""
    record.due_from = record.due_term = None


def apply_changes(
    actor: Actor, record: Case, data: Mapping[str, Any], *, trigger: str, reason: str | None = None
) -> None:
    """Set the fields, and append one event that says what changed; no commit, no event without a change."""
    before = audit.snapshot(record)
    for name, value in data.items():
        # A list is either JSON of the record itself or a relation to other records.
        as_json = isinstance(value, list) and name in record.TRACKED
        setattr(record, name, audit.plain(value) if as_json else value)
    if audit.snapshot(record) == before:
        return
    touch(record)
    db.session.flush()
    told: dict[str, Any] = {"reason": reason} if reason else {}
    if voided := desk.voided(record):
        told["voided"] = voided
    audit.append(
        record, trigger=trigger, actor_id=actor.user_id, before=before, from_state=record.state, data=told
    )


def touch(record: Case) -> None:
    """Make this a new version of the record even where only its links, or none of its columns, changed."""
    flag_modified(record, "acted")


def linked_points(actor: Actor, ids: Collection[int]) -> list[RiskPoint]:
    """The risk points that the actor may link, in order of id; names the field otherwise."""
    return _linked(RiskPoint, "risk_point", actor, ids, "risk_point_ids")


def linked_issues(actor: Actor, ids: Collection[int]) -> list[Issue]:
    """The issues that the actor may link, in order of id; names the field otherwise."""
    return _linked(Issue, "issue", actor, ids, "issue_ids")


def linked_one(actor: Actor, model: type[Any], record_id: int, field: str) -> Any:
    """The one record of this kind that the actor may link; names the field otherwise."""
    return _linked(model, model.CASE_TYPE, actor, [record_id], field)[0]


def _linked(model: type[Any], case_type: str, actor: Actor, ids: Collection[int], field: str) -> list[Any]:
    if not ids:
        return []
    query = select(model).where(model.id.in_(ids), visible(actor, case_type)).order_by(model.id)
    found = list(db.session.scalars(query))
    if len(found) != len(set(ids)):
        raise InvalidInput("其中有不存在或不在您查看范围内的记录", field=field, code="unknown_record")
    return found


def units_by_id(ids: Collection[int], field: str) -> list[Unit]:
    """The units of these ids; names the field when one does not exist."""
    found = list(db.session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id))) if ids else []
    if len(found) != len(set(ids)):
        raise InvalidInput("没有这个单位", field=field, code="unknown_unit")
    return found
