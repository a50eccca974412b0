"""The whole life of a risk point or of a unit on one time line: what happened when, the latest first (domain 9).

Each source of entries is asked by its own day for no more than a page; the pages are keyset, so that the line of
a unit with ten thousand issues costs what one with ten costs. What a reader may not see is not in the query.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.documents.kinds import KINDS as DOCUMENTS
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import (
    AnnualReview,
    Case,
    Extension,
    Interview,
    Issue,
    Lookback,
    Notice,
    RiskCheck,
    RiskPoint,
    RiskPointVersion,
    RiskWarning,
    SelfCheck,
)
from riskctl.models.base import UtcDateTime
from riskctl.models.interview import interview_issue
from riskctl.models.issue import issue_risk_point
from riskctl.models.notice import notice_issue
from riskctl.permissions import Actor
from riskctl.services.rebuilding import end_of
from riskctl.services.scope import visible
from riskctl.workflows import check, dictionaries as words

PAGE = 60
_LONGEST = 80
_TOLD = ("risk_point", "issue", "unit")


@dataclass(frozen=True)
class Entry:
    """One line: when, what kind of thing, what it says, and the record it leads to."""

    day: date
    label: str
    text: str
    record: Case
    colour: str | None = None


@dataclass(frozen=True)
class Timeline:
    """A page of entries and the cursor of the next."""

    entries: list[Entry]
    next: str | None


@dataclass(frozen=True)
class _Source:
    """Rows of a table that happened on the day of one of its columns."""

    label: str
    column: Any
    text: Callable[[Any], str]
    record: Callable[[Any], Case] = lambda row: row
    colour: Callable[[Any], str | None] = lambda row: None

    @property
    def model(self) -> type[Any]:
        found: type[Any] = self.column.class_
        return found


def _titled(row: Any) -> str:
    return f"{row.code} {row.title}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _checked(row: RiskCheck) -> str:
    return f"{row.risk_point.code} {check.KINDS[row.kind]}，{check.RESULTS[row.result]}：{_short(row.text)}"


def _version(row: RiskPointVersion) -> str:
    return f"{row.risk_point.code} 第{row.number}版，{words.CHANGE_KINDS[row.kind]}：{row.risk_point.title}"


def _notice(row: Notice) -> str:
    return f"{row.number or row.code} {DOCUMENTS[row.kind].title}"


def _interview(row: Interview) -> str:
    return f"{row.code} {words.INTERVIEW_KINDS[row.kind]}（{row.subject_post}）"


def _lookback(row: Lookback) -> str:
    return f"{row.code} {words.LOOKBACK_RESULTS.get(row.result or '', '')} {row.title}"


_SOURCES = (
    _Source("登记风险点", RiskPoint.created_at, _titled),
    _Source("风险点版本", RiskPointVersion.valid_from, _version, lambda row: row.risk_point),
    _Source("检查", RiskCheck.checked_on, _checked, lambda row: row.risk_point),
    _Source("预警", RiskWarning.created_at, _titled, colour=lambda row: row.colour),
    _Source("预警办结", RiskWarning.settled_on, _titled),
    _Source("发现问题", Issue.found_on, _titled),
    _Source("交办问题", Issue.issued_on, _titled),
    _Source("问题销号", Issue.closed_on, _titled),
    _Source("延期批复", Extension.decided_on, _titled),
    _Source("回头看", Lookback.checked_on, _lookback),
    _Source("举一反三自查", SelfCheck.created_at, _titled),
    _Source("约谈", Interview.held_from, _interview),
    _Source("文书", Notice.issued_on, _notice),
    _Source("年度复核", AnnualReview.countersigned_on, lambda row: row.title),
)


def of_point(actor: Actor, point: RiskPoint, after: str | None = None) -> Timeline:
    """The life of a risk point that the actor may see."""
    issues = select(issue_risk_point.c.issue_id).where(issue_risk_point.c.risk_point_id == point.id)
    seen = select(Issue.id).where(Issue.id.in_(issues), visible(actor, "issue"))
    talks = select(interview_issue.c.interview_id).where(interview_issue.c.issue_id.in_(seen))
    written = select(notice_issue.c.notice_id).where(notice_issue.c.issue_id.in_(seen))
    return _page(actor, after, {
        RiskPoint: RiskPoint.id == point.id,
        RiskPointVersion: RiskPointVersion.risk_point_id == point.id,
        RiskCheck: RiskCheck.risk_point_id == point.id,
        RiskWarning: RiskWarning.risk_point_id == point.id,
        Issue: Issue.id.in_(issues),
        Extension: Extension.issue_id.in_(seen),
        Lookback: Lookback.issue_id.in_(seen),
        SelfCheck: SelfCheck.origin_id.in_(seen),
        Interview: Interview.id.in_(talks),
        Notice: or_(Notice.risk_point_id == point.id, Notice.id.in_(written)),
    })  # fmt: skip


def of_units(actor: Actor, units: Sequence[int], after: str | None = None) -> Timeline:
    """The life of units, of which the actor sees what he may see elsewhere."""
    points = select(RiskPoint.id).where(RiskPoint.unit_id.in_(units), visible(actor, "risk_point"))
    models = (RiskPoint, RiskWarning, Issue, Extension, Lookback, SelfCheck, Interview, Notice, AnnualReview)
    return _page(actor, after, {
        **{model: model.unit_id.in_(units) for model in models},
        RiskPointVersion: RiskPointVersion.risk_point_id.in_(points),
        RiskCheck: RiskCheck.risk_point_id.in_(points),
    })  # fmt: skip


def _page(actor: Actor, after: str | None, whose: Mapping[type[Any], ColumnElement[bool]]) -> Timeline:
    mark = _read(after) if after else None
    found: list[tuple[tuple[int, int, Any, int], Any]] = []
    for number, source in enumerate(_SOURCES):
        if source.model in whose:
            found += [
                (_key(number, source, row), row)
                for row in _rows(actor, number, source, whose[source.model], mark)
            ]
    found.sort(key=lambda pair: pair[0], reverse=True)
    shown = [_entry(_SOURCES[key[1]], row) for key, row in found[:PAGE]]
    more = _cursor(*found[PAGE - 1]) if len(found) > PAGE else None
    return Timeline(shown, more)


def _rows(
    actor: Actor, number: int, source: _Source, mine: ColumnElement[bool], mark: "_Mark | None"
) -> Sequence[Any]:
    model, column = source.model, source.column
    conditions = [mine, column.is_not(None)]
    if issubclass(model, Case):
        conditions.append(visible(actor, model.CASE_TYPE))
    if mark is not None:
        conditions.append(mark.beyond(number, column, model))
    # What the lines say of other records comes with them, not with a query for each.
    told = [joinedload(getattr(model, name)) for name in _TOLD if hasattr(model, name)]
    query = select(model).where(and_(*conditions)).options(*told)
    return list(db.session.scalars(query.order_by(column.desc(), model.id.desc()).limit(PAGE + 1)))


def _key(number: int, source: _Source, row: Any) -> tuple[int, int, Any, int]:
    """Days first, then the kinds in the order in which they follow each other, then the moment."""
    value = getattr(row, source.column.key)
    return _day(value).toordinal(), number, value.isoformat(), row.id


def _day(value: Any) -> date:
    found: date = clock.local(value).date() if isinstance(value, datetime) else value
    return found


def _entry(source: _Source, row: Any) -> Entry:
    day = _day(getattr(row, source.column.key))
    return Entry(day, source.label, source.text(row), source.record(row), source.colour(row))


@dataclass(frozen=True)
class _Mark:
    """Where the page before ended: on which day, at which kind, value and id."""

    day: date
    number: int
    value: str
    id: int

    def beyond(self, number: int, column: Any, model: type[Any]) -> ColumnElement[bool]:
        """The rows of a kind that come after the mark."""
        moments = isinstance(column.type, UtcDateTime)
        if number == self.number:
            kind = datetime if moments else date
            value = literal(kind.fromisoformat(self.value), column.type)
            found: ColumnElement[bool] = tuple_(column, model.id) < tuple_(value, self.id)
            return found
        # Kinds that come earlier on the same day are still to be shown, the others only before that day.
        last = self.day if number < self.number else self.day - timedelta(days=1)
        ended: ColumnElement[bool] = column < end_of(last) if moments else column <= last
        return ended


def _cursor(key: tuple[int, int, Any, int], row: Any) -> str:
    return json.dumps([key[0], key[1], key[2], key[3]], separators=(",", ":"))


def _read(text: str) -> _Mark:
    try:
        day, number, value, id_ = json.loads(text)
        source = _SOURCES[int(number)]
        kind = datetime if isinstance(source.column.type, UtcDateTime) else date
        kind.fromisoformat(value)
        return _Mark(date.fromordinal(int(day)), int(number), value, int(id_))
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError) as error:
        raise InvalidInput("翻页标记无效，请从第一页重新查看", field="after", code="cursor") from error
