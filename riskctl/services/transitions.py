"""The one function that changes states, and the one that says what could be done: the same seven stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from riskctl import clock
from riskctl.errors import EditedMeanwhile, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import Case
from riskctl.permissions import Actor, Role
from riskctl.schemas import inputs as schemas
from riskctl.services import (
    annual_reviews,
    attachments,
    campaigns,
    cases,
    duties,
    extensions,
    interviews,
    issues,
    lookbacks,
    moving,
    notices,
    paper_approvals,
    risk_points,
    self_checks,
    warnings,
)
from riskctl.services.duties import Roster, Waiting
from riskctl.services.kinds import CaseKind, Facts
from riskctl.services.workdays import late_before
from riskctl.workflows.engine import AGREE, TAKE_BACK, Input, Step

KINDS: Mapping[str, CaseKind] = {
    "issue": issues.KIND,
    "risk_point": risk_points.KIND,
    "interview": interviews.KIND,
    "notice": notices.KIND,
    "extension": extensions.KIND,
    "annual_review": annual_reviews.KIND,
    "campaign": campaigns.KIND,
    "lookback": lookbacks.KIND,
    "self_check": self_checks.KIND,
    "warning": warnings.KIND,
}

# 代填: only who may stand in for a colleague is asked for whom.
_ON_BEHALF = Input(
    "on_behalf", "代填对象", required=False, max_length=64, hint="代没有账号的同事填报的，写明是谁：岗位和姓名"
)  # fmt: skip


@dataclass(frozen=True)
class CaseRef:
    """Which case: its kind (a key of KINDS) and its id."""

    case_type: str
    id: int


@dataclass(frozen=True)
class Action:
    """One step that leaves the record's state, as this actor sees it.

    `paper` is what he fills in to record that a leader signed it on paper, the step's own inputs included;
    empty for whom that does not concern."""

    trigger: str
    label: str
    allowed: bool
    reasons: list[Reason]
    inputs: list[Input]
    mine: bool
    backward: bool
    awaited: bool
    paper: list[Input]


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
    record: Case = cases.load(actor, KINDS[ref.case_type].model, ref.id)
    if record.version != version:
        raise EditedMeanwhile("该记录已被他人更新，请刷新后核对再办理")
    kind = KINDS[ref.case_type]
    step = kind.workflow.step(record, trigger)
    roster = Roster(record, actor)
    given = dict(data or {})
    paper = None
    if "paper" in given:
        paper = paper_approvals.read(actor, record, step, roster, given.pop("paper"))
    else:
        duties.require(actor, roster, step)
    facts = kind.facts_for(record, roster)
    items = _inputs(actor, step, record, roster, facts)
    clean, files = _judge(actor, step, record, items=items, facts=facts, raw=given)
    who = paper.approver if paper else actor
    moving.move(KINDS, record, trigger, actor=who, data=clean, paper=paper)
    if paper:
        files = {**files, "paper": [paper.attachment_id]}
    for name, ids in files.items():
        attachments.link(ids, record, purpose=f"{trigger}.{name}")
    return record


def carry(actor: Actor, record: Case, trigger: str, data: Mapping[str, Any]) -> None:
    """Take the step of a record that another act brings along, without judging it a second time; no commit."""
    moving.move(KINDS, record, trigger, actor=actor, data=dict(data))


def _inputs(actor: Actor, step: Step, record: Case, roster: Roster, facts: Facts) -> list[Input]:
    items = step.inputs_for(record, facts)
    proxy = step.proxied and roster.holds(actor.user_id, Role.COMMISSIONER)
    return [*items, _ON_BEHALF] if proxy else items


def _judge(
    actor: Actor, step: Step, record: Case, *, items: list[Input], facts: Facts, raw: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[int]]]:
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


def available(actor: Actor, record: Case) -> list[Action]:
    """Every trigger that leaves the record's state, judged for this actor without changing anything."""
    kind = KINDS[record.CASE_TYPE]
    roster = Roster(record, actor)
    facts = kind.facts_for(record, roster)
    found = [_action(actor, record, step, roster, facts) for step in kind.steps(record)]
    # 同意 and 取回 concern one person or few; to all others they are no step of the case.
    return [action for action in found if action.mine or action.trigger not in (AGREE, TAKE_BACK)]


def _action(actor: Actor, record: Case, step: Step, roster: Roster, facts: Facts) -> Action:
    mine = any(holder.user_id == actor.user_id for holder in roster.assignees(step))
    records = paper_approvals.may_record(actor, record, step, roster)
    blocked = step.blocked_by(record, facts) if mine or records else []
    reasons = blocked if mine else []
    if not mine and roster.kept_apart(step, actor):
        reasons = [Reason("separation_of_duties", duties.apart_message(step))]
    return Action(
        trigger=step.trigger,
        label=step.label,
        allowed=mine and not reasons,
        reasons=reasons,
        inputs=_inputs(actor, step, record, roster, facts) if mine else [],
        mine=mine,
        backward=step.backward,
        awaited=step.awaited,
        paper=[*step.inputs_for(record, facts), paper_approvals.described(record, step, roster)]
        if records and not blocked
        else [],
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
    """The furthest step that the case waits for and nothing blocks; if all are blocked, the last. While
    somebody has still to agree, 同意."""
    kind = KINDS[record.CASE_TYPE]
    if roster.not_agreed():
        return kind.workflow.step(record, AGREE)
    awaited = [step for step in kind.steps(record) if step.awaited]
    if len(awaited) < 2:
        return awaited[0] if awaited else None
    facts = kind.facts_for(record, roster)
    ready = [step for step in awaited if not step.blocked_by(record, facts)]
    return (ready or awaited)[-1]


def overdue(record: Case) -> bool:
    """Whether the present step or the whole case is past its day."""
    return any(
        day is not None and day < late_before(clock.today()) for day in (record.step_due_on, due_of(record))
    )


def due_of(record: Case) -> date | None:
    """The day by which the case itself is due, whatever its kind calls it."""
    due: date | None = getattr(record, "due_on", None)
    return due
