"""Closed months: which snapshot a period ends with, what of it a reader counts, and the rows behind a number."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import aliased

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, Snapshot, SnapshotRow, Unit
from riskctl.permissions import Actor, Permission
from riskctl.services import snapshots
from riskctl.services.ledger_tables import MODELS
from riskctl.services.rebuilding import end_of
from riskctl.services.scope import visible
from riskctl.services.statistics.behind import Counted
from riskctl.services.statistics.conditions import all_of, window_of
from riskctl.services.statistics.periods import Period
from riskctl.services.statistics.sources import Source, below, live, ordered_on

# What a frozen row calls otherwise.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "issue": {"id": "case_id"},
    "risk_point": {"id": "case_id", "review_due": "due_on"},
    "interview": {"id": "case_id", "report_due": "due_on"},
}
_UNISSUED = ("draft", "verifying", "void")
# The columns by which rows may be told apart beside the figure.
NARROWED = (
    "state", "severity", "source", "rectify_type", "level", "category", "kind", "subject_rank", "likelihood", "impact",
)  # fmt: skip
PAGE = 100


def head_of(kind: str, period: Period) -> Snapshot | None:
    """The snapshot of the month with which the period has ended, the latest correction of it."""
    closes = (period.end + timedelta(days=1)).day == 1
    if kind not in snapshots.FROZEN or not closes or period.end >= clock.today():
        return None
    query = select(Snapshot).where(Snapshot.case_type == kind, Snapshot.month == period.end.replace(day=1))
    return db.session.scalars(query.order_by(Snapshot.number.desc()).limit(1)).one_or_none()


def of_reader(actor: Actor, kind: str, top: Unit, head: Snapshot | None) -> Source:
    """What the actor may count of the unit and what is below it: of a closed month what was frozen, under the
    rules of then, so that it never moves; else the rows of his list with the unit as filter."""
    if head is None:
        return live(kind, and_(visible(actor, kind), below(MODELS[kind].unit_id, top)))
    return _rows(head, lambda row: and_(_known_then(actor, kind, row), below(row.unit_id, top)))


def of_all(kind: str, head: Snapshot | None) -> Source:
    """What the department's average is taken of: everything but what is 限知."""
    if head is None:
        return live(kind, Issue.restricted.is_(False) if kind == "issue" else true())
    return _rows(head, lambda row: row.restricted.is_(False) if kind == "issue" else true())


def rows(
    actor: Actor, counted: Counted, top: Unit, narrowed: Mapping[str, str], *, after: int = 0
) -> Sequence[tuple[SnapshotRow, str]]:
    """The frozen rows that were counted of a closed month, each with the name of its unit: one more than a page
    holds when there are more. What has become 限知 since is counted and not shown."""
    kind = counted.figure.kind
    head = head_of(kind, counted.period)
    if head is None:
        return []
    source = of_reader(actor, kind, top, head)
    counts = all_of(counted.figure.part(counted.part), window_of(counted.period), source)
    more = [source.column(name) == _typed(name, narrowed[name]) for name in NARROWED if name in narrowed]
    query = (
        select(SnapshotRow, Unit.name).join(Unit, Unit.id == SnapshotRow.unit_id)
        .where(source.scope, counts, *more, SnapshotRow.case_id > after, snapshots.seen_by(actor, kind))
        .order_by(SnapshotRow.case_id).limit(PAGE + 1)
    )  # fmt: skip
    return [(row, name) for row, name in db.session.execute(query)]


def _typed(name: str, value: str) -> Any:
    if name not in ("likelihood", "impact"):
        return value
    return int(value) if value in ("1", "2", "3", "4", "5") else 0


def _rows(head: Snapshot, scope: Callable[[Any], ColumnElement[bool]], row: Any = SnapshotRow) -> Source:
    names = _NAMES[head.case_type]
    of_head = and_(row.case_type == head.case_type, row.month == head.month, row.number == head.number)
    # The first one holds what was recorded until the month's end, a correction what was until it was made.
    until = end_of(snapshots.last_day(head.month)) if head.number == 1 else head.frozen_at

    def column(name: str) -> Any:
        return ordered_on(row) if name == "ordered_on" else getattr(row, names.get(name, name))

    return Source(
        column,
        and_(of_head, scope(row)),
        lambda: _rows(head, lambda row: true(), aliased(SnapshotRow)),
        until,
    )


def _known_then(actor: Actor, kind: str, row: Any) -> ColumnElement[bool]:
    # As scope.visible, by what the frozen row says: what changed since must not move a closed month.
    def reach(permission: Permission) -> ColumnElement[bool]:
        return _within(row.unit_id, actor.units(permission))

    if kind == "interview":
        return reach(Permission.INTERVIEW_VIEW)
    if kind != "issue":
        return reach(Permission.CASE_VIEW)
    early = and_(row.state.in_(_UNISSUED), reach(Permission.DRAFT_VIEW))
    later = and_(row.state.not_in(_UNISSUED), reach(Permission.CASE_VIEW))
    return and_(or_(early, later), or_(row.restricted.is_(False), reach(Permission.CLUE_VIEW)))


def _within(column: Any, units: Collection[int] | None) -> ColumnElement[bool]:
    if units is None:
        return true()
    return column.in_(units) if units else false()
