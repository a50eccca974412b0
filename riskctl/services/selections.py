"""What is done to the cases that were ticked in a ledger: each is judged by its own rules, done whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from riskctl.errors import InvalidInput, NotFound, RiskctlError
from riskctl.extensions import db
from riskctl.models import BatchRun, Case
from riskctl.permissions import Actor
from riskctl.services import batches, desk_acts, desk_page, ledgers, transitions
from riskctl.services.ledgers import Query
from riskctl.services.transitions import Action, CaseRef
from riskctl.workflows.engine import Input

ACTS = {"urge": "催办", "hand_over": "转办", "step": "办理"}


@dataclass(frozen=True)
class Candidate:
    """A ticked case, and why the act is nothing for it; empty where it can be done."""

    record: Case
    why_not: str = ""


@dataclass(frozen=True)
class Prepared:
    """An act before it is done: which case can be part of it, what it asks, and which steps there are."""

    act: str
    trigger: str
    label: str
    candidates: Sequence[Candidate]
    inputs: Sequence[Input]
    # trigger -> its label and of how many of the cases it can be taken now
    steps: Mapping[str, tuple[str, int]]


def prepare(actor: Actor, case_type: str, act: str, ids: Sequence[int], trigger: str = "") -> Prepared:
    """What the act would be for these cases; raises InvalidInput on no case, too many, or no such act."""
    if act not in ACTS:
        raise InvalidInput("没有这种批量办理，请回到台账重新选择", field="act", code="act")
    if not ids or len(ids) > batches.MOST:
        raise InvalidInput(f"请先在台账中勾选记录，一次最多{batches.MOST}条", field="id", code="selection")
    page = ledgers.page(actor, case_type, Query(equal={"id": list(ids)}, limit=batches.MOST))
    if act == "urge":
        return _urging(actor, page.items)
    return _handing(actor, page.items) if act == "hand_over" else _stepping(actor, page.items, trigger)


def _urging(actor: Actor, records: Sequence[Case]) -> Prepared:
    nobody = "没有等待办理的人，或您的岗位不能催办"
    found = [Candidate(record, "" if desk_acts.may_urge(actor, record) else nobody) for record in records]
    return Prepared("urge", "", ACTS["urge"], found, [], {})


def _handing(actor: Actor, records: Sequence[Case]) -> Prepared:
    asked = [desk_page.handing(actor, record) for record in records]
    nobody = "没有可转办的任务，或没有同岗位的其他人员"
    found = [Candidate(r, "" if inputs else nobody) for r, inputs in zip(records, asked, strict=True)]
    return Prepared("hand_over", "", ACTS["hand_over"], found, merged(asked), {})


def _stepping(actor: Actor, records: Sequence[Case], trigger: str) -> Prepared:
    offered = [{a.trigger: a for a in transitions.available(actor, record)} for record in records]
    steps: dict[str, tuple[str, int]] = {}
    for action in (action for actions in offered for action in actions.values() if action.allowed):
        steps[action.trigger] = (action.label, steps.get(action.trigger, ("", 0))[1] + 1)
    if trigger not in steps:
        return Prepared("step", "", ACTS["step"], [Candidate(record) for record in records], [], steps)
    found = [
        Candidate(r, _why_not(actions.get(trigger))) for r, actions in zip(records, offered, strict=True)
    ]
    asked = [
        actions[trigger].inputs for actions in offered if trigger in actions and actions[trigger].allowed
    ]
    return Prepared("step", trigger, steps[trigger][0], found, merged(asked), steps)


def _why_not(action: Action | None) -> str:
    if action is None:
        return "当前环节没有这一步"
    if action.allowed:
        return ""
    return "；".join(reason.message for reason in action.reasons) or "不由您办理"


def merged(asked: Sequence[Sequence[Input]]) -> list[Input]:
    """One form for several cases: what any of them asks, each choice that any of them offers. What stands in the
    field to begin with is what all of them would begin with."""
    found: dict[str, Input] = {}
    for item in (item for inputs in asked for item in inputs):
        known = found.get(item.name)
        if known is None:
            found[item.name] = item
            continue
        found[item.name] = replace(
            known, required=known.required or item.required,
            choices=tuple(dict.fromkeys((*known.choices, *item.choices))),
            default=known.default if known.default == item.default else None,
            min=known.min if known.min == item.min else None, max=known.max if known.max == item.max else None,
        )  # fmt: skip
    return list(found.values())


def perform(
    actor: Actor, prepared: Prepared, versions: Mapping[int, int], data: Mapping[str, Any]
) -> BatchRun:
    """Do the act to each case in a transaction of its own and keep what came of it. Commits."""
    case_type = prepared.candidates[0].record.CASE_TYPE
    codes = [(candidate.record.id, candidate.record.code) for candidate in prepared.candidates]
    rows = [
        {
            "id": i,
            "code": code,
            **_told(_act(actor, prepared, CaseRef(case_type, i), versions.get(i, 0), data)),
        }
        for i, code in codes
    ]
    run = BatchRun(actor_id=actor.user_id, case_type=case_type, label=prepared.label, rows=rows)
    db.session.add(run)
    db.session.commit()
    return run


def _act(
    actor: Actor, prepared: Prepared, ref: CaseRef, version: int, data: Mapping[str, Any]
) -> Callable[[], Case]:
    def do() -> Case:
        if prepared.act == "urge":
            return desk_acts.urge(actor, ref)
        if prepared.act == "hand_over":
            to = int(data["to"]) if str(data.get("to", "")).isdecimal() else 0
            return desk_acts.hand_over(actor, ref, to, reason=str(data.get("reason", "")), version=version)
        record = ledgers.get(actor, ref.case_type, ref.id)
        actions = {action.trigger: action for action in transitions.available(actor, record)}
        asked = (
            {item.name for item in actions[prepared.trigger].inputs} if prepared.trigger in actions else set()
        )
        own = {name: value for name, value in data.items() if name in asked}
        return transitions.fire(actor, ref, prepared.trigger, own, version=version)

    return do


def _told(do: Callable[[], Case]) -> dict[str, Any]:
    try:
        do()
    except RiskctlError as error:
        db.session.rollback()
        return {"ok": False, "said": "；".join(reason.message for reason in error.reasons) or error.message}
    except StaleDataError:
        db.session.rollback()
        return {"ok": False, "said": "该记录已被他人更新，请刷新后核对再办理"}
    return {"ok": True, "said": ""}


def outcome(actor: Actor, run_id: int) -> BatchRun:
    """What came of one's own act; raises NotFound."""
    run = db.session.get(BatchRun, run_id)
    if run is None or run.actor_id != actor.user_id:
        raise NotFound("没有这次批量办理的结果")
    return run
