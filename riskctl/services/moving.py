"""What happens when a step is taken: stamp, move, record, follow up. Only transitions.py calls it.

Which kinds there are is handed in, since the kinds themselves are gathered there.
"""

from collections.abc import Mapping
from typing import Any

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case
from riskctl.permissions import Actor
from riskctl.services import audit, cases, deadlines, desk, step_forms, taking_back
from riskctl.services.kinds import CaseKind, Move, Paper
from riskctl.workflows.engine import AGREE, TAKE_BACK


def move(
    kinds: Mapping[str, CaseKind],
    record: Case,
    trigger: str,
    *,
    actor: Actor,
    data: dict[str, Any],
    paper: Paper | None = None,
) -> None:
    """Move a record along its row and record it; the step was judged before. No commit."""
    kind = kinds[record.CASE_TYPE]
    before, from_state = audit.snapshot(record), record.state

    def inner(other: Case, other_trigger: str, other_data: dict[str, Any]) -> None:
        move(kinds, other, other_trigger, actor=actor, data=other_data, paper=paper)

    taken = Move(record, actor, trigger, data, inner, now=clock.now(), paper=paper)
    # A half-stamped record must not be written: its CHECKs hold only after the move.
    with db.session.no_autoflush:
        _stamp(record, data)
        if effect := kind.effects.get(trigger):
            effect(taken)
        # Chosen again: the goal may depend on what was just stamped (the level fixed by 审定等级).
        kind.workflow.fire(record, kind.workflow.step(record, trigger))
        _sign(record, trigger, actor, data)
    if record.state != from_state or trigger in kind.restarts:
        _enter(kind, record, taken)
    db.session.flush()
    _log(taken, before, from_state)
    if trigger == AGREE:
        desk.agree(record, actor.user_id, taken.now)
    step_forms.after(taken)
    if follow_up := kind.follow_ups.get(trigger):
        follow_up(taken)
    if record.state != from_state:
        desk.clear(record)


def _log(move: Move, before: Mapping[str, Any], from_state: str) -> None:
    told, who = dict(move.data), move.actor.user_id
    if move.paper:
        # The event says who recorded it; the day when it happened stands beside the day of the event.
        who = move.paper.recorder_id
        told["paper"] = {
            "approved_by": move.actor.user_id, "approved_on": move.paper.on,
            "attachment": move.paper.attachment_id,
        }  # fmt: skip
        if move.paper.minutes:
            told["paper"]["minutes"] = move.paper.minutes
    audit.append(
        move.record, trigger=move.trigger, actor_id=who, before=before, from_state=from_state, data=told
    )


def _stamp(record: Case, data: dict[str, Any]) -> None:
    # What a step collects under the name of a field is that field's new value; `reason` is the step's own.
    for name, value in data.items():
        if name in record.TRACKED and name != "reason":
            setattr(record, name, audit.plain(value) if isinstance(value, list) else value)


def _sign(record: Case, trigger: str, actor: Actor, data: dict[str, Any]) -> None:
    named = list(dict.fromkeys([actor.user_id, *data.get("inspectors", ())]))
    # The latest last: the inbox says from whom a case came, and 取回 what can be taken back.
    earlier = {name: ids for name, ids in (record.acted or {}).items() if name != trigger}
    if data.get("on_behalf"):
        earlier["on_behalf"] = list(dict.fromkeys([*earlier.get("on_behalf", ()), actor.user_id]))
    record.acted = {**earlier, trigger: named}
    cases.touch(record)  # the same step again by the same person is a new version all the same


def _enter(kind: CaseKind, record: Case, move: Move) -> None:
    record.state_since = move.now
    start = taking_back.entered_on(record) if move.trigger == TAKE_BACK else move.today
    cases.time_step(record, start, term=deadlines.term_of(kind.workflow, record), fixed=kind.due_in(record))
