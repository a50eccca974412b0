"""Readings of an indicator: entering them in batches, correcting one, and what a breach sets going."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import selectinload

from riskctl import clock, crypto
from riskctl.errors import InvalidInput, NotAllowed, NotFound, Reason, RuleBroken
from riskctl.extensions import db
from riskctl.models import Indicator, Reading, ReadingCorrection
from riskctl.models.base import canonical
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, breaches, indicators
from riskctl.workflows import indicator as law

MOST = 10_000
# Of a batch that is wrong from end to end, nobody reads more.
_REASONS_SHOWN = 100
_LOOKED_UP_AT_ONCE = 1000
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Value:
    """One reading to be: when, how much, and what its refusal calls it (第3项, 第5行)."""

    at: datetime
    value: Decimal
    called: str
    field: str


def values(items: Iterable[tuple[datetime, Decimal]]) -> list[Value]:
    """Readings of a batch, named by their number in it."""
    return [Value(at, value, f"第{number}项", f"{number - 1}") for number, (at, value) in enumerate(items, 1)]


def one(at: datetime, value: Decimal) -> Value:
    """The reading of a form, whose fields bear the names of its parts."""
    return Value(at, value, "", "")


def enter(actor: Actor, indicator_id: int, given: Sequence[Value]) -> int:
    """Enter a batch, all or nothing, in one transaction; how many. Raises NotAllowed, NotFound, RuleBroken, or
    InvalidInput that names each wrong reading. Commits."""
    found = indicators.locked(actor, indicator_id)
    reasons = objections(actor, found, given)
    if reasons:
        raise InvalidInput("监测数据有误，均未录入", reasons=reasons[:_REASONS_SHOWN], code="readings")
    write(actor, found, given)
    db.session.commit()
    return len(given)


def objections(actor: Actor, found: Indicator, given: Sequence[Value]) -> list[Reason]:
    """Every reason against these readings of a locked indicator; raises NotAllowed or RuleBroken where the
    actor may not enter any, or nobody may."""
    if not may_enter(actor, found):
        raise NotAllowed("您的岗位不录入这个指标的监测数据", code="no_permission")
    if found.risk_point.state in indicators.GONE or not found.active:
        raise RuleBroken([Reason("not_watched", "该指标已停用，或风险点已移出台账，不再录入监测数据")])
    if not 0 < len(given) <= MOST:
        raise InvalidInput(f"每次录入1至{MOST}条", field="readings", code="batch")
    return list(islice(_wrong(found, given), _REASONS_SHOWN))


def may_enter(actor: Actor, found: Indicator) -> bool:
    """Whether the actor enters readings of the indicator."""
    return allowed(actor, Permission.MONITORING_KEEP, found.risk_point.unit_id)


def _wrong(found: Indicator, given: Sequence[Value]) -> Iterable[Reason]:
    now, seen = clock.now(), _standing(found, [each.at for each in given])
    for each in given:
        if each.at > now:
            yield _against(each, "future", "at", f"时间：{_told(each.at)}在将来，请核对日期")
        elif each.at in seen:
            yield _against(
                each, "twice", "at",
                f"时间：{_told(each.at)}已有数据，不能重复录入；如原数据有误，请办理更正并写明理由",
            )  # fmt: skip
        if wrong := law.wrong_number(each.value):
            yield _against(each, "value", "value", f"数值：{wrong}")
        seen.add(each.at)


def _against(each: Value, code: str, part: str, message: str) -> Reason:
    named = f"{each.called} {message}" if each.called else message
    return Reason(code, named, f"{each.field}.{part}" if each.field else part)


def _told(moment: datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def _standing(found: Indicator, moments: Sequence[datetime]) -> set[datetime]:
    standing: set[datetime] = set()
    for start in range(0, len(moments), _LOOKED_UP_AT_ONCE):
        some = moments[start : start + _LOOKED_UP_AT_ONCE]
        query = select(Reading.at).where(Reading.indicator_id == found.id, Reading.at.in_(some))
        standing |= set(db.session.scalars(query))
    return standing


def write(actor: Actor, found: Indicator, given: Sequence[Value]) -> None:
    """Write readings that nothing stands against, with one event for all of them, and warn where one is beyond
    a threshold; no commit."""
    now = clock.now()
    rows = [
        {"indicator_id": found.id, "at": each.at, "value": each.value, "entered_by_id": actor.user_id, "entered_at": now}
        for each in given
    ]  # fmt: skip
    db.session.execute(insert(Reading), rows)
    first, last = min(each.at for each in given), max(each.at for each in given)
    told = [[audit.plain(each.at), law.number(each.value)] for each in given]
    told_of = {
        "count": len(given), "first": audit.plain(first), "last": audit.plain(last),
        # Whoever changes a reading in the database is found out: the batch no longer gives this digest.
        "readings": crypto.digest(canonical(told).encode()),
    }  # fmt: skip
    indicators.record(found, "enter_readings", actor.user_id, data=told_of)
    _next_due(found, last)
    breaches.judge(found, [(each.at, each.value) for each in given])


def _next_due(found: Indicator, last: datetime) -> None:
    due = indicators.due_after(clock.local(last).date(), found.frequency)
    # Not through the record: a reading is no new version of the indicator's definition.
    db.session.execute(
        update(Indicator)
        .where(Indicator.id == found.id, func.coalesce(Indicator.next_reading_due, due) <= due)
        .values(next_reading_due=due)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(found, ["next_reading_due"])


def correct(actor: Actor, reading_id: int, value: Decimal, reason: str) -> Reading:
    """更正: a new value beside the one that was entered, with the reason; the old one stays. Commits."""
    indicator_id = db.session.scalar(select(Reading.indicator_id).where(Reading.id == reading_id))
    if indicator_id is None:
        raise NotFound("没有这条监测数据")
    found = indicators.locked(actor, indicator_id)
    if not may_enter(actor, found):
        raise NotAllowed("您的岗位不更正这个指标的监测数据", code="no_permission")
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise InvalidInput(f"须写明更正理由，不超过{_LONGEST_REASON}字", field="reason", code="required")
    if wrong := law.wrong_number(value):
        raise InvalidInput(f"数值：{wrong}", field="value", code="value")
    reading = db.session.get_one(Reading, reading_id)
    if value == reading.in_force:
        raise InvalidInput("与现有数值相同，无须更正", field="value", code="same")
    old = reading.in_force
    reading.corrections.append(ReadingCorrection(value=value, reason=reason, corrected_by_id=actor.user_id))
    told_of = {"at": reading.at, "old": law.number(old), "new": law.number(value), "reason": reason}
    indicators.record(found, "correct_reading", actor.user_id, data=told_of)
    breaches.judge(found, [(reading.at, value)])
    db.session.commit()
    return reading


def page(
    actor: Actor, indicator_id: int, *, before: datetime | None = None, limit: int = 50
) -> tuple[list[Reading], datetime | None]:
    """Readings of an indicator, newest first, with the moment to continue before."""
    found = indicators.get(actor, indicator_id)
    query = select(Reading).where(Reading.indicator_id == found.id).options(selectinload(Reading.corrections))
    if before is not None:
        query = query.where(Reading.at < before)
    rows = list(db.session.scalars(query.order_by(Reading.at.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].at if len(rows) > limit else None


def latest(found: Sequence[Indicator], most: int) -> dict[int, list[Reading]]:
    """The last readings of each of these indicators, oldest first, in two queries whatever their number."""
    place = func.row_number().over(partition_by=Reading.indicator_id, order_by=Reading.at.desc())
    ranked = (
        select(Reading.id, place.label("place"))
        .where(Reading.indicator_id.in_([each.id for each in found]))
        .subquery()
    )
    query = (
        select(Reading)
        .join(ranked, ranked.c.id == Reading.id)
        .where(ranked.c.place <= most)
        .order_by(Reading.at)
        .options(selectinload(Reading.corrections))
    )
    by_indicator: dict[int, list[Reading]] = {each.id: [] for each in found}
    for reading in db.session.scalars(query):
        by_indicator[reading.indicator_id].append(reading)
    return by_indicator


def plain(reading: Reading) -> dict[str, Any]:
    """One reading as plain data, with its corrections."""
    return {
        "id": reading.id,
        "at": audit.plain(reading.at),
        "value": law.number(reading.in_force),
        "entered_value": law.number(reading.value),
        "corrections": [
            {"value": law.number(each.value), "reason": each.reason, "at": audit.plain(each.corrected_at)}
            for each in reading.corrections
        ],
    }
