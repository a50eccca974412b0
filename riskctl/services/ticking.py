"""The tick: what time brings. One round after another, each of which does a thing once however often it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import IdempotencyKey, Seal
from riskctl.services import calendars, recounts, seals, yellow_spells

# A client repeats a call within minutes; a month covers one that was switched off.
ANSWERS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Round:
    """One thing that time brings. `run` commits by itself, in small transactions, and says how much it did;
    run twice, at once on two machines, or killed in between, it has the same result once."""

    name: str
    label: str
    run: Callable[[datetime], int]


def _forget_answers(at: datetime) -> int:
    done = db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.at < at - ANSWERS_KEPT))
    db.session.commit()
    return int(done.rowcount)  # type: ignore[attr-defined]


def _seal(at: datetime) -> int:
    before = seals.latest()
    if seals.seal_now(at) is None:
        return 0
    made = select(func.sum(Seal.event_count)).where(Seal.id > (before.id if before else 0))
    return db.session.scalar(made) or 0


# In this order: the seals last, so that they hold what the rounds before wrote.
ROUNDS: tuple[Round, ...] = (
    Round("forget_answers", "清理过期应答", _forget_answers),
    Round("calendar", "提醒录入放假安排", calendars.remind),
    Round("recounts", "重新推算期限", recounts.run),
    Round("yellow_spells", "新挂黄牌", yellow_spells.note),
    Round("seals", "封存事件", _seal),
)


def tick(moment: str | None = None) -> str:
    """Run every round at this moment (ISO, the office's time where it names no zone; default: now)."""
    try:
        at = clock.from_local(datetime.fromisoformat(moment)) if moment else clock.now()
    except ValueError as error:
        raise InvalidInput("--now 须为 ISO 时间，例如 2026-11-24T08:30") from error
    with clock.at(at):
        done = [(each.label, each.run(at)) for each in ROUNDS]
    told = "，".join(f"{label} {number} 项" for label, number in done if number)
    return told or "没有新的事项"
