"""Whole ledgers as of a past day: from the nearest earlier month's snapshot and the events since.

Who may see a record now may see how it stood; what became restricted since stays hidden, in the query. Only the
subject of an interview learns nothing of days before he was told of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from types import SimpleNamespace
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, select, true

from riskctl.extensions import db
from riskctl.models import Case, Event, Interview, Issue, RiskPoint, Snapshot, SnapshotRow, Unit
from riskctl.permissions import Actor
from riskctl.services import ledger_conditions, past, sealed_texts, snapshots, standing_rows
from riskctl.services.late_entries import happened_on
from riskctl.services.ledger_tables import MODELS
from riskctl.services.ledgers import knows_petitions
from riskctl.services.past_filters import Asked, PastQuery
from riskctl.services.rebuilding import Stand, Until, end_of
from riskctl.services.scope import reach, visible

_AT_ONCE = 400
_LATE_SHOWN = 50
_Keep = Callable[[Stand, Mapping[str, Any]], bool]


@dataclass(frozen=True)
class PastPage:
    """A page of records as they stood, the newest first; `record` carries what its columns then held. `late`
    are the ids of those about which something was entered later (补录)."""

    items: list[SimpleNamespace]
    next: int | None
    head: Snapshot | None
    late: set[int]


def page(actor: Actor, case_type: str, query: PastQuery) -> PastPage:
    """One page, keyset. Raises NotFound for a day before the system's first event."""
    found = list(islice(stream(actor, case_type, query), query.limit + 1))
    items = found[: query.limit]
    more = items[-1].id if len(found) > query.limit else None
    head = snapshots.latest(case_type, before=query.day)
    return PastPage(items, more, head, _with_late_entries(case_type, [r.id for r in items], query.day))


def stream(actor: Actor, case_type: str, query: PastQuery) -> Iterator[SimpleNamespace]:
    """The whole list from the query's place on, the newest first, in bounded memory. Rebuilds no more at first
    than a page needs. Raises NotFound for a day before the system's first event."""
    past.refuse_before_start(query.day)
    head, asked = snapshots.latest(case_type, before=query.day), Asked(actor, case_type, query)
    parts, below = _parts(actor, case_type, query, head, asked), query.after
    knows = knows_petitions(actor)

    def keep(stand: Stand, row: Mapping[str, Any]) -> bool:
        return asked.holds(row) and past.is_told(actor, case_type, stand)

    size = query.limit + 1
    while True:
        ids, below = _candidates(MODELS[case_type], parts, below)
        while ids:
            for record in _records(case_type, ids[:size], query.day, head, keep=keep):
                if not knows:
                    _hide_petition(record)
                yield record
            ids, size = ids[size:], min(2 * size, _AT_ONCE)
        if below is None:
            return


def _hide_petition(record: SimpleNamespace) -> None:
    if getattr(record, "source", None) == "petition":
        record.source, record.source_doc = "daily", None


def _parts(
    actor: Actor, case_type: str, query: PastQuery, head: Snapshot | None, asked: Asked
) -> list[tuple[Any, Select[Any]]]:
    """Where ids of the list come from, each with the column of its id: frozen rows that fulfil the filters, and
    cases that changed since."""
    model, scope = MODELS[case_type], [visible(actor, case_type)]
    if (reached := reach(actor, case_type)) is not None:
        scope.append(ledger_conditions.narrowed(model, reached))
    if head is None:
        return [(model.id, select(model.id).where(*scope, model.created_at < end_of(query.day)))]
    rows = snapshots.rows_of(case_type, head.month, head.number)
    frozen = select(SnapshotRow.case_id).join(model, model.id == SnapshotRow.case_id)
    since = Event.at >= end_of(snapshots.last_day(head.month)), Event.at < end_of(query.day)
    changed = select(Event.case_id).where(Event.case_type == case_type, *since, asked.brought())
    return [
        # By the id of the frozen row: its key is in the order of the list.
        (SnapshotRow.case_id, frozen.where(rows, *asked.frozen(head), *scope)),
        (model.id, select(model.id).where(model.id.in_(changed), *scope)),
    ]


def _candidates(
    model: type[Any], parts: list[tuple[Any, Select[Any]]], below: int | None
) -> tuple[list[int], int | None]:
    """The next ids that may belong to the list, and below which to go on. All parts are cut where the shortest
    reach ends, so that none between is passed over."""
    found = []
    for column, part in parts:
        limit = column < below if below is not None else true()
        found.append(list(db.session.scalars(part.where(limit).order_by(column.desc()).limit(_AT_ONCE))))
    end = max((ids[-1] for ids in found if len(ids) == _AT_ONCE), default=None)
    kept = {id_ for ids in found for id_ in ids if end is None or id_ >= end}
    return sorted(kept, reverse=True), end


