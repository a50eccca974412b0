"""Risk points whose review comes near: one line a person and stage, with how many there are."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from riskctl import clock
from riskctl.extensions import db
from riskctl.ladders import Duty, rung
from riskctl.models import RiskPoint, Unit
from riskctl.services import marks, messages, once, rules
from riskctl.services.directory import directory
from riskctl.services.messages import Telling
from riskctl.services.stages import Stages, official_day
from riskctl.services.workdays import is_workday

_MARK = "reviews_due"
_UNDER_WATCH = ("active", "warned", "rectifying")
_LATE = (1, 5)


def remind(at: datetime) -> int:
    """One round: how many people were reminded of reviews that are due."""
    today = clock.local(at).date()
    if not is_workday(today):
        return 0
    stages = Stages(rules.value("reminder_days"), _LATE)
    since = min(marks.day_of(_MARK) or today, today) - timedelta(days=1)
    since = max(since, today - timedelta(days=92))
    told = 0
    for due in stages.window(since, today):
        reached = stages.reached(due, since, today)
        if reached and once.claim(f"reviews/{due}/{reached[0]}"):
            told += _tell(due, reached[0])
        db.session.commit()
    marks.advance(_MARK, at)
    return told


def _tell(due: date, stage: int) -> int:
    counted: Counter[int] = Counter()
    for unit, number in _units(due):
        department = directory().in_department(unit)
        for holder in rung(Duty.RISK_POINT_AFFIRM, directory().holders(unit), in_department=department):
            counted[holder.user_id] += number
    when = "将于{}前复核" if stage >= 0 else "应于{}前复核，已逾期"
    day = official_day(due)
    return messages.post_all(
        Telling([user_id], f"reviews/{due}/{stage}", f"您有{number}个风险点{when.format(day)}", due_on=due)
        for user_id, number in sorted(counted.items())
    )


def _units(due: date) -> Iterable[tuple[Unit, int]]:
    counts = (
        select(RiskPoint.unit_id, func.count().label("number"))
        .where(RiskPoint.review_due == due, RiskPoint.state.in_(_UNDER_WATCH))
        .group_by(RiskPoint.unit_id)
        .subquery()
    )
    rows = db.session.execute(select(Unit, counts.c.number).join(counts, counts.c.unit_id == Unit.id))
    return [(unit, number) for unit, number in rows.all()]
