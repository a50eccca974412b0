"""From a reading beyond its threshold to a warning, and from one that was never entered (domain 4.1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Indicator, RiskPoint, RiskWarning
from riskctl.services import indicators, system_account, warning_opening
from riskctl.services.once import claim
from riskctl.services.warnings import Opening
from riskctl.workflows import dictionaries as words, indicator as law
from riskctl.workflows.risk_point import IN_LEDGER
from riskctl.workflows.warning import OPEN

_CHECK = "请核查超限原因，分析防控措施是否落实到位，并按期书面反馈核查情况、原因分析和防控措施。"
_REPORT = "请说明未按期报送的原因，并尽快补报监测数据。"
# Whoever enters the figures of past years for the trend must not set off warnings of what is long settled.
_HISTORY = timedelta(days=366)
_AT_ONCE = 200


def judge(found: Indicator, readings: Sequence[tuple[datetime, Decimal]]) -> None:
    """Open a warning of the gravest colour that these readings reach, unless one of it or a graver one is open
    for the same indicator. The indicator must be locked; no commit."""
    since = clock.now() - _HISTORY
    beyond = [
        (colour, at, value)
        for at, value in readings
        if at >= since and (colour := law.breached(value, found.direction, found.thresholds))
    ]
    gravest = law.gravest([colour for colour, _, _ in beyond])
    if gravest is None or _is_open(found, "indicator", law.at_least(gravest)):
        return
    _, at, value = max((each for each in beyond if each[0] == gravest), key=lambda each: each[1])
    _open(found, Opening(gravest, _facts(found, gravest, at, value, len(beyond)), _CHECK, "indicator"))


def _facts(found: Indicator, colour: str, at: datetime, value: Decimal, many: int) -> str:
    limit, unit = found.thresholds[colour], found.measure_unit or ""
    assert limit is not None
    day = clock.local(at)
    passed = "超过" if found.direction == "higher" else "低于"
    more = f"本次录入共有{many}个数据超限。" if many > 1 else ""
    return (
        f"监测指标“{found.name}”于{day.year}年{day.month}月{day.day}日{day:%H:%M}的数值为{law.number(value)}{unit}，"
        f"{passed}{words.COLOURS[colour]}色预警阈值{law.number(limit)}{unit}。{more}"
    )


def open_ids(indicator_id: int) -> list[int]:
    """The ids of the indicator's warnings that are open, oldest first."""
    query = select(RiskWarning.id).where(
        RiskWarning.indicator_id == indicator_id, RiskWarning.state.in_(OPEN)
    )
    return list(db.session.scalars(query.order_by(RiskWarning.id)))


def _is_open(found: Indicator, kind: str, colours: Sequence[str]) -> bool:
    query = select(RiskWarning.id).where(
        RiskWarning.indicator_id == found.id, RiskWarning.kind == kind, RiskWarning.state.in_(OPEN),
        RiskWarning.colour.in_(colours),
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


def _open(found: Indicator, opening: Opening) -> bool:
    point = db.session.scalars(
        select(RiskPoint)
        .where(RiskPoint.id == found.risk_point_id)
        .with_for_update(of=RiskPoint)
        .execution_options(populate_existing=True)
    ).one()
    if point.state not in IN_LEDGER:
        return False
    marked = replace(opening, indicator_id=found.id)
    warning_opening.open_beside(system_account.actor(), point, marked)
    return True


def warn_of_missing(at: datetime) -> int:
    """The tick's round: a 数据缺报 warning for every reading that is overdue, once for each day it was due."""
    today, warned = clock.local(at).date(), 0
    while ids := _overdue(today):
        warned += sum(_warn_once(indicator_id, today) for indicator_id in ids)
    return warned


def _overdue(today: date) -> list[int]:
    due = Indicator.next_reading_due
    query = select(Indicator.id).where(due < today).order_by(due, Indicator.id).limit(_AT_ONCE)
    found = list(db.session.scalars(query))
    db.session.commit()
    return found


def _warn_once(indicator_id: int, today: date) -> bool:
    query = select(Indicator).where(Indicator.id == indicator_id).with_for_update(of=Indicator)
    found = db.session.scalars(query.execution_options(populate_existing=True)).one()
    due = found.next_reading_due
    if due is None or due >= today:  # entered, or warned of by another machine, meanwhile
        db.session.commit()
        return False
    gone = found.risk_point.state in indicators.GONE
    found.next_reading_due = None if gone else _following(found, due, today)
    warned = False
    if claim(f"missing_reading/{found.id}/{due}") and not _is_open(found, "missing_reading", law.COLOURS):
        every = law.FREQUENCIES[found.frequency]
        facts = f"监测指标“{found.name}”（{every}报送）应于{due.year}年{due.month}月{due.day}日前报送数据，至今未报。"
        warned = _open(found, Opening("blue", facts, _REPORT, "missing_reading"))
    db.session.commit()
    return warned


def _following(found: Indicator, due: date, today: date) -> date:
    while due < today:
        due = indicators.due_after(due, found.frequency)
    return due
