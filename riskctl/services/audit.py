"""The event chain: append and read. Checking it is services/verification.py, sealing services/seals.py."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select, tuple_

from riskctl import clock, crypto, request_id
from riskctl.extensions import db
from riskctl.models import Case, Event
from riskctl.models.base import canonical
from riskctl.services import sealed_texts
from riskctl.services.sealed_texts import ERASED, Vault, erase

__all__ = [
    "ERASED", "GENESIS", "Entry", "EventView", "append", "append_first", "append_for", "append_founding", "append_many",
    "body", "erase", "history", "plain", "snapshot",
]  # fmt: skip

GENESIS = "0" * 64
_COVERED = (
    "case_type", "case_id", "seq", "actor_id", "trigger", "from_state", "to_state", "changes", "request_id",
)  # fmt: skip
_LOOKED_UP_AT_ONCE = 400


@dataclass(frozen=True)
class Entry:
    """One event to be: of which record, what changed ({field: [old, new]}) and when (None: now)."""

    record: Case
    trigger: str
    actor_id: int | None
    fields: Mapping[str, list[Any]]
    states: tuple[str | None, str | None]
    data: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True)
class EventView:
    """An event as people read it: sensitive values opened where they still exist."""

    event: Event
    fields: dict[str, list[Any]]
    data: dict[str, Any]


def plain(value: Any) -> Any:
    """The value as JSON can hold it: dates and moments in ISO form, moments in UTC."""
    if value is None or type(value) in (str, int, bool, float):
        return value  # most values, and an import has hundreds of thousands of them
    if isinstance(value, datetime):
        # The same moment must read the same before and after it was in the database.
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, float)) else str(value)


def snapshot(record: Case) -> dict[str, Any]:
    """All tracked fields of the record as plain values."""
    return {name: plain(getattr(record, name)) for name in record.TRACKED}


def append(
    record: Case,
    *,
    trigger: str,
    actor_id: int | None,
    before: Mapping[str, Any] | None,
    from_state: str | None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event to the record's chain: what changed since `before` (None: its founding), and what
    the step collected. The record must have its id. Never commits."""
    fields = _changed(before, snapshot(record))
    collected = {key: value for key, value in (data or {}).items() if key not in fields}
    entry = Entry(record, trigger, actor_id, fields, (from_state, record.state), collected)
    changes, texts = _hidden(entry)
    sealed_texts.store(texts)
    return append_for(
        record.CASE_TYPE, record.id, trigger, actor_id=actor_id, changes=changes, states=entry.states
    )


def append_for(
    case_type: str,
    case_id: int,
    trigger: str,
    *,
    actor_id: int | None,
    changes: Mapping[str, Any],
    states: tuple[str | None, str | None] = (None, None),
) -> Event:
    """Append an event about anything that has an id: an account, a unit, a day of the calendar."""
    last = db.session.execute(
        select(Event.seq, Event.hash)
        .where(Event.case_type == case_type, Event.case_id == case_id)
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    row = {
        "case_type": case_type, "case_id": case_id, "actor_id": actor_id, "at": clock.now(),
        "trigger": trigger, "from_state": states[0], "to_state": states[1], "changes": plain(changes),
        "request_id": request_id.current.get(),
    }  # fmt: skip
    event = Event(**_chained(row, *(last or (0, GENESIS))))
    db.session.add(event)
    db.session.flush()
    return event


def append_founding(
    records: Sequence[Case], *, trigger: str, actor_id: int | None, data: Sequence[Mapping[str, Any]] = ()
) -> None:
    """The founding events of many new records at once: two inserts whatever their number. `data` is what was
    told with each record and stands in no field of it."""
    _insert(
        (
            Entry(record, trigger, actor_id, _changed(None, snapshot(record)), (None, record.state), told)
            for record, told in zip(records, data or [{}] * len(records), strict=True)
        ),
        last={},
    )


def append_first(entries: Sequence[Entry]) -> None:
    """Append events in the order given, also several of one case, of cases whose chains are empty."""
    _insert(entries, last={})


def append_many(entries: Sequence[Entry]) -> None:
    """Append many events in the order given, also several of one case, whatever its chain holds already."""
    keys = list(dict.fromkeys((entry.record.CASE_TYPE, entry.record.id) for entry in entries))
    last: dict[tuple[str, int], tuple[int, str]] = {}
    for start in range(0, len(keys), _LOOKED_UP_AT_ONCE):
        some = keys[start : start + _LOOKED_UP_AT_ONCE]
        query = select(Event.case_type, Event.case_id, Event.seq, Event.hash)
        query = query.where(tuple_(Event.case_type, Event.case_id).in_(some)).order_by(Event.seq)
        last.update({(kind, id_): (seq, hash_) for kind, id_, seq, hash_ in db.session.execute(query)})
    _insert(entries, last=last)


def _insert(entries: Iterable[Entry], *, last: dict[tuple[str, int], tuple[int, str]]) -> None:
    rows: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    now, request = clock.now(), request_id.current.get()
    for entry in entries:
        key = (entry.record.CASE_TYPE, entry.record.id)
        changes, hidden = _hidden(entry)
        row = _chained(
            {
                "case_type": key[0], "case_id": key[1], "actor_id": entry.actor_id, "at": entry.at or now,
                "trigger": entry.trigger, "from_state": entry.states[0], "to_state": entry.states[1],
                "changes": changes, "request_id": request,
            },
            *last.get(key, (0, GENESIS)),
        )  # fmt: skip
        last[key] = (row["seq"], row["hash"])
        rows.append(row)
        texts += hidden
    if rows:
        # Else the rows with an empty state and those without would be statements of their own, by turns.
        db.session.execute(insert(Event).execution_options(render_nulls=True), rows)
    sealed_texts.store(texts)


def _changed(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, list[Any]]:
    if before is None:
        return {name: [None, value] for name, value in after.items() if value not in (None, [], {})}
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def _hidden(entry: Entry) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    record, data = entry.record, plain(entry.data)
    vault = Vault(record.CASE_TYPE, record.id)
    fields = {
        name: [vault.hide(value) for value in pair] if name in record.SENSITIVE else list(pair)
        for name, pair in plain(entry.fields).items()
    }
    return {"fields": fields, "data": vault.hide_prose(data) if record.SENSITIVE else data}, vault.rows


def _chained(row: dict[str, Any], last_seq: int, last_hash: str) -> dict[str, Any]:
    row["seq"] = last_seq + 1
    row["prev_hash"] = last_hash
    row["hash"] = crypto.digest((last_hash + body(row)).encode())
    row["mac"] = crypto.mac(row["hash"])
    return row


def body(row: Mapping[str, Any]) -> str:
    """The canonical JSON of an event that its hash covers, time included."""
    return canonical({**{name: row[name] for name in _COVERED}, "at": plain(row["at"])})


def history(
    case_type: str, case_id: int, *, before_seq: int | None = None, limit: int | None = 200
) -> list[EventView]:
    """The life of a case, oldest first; the latest `limit` events before `before_seq`."""
    query = select(Event).where(Event.case_type == case_type, Event.case_id == case_id)
    if before_seq is not None:
        query = query.where(Event.seq < before_seq)
    events = list(db.session.scalars(query.order_by(Event.seq.desc()).limit(limit)))[::-1]
    wanted = [digest for event in events for digest in sealed_texts.digests_in(event.changes)]
    texts = sealed_texts.opened(case_type, case_id, wanted) if wanted else {}
    return [
        EventView(
            event,
            sealed_texts.reveal(event.changes.get("fields", {}), texts),
            sealed_texts.reveal(event.changes.get("data", {}), texts),
        )
        for event in events
    ]
