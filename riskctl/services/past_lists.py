"""Whole ledgers as of a past day: from the nearest earlier month's snapshot and the events since.

Who may see a record now may see how it stood; what became restricted since stays hidden, in the query.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true

from riskctl.extensions import db
from riskctl.models import Case, Event, Issue, RiskPoint, Snapshot, SnapshotRow, Unit
from riskctl.permissions import Actor
from riskctl.services import past, sealed_texts, snapshots, standing_rows
from riskctl.services.late_entries import happened_on
from riskctl.services.ledger_tables import MODELS
from riskctl.services.ledgers import knows_petitions
from riskctl.services.rebuilding import Stand, Until, end_of
from riskctl.services.scope import visible

# What a list as of a day may be filtered by, beside the unit.
FILTERS: Mapping[str, tuple[str, ...]] = {
    "issue": ("state", "severity"), "risk_point": ("state", "level", "category"),
}  # fmt: skip
_AT_ONCE = 400
_LATE_SHOWN = 50


@dataclass(frozen=True)
class PastQuery:
    """A list as of a day: column filters with their values then, a unit with all below it, where to go on."""

    day: date
    equal: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    unit: int | None = None
    after: int | None = None
    limit: int = 50


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
    past.refuse_before_start(query.day)
    head, scope = snapshots.latest(case_type, before=query.day), visible(actor, case_type)
    units = _below(query.unit)
    found: list[SimpleNamespace] = []
    below = query.after
    while len(found) <= query.limit:
        ids = _candidates(case_type, query, head, scope, units, below)
        if not ids:
            break
        # No more of them are rebuilt at once than a page may need.
        ids = ids[: query.limit + 1]
        found += [r for r in _records(case_type, ids, query.day, head) if _matches(r, query, units)]
        below = ids[-1]
    items = found[: query.limit]
    if not knows_petitions(actor):
        _hide_petitions(items)
    more = items[-1].id if len(found) > query.limit else None
    return PastPage(items, more, head, _with_late_entries(case_type, [r.id for r in items], query.day))


def _hide_petitions(items: Sequence[SimpleNamespace]) -> None:
    for item in items:
        if getattr(item, "source", None) == "petition":
            item.source, item.source_doc = "daily", None


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
        for record in _records(case_type, ids[start : start + _AT_ONCE], day, head, end):
            if record.state not in left_out:
                yield record


def _below(unit: int | None) -> frozenset[int] | None:
    if unit is None:
        return None
    query = select(Unit.id).where(or_(Unit.id == unit, Unit.path.contains(f"/{unit}/")))
    return frozenset(db.session.scalars(query))


def _candidates(
    case_type: str,
    query: PastQuery,
    head: Snapshot | None,
    scope: ColumnElement[bool],
    units: frozenset[int] | None,
    below: int | None,
) -> list[int]:
    """The next ids that may belong to the list: frozen rows that fulfil the filters, and whatever changed since.
    Both are cut where the shorter reach of the two ends, so that none between is passed over."""
    model = MODELS[case_type]
    parts: list[Select[Any]] = []
    if head is None:
        parts.append(select(model.id.label("id")))
    else:
        frozen = [snapshots.rows_of(case_type, head.month, head.number), *_filters(query, units)]
        parts.append(
            select(model.id.label("id")).join(SnapshotRow, SnapshotRow.case_id == model.id).where(*frozen)
        )
        since = Event.at >= end_of(snapshots.last_day(head.month)), Event.at < end_of(query.day)
        changed = select(Event.case_id).where(Event.case_type == case_type, *since)
        parts.append(select(model.id.label("id")).where(model.id.in_(changed)))
    limits = [scope, model.id < below if below is not None else true()]
    found = [
        list(db.session.scalars(part.where(*limits).order_by(model.id.desc()).limit(_AT_ONCE)))
        for part in parts
    ]
    reach = max((ids[-1] for ids in found if len(ids) == _AT_ONCE), default=0)
    return sorted({id_ for ids in found for id_ in ids if id_ >= reach}, reverse=True)


def _filters(query: PastQuery, units: frozenset[int] | None) -> list[ColumnElement[bool]]:
    found = [getattr(SnapshotRow, name).in_(values) for name, values in query.equal.items()]
    return found if units is None else [*found, SnapshotRow.unit_id.in_(units)]


def _matches(record: SimpleNamespace, query: PastQuery, units: frozenset[int] | None) -> bool:
    within = units is None or record.unit_id in units
    return within and all(getattr(record, name) in values for name, values in query.equal.items())


def _records(
    case_type: str, ids: list[int], day: date, head: Snapshot | None, end: datetime | None = None
) -> Iterator[SimpleNamespace]:
    stands = snapshots.stands_of(case_type, ids, Until(end) if end else Until.day(day), head)
    there = {id_: stands[id_] for id_ in ids if id_ in stands}
    rows = {row["case_id"]: row for row in standing_rows.of(case_type, there, day, end)}
    texts = _texts(case_type, there.values())
    names = {unit.id: unit for unit in _units(row["unit_id"] for row in rows.values())}
    for id_, stand in there.items():
        fields = sealed_texts.reveal(stand.told.fields, texts)
        empty = dict.fromkeys(MODELS[case_type].TRACKED)
        plain = {name: _typed(MODELS[case_type], name, value) for name, value in {**empty, **fields}.items()}
        row = rows[id_]
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
    if kind not in (date, datetime, str):
        return [{"text": value}]  # a list that was erased
    return kind.fromisoformat(value) if kind in (date, datetime) else value


def _units(ids: Iterator[int]) -> Iterator[Unit]:
    yield from db.session.scalars(select(Unit).where(Unit.id.in_(set(ids))))


def _with_late_entries(case_type: str, ids: Sequence[int], day: date) -> set[int]:
    query = select(Event.case_id, Event.seq, Event.trigger, Event.at, Event.changes).where(
        Event.case_type == case_type, Event.case_id.in_(ids), Event.at >= end_of(day)
    )
    return {
        row.case_id
        for row in db.session.execute(query)
        if happened_on(row.seq, row.trigger, row.at, row.changes) <= day
    }


def registered_late(actor: Actor, case_type: str, day: date) -> list[Any]:
    """Records that were entered after the day though they are of that day or before (补录); the latest ones."""
    model, end = MODELS[case_type], end_of(day)
    own: ColumnElement[bool] = Issue.found_on <= day if model is Issue else RiskPoint.identified_on <= day
    query = select(model).where(visible(actor, case_type), model.created_at >= end, own)
    found = list(db.session.scalars(query.order_by(model.id.desc()).limit(_LATE_SHOWN)))
    # What the chain says of the registration counts, as in the list itself.
    first = select(Event.case_id).where(
        Event.case_type == case_type, Event.case_id.in_([r.id for r in found]), Event.seq == 1, Event.at < end
    )
    before = set(db.session.scalars(first))
    return [record for record in found if record.id not in before]
