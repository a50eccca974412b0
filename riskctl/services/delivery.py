"""Delivering what the outbox holds: once where that can be helped, repeated until it arrives or is given up.

Each attempt leases its row, so that of two machines only one sends it; what a killed process was sending is
sent again when the lease is over, under the same delivery id, by which a receiver knows the repetition.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from riskctl import clock
from riskctl.errors import NotFound
from riskctl.extensions import db
from riskctl.models import Outbox, RoleGrant, User
from riskctl.permissions import Role
from riskctl.services import channels, messages, outbox
from riskctl.services.channels import ChannelDown, Refused

# Waiting after each failed attempt; after the last one it is given up and the administrator is told.
BACKOFF = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(days=1), timedelta(days=1), timedelta(days=1),
)  # fmt: skip
MOST_ATTEMPTS = len(BACKOFF) + 1
# Longer than any attempt may take; after it, what a killed process was sending is tried again.
LEASE = timedelta(minutes=5)
# Seconds of one round, well within a lease: a tick acts at one moment and does not see the time pass.
_LONGEST = 120


@dataclass(frozen=True)
class _Claimed:
    """A row leased to this process, as plain values: nothing is locked while it is sent."""

    id: int
    delivery_id: str
    address: str
    payload: Mapping[str, Any]
    attempts: int


def deliver() -> int:
    """Send everything that is due over the configured channels; how many arrived. Commits after each.

    A channel that does not answer is left for the next round, so that thousands of rows do not wait for its
    timeout one after the other.
    """
    until = time.monotonic() + _LONGEST
    sent = 0
    for channel in outbox.open_channels():
        with channels.opened(channel, outbox.settings()) as send:
            sent += _deliver(channel, send, until)
    return sent


def _deliver(channel: str, send: channels.Send, until: float) -> int:
    sent = 0
    while time.monotonic() < until and (row := _claimed(channel)):
        try:
            send(row.delivery_id, row.address, row.payload)
        except ChannelDown as error:
            _failed(row, str(error))
            break
        except Refused as error:
            _failed(row, str(error))
        else:
            _set(row, sent_at=clock.now(), next_try_at=None, last_error="")
            db.session.commit()
            sent += 1
    return sent


def _claimed(channel: str) -> _Claimed | None:
    """The next row that is due, leased to this process: of two machines only one gets it."""
    now = clock.now()
    due = select(Outbox.id).where(Outbox.channel == channel, Outbox.next_try_at <= now)
    for row_id in db.session.scalars(due.order_by(Outbox.next_try_at, Outbox.id).limit(20)).all():
        mine = update(Outbox).where(Outbox.id == row_id, Outbox.next_try_at <= now)
        leased = mine.values(next_try_at=now + LEASE, attempts=Outbox.attempts + 1).returning(
            Outbox.id, Outbox.delivery_id, Outbox.user_id, Outbox.payload, Outbox.attempts
        )
        row = db.session.execute(leased).first()
        if row:
            address = db.session.scalar(select(User.email).where(User.id == row.user_id)) or ""
            db.session.commit()
            return _Claimed(row.id, row.delivery_id, address, row.payload, row.attempts)
    db.session.commit()
    return None


def _set(row: _Claimed, **values: Any) -> None:
    db.session.execute(update(Outbox).where(Outbox.id == row.id).values(**values))


def _failed(row: _Claimed, error: str) -> None:
    if row.attempts < MOST_ATTEMPTS:
        _set(row, last_error=error[:500], next_try_at=clock.now() + BACKOFF[row.attempts - 1])
    else:
        _set(row, last_error=error[:500], next_try_at=None, dead_at=clock.now())
        _tell_administrators()
    db.session.commit()


def _tell_administrators() -> None:
    holders = select(RoleGrant.user_id).where(RoleGrant.role == Role.SYSADMIN)
    day = clock.today()
    text = "有外发通知多次投递失败，已停止投递，请到“外发通知”查明原因后重新投递"
    messages.post(db.session.scalars(holders), key=f"outbox-dead/{day}", text=text)


# --- what the administrator sees -----------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """How the outbox stands: over which channels, how many wait, were given up, and the oldest that waits."""

    channels: list[str]
    waiting: int
    dead: int
    oldest: datetime | None


def state() -> State:
    """How the outbox stands."""
    waiting, oldest = db.session.execute(
        select(func.count(), func.min(Outbox.created_at)).where(Outbox.next_try_at.is_not(None))
    ).one()
    dead = db.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.dead_at.is_not(None)))
    return State(outbox.open_channels(), waiting, dead or 0, oldest)


def troubled(limit: int = 100) -> list[Outbox]:
    """What was given up or has failed so far, the latest first."""
    query = select(Outbox).where(or_(Outbox.dead_at.is_not(None), Outbox.next_try_at.is_not(None)))
    query = query.where(Outbox.last_error != "")
    return list(db.session.scalars(query.order_by(Outbox.id.desc()).limit(limit)))


def retry(row_id: int) -> None:
    """Try again at once what was given up; raises NotFound. Commits."""
    row = db.session.get(Outbox, row_id)
    if row is None or row.dead_at is None:
        raise NotFound("没有这条停止投递的通知")
    row.dead_at, row.attempts, row.next_try_at = None, 0, clock.now()
    db.session.commit()
