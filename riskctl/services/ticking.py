"""The tick: what time brings. One round after another, each of which does a thing once however often it runs.

During a migration it does nothing. When the clock stands before the last completed tick, somebody has set it
back: then no day has come, and only what does not depend on the day is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import IdempotencyKey, Seal
from riskctl.services import (
    annual_ledgers,
    annual_reviews,
    breaches,
    calendars,
    change_reports,
    delivery,
    digests,
    freezing,
    job_files,
    lookback_due,
    marks,
    recounts,
    red_cases,
    reminders,
    reviews_due,
    schema,
    seals,
    yellow_spells,
    zero_reports,
)

# A client repeats a call within minutes; a month covers one that was switched off.
ANSWERS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Round:
    """One thing that time brings. `run` commits by itself, in small transactions, and says how much it did;
    run twice, at once on two machines, or killed in between, it has the same result once."""

    name: str
    label: str
    run: Callable[[datetime], int]
    # Whether it is right at whatever moment the clock shows.
    timeless: bool = False


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
    Round("job_files", "清理过期的任务文件", job_files.clear),
    Round("calendar", "提醒录入放假安排", calendars.remind),
    Round("recounts", "重新推算期限", recounts.run),
    Round("missing_readings", "发出缺报预警", breaches.warn_of_missing),
    Round("yellow_spells", "新挂黄牌", yellow_spells.note),
    Round("zero_reports", "零报告", zero_reports.run),
    Round("change_reports", "生成变更报告", change_reports.make_due),
    Round("annual_reviews", "启动年度复核", annual_reviews.open_due),
    Round("annual_ledger", "形成年度台账", annual_ledgers.freeze_due),
    Round("reviews_due", "复核提醒", reviews_due.remind),
    Round("lookback_due", "提示待回头看", lookback_due.propose),
    Round("reminders", "到期提醒", reminders.remind),
    Round("red_cases", "建议约谈", red_cases.propose),
    Round("digests", "每日汇总", digests.collect),
    Round("delivery", "外发通知", lambda at: delivery.deliver()),
    Round("snapshots", "月度快照", freezing.freeze_due),
    Round("seals", "封存事件", _seal, timeless=True),
)
_MARK = "tick"
# Clocks of two machines, and two ticks at once, may differ by so much.
_SKEW = timedelta(minutes=5)


def tick(moment: str | None = None) -> str:
    """Run every round at this moment (ISO, the office's time where it names no zone; default: now)."""
    try:
        at = clock.from_local(datetime.fromisoformat(moment)) if moment else clock.now()
    except ValueError as error:
        raise InvalidInput("--now 须为 ISO 时间，例如 2026-11-24T08:30") from error
    schema.require_current()
    last = marks.moment_of(_MARK)
    set_back = last is not None and at < last - _SKEW
    with clock.at(at):
        done = [(each.label, _run(each, at)) for each in ROUNDS if each.timeless or not set_back]
    if not set_back:
        marks.advance(_MARK, at)
    told = "，".join(f"{label} {number} 项" for label, number in done if number) or "没有新的事项"
    return f"{_behind(last)}；{told}" if last and set_back else told


def _run(each: Round, at: datetime) -> int:
    schema.require_current()  # a migration may have begun meanwhile
    return each.run(at)


def _behind(last: datetime) -> str:
    when = clock.local(last).strftime("%Y-%m-%d %H:%M")
    return f"时钟早于上次办理时间（{when}），到期事项暂不办理，请核对系统时间"


def accept_clock() -> str:
    """Take the present moment as right, after the clock was ahead or a tick was run at a later moment."""
    schema.require_current()
    marks.reset(clock.now())
    return "已以现在的时间为准，到期事项恢复办理"