def every(
    case_type: str,
    day: date,
    condition: ColumnElement[bool],
    left_out: Collection[str] = (),
    *,
    end: datetime | None = None,
) -> Iterator[SimpleNamespace]:
    """All records that stood on the day, or at a moment `end` of it, and fulfil the condition on what they are
    now (whose they are, who may see them), in the order of their units; those in these states left out. Reads
    and keeps a batch at a time."""
    past.refuse_before_start(day)
    # The snapshot of a month that ends with this day knows of what came after the moment.
    head = snapshots.latest(case_type, before=day - timedelta(days=1) if end else day)
    model = MODELS[case_type]
    ordered = (
        select(model.id).join(Unit, Unit.id == model.unit_id).where(condition).order_by(Unit.path, model.id)
    )
    ids = list(db.session.scalars(ordered))
    for start in range(0, len(ids), _AT_ONCE):
        for record in _records(case_type, ids[start : start + _AT_ONCE], day, head, end=end):
            if record.state not in left_out:
                yield record


def _records(
    case_type: str,
    ids: list[int],
    day: date,
    head: Snapshot | None,
    *,
    end: datetime | None = None,
    keep: _Keep = lambda stand, row: True,
) -> Iterator[SimpleNamespace]:
    stands = snapshots.stands_of(case_type, ids, Until(end) if end else Until.day(day), head)
    there = {id_: stands[id_] for id_ in ids if id_ in stands}
    made = {row["case_id"]: row for row in standing_rows.of(case_type, there, day, end)}
    rows = {id_: row for id_, row in made.items() if keep(there[id_], row)}
    texts = _texts(case_type, [there[id_] for id_ in rows])
    names = {unit.id: unit for unit in _units(row["unit_id"] for row in rows.values())}
    for id_, row in rows.items():
        fields = sealed_texts.reveal(there[id_].told.fields, texts)
        empty = dict.fromkeys(MODELS[case_type].TRACKED)
        plain = {name: _typed(MODELS[case_type], name, value) for name, value in {**empty, **fields}.items()}
        yield SimpleNamespace(**{**plain, **row, "id": id_, "unit": names[row["unit_id"]]})


def _texts(case_type: str, stands: Collection[Stand]) -> dict[str, Any]:
    digests = [digest for stand in stands for digest in sealed_texts.digests_in(stand.told.fields)]
    return (
        {**dict.fromkeys(digests, past.DELETED), **sealed_texts.opened_of_many(case_type, digests)}
        if digests
        else {}
    )


def _typed(model: type[Case], name: str, value: Any) -> Any:
    column = model.__table__.columns.get(name)
    if column is None or not isinstance(value, str):
        return value
    kind = column.type.python_type
    if isinstance(column.type, JSON):
        return [{"text": value}]  # a list that was erased
    return kind.fromisoformat(value) if kind in (date, datetime) else value


def _units(ids: Iterator[int]) -> Iterator[Unit]:
    yield from db.session.scalars(select(Unit).where(Unit.id.in_(set(ids))))


def _with_late_entries(case_type: str, ids: Sequence[int], day: date) -> set[int]:
    query = select(Event.case_id, Event.seq, Event.trigger, Event.at, Event.changes).where(
        Event.case_type == case_type, Event.case_id.in_(ids)
    )
    end = end_of(day)
    return {
        row.case_id
        for row in db.session.execute(query)
        if row.at >= end and happened_on(row.seq, row.trigger, row.at, row.changes) <= day
    }


def registered_late(actor: Actor, case_type: str, day: date) -> list[Any]:
    """Records that were entered after the day though they are of that day or before (补录); the latest ones."""
    model, end = MODELS[case_type], end_of(day)
    own: Mapping[str, ColumnElement[bool]] = {
        "issue": Issue.found_on <= day,
        "risk_point": RiskPoint.identified_on <= day,
        "interview": Interview.held_from < end,
    }
    query = select(model).where(visible(actor, case_type), model.created_at >= end, own[case_type])
    found = list(db.session.scalars(query.order_by(model.id.desc()).limit(_LATE_SHOWN)))
    # What the chain says of the registration counts, as in the list itself.
    first = select(Event.case_id).where(
        Event.case_type == case_type, Event.case_id.in_([r.id for r in found]), Event.seq == 1, Event.at < end
    )
    before = set(db.session.scalars(first))
    return [record for record in found if record.id not in before]
