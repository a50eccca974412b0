"""Checks every event against its hash, its MAC and its predecessor, and rebuilds each case on the way."""

import json
from collections.abc import Iterator
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
    chains = groupby(_stream(session, findings), key=lambda row: (row.case_type, row.case_id))
    for (case_type, case_id), rows in chains:
        replayed = Replayed(last_hash=GENESIS)
        for row in rows:
            findings.events += 1
            _check(row, replayed, findings)
        yield case_type, case_id, replayed


def _stream(session: Session, findings: Findings) -> Iterator[Any]:
    # `changes` as text: what somebody made of it in the database need not be JSON any more.
    changes = cast(Event.changes, Text).label("changes_text")
    query = (
        select(
            Event.id, Event.case_type, Event.case_id, Event.seq, Event.actor_id, Event.at, Event.trigger,
            Event.from_state, Event.to_state, Event.request_id, Event.prev_hash, Event.hash, Event.mac,
            changes,
        )
        .order_by(Event.case_type, Event.case_id, Event.seq)
        .execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    rows = iter(session.execute(query))
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except (ValueError, TypeError):
            findings.add("事件表中有记录的时间已被改坏而无法读取，其后的事件未能核对")
            return
        yield row


def _check(row: Any, replayed: Replayed, findings: Findings) -> None:
    expected = replayed.last_seq + 1
    if row.seq != expected:
        missing = f"第{expected}号" if row.seq == expected + 1 else f"第{expected}至{row.seq - 1}号"
        subject = findings.subject(row.case_type, row.case_id)
        findings.add(f"{subject} 缺少{missing}事件，第{row.seq}号（{row.trigger}）之前已断开")
    elif row.prev_hash != replayed.last_hash:
        findings.add(f"{findings.event(row)}与前一事件不相衔接")
    changes = _changes(row)
    if changes is None or not _hash_is_true(row, changes):
        findings.add(f"{findings.event(row)}的内容已被改动：与其指纹不符")
    if not crypto.mac_is_true(row.hash, row.mac):
        findings.add(f"{findings.event(row)}不是本系统写入的：校验码不符")
    replayed.take(row.seq, row.trigger, row.to_state, changes or {})
    replayed.last_hash = row.hash


def _changes(row: Any) -> dict[str, Any] | None:
    try:
        changes = json.loads(row.changes_text)
    except (ValueError, TypeError):
        return None
    return changes if isinstance(changes, dict) else None


def _hash_is_true(row: Any, changes: dict[str, Any]) -> bool:
    text = row.prev_hash + body({**row._mapping, "changes": changes})
    return crypto.digest_is_true(text.encode(), row.hash)
