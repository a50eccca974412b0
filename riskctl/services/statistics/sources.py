"""Where the rows come from that figures count: the live tables, or a closed month as it was frozen."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, Snapshot, SnapshotRow, Unit
from riskctl.permissions import Actor, Permission
from riskctl.services import colours, snapshots
from riskctl.services.ledger_tables import MODELS
from riskctl.services.rebuilding import end_of
from riskctl.services.scope import visible
from riskctl.services.statistics.periods import Period

# What a frozen row calls otherwise.
_FROZEN_NAMES: Mapping[str, Mapping[str, str]] = {
    "issue": {"id": "case_id"},
    "risk_point": {"id": "case_id", "review_due": "due_on"},
    "interview": {"id": "case_id", "report_due": "due_on"},
}
_UNISSUED = ("draft", "verifying", "void")


@dataclass(frozen=True)
class Source:
    """The rows of one kind of case: a column by its name, and which rows; `head` is the snapshot, if it is one.
    `again` is the same rows once more, for what compares a row with others of its kind."""

    column: Callable[[str], Any]
    scope: ColumnElement[bool]
    head: Snapshot | None
    again: Callable[[], "Source"]


def of_reader(actor: Actor, kind: str, top: Unit, head: Snapshot | None) -> Source:
    """What the actor may count of the unit and what is below it: of a closed month what was frozen, under the
    rules of then, so that it never moves; else the rows of his list with the unit as filter."""
    if head is None:
        return _live(kind, and_(visible(actor, kind), below(MODELS[kind].unit_id, top)))
    return _frozen(head, lambda row: and_(_known_then(actor, kind, row), below(row.unit_id, top)))


def of_all(kind: str, head: Snapshot | None) -> Source:
    """What the department's average is taken of: everything but what is 限知."""
    if head is None:
        return _live(kind, Issue.restricted.is_(False) if kind == "issue" else true())
    return _frozen(head, lambda row: row.restricted.is_(False) if kind == "issue" else true())


def frozen_head(kind: str, period: Period) -> Snapshot | None:
    """The snapshot of the month with which the period has ended, the latest correction of it."""
    closes = (period.end + timedelta(days=1)).day == 1
    if kind not in snapshots.FROZEN or not closes or period.end >= clock.today():
        return None
    query = select(Snapshot).where(Snapshot.case_type == kind, Snapshot.month == period.end.replace(day=1))
    return db.session.scalars(query.order_by(Snapshot.number.desc()).limit(1)).one_or_none()


def below(column: Any, top: Unit) -> ColumnElement[bool]:
    """The unit or one below it; of the root every row."""
    if top.parent_id is None:
        return true()
    units = select(Unit.id).where(or_(Unit.id == top.id, Unit.path.contains(f"/{top.id}/")))
    found: ColumnElement[bool] = column.in_(units)
    return found


def live(kind: str) -> Source:
    """Every row of the ledger as it stands, whoever may see it."""
    return _live(kind, true())


def seen_now(actor: Actor, kind: str) -> ColumnElement[bool]:
    """Frozen rows whose cases the actor may know of today."""
    return snapshots.seen_by(actor, kind)


def _live(kind: str, scope: ColumnElement[bool]) -> Source:
    return _live_rows(kind, MODELS[kind], scope)


def _live_rows(kind: str, model: Any, scope: ColumnElement[bool]) -> Source:
    def column(name: str) -> Any:
        if name == "colour":
            return colours.shown(model)
        return _ordered_on(model) if name == "ordered_on" else getattr(model, name)

    return Source(column, scope, None, lambda: _live_rows(kind, aliased(model), true()))


def _frozen(head: Snapshot, scope: Callable[[Any], ColumnElement[bool]], row: Any = SnapshotRow) -> Source:
    names = _FROZEN_NAMES[head.case_type]
    of_head = and_(row.case_type == head.case_type, row.month == head.month, row.number == head.number)

    def column(name: str) -> Any:
        return _ordered_on(row) if name == "ordered_on" else getattr(row, names.get(name, name))

    def again() -> Source:
        return _frozen(head, lambda row: true(), aliased(SnapshotRow))

    return Source(column, and_(of_head, scope(row)), head, again)


def _ordered_on(row: Any) -> Any:
    # What came with an old ledger may not say when it was ordered.
    return func.coalesce(row.issued_on, row.found_on)


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


def recorded_before(head: Snapshot) -> datetime:
    """What was recorded until then is in the snapshot: until the month's end, or until it was corrected."""
    return end_of(snapshots.last_day(head.month)) if head.number == 1 else head.frozen_at
