"""The event chain: append, read, erase. Checking it is services/verification.py, sealing services/seals.py."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select

from riskctl import clock, crypto, request_id
from riskctl.extensions import db
from riskctl.models import Case, Event, SealedText
from riskctl.models.base import canonical

GENESIS = "0" * 64
ERASED = "（已按规定清除）"
# Of what a step collects on a sensitive case only these enter the chain in clear: they are never prose.
_CLEAR_SUFFIXES = ("_on", "_at", "_code", "_id", "_from", "_to")
_CLEAR = frozenset({"method", "kind", "severity", "rectify_type", "level", "colour", "domain", "measure"})


def plain(value: Any) -> Any:
    """The value as JSON can hold it: dates and moments in ISO form, moments in UTC."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


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
    collected = {key: plain(value) for key, value in (data or {}).items() if key not in fields}
    vault = _Vault(record.CASE_TYPE, record.id)
    changes = {
        "fields": {
            name: [vault.hide(v) for v in pair] if name in record.SENSITIVE else pair
            for name, pair in fields.items()
        },
        "data": _hide_prose(collected, vault) if record.SENSITIVE else collected,
    }
    vault.store()
    return append_for(
        record.CASE_TYPE, record.id, trigger, actor_id=actor_id, changes=changes,
        states=(from_state, record.state),
    )  # fmt: skip


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
    row = _row(case_type, case_id, trigger, actor_id=actor_id, changes=changes, states=states)
    event = Event(**_chained(row, *(last or (0, GENESIS))))
    db.session.add(event)
    db.session.flush()
    return event


def append_founding(records: Sequence[Case], *, trigger: str, actor_id: int | None) -> None:
    """The founding events of many new records at once: two inserts whatever their number."""
    rows: list[dict[str, Any]] = []
    sealed: list[dict[str, Any]] = []
    for record in records:
        vault = _Vault(record.CASE_TYPE, record.id)
        fields = {
            name: [None, vault.hide(value) if name in record.SENSITIVE else value]
            for name, (_, value) in _changed(None, snapshot(record)).items()
        }
        changes = {"fields": fields, "data": {}}
        row = _row(
            record.CASE_TYPE, record.id, trigger, actor_id=actor_id, changes=changes,
            states=(None, record.state),
        )  # fmt: skip
        rows.append(_chained(row, 0, GENESIS))
        sealed += vault.rows
    if rows:
        db.session.execute(insert(Event), rows)
    if sealed:
        db.session.execute(insert(SealedText), sealed)


def _changed(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, list[Any]]:
    if before is None:
        return {name: [None, value] for name, value in after.items() if value not in (None, [], {})}
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def _hide_prose(data: Mapping[str, Any], vault: "_Vault") -> dict[str, Any]:
    return {
        key: vault.hide(value)
        if isinstance(value, (str, list)) and not _is_clear(key, value)
        else value
        for key, value in data.items()
    }


def _is_clear(key: str, value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, int) for item in value)
    return key in _CLEAR or key.endswith(_CLEAR_SUFFIXES)


class _Vault:
    """Collects the encrypted values behind the digests of one event."""

    def __init__(self, case_type: str, case_id: int) -> None:
        self._case = {"case_type": case_type, "case_id": case_id}
        self.rows: list[dict[str, Any]] = []

    def hide(self, value: Any) -> Any:
        if value in (None, "", [], {}):
            return value
        salt = secrets.token_hex(8)
        text = canonical(value)
        digest = salted(salt, text)
        self.rows.append({**self._case, "digest": digest, "salt": salt, "ciphertext": crypto.encrypt(text)})
        return {"digest": digest}

    def store(self) -> None:
        if self.rows:
            db.session.execute(insert(SealedText), self.rows)


def salted(salt: str, text: str) -> str:
    """The digest under which a sensitive value stands in the chain."""
    return crypto.digest(f"{salt}{text}".encode())


def _row(
    case_type: str,
    case_id: int,
    trigger: str,
    *,
    actor_id: int | None,
    changes: Mapping[str, Any],
    states: tuple[str | None, str | None],
) -> dict[str, Any]:
    return {
        "case_type": case_type,
        "case_id": case_id,
        "actor_id": actor_id,
        "at": clock.now(),
        "trigger": trigger,
        "from_state": states[0],
        "to_state": states[1],
        "changes": dict(changes),
        "request_id": request_id.current.get(),
    }


def _chained(row: dict[str, Any], last_seq: int, last_hash: str) -> dict[str, Any]:
    row["seq"] = last_seq + 1
    row["prev_hash"] = last_hash
    row["hash"] = crypto.digest((last_hash + body(row)).encode())
    row["mac"] = crypto.mac(row["hash"])
    return row


def body(row: Mapping[str, Any]) -> str:
    """The canonical JSON of an event that its hash covers, time included."""
    names = (
        "case_type", "case_id", "seq", "actor_id", "trigger", "from_state", "to_state", "changes", "request_id",
    )  # fmt: skip
    return canonical({**{name: row[name] for name in names}, "at": plain(row["at"])})


@dataclass(frozen=True)
class EventView:
    """An event as people read it: sensitive values opened where they still exist."""

    event: Event
    fields: dict[str, list[Any]]
    data: dict[str, Any]


def history(
    case_type: str, case_id: int, *, before_seq: int | None = None, limit: int = 200
) -> list[EventView]:
    """The life of a case, oldest first; the latest `limit` events before `before_seq`."""
    query = select(Event).where(Event.case_type == case_type, Event.case_id == case_id)
    if before_seq is not None:
        query = query.where(Event.seq < before_seq)
    events = list(db.session.scalars(query.order_by(Event.seq.desc()).limit(limit)))[::-1]
    texts = _opened(case_type, case_id, events)
    return [
        EventView(
            event,
            {name: [_open(v, texts) for v in pair] for name, pair in event.changes.get("fields", {}).items()},
            {name: _open(value, texts) for name, value in event.changes.get("data", {}).items()},
        )
        for event in events
    ]


def _digests(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        if set(value) == {"digest"}:
            yield value["digest"]
        else:
            for item in value.values():
                yield from _digests(item)
    elif isinstance(value, list):
        for item in value:
            yield from _digests(item)


def _opened(case_type: str, case_id: int, events: Sequence[Event]) -> dict[str, Any]:
    wanted = {digest for event in events for digest in _digests(event.changes)}
    rows = db.session.execute(
        select(SealedText.digest, SealedText.ciphertext).where(
            SealedText.case_type == case_type, SealedText.case_id == case_id, SealedText.digest.in_(wanted)
        )
    )
    return {digest: unsealed(ciphertext) for digest, ciphertext in rows}


def unsealed(ciphertext: bytes) -> Any:
    """The value behind a digest."""
    return json.loads(crypto.decrypt(ciphertext))


def _open(value: Any, texts: Mapping[str, Any]) -> Any:
    if isinstance(value, dict) and set(value) == {"digest"}:
        return texts.get(value["digest"], ERASED)
    return value


def erase(case_type: str, case_id: int) -> None:
    """Delete the texts behind a case's digests; the chain itself stays whole and verifiable."""
    db.session.execute(
        delete(SealedText).where(SealedText.case_type == case_type, SealedText.case_id == case_id)
    )
