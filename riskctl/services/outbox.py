"""What is to leave the house, written in the transaction of its cause; services/delivery.py sends it.

Over each channel that is configured: mail to those whose account has an address, and one signed call of the
office-automation system a message. What goes out carries no content of a case (domain 8).
"""

import secrets
from collections.abc import Iterable

from sqlalchemy import select

from riskctl import clock
from riskctl.config import Settings
from riskctl.extensions import db
from riskctl.models import Outbox, User
from riskctl.services import links
from riskctl.services.once import insert_all_new

_settings: Settings | None = None


def configure(settings: Settings) -> None:
    """Which channels there are: those that the settings name."""
    global _settings
    _settings = settings


def settings() -> Settings:
    """The settings under which the application runs."""
    if _settings is None:
        raise RuntimeError("outbox.configure() was not called")
    return _settings


def open_channels() -> list[str]:
    """The channels that are configured."""
    named = {"mail": settings().smtp_host, "webhook": settings().webhook_url}
    return [channel for channel, address in named.items() if address]


def put(tellings: Iterable[tuple[int, str, str]], *, kind: str) -> int:
    """Write what is to go out, (user, key, text) each, once a key, person and channel; no commit."""
    told = {(user_id, key): text for user_id, key, text in tellings}
    names = open_channels()
    if not told or not names:
        return 0
    people = {user.id: user for user in _people({user_id for user_id, _ in told})}
    rows = [
        _row(channel, people[user_id], key, text, kind)
        for (user_id, key), text in told.items()
        for channel in names
        if user_id in people and (channel != "mail" or people[user_id].email)
    ]
    return len(insert_all_new(Outbox, rows, "id")) if rows else 0


def _people(ids: set[int]) -> Iterable[User]:
    return db.session.scalars(select(User).where(User.id.in_(ids), User.active.is_(True)))


def _row(channel: str, user: User, key: str, text: str, kind: str) -> dict[str, object]:
    now = clock.now()
    payload = {"type": kind, "username": user.username, "text": text, "url": links.home()}
    return {
        "channel": channel, "key": f"{channel}/{user.id}/{key}", "delivery_id": secrets.token_hex(16),
        "user_id": user.id, "payload": payload, "created_at": now, "attempts": 0, "next_try_at": now,
        "last_error": "",
    }  # fmt: skip
