"""Digests, MACs, signatures and field encryption behind one interface, keyed once from the settings.

H is SHA-256 or SM3 by setting. Keys are derived with HKDF, so that one leaked derived key tells nothing
of the others.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from riskctl.config import Settings
from riskctl.errors import RiskctlError

HASHES = ("sha256", "sm3")
_NONCE = 12


class Undecipherable(RiskctlError):
    """A ciphertext that the field key does not open: another key, or changed bytes."""


@dataclass(frozen=True)
class _Keys:
    field: AESGCM
    mac: bytes
    signing: Ed25519PrivateKey
    hash_name: str


_keys: _Keys | None = None


def configure(settings: Settings) -> None:
    """Derive the keys; create_app and the tests call it once."""
    global _keys
    _keys = _Keys(
        field=AESGCM(_derive(settings.field_key, b"riskctl field encryption")),
        mac=_derive(settings.audit_key, b"riskctl event mac"),
        signing=Ed25519PrivateKey.from_private_bytes(_derive(settings.audit_key, b"riskctl seal")),
        hash_name=settings.hash_name,
    )


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


def _configured() -> _Keys:
    if _keys is None:
        raise RuntimeError("crypto.configure() was not called")
    return _keys


def hash_name() -> str:
    """The configured hash: sha256 or sm3."""
    return _configured().hash_name


def digest(data: bytes, name: str | None = None) -> str:
    """H over the bytes, as 64 hex digits; `name` overrides the setting when older seals are checked."""
    if (name or _configured().hash_name) == "sha256":
        return hashlib.sha256(data).hexdigest()
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(data)
    return sm3.finalize().hex()


def digest_is_true(data: bytes, value: str) -> bool:
    """Whether `value` is H of the bytes under either hash: the setting may have changed since."""
    return any(_same(digest(data, name), value) for name in HASHES)


def _same(true: str, given: str) -> bool:
    # As bytes: compare_digest raises on letters beyond ASCII, which a forger is free to write.
    return hmac.compare_digest(true.encode(), str(given).encode())


def mac(text: str) -> str:
    """HMAC-SHA256 under the audit key, as hex."""
    return hmac.new(_configured().mac, text.encode(), hashlib.sha256).hexdigest()


def mac_is_true(text: str, value: str) -> bool:
    """Whether the MAC belongs to the text, compared in constant time."""
    return _same(mac(text), value)


def sign(text: str) -> str:
    """Ed25519 signature of the text, in base64."""
    return base64.b64encode(_configured().signing.sign(text.encode())).decode()


def public_key() -> str:
    """The key that verifies our signatures, as hex; an auditor keeps it."""
    return _configured().signing.public_key().public_bytes_raw().hex()


def signature_is_true(text: str, signature: str, key: str) -> bool:
    """Whether the signature of the text was made with the private half of this key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            base64.b64decode(signature), text.encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def encrypt(text: str) -> bytes:
    """AES-256-GCM: nonce, then ciphertext with its tag."""
    nonce = os.urandom(_NONCE)
    return nonce + _configured().field.encrypt(nonce, text.encode(), None)


def decrypt(data: bytes) -> str:
    """The text; raises Undecipherable under a wrong key or when the bytes were changed."""
    try:
        return _configured().field.decrypt(data[:_NONCE], data[_NONCE:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise Undecipherable("密文无法解开：加密密钥不符，或密文已被改动") from error
