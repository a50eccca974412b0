"""待办: what waits for a person, by the day it is due; and what he set going that waits for others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case
from riskctl.permissions import BUSINESS, Actor
from riskctl.services.colours import colour_of
from riskctl.services.duties import Roster, Waiting
from riskctl.services.kinds import CaseKind
from riskctl.services.scope import visible
from riskctl.services.transitions import KINDS, awaited_step
from riskctl.services.workdays import late_before
from riskctl.workflows.engine import Step

# Per state, so that a flood that waits for the units does not hide what waits for 分管领导; nobody works
# through more in one sitting, and the next come up as these are done.
_MOST = 200
# Of what waits for others; who imported a ledger has set going thousands.
_MOST_FOLLOWED = 100
GROUPS = ("已逾期", "今天", "本周内", "以后", "等待他人")


@dataclass(frozen=True)
class Task:
    """One line of the inbox: the step's own label, its case, and the day."""

    record: Case
    step: Step
    group: str
    due_on: date | None
    colour: str | None
    waiting: list[Waiting]
    sender_id: int | None = None


def tasks(actor: Actor) -> list[Task]:
    """Everything that waits for the actor or for those to whom he passed it, most urgent first."""
    if not actor.roles & BUSINESS:
        return []
    found = [task for name, kind in KINDS.items() for task in _of_kind(actor, name, kind)]
    found.sort(key=lambda task: (GROUPS.index(task.group), task.due_on or date.max, task.record.id))
    mine = sum(task.group != GROUPS[-1] for task in found)
    return found[: mine + _MOST_FOLLOWED]


def _of_kind(actor: Actor, case_type: str, kind: CaseKind) -> Iterable[Task]:
    model = kind.model
    states = {source for step in kind.workflow.steps if step.awaited for source in step.sources}
    by_day = (model.step_due_on.is_(None), model.step_due_on, model.id)
    place = func.row_number().over(partition_by=model.state, order_by=by_day).label("place")
    ranked = select(model.id, place).where(model.state.in_(states), visible(actor, case_type)).subquery()
    query = (
        select(model)
        .join(ranked, ranked.c.id == model.id)
        .where(ranked.c.place <= _MOST)
        .options(joinedload(model.unit), selectinload(model.not_lifted))
    )
    for record in db.session.scalars(query):
        task = _task(actor, record)
        if task:
            yield task


def _task(actor: Actor, record: Case) -> Task | None:
    roster = Roster(record)
    step = awaited_step(record, roster)
    if step is None or KINDS[record.CASE_TYPE].carried(record):
        return None
    mine = any(holder.user_id == actor.user_id for holder in roster.assignees(step))
    if not mine and not any(actor.user_id in ids for ids in (record.acted or {}).values()):
        return None
    due = record.step_due_on
    group = _group(due) if mine else "等待他人"
    sender = next(reversed((record.acted or {}).values()), [])
    return Task(
        record, step, group, due, colour_of(record), roster.waiting_for(step), sender[0] if sender else None
    )


def _group(due: date | None) -> str:
    today = clock.today()
    if due is None:
        return "以后"
    if due < late_before(today):
        return "已逾期"
    if due <= today:
        return "今天"
    return "本周内" if due <= today + timedelta(days=6 - today.weekday()) else "以后"
