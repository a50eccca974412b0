"""一日汇总: at half past eight of a working day everybody gets one line about what was told since the last one."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import exists, select, update

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Digest, Message, User
from riskctl.services import outbox, rules
from riskctl.services.once import insert_all_new
from riskctl.services.stages import official_day
from riskctl.services.workdays import is_workday

_BATCH = 200


def collect(at: datetime) -> int:
    """One round: how many people got their digest. Quiet on days off and before the hour."""
    now = clock.local(at)
    hour = time.fromisoformat(rules.value("digest_time"))
    if not is_workday(now.date()) or now.time() < hour:
        return 0
    done = 0
    while people := _next(now.date()):
        done += _write(people, now.date())
        db.session.commit()
    return done


def _next(day: date) -> Sequence[int]:
    """The next people with messages that no digest has taken up and without a digest of this day."""
    has_one = exists().where(Digest.user_id == Message.user_id, Digest.day == day)
    query = (
        select(Message.user_id)
        .join(User, User.id == Message.user_id)
        .where(Message.digested_on.is_(None), User.active.is_(True), ~has_one)
        .group_by(Message.user_id)
        .order_by(Message.user_id)
    )
    return db.session.scalars(query.limit(_BATCH)).all()


def _write(people: Sequence[int], day: date) -> int:
    new = (Message.user_id.in_(people), Message.digested_on.is_(None))
    found: dict[int, list[Message]] = {}
    for message in db.session.scalars(select(Message).where(*new).order_by(Message.id)):
        found.setdefault(message.user_id, []).append(message)
    rows = [
        {"user_id": user_id, "day": day, "text": words(told, day), "at": clock.now()}
        for user_id, told in sorted(found.items())
    ]
    mine = insert_all_new(Digest, rows, "user_id")
    taken = [message.id for user_id in mine for message in found[user_id]]
    db.session.execute(update(Message).where(Message.id.in_(taken)).values(digested_on=day))
    text_of = {row["user_id"]: row["text"] for row in rows}
    outbox.put([(user_id, f"digest/{day}", str(text_of[user_id])) for user_id in mine], kind="digest")
    return len(mine)


def words(told: Sequence[Message], today: date) -> str:
    """您有3件整改事项将于12月14日前到期，1件已逾期: counts and days, and nothing of any case."""
    due = {(m.case_type, m.case_id, m.text if m.case_id is None else ""): m for m in told if m.due_on}
    ahead = [m for m in due.values() if m.due_on and m.due_on >= today]
    late = len(due) - len(ahead)
    thing = "整改事项" if {m.case_type for m in due.values()} == {"issue"} else "事项"
    parts = []
    if ahead:
        latest = max(m.due_on for m in ahead if m.due_on)
        parts.append(f"{len(ahead)}件{thing}将于{official_day(latest)}前到期")
    if late:
        parts.append(f"{late}件已逾期" if ahead else f"{late}件{thing}已逾期")
    if other := sum(1 for m in told if not m.due_on):
        parts.append(f"{other}条其他消息")
    return f"您有{'，'.join(parts)}"
