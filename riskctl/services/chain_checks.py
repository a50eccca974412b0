"""Checks every event against its hash, its MAC and its predecessor, and rebuilds each case on the way."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from riskctl import crypto
from riskctl.models import Event
from riskctl.services.audit import GENESIS, body
from riskctl.services.findings import Findings
from riskctl.services.replay import Replayed

_AT_ONCE = 1000


def check_chains(session: Session, findings: Findings) -> Iterator[tuple[str, int, Replayed]]:
    """Check all events, in the order of their chains, and give each case as its events tell it."""
    chains = groupby(_stream(session), key=lambda row: (row.case_type, row.case_id))
    for (case_type, case_id), rows in chains:
        replayed = Replayed(last_hash=GENESIS)
        for row in rows:
            findings.events += 1
            _check(row, replayed, findings)
        yield case_type, case_id, replayed


def _stream(session: Session) -> Iterator[Any]:
    # Moment and changes as the database holds them: what somebody wrote there by hand on SQLite need be
    # neither a moment nor JSON, and one bad cell must not hide what is wrong elsewhere.
    at = Event.at if session.get_bind().dialect.name == "postgresql" else cast(Event.at, Text)
    query = (
        select(
            Event.case_type, Event.case_id, Event.seq, Event.actor_id, Event.trigger, Event.from_state,
            Event.to_state, Event.request_id, Event.prev_hash, Event.hash, Event.mac,
            at.label("at_stored"), cast(Event.changes, Text).label("changes_stored"),
        )
        .order_by(Event.case_type, Event.case_id, Event.seq)
        .execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    yield from session.execute(query)


def _check(row: Any, replayed: Replayed, findings: Findings) -> None:
    if row.seq != replayed.last_seq + 1:
        findings.add(_gap(row, replayed.last_seq + 1, findings))
    elif row.prev_hash != replayed.last_hash:
        findings.add(f"{findings.event(row)}与前一事件不相衔接")
    changes = _changes(row)
    if changes is None or not _hash_is_true(row, changes):
        findings.add(f"{findings.event(row)}的内容已被改动：与其指纹不符")
    if not crypto.mac_is_true(str(row.hash), row.mac):
        findings.add(f"{findings.event(row)}不是本系统写入的：校验码不符")
    replayed.take(row.seq, row.trigger, row.to_state, changes or {})
    replayed.last_hash = row.hash


def _gap(row: Any, expected: int, findings: Findings) -> str:
    subject = findings.subject(row.case_type, row.case_id)
    if not isinstance(row.seq, int) or row.seq < expected:
        return f"{subject} 有事件的序号已被改坏：{row.seq}"
    missing = f"第{expected}号" if row.seq == expected + 1 else f"第{expected}至{row.seq - 1}号"
    return f"{subject} 缺少{missing}事件，第{row.seq}号（{row.trigger}）之前已断开"


def _changes(row: Any) -> dict[str, Any] | None:
    try:
        changes = json.loads(row.changes_stored)
    except (ValueError, TypeError):
        return None
    return changes if isinstance(changes, dict) else None


def _hash_is_true(row: Any, changes: dict[str, Any]) -> bool:
    try:
        at = _moment(row.at_stored)
    except ValueError:
        return False
    text = f"{row.prev_hash}{body({**row._mapping, 'changes': changes, 'at': at})}"  # noqa: SLF001 -- a row's mapping, public in SQLAlchemy
    return crypto.digest_is_true(text.encode(), row.hash)


def _moment(stored: datetime | str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored
