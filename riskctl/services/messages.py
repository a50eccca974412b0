"""站内消息: writing them, and reading one's own. A message says that something waits and until when, never what
it is about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update

from riskctl import clock
from riskctl.errors import NotFound
from riskctl.extensions import db
from riskctl.models import Case, Digest, Message
from riskctl.permissions import Actor
from riskctl.services import outbox
from riskctl.services.once import insert_all_new

# The count in the header stops here: nobody reads on.
MOST_COUNTED = 99


@dataclass(frozen=True)
class Telling:
    """One line for several people: told once each under this key. `due_on` is the day it reminds of."""

    user_ids: Iterable[int]
    key: str
    text: str
    case: tuple[str, int] | None = None
    due_on: date | None = None
    urgent: bool = False


def post(
    user_ids: Iterable[int], *, key: str, text: str, case: Case | None = None, urgent: bool = False
) -> int:
    """Tell each of these people once under this key; how many had not been told. No commit.

    The text carries no content of a case (domain 8): "您有1件整改事项将于12月14日到期". What is urgent leaves
    the house at once, the rest with the day's digest.
    """
    about = (case.CASE_TYPE, case.id) if case else None
    return post_all([Telling(user_ids, key, text, about, urgent=urgent)])


def post_all(tellings: Iterable[Telling]) -> int:
    """`post` for many at once; no commit."""
    now, today = clock.now(), clock.today()
    rows = [
        {
            "user_id": user_id, "key": told.key, "text": told.text, "urgent": told.urgent, "at": now,
            "case_type": told.case[0] if told.case else None, "case_id": told.case[1] if told.case else None,
            "due_on": told.due_on, "digested_on": today if told.urgent else None,
        }
        for told in tellings
        for user_id in dict.fromkeys(told.user_ids)
    ]  # fmt: skip
    new = set(insert_all_new(Message, rows, "id")) if rows else set()
    if new and any(row["urgent"] for row in rows):
        urgent = db.session.scalars(select(Message).where(Message.id.in_(new), Message.urgent.is_(True)))
        outbox.put([(told.user_id, told.key, told.text) for told in urgent], kind="message")
    return len(new)


def unread(user_id: int) -> int:
    """How many messages the person has not read, counted up to MOST_COUNTED + 1."""
    mine = select(Message.id).where(Message.user_id == user_id, Message.read_at.is_(None))
    counted = select(func.count()).select_from(mine.limit(MOST_COUNTED + 1).subquery())
    return db.session.scalar(counted) or 0


def page(
    actor: Actor, *, after: int | None = None, unread_only: bool = False, limit: int = 50
) -> tuple[list[Message], int | None]:
    """One's own messages, the newest first, with the id to continue before."""
    query = select(Message).where(Message.user_id == actor.user_id)
    if after:
        query = query.where(Message.id < after)
    if unread_only:
        query = query.where(Message.read_at.is_(None))
    rows = list(db.session.scalars(query.order_by(Message.id.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def digest_of(actor: Actor, day: date) -> str:
    """The person's digest of the day; empty when there is none."""
    query = select(Digest.text).where(Digest.user_id == actor.user_id, Digest.day == day)
    return db.session.scalar(query) or ""


def read(actor: Actor, message_id: int) -> Message:
    """Mark one's own message as read; raises NotFound. Commits."""
    message = db.session.get(Message, message_id)
    if message is None or message.user_id != actor.user_id:
        raise NotFound("没有这条消息")
    message.read_at = message.read_at or clock.now()
    db.session.commit()
    return message


def read_all(actor: Actor, ids: Collection[int] | None = None) -> int:
    """Mark all of one's own messages, or those of these ids, as read; how many were not. Commits."""
    mine = update(Message).where(Message.user_id == actor.user_id, Message.read_at.is_(None))
    if ids is not None:
        mine = mine.where(Message.id.in_(ids))
    done = db.session.execute(mine.values(read_at=clock.now()))
    db.session.commit()
    return int(done.rowcount)  # type: ignore[attr-defined]
