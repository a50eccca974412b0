"""Seals: a signed Merkle root over the events that no seal holds yet, chained to the seal before it.

A seal that was printed or sent away proves later what the database held at that time. Leaves and nodes are
hashed with different prefixes, so that no node can pass for a leaf (as in RFC 6962, section 2.1).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import exists, insert, select
from sqlalchemy.exc import IntegrityError

from riskctl import clock, crypto
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import Event, Seal, SealEvent
from riskctl.models.base import canonical
from riskctl.services.audit import GENESIS, plain

FORMAT = "riskctl-seal-1"
# Bounds memory and the size of a seal's file; more events make more seals.
MOST_EVENTS = 20_000
_COVERED = ("at", "hash_name", "event_count", "root", "prev_hash")
Member = tuple[str, int, int, str]


class Merkle:
    """Builds the root leaf by leaf; holds one node per level, so that a seal of any size fits in memory."""

    def __init__(self, hash_name: str) -> None:
        self._hash_name = hash_name
        self._levels: list[str | None] = []
        self.count = 0

    def add(self, case_type: str, case_id: int, seq: int, event_hash: str) -> None:
        """Take the next event as a leaf."""
        node = self._digest(f"leaf|{case_type}|{case_id}|{seq}|{event_hash}")
        self.count += 1
        for level, other in enumerate(self._levels):
            if other is None:
                self._levels[level] = node
                return
            self._levels[level] = None
            node = self._digest(f"node|{other}|{node}")
        self._levels.append(node)

    def root(self) -> str:
        """The root over the leaves so far; an odd node moves up unchanged."""
        root: str | None = None
        for node in self._levels:
            if node is not None:
                root = node if root is None else self._digest(f"node|{node}|{root}")
        return root or self._digest("empty")

    def _digest(self, text: str) -> str:
        return crypto.digest(text.encode(), self._hash_name)


def root_of(members: Sequence[Member], hash_name: str) -> str:
    """The Merkle root over these events in their order."""
    tree = Merkle(hash_name)
    for member in members:
        tree.add(*member)
    return tree.root()


def seal_now(at: datetime | None = None) -> Seal | None:
    """Seal every event that no seal holds; the last seal made, or None when there was nothing to seal.

    Commits. When two run at once one of them makes the seal and the other makes none.
    """
    made: Seal | None = None
    while members := _unsealed():
        seal = _sealed(members, at or clock.now())
        if seal is None:
            return made
        made = seal
    return made


def _unsealed() -> Sequence[Any]:
    held = exists().where(SealEvent.event_id == Event.id)
    query = select(Event.id, Event.case_type, Event.case_id, Event.seq, Event.hash)
    return db.session.execute(query.where(~held).order_by(Event.id).limit(MOST_EVENTS)).all()


def _sealed(members: Sequence[Any], at: datetime) -> Seal | None:
    last = db.session.scalar(select(Seal.hash).order_by(Seal.id.desc()).limit(1))
    seal = Seal(
        at=at,
        hash_name=crypto.hash_name(),
        event_count=len(members),
        root=root_of([tuple(member)[1:] for member in members], crypto.hash_name()),
        prev_hash=last or GENESIS,
        public_key=crypto.public_key(),
    )
    seal.hash = hash_of({name: getattr(seal, name) for name in _COVERED})
    seal.signature = crypto.sign(seal.hash)
    try:
        db.session.add(seal)
        db.session.flush()
        db.session.execute(
            insert(SealEvent),
            [{"event_id": m.id, "seal_id": seal.id, "event_hash": m.hash} for m in members],
        )
        db.session.commit()
    except IntegrityError:
        # Another process sealed meanwhile: unique are the predecessor of a seal and the seal of an event.
        db.session.rollback()
        return None
    return seal


def hash_of(seal: Mapping[str, Any]) -> str:
    """The hash of a seal, which its signature covers and its successor names."""
    text = canonical({name: plain(seal[name]) for name in _COVERED})
    return crypto.digest(text.encode(), seal["hash_name"])


def covered(seal: Seal) -> dict[str, Any]:
    """What the hash of a seal covers."""
    return {name: getattr(seal, name) for name in _COVERED}


def latest() -> Seal | None:
    """The newest seal."""
    return db.session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))


def export_seal(seal: Seal) -> dict[str, Any]:
    """The seal with the hashes of its events, for keeping elsewhere: it names what was cut off later."""
    query = (
        select(Event.case_type, Event.case_id, Event.seq, SealEvent.event_hash)
        .join(Event, Event.id == SealEvent.event_id)
        .where(SealEvent.seal_id == seal.id)
        .order_by(SealEvent.event_id)
    )
    return {
        "format": FORMAT,
        "id": seal.id,
        **plain(covered(seal)),
        "hash": seal.hash,
        "public_key": seal.public_key,
        "signature": seal.signature,
        "events": [list(row) for row in db.session.execute(query)],
    }


def write_seal(seal: Seal, path: Path) -> None:
    """Write the seal to a file, whole or not at all."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(json.dumps(export_seal(seal), ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(path)


def read_seal(path: Path) -> dict[str, Any]:
    """The content of a seal file; raises InvalidInput when it is not one."""
    try:
        return parse_seal(path.read_bytes(), path.name)
    except OSError as error:
        raise InvalidInput(
            f"封签文件“{path.name}”无法读取：文件不存在或没有读取权限", code="seal_file"
        ) from error


def parse_seal(data: bytes, name: str) -> dict[str, Any]:
    """The bytes of a seal file as its content; raises InvalidInput when they are none."""
    try:
        content = json.loads(data)
    except ValueError as error:
        raise InvalidInput(f"封签文件“{name}”无法读取：内容不是有效的 JSON", code="seal_file") from error
    needed = {*_COVERED, "format", "id", "hash", "public_key", "signature", "events"}
    if not isinstance(content, dict) or content.get("format") != FORMAT or not needed <= set(content):
        raise InvalidInput(f"“{name}”不是本系统导出的封签文件", code="seal_file")
    return content
