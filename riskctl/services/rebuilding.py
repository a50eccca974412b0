"""Cases as they stood at a moment: from their events, or from a frozen row and the events since."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Event
from riskctl.services.late_entries import happened_on
from riskctl.services.replay import Replayed
from riskctl.services.transitions import KINDS


@dataclass
class Stand:
    """A case as it stood; sensitive fields are digests. `row` is the frozen row from which the replay began."""

    case_type: str
    id: int
    told: Replayed
    state_since: datetime
    created_on: date
    row: Any = None
    # Where a new calendar had moved the term of the step.
    step_due_on: str | None = None

    @property
    def state(self) -> str:
        """The state by then."""
        return self.told.state or ""

    @property
    def seq(self) -> int:
        """The last event by then."""
        return self.told.last_seq


def end_of(day: date) -> datetime:
    """24:00 of the day on the office's clock: what was recorded before belongs to it."""
    return clock.from_local(datetime.combine(day + timedelta(days=1), time()))


@dataclass(frozen=True)
class Until:
    """What counts: every event recorded before `end`; of later ones, where `happened_by` is given, those of
    which the last one still counted happened by that day (补录)."""

    end: datetime
    happened_by: date | None = None

    @classmethod
    def day(cls, day: date) -> "Until":
        """Everything that was recorded by 24:00 of the day."""
        return cls(end_of(day))


def rebuilt(
    case_type: str,
    ids: Collection[int],
    until: Until,
    *,
    frozen: Mapping[int, Stand] | None = None,
    frozen_end: datetime | None = None,
) -> dict[int, Stand]:
    """The cases of these ids that were there by then. `frozen` are those that stand in a snapshot made of all
    events before `frozen_end`; of them only later events are read."""
    found = dict(frozen or {})
    fresh = [id_ for id_ in ids if id_ not in found]
    which: ColumnElement[bool] = Event.case_id.in_(fresh)
    if found and frozen_end is not None:
        which = or_(which, and_(Event.case_id.in_(found), Event.at >= frozen_end))
    for case_id, events in groupby(_read(case_type, which, until), key=lambda row: row.case_id):
        for event in _counted(list(events), until):
            stand = found.get(case_id) or _begun(case_type, event)
            _take(stand, event)
            found[case_id] = stand
    return found


def _read(case_type: str, which: ColumnElement[bool], until: Until) -> Iterator[Row[Any]]:
    query = select(Event.case_id, Event.seq, Event.at, Event.trigger, Event.to_state, Event.changes).where(
        Event.case_type == case_type, which
    )
    # The end is looked at here: asked in SQL, SQLite would read all events of the kind up to it.
    for row in db.session.execute(query.order_by(Event.case_id, Event.seq)):
        if until.happened_by is not None or row.at < until.end:
            yield row


def _counted(events: list[Row[Any]], until: Until) -> Iterable[Row[Any]]:
    if until.happened_by is None:
        return events
    counted = 0
    for number, event in enumerate(events, 1):
        happened = happened_on(event.seq, event.trigger, event.at, event.changes)
        if event.at < until.end or happened <= until.happened_by:
            counted = number
    return events[:counted]


def _begun(case_type: str, event: Row[Any]) -> Stand:
    return Stand(case_type, event.case_id, Replayed(), event.at, clock.local(event.at).date())


def _take(stand: Stand, event: Row[Any]) -> None:
    restarts = event.trigger in KINDS[stand.case_type].restarts
    if event.to_state != stand.told.state or restarts:
        stand.state_since, stand.step_due_on = event.at, None
    moved = (event.changes.get("data") or {}).get("step_due_new")
    if isinstance(moved, str):
        stand.step_due_on = moved
    stand.told.move(event.seq, event.to_state, event.changes)
