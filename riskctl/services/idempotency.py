"""Idempotency keys: the same key and body gives the same answer, done once (contract 3)."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import Case, IdempotencyKey
from riskctl.models.base import canonical
from riskctl.permissions import Actor
from riskctl.services import ledgers, transitions, views
from riskctl.services.transitions import CaseRef

MAX_KEY = 128


def answer(actor: Actor, key: str, ref: CaseRef, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer once given under this key, or None; raises InvalidInput when the body differs."""
    if len(key) > MAX_KEY:
        raise InvalidInput(f"Idempotency-Key 最长{MAX_KEY}个字符", field="Idempotency-Key", code="bad_key")
    row = _find(actor, key)
    if row is None:
        return None
    if row.body_hash != _hash(ref, body):
        raise InvalidInput(
            "同一个 Idempotency-Key 已用于另一个请求，请换一个", field="Idempotency-Key", code="key_reused"
        )
    if row.response:
        return dict(row.response)
    # The process ended between the step and its answer: the record as it stands is the answer.
    return views.single(actor, ledgers.get(actor, row.case_type, row.case_id))


def _find(actor: Actor, key: str) -> IdempotencyKey | None:
    query = select(IdempotencyKey).where(IdempotencyKey.user_id == actor.user_id, IdempotencyKey.key == key)
    return db.session.scalars(query).one_or_none()


def _hash(ref: CaseRef, body: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical([ref.case_type, ref.id, body]).encode()).hexdigest()


def fire(
    actor: Actor, ref: CaseRef, body: Mapping[str, Any], *, key: str, version: Callable[[], int]
) -> Case:
    """Take the step; the key is claimed in the same transaction, so that it is done once."""
    wanted = version()
    if not key:
        return transitions.fire(actor, ref, body["trigger"], body.get("data"), version=wanted)
    record = transitions.take(actor, ref, body["trigger"], body.get("data"), version=wanted)
    db.session.add(
        IdempotencyKey(
            user_id=actor.user_id,
            key=key,
            body_hash=_hash(ref, body),
            case_type=ref.case_type,
            case_id=ref.id,
        )
    )
    db.session.commit()
    return record


def keep(actor: Actor, key: str, response: Mapping[str, Any]) -> None:
    """Keep the answer for a repeated call."""
    row = _find(actor, key)
    if row is not None:
        row.response = dict(response)
        db.session.commit()
