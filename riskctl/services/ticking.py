"""The tick: what time brings. Seals, and the answers that no client repeats any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import IdempotencyKey, Seal
from riskctl.services import seals

# A client repeats a call within minutes; a month covers one that was switched off.
ANSWERS_KEPT = timedelta(days=30)


def tick(moment: str | None = None) -> str:
    """One round; running it twice, or at once from two machines, changes nothing more."""
    try:
        at = clock.from_local(datetime.fromisoformat(moment)) if moment else clock.now()
    except ValueError as error:
        raise InvalidInput("--now 须为 ISO 时间，例如 2026-11-24T08:30") from error
    _forget_answers(at)
    before = seals.latest()
    if seals.seal_now(at) is None:
        return "没有需要封存的事件"
    made = select(func.sum(Seal.event_count)).where(Seal.id > (before.id if before else 0))
    return f"封存 {db.session.scalar(made)} 个事件"


def _forget_answers(at: datetime) -> None:
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.at < at - ANSWERS_KEPT))
    db.session.commit()
