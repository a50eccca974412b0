"""What figures ask of other tables about a row, each by name, as a condition that is worked out once a query."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, extract, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from riskctl import clock
from riskctl.models import (
    Event,
    Indicator,
    Interview,
    RiskCheck,
    RiskPoint,
    RiskPointVersion,
    YellowSpell,
)
from riskctl.models.issue import issue_risk_point
from riskctl.services import workdays
from riskctl.services.facts import months_before
from riskctl.services.statistics.sources import Source

if TYPE_CHECKING:
    from riskctl.services.statistics.conditions import Window

_STALE_AFTER = 30  # working days
_CHANGED = ("change", "upgrade", "downgrade", "owner")
_GONE = ("cancel", "merge", "split")
_NO_ISSUE = ("draft", "void", "transferred")
_YEAR = 372  # twelve months of 31 days, as `_days` counts


def _moments(column: Any, first: Any, last: Any) -> ColumnElement[bool]:
    start = clock.from_local(datetime.combine(first, time()))
    end = clock.from_local(datetime.combine(last + timedelta(days=1), time()))
    return and_(column >= start, column < end)


def _days(column: Any) -> Any:
    # The same on both databases, for "within twelve months": every month as if it had 31 days.
    return (extract("year", column) * 12 + extract("month", column)) * 31 + extract("day", column)


def _versions(kinds: tuple[str, ...], window: "Window", source: Source) -> ColumnElement[bool]:
    made = select(RiskPointVersion.risk_point_id).where(
        RiskPointVersion.valid_from.between(window.start, window.end), RiskPointVersion.kind.in_(kinds)
    )
    found: ColumnElement[bool] = source.column("id").in_(made)
    return found


def _changed(window: "Window", source: Source) -> ColumnElement[bool]:
    return _versions(_CHANGED, window, source)


def _cancelled(window: "Window", source: Source) -> ColumnElement[bool]:
    return and_(source.column("state") == "cancelled", _versions(_GONE, window, source))


def _checked(window: "Window", source: Source) -> ColumnElement[bool]:
    seen = select(RiskCheck.risk_point_id).where(RiskCheck.checked_on.between(window.start, window.end))
    if source.recorded_before is not None:  # what was entered later of a closed month does not move it
        seen = seen.where(RiskCheck.recorded_at < source.recorded_before)
    found: ColumnElement[bool] = source.column("id").in_(seen)
    return found


def _no_indicator(window: "Window", source: Source) -> ColumnElement[bool]:
    watched = select(Indicator.risk_point_id).where(Indicator.active.is_(True))
    found: ColumnElement[bool] = source.column("id").not_in(watched)
    return found


def _no_measure(window: "Window", source: Source) -> ColumnElement[bool]:
    return cast(RiskPoint.measures, String).in_(("[]", "null"))


def _unscored(window: "Window", source: Source) -> ColumnElement[bool]:
    return or_(source.column("likelihood").is_(None), source.column("impact").is_(None))


def _reopenings(first: Any, last: Any) -> Select[Any]:
    # Written out: a partial index serves only who names its condition in these very words.
    return select(Event.case_id).where(
        Event.trigger == literal_column("'reopen'"),
        Event.case_type == "issue",
        _moments(Event.at, first, last),
    )


def _reopened(window: "Window", source: Source) -> ColumnElement[bool]:
    found: ColumnElement[bool] = source.column("id").in_(_reopenings(window.start, window.end))
    return found


def _reopened_within_a_year(window: "Window", source: Source) -> ColumnElement[bool]:
    found: ColumnElement[bool] = source.column("id").in_(_reopenings(window.year_ago, window.end))
    return found


def _closed_within_a_year(window: "Window", source: Source) -> ColumnElement[bool]:
    closed = source.column("closed_on").between(window.year_ago, window.end)
    return or_(closed, _reopened_within_a_year(window, source))


def _spells(window: "Window", source: Source) -> ColumnElement[bool]:
    begun = select(YellowSpell.issue_id).where(YellowSpell.started_on.between(window.start, window.end))
    found: ColumnElement[bool] = source.column("id").in_(begun)
    return found


def _twice(window: "Window", source: Source) -> ColumnElement[bool]:
    begun = select(YellowSpell.issue_id).where(YellowSpell.started_on <= window.end)
    often = begun.group_by(YellowSpell.issue_id).having(func.count() >= 2)
    found: ColumnElement[bool] = source.column("id").in_(often)
    return found


def _repeats(window: "Window", source: Source) -> ColumnElement[bool]:
    later, earlier = source.again(), source.again()
    here, there = issue_risk_point.alias(), issue_risk_point.alias()
    again = select(later.column("id")).where(
        later.scope,
        earlier.scope,
        here.c.issue_id == later.column("id"),
        there.c.risk_point_id == here.c.risk_point_id,
        earlier.column("id") == there.c.issue_id,
        later.column("found_on").between(window.start, window.end),
        earlier.column("id") < later.column("id"),
        earlier.column("domain") == later.column("domain"),
        earlier.column("state").not_in(_NO_ISSUE),
        earlier.column("found_on").between(months_before(window.start, 12), window.end),
        _days(later.column("found_on")) - _days(earlier.column("found_on")) <= _YEAR,
    )
    found: ColumnElement[bool] = source.column("id").in_(again)
    return found


def _stale(window: "Window", source: Source) -> ColumnElement[bool]:
    since = workdays.last_day_before(window.end, _STALE_AFTER)
    touched = select(Event.case_id).where(Event.case_type == "issue", _moments(Event.at, since, window.end))
    found: ColumnElement[bool] = source.column("id").not_in(touched)
    return found


def _talked(window: "Window", source: Source) -> ColumnElement[bool]:
    # 函询 has no meeting: it counts on the day of the written answer.
    answered = select(Event.case_id).where(
        Event.case_type == "interview", Event.trigger == "reply", _moments(Event.at, window.start, window.end)
    )
    inquiry = and_(source.column("kind") == "inquiry", source.column("id").in_(answered))
    held = source.column("state").not_in(("proposed", "approved", "notified", "cancelled"))
    return and_(held, or_(_moments(source.column("held_from"), window.start, window.end), inquiry))


def _talked_again(window: "Window", source: Source) -> ColumnElement[bool]:
    # The post stands in the ledger alone, and is never changed once somebody was talked to.
    now, before = source.again(), source.again()
    later, earlier = aliased(Interview), aliased(Interview)
    again = select(later.id).where(
        now.scope,
        before.scope,
        now.column("id") == later.id,
        before.column("id") == earlier.id,
        earlier.unit_id == later.unit_id,
        earlier.subject_post == later.subject_post,
        _moments(later.held_from, window.start, window.end),
        earlier.held_from < later.held_from,
        _days(later.held_from) - _days(earlier.held_from) <= _YEAR,
    )
    found: ColumnElement[bool] = source.column("id").in_(again)
    return found


FACTS: dict[str, Callable[["Window", Source], ColumnElement[bool]]] = {
    "changed": _changed, "cancelled": _cancelled, "checked": _checked, "no_indicator": _no_indicator,
    "no_measure": _no_measure, "unscored": _unscored, "reopened": _reopened, "stale": _stale,
    "reopened_within_a_year": _reopened_within_a_year, "closed_within_a_year": _closed_within_a_year,
    "turned_yellow": _spells, "twice_yellow": _twice, "repeats": _repeats, "talked": _talked,
    "talked_again": _talked_again,
}  # fmt: skip
