"""重新推算期限: when the calendar changed, the dates of running cases are counted again, never to an earlier day.

A change stands in `calendar_change` until every case behind it was looked at. The work goes in batches, each
of which commits together with how far it came: stopped anywhere, it goes on there.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import CalendarChange
from riskctl.services import audit, cases
from riskctl.services.audit import Entry
from riskctl.services.kinds import CaseKind
from riskctl.services.transitions import KINDS
from riskctl.services.workdays import add_workdays, is_provisional

_BATCH = 300
_DONE = -1


def announce(first_day: date, last_day: date, reason: str) -> None:
    """Note that the calendar between these days has changed; no commit, the work is for `work_off`."""
    db.session.add(CalendarChange(first_day=first_day, last_day=last_day, reason=reason, position={}))


def run(at: datetime) -> int:
    """The tick's round: everything that is left of every change; how many dates moved."""
    return work_off()


def work_off(batches: int | None = None) -> int:
    """Count again what the noted changes concern, at most so many batches; how many cases moved."""
    moved = 0
    while batches is None or batches > 0:
        found = _batch()
        if found is None:
            break
        moved += found
        batches = None if batches is None else batches - 1
    return moved


def _batch() -> int | None:
    """One batch in one transaction; None when nothing is left."""
    pending = (
        select(CalendarChange).where(CalendarChange.done_at.is_(None)).order_by(CalendarChange.id).limit(1)
    )
    # A second machine waits here and goes on from where this one came to.
    change = db.session.scalars(pending.with_for_update().execution_options(populate_existing=True)).first()
    if change is None:
        db.session.rollback()
        return None
    left = (name for name in KINDS if change.position.get(name) != _DONE)
    case_type = next(left, None)
    moved = 0
    if case_type is None:
        change.done_at = clock.now()
    else:
        records = _concerned(change, KINDS[case_type], change.position.get(case_type, 0))
        moved = _count_again(change, KINDS[case_type], records)
        reached = records[-1].id if len(records) == _BATCH else _DONE
        change.position = {**change.position, case_type: reached}
    db.session.commit()
    return moved


def _concerned(change: CalendarChange, kind: CaseKind, after: int) -> Sequence[Any]:
    model = kind.model
    ends = [model.step_due_on >= change.first_day, model.provisional.is_(True)]
    if kind.counted:
        ends.append(getattr(model, kind.counted) >= change.first_day)
    query = select(model).where(model.id > after, model.state.not_in(kind.workflow.final), or_(*ends))
    locked = query.order_by(model.id).limit(_BATCH).with_for_update(of=model)
    return db.session.scalars(locked.execution_options(populate_existing=True)).all()


def _count_again(change: CalendarChange, kind: CaseKind, records: Sequence[Any]) -> int:
    events: list[Entry] = []
    settled: list[int] = []
    for record in records:
        with db.session.no_autoflush:
            event = _moved(change, kind, record)
        if event:
            events.append(event)
        elif record.provisional and not _unsure(record):
            settled.append(record.id)
    db.session.flush()
    audit.append_many(events)
    if settled:
        # Nothing was changed that anybody acted on: no event, and no new version for who is just editing.
        known = update(kind.model).where(kind.model.id.in_(settled)).values(provisional=False)
        db.session.execute(known.execution_options(synchronize_session=False))
    return len(events)


def _moved(change: CalendarChange, kind: CaseKind, record: Any) -> Entry | None:
    """The record with its later dates and the event that tells of them; None where no date moves."""
    fields: dict[str, list[Any]] = {}
    told: dict[str, Any] = {"reason": change.reason}
    if kind.counted and (due := _later(getattr(record, kind.counted), record.due_from, record.due_term)):
        fields[kind.counted] = [getattr(record, kind.counted), due]
        setattr(record, kind.counted, due)
    step, old = _later_step(kind, record), record.step_due_on
    if step:
        record.step_due_on = step
        told |= {"step_due_old": old, "step_due_new": step}
        if getattr(record, "publicity_until", None) == old:  # 公示 lasts as long as its step
            fields["publicity_until"] = [old, step]
            record.publicity_until = step
    if not (fields or step):
        return None
    record.provisional = _unsure(record)
    cases.touch(record)
    kind.recounted(record)
    return Entry(record, "recount", None, audit.plain(fields), (record.state, record.state), told)


def _later(present: date | None, start: date | None, term: int | None) -> date | None:
    """The day counted anew where it is later than the present one: a running deadline is never shortened."""
    if present is None or start is None or term is None:
        return None
    counted = add_workdays(start, term).on
    return counted if counted > present else None


def _later_step(kind: CaseKind, record: Any) -> date | None:
    if record.step_due_from is not None:
        return _later(record.step_due_on, record.step_due_from, record.step_due_term)
    fixed = kind.due_in(record)
    return fixed if fixed and record.step_due_on and fixed > record.step_due_on else None


def _unsure(record: Any) -> bool:
    """Whether a date of the record still rests on a year without calendar."""
    days = [record.step_due_on, getattr(record, "due_on", None)]
    if (
        record.step_due_from is not None
        and add_workdays(record.step_due_from, record.step_due_term).provisional
    ):
        return True
    return any(day is not None and is_provisional(day) for day in days)
