"""The one function that changes states, and the one that says what could be done: the same seven stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import EditedMeanwhile, NotFound, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import Case
from riskctl.permissions import Actor
from riskctl.schemas import inputs as schemas
from riskctl.services import (
    attachments,
    audit,
    cases,
    deadlines,
    duties,
    interviews,
    issues,
    notices,
    risk_points,
)
from riskctl.services.duties import Roster, Waiting
from riskctl.services.kinds import CaseKind, Facts, Move
from riskctl.services.scope import visible
from riskctl.workflows.engine import Input, Step

KINDS: Mapping[str, CaseKind] = {
    "issue": issues.KIND,
    "risk_point": risk_points.KIND,
    "interview": interviews.KIND,
    "notice": notices.KIND,
}


@dataclass(frozen=True)
class CaseRef:
    """Which case: its kind (a key of KINDS) and its id."""

    case_type: str
    id: int


@dataclass(frozen=True)
class Action:
    """One step that leaves the record's state, as this actor sees it."""

    trigger: str
    label: str
    allowed: bool
    reasons: list[Reason]
    inputs: list[Input]
    mine: bool
    backward: bool
    awaited: bool


def fire(
    actor: Actor, ref: CaseRef, trigger: str, data: Mapping[str, Any] | None = None, *, version: int
) -> Case:
    """Take one step of one case, in one transaction; raises the error of the stop that refuses it."""
    try:
        record = take(actor, ref, trigger, data, version=version)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return record


def take(actor: Actor, ref: CaseRef, trigger: str, data: Mapping[str, Any] | None, *, version: int) -> Case:
    """`fire` without the commit, for a use case that records more in the same transaction."""
    record = _load(actor, ref)
    if record.version != version:
        raise EditedMeanwhile("该记录已被他人更新，请刷新后核对再办理")
    kind = KINDS[ref.case_type]
    step = kind.workflow.step(record, trigger)
    roster = Roster(record)
    duties.require(actor, roster, step)
    clean, files = _judge(actor, step, record, facts=kind.facts_for(record, roster), raw=data)
    _move(actor, record, trigger, clean)
    for name, ids in files.items():
        attachments.link(ids, record, purpose=f"{trigger}.{name}")
    return record


def _load(actor: Actor, ref: CaseRef) -> Case:
    model = KINDS[ref.case_type].model
    query = (
        select(model)
        .where(model.id == ref.id, visible(actor, ref.case_type))
        .with_for_update(of=model)
        .execution_options(populate_existing=True)
    )
    record: Case | None = db.session.scalars(query).one_or_none()
    if record is None:
        raise NotFound("没有这条记录，或不在您的查看范围内")
    return record


def _judge(
    actor: Actor, step: Step, record: Case, *, facts: Facts, raw: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, list[int]]]:
    items = step.inputs_for(record, facts)
    clean, reasons = schemas.load(items, raw)
    files = _files(items, clean)
    reasons = step.blocked_by(record, facts) + reasons
    reasons += attachments.objections(actor.user_id, record, files)
    if not reasons:
        reasons = step.objections(record, clean, facts)
    if reasons:
        raise RuleBroken(reasons)
    return clean, files


def _files(items: list[Input], data: Mapping[str, Any]) -> dict[str, list[int]]:
    return {
        item.name: data[item.name] for item in items if item.type == "attachments" and data.get(item.name)
    }


def _move(actor: Actor, record: Case, trigger: str, data: dict[str, Any]) -> None:
    kind = KINDS[record.CASE_TYPE]
    before, from_state = audit.snapshot(record), record.state

    def inner(other: Case, other_trigger: str, other_data: dict[str, Any]) -> None:
        _move(actor, other, other_trigger, other_data)

    move = Move(record, actor, trigger, data, inner, now=clock.now())
    # A half-stamped record must not be written: its CHECKs hold only after the move.
    with db.session.no_autoflush:
        _stamp(record, trigger, actor, data)
        if effect := kind.effects.get(trigger):
            effect(move)
        # Chosen again: the goal may depend on what was just stamped (the level fixed by 审定等级).
        kind.workflow.fire(record, kind.workflow.step(record, trigger))
    if record.state != from_state or trigger in kind.restarts:
        _enter(kind, record, move)
    db.session.flush()
    audit.append(
        record, trigger=trigger, actor_id=actor.user_id, before=before, from_state=from_state, data=data
    )
    if follow_up := kind.follow_ups.get(trigger):
        follow_up(move)


def _stamp(record: Case, trigger: str, actor: Actor, data: dict[str, Any]) -> None:
    # What a step collects under the name of a field is that field's new value; `reason` is the step's own.
    for name, value in data.items():
        if name in record.TRACKED and name != "reason":
            setattr(record, name, audit.plain(value) if isinstance(value, list) else value)
    named = [actor.user_id, *data.get("inspectors", ())]
    # The latest last: the inbox says from whom a case came.
    earlier = {name: ids for name, ids in (record.acted or {}).items() if name != trigger}
    record.acted = {**earlier, trigger: list(dict.fromkeys(named))}
    cases.touch(record)  # the same step again by the same person is a new version all the same


def _enter(kind: CaseKind, record: Case, move: Move) -> None:
    record.state_since = move.now
    cases.time_step(
        record, move.today, term=deadlines.term_of(kind.workflow, record), fixed=kind.due_in(record)
    )


def available(actor: Actor, record: Case) -> list[Action]:
    """Every trigger that leaves the record's state, judged for this actor without changing anything."""
    kind = KINDS[record.CASE_TYPE]
    roster = Roster(record)
    facts = kind.facts_for(record, roster)
    return [_action(actor, record, step, roster, facts) for step in kind.steps(record)]


def _action(actor: Actor, record: Case, step: Step, roster: Roster, facts: Facts) -> Action:
    mine = any(holder.user_id == actor.user_id for holder in roster.assignees(step))
    reasons: list[Reason] = []
    if mine:
        reasons = step.blocked_by(record, facts)
    elif roster.kept_apart(step, actor):
        reasons = [Reason("separation_of_duties", duties.apart_message(step))]
    return Action(
        trigger=step.trigger,
        label=step.label,
        allowed=mine and not reasons,
        reasons=reasons,
        inputs=step.inputs_for(record, facts) if mine else [],
        mine=mine,
        backward=step.backward,
        awaited=step.awaited,
    )


def waits_for(record: Case) -> list[Waiting]:
    """Whom the case waits for now: those on whom the furthest awaited step falls that nothing blocks, or
    those who keep it while it rests; nobody once it is over."""
    roster = Roster(record)
    step = awaited_step(record, roster)
    workflow = KINDS[record.CASE_TYPE].workflow
    if step is None and record.state in workflow.kept:
        step = workflow.step(record, workflow.kept[record.state])
    return roster.waiting_for(step) if step else []


def awaited_step(record: Case, roster: Roster) -> Step | None:
    """The furthest step that the case waits for and nothing blocks; if all are blocked, the last."""
    kind = KINDS[record.CASE_TYPE]
    awaited = [step for step in kind.steps(record) if step.awaited]
    if len(awaited) < 2:
        return awaited[0] if awaited else None
    facts = kind.facts_for(record, roster)
    ready = [step for step in awaited if not step.blocked_by(record, facts)]
    return (ready or awaited)[-1]


def overdue(record: Case) -> bool:
    """Whether the present step or the whole case is past its day."""
    return any(day is not None and day < clock.today() for day in (record.step_due_on, due_of(record)))


def due_of(record: Case) -> date | None:
    """The day by which the case itself is due, whatever its kind calls it."""
    due: date | None = getattr(record, "due_on", None)
    return due
