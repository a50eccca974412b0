"""Sensitive values of the event chain: a salted digest stands in the chain, the text encrypted beside it.

Erasing the text leaves the chain whole; the salt goes with it, so that nobody can try out short texts.
"""

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from riskctl import crypto
from riskctl.extensions import db
from riskctl.models import IdempotencyKey, SealedText
from riskctl.models.base import canonical

ERASED = "（已按规定清除）"
UNREADABLE = "（密文与事件链不符）"
# Of what a step collects on a sensitive case only these enter the chain in clear: they are never prose.
_CLEAR_SUFFIXES = ("_on", "_at", "_code", "_id", "_from", "_to", "_by")
_CLEAR = frozenset({"method", "kind", "severity", "rectify_type", "level", "colour", "domain", "measure"})


class Vault:
    """Collects the texts behind the digests of one case's new events; `store` keeps them."""

    def __init__(self, case_type: str, case_id: int) -> None:
        self._case = {"case_type": case_type, "case_id": case_id}
        self.rows: list[dict[str, Any]] = []

    def hide(self, value: Any) -> Any:
        """The digest of the value; an empty value hides nothing and stays as it is."""
        if value in (None, "", [], {}):
            return value
        salt = secrets.token_hex(16)
        text = canonical(value)
        digest = salted(salt, text)
        self.rows.append({**self._case, "digest": digest, "salt": salt, "ciphertext": crypto.encrypt(text)})
        return {"digest": digest}

    def hide_prose(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What a step collected, with everything that may be prose replaced by its digest."""
        return {key: self._hide_item(key, value) for key, value in data.items()}

    def _hide_item(self, key: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self.hide_prose(value)
        if isinstance(value, list):
            return value if all(isinstance(item, int) for item in value) else self.hide(value)
        if isinstance(value, str) and key not in _CLEAR and not key.endswith(_CLEAR_SUFFIXES):
            return self.hide(value)
        return value


def store(rows: list[dict[str, Any]]) -> None:
    """Keep what the vaults collected; never commits."""
    if rows:
        db.session.execute(insert(SealedText), rows)


def salted(salt: str, text: str) -> str:
    """The digest under which a text stands in the chain."""
    return crypto.digest(_salted(salt, text))


def matches(digest: str, salt: str, text: str) -> bool:
    """Whether the digest is of this text, under either hash."""
    return crypto.digest_is_true(_salted(salt, text), digest)


def _salted(salt: str, text: str) -> bytes:
    return f"{salt}{text}".encode()


def digest_of(value: Any) -> str | None:
    """The digest, when the value of a chain is one."""
    if isinstance(value, dict) and set(value) == {"digest"}:
        return str(value["digest"])
    return None


def digests_in(value: Any) -> Iterator[str]:
    """Every digest anywhere in an event's changes."""
    if digest := digest_of(value):
        yield digest
    elif isinstance(value, dict):
        for item in value.values():
            yield from digests_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from digests_in(item)


def opened(case_type: str, case_id: int, wanted: Iterable[str]) -> dict[str, Any]:
    """The values behind these digests of a case, as far as they were not erased."""
    columns = (SealedText.digest, SealedText.salt, SealedText.ciphertext)
    query = select(*columns).where(
        SealedText.case_type == case_type, SealedText.case_id == case_id, SealedText.digest.in_(set(wanted))
    )
    return {digest: _open(digest, salt, data) for digest, salt, data in db.session.execute(query)}


def opened_of_many(case_type: str, wanted: Collection[str]) -> dict[str, Any]:
    """The values behind these digests of whatever cases of a kind, as far as they were not erased."""
    columns = (SealedText.digest, SealedText.salt, SealedText.ciphertext)
    # By the digest alone, which is nobody else's: with the kind SQLite would read every text of it.
    query = select(SealedText.case_type, *columns).where(SealedText.digest.in_(set(wanted)))
    found = db.session.execute(query) if wanted else ()
    return {digest: _open(digest, salt, data) for kind, digest, salt, data in found if kind == case_type}


def _open(digest: str, salt: str, data: bytes) -> Any:
    try:
        text = crypto.decrypt(data)
    except crypto.Undecipherable:
        return UNREADABLE
    return json.loads(text) if matches(digest, salt, text) else UNREADABLE


def reveal(value: Any, texts: Mapping[str, Any]) -> Any:
    """The value with its digests replaced by the texts, or by the words that say they are gone."""
    if digest := digest_of(value):
        return texts.get(digest, ERASED)
    if isinstance(value, dict):
        return {key: reveal(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item, texts) for item in value]
    return value


def erase(case_type: str, case_id: int) -> None:
    """Delete the texts behind a case's digests, and the answers that repeat them; never commits."""
    kept = (IdempotencyKey.case_type == case_type, IdempotencyKey.case_id == case_id)
    db.session.execute(update(IdempotencyKey).where(*kept).values(response={}))
    db.session.execute(
        delete(SealedText).where(SealedText.case_type == case_type, SealedText.case_id == case_id)
    )
