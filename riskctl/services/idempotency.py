"""Idempotency keys: the same key and body gives the same answer, done once (contract 3)."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from riskctl import crypto
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import IdempotencyKey
from riskctl.models.base import canonical
from riskctl.permissions import Actor
from riskctl.services import ledgers, transitions, views
from riskctl.services.transitions import CaseRef

MAX_KEY = 128


def step(
    actor: Actor, ref: CaseRef, body: Mapping[str, Any], *, key: str, version: Callable[[], int]
) -> dict[str, Any]:
    """Take the step and tell the record; under a key it is done once, and a repeated call gets the first
    one's answer before its version is looked at, which the first one made stale."""
    if not key:
        record = transitions.fire(actor, ref, body["trigger"], body.get("data"), version=version())
        return views.single(actor, record)
    stored = _answer(actor, key, ref, body)
    if stored is not None:
        return stored
    try:
        return _first(actor, key, ref, body, version=version())
    except BaseException:
        db.session.rollback()
        raise


def _first(actor: Actor, key: str, ref: CaseRef, body: Mapping[str, Any], *, version: int) -> dict[str, Any]:
    """Claim the key, step, keep the answer: one transaction, so that a refused step leaves the key free."""
    claim = _claim(actor, key, ref, body)
    if claim is None:
        # Another request with this key was under way; the database let us wait for its end.
        return _answer(actor, key, ref, body) or {}
    record = transitions.take(actor, ref, body["trigger"], body.get("data"), version=version)
    db.session.flush()
    shown = views.single(actor, record)
    claim.response = _sealed(shown)
    db.session.commit()
    return shown


def _claim(actor: Actor, key: str, ref: CaseRef, body: Mapping[str, Any]) -> IdempotencyKey | None:
    claim = IdempotencyKey(
        user_id=actor.user_id,
        key=key,
        body_hash=_hash(ref, body),
        case_type=ref.case_type,
        case_id=ref.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(claim)
    except IntegrityError:
        return None
    return claim


def _answer(actor: Actor, key: str, ref: CaseRef, body: Mapping[str, Any]) -> dict[str, Any] | None:
    if len(key) > MAX_KEY:
        raise InvalidInput(f"Idempotency-Key 最长{MAX_KEY}个字符", field="Idempotency-Key", code="bad_key")
    query = select(IdempotencyKey).where(IdempotencyKey.user_id == actor.user_id, IdempotencyKey.key == key)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        return None
    if row.body_hash != _hash(ref, body):
        raise InvalidInput(
            "同一个 Idempotency-Key 已用于另一个请求，请换一个", field="Idempotency-Key", code="key_reused"
        )
    # An erased case takes its stored answers along: then the record as it stands is the answer.
    return _opened(row.response) or views.single(actor, ledgers.get(actor, row.case_type, row.case_id))


def _hash(ref: CaseRef, body: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical([ref.case_type, ref.id, body]).encode()).hexdigest()


def _sealed(shown: Mapping[str, Any]) -> dict[str, str]:
    # The answer repeats what was said in an interview, which lies encrypted in its own table.
    return {"sealed": base64.b64encode(crypto.encrypt(json.dumps(shown))).decode()}


def _opened(response: Mapping[str, Any]) -> dict[str, Any] | None:
    if "sealed" not in response:
        return None
    found: dict[str, Any] = json.loads(crypto.decrypt(base64.b64decode(response["sealed"])))
    return found
