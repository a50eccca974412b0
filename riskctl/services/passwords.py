"""Passwords: the rule for new ones, argon2 hashes, one-time passwords for account slips."""

import os
import secrets
import string
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from riskctl.errors import InvalidInput

MIN_LENGTH = 10
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Checked for unknown accounts too, so that the time does not tell whether an account exists.
_DUMMY = _hasher.hash(secrets.token_hex(8))
_ALPHABET = "abcdefghjkmnpqrstuvwxyz"
_DIGITS = "23456789"


def hash_password(password: str) -> str:
    """The argon2id hash (OWASP's second choice of cost: 19 MiB, two rounds)."""
    return _hasher.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; takes as long when there is none."""
    try:
        return _hasher.verify(stored or _DUMMY, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def refuse_weak(password: str, *, username: str) -> None:
    """Domain 1.5: at least ten characters, three of four classes, not holding the account's name."""
    classes = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    kinds = sum(any(c in group for c in password) for group in classes)
    kinds += any(not c.isalnum() for c in password)
    if len(password) < MIN_LENGTH or kinds < 3:
        raise InvalidInput(
            f"密码至少{MIN_LENGTH}位，须含大写字母、小写字母、数字、符号中的三种",
            field="new_password",
            code="weak",
        )
    if username.lower() in password.lower():
        raise InvalidInput("密码不能包含用户名", field="new_password", code="weak")


@dataclass(frozen=True)
class OneTime:
    """A random first password and its hash."""

    text: str
    hash: str


def one_time(count: int = 1) -> list[OneTime]:
    """Random first passwords for account slips; hundreds are hashed on every processor at once."""
    texts = [_one_time_text() for _ in range(count)]
    if count == 1:
        return [OneTime(texts[0], hash_password(texts[0]))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # argon2 lets the other threads run
        return [OneTime(text, made) for text, made in zip(texts, pool.map(hash_password, texts), strict=True)]


def _one_time_text() -> str:
    # Read from paper: no letters that look alike.
    letters = [secrets.choice(_ALPHABET) for _ in range(8)]
    digits = [secrets.choice(_DIGITS) for _ in range(4)]
    return secrets.choice(_ALPHABET).upper() + "".join(letters) + "-" + "".join(digits)
