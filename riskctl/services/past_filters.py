"""What a list as of a past day may be asked for: every filter whose column is frozen each month.

The same question is put to three things: a frozen row of the month before (SQL), the events since, which may bring
what was asked for (SQL, wider than the truth), and the row as it is rebuilt, which decides.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, select, true

from riskctl.errors import InvalidInput, Reason
from riskctl.extensions import db
from riskctl.models import ColourOverride, Event, Snapshot, SnapshotRow, Unit
from riskctl.permissions import Actor
from riskctl.services import colours, ledger_filters, ledgers, past, snapshots
from riskctl.services.ledger_filters import Filter
from riskctl.services.ledger_tables import DUE, MODELS, OVER
from riskctl.services.rebuilding import end_of
from riskctl.services.transitions import KINDS
from riskctl.services.workdays import late_before
from riskctl.workflows.colours import table_of

_COLUMNS = frozenset(SnapshotRow.__table__.columns.keys())
_KNOWN = ("unit", "overdue", "limit", "after")
# Up to so many frozen rows are picked by their unit and state; more are met soon in the order of the list.
_FEW = 20_000
_MOST_DIGITS = 9


@dataclass(frozen=True)
class PastQuery:
    """A list as of a day: columns with their values then, a unit with all below it, where to go on."""

    day: date
    equal: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    unit: int | None = None
    after: int | None = None
    limit: int = 50
    between: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    overdue: bool | None = None


def filters(case_type: str) -> tuple[Filter, ...]:
    """The filters of a ledger that a past day can answer, beside the unit and what is overdue."""
    return tuple(
        each
        for each in ledger_filters.filters(case_type)
        if each.how not in ("text", "yes")
        and (each.asks == "colour" or _column_of(case_type, each.asks) in _COLUMNS)
    )


def read(case_type: str, given: Mapping[str, Any], *, passed_over: Sequence[str] = ()) -> PastQuery:
    """The list that an address asks for; raises InvalidInput, which names each filter that a past day cannot
    answer. Names that are passed over change no row."""
    if case_type not in ledger_filters.DATED:
        raise InvalidInput(
            "只有风险点台账、问题整改台账和约谈台账可以按日期查看，其他请打开单条记录查看",
            field="as_of",
            code="kind",
        )
    day = past.day_of(str(given["as_of"]).strip())
    asked = {n: v for n, v in given.items() if v not in ("", None) and n not in ("as_of", *passed_over)}
    _refuse_others(case_type, asked)
    after = _cursor(asked.pop("after", None))
    query = ledger_filters.read(case_type, asked)
    return PastQuery(day, query.equal, query.unit, after, query.limit, query.between, query.overdue)


def _refuse_others(case_type: str, asked: Mapping[str, Any]) -> None:
    own = filters(case_type)
    known = {*_KNOWN, *(name for each in own for name in each.names)}
    labels = ledger_filters.labels_of(case_type) | {"risk_point": "风险点", "issue": "问题"}
    others = [n for n in asked if n in labels and n not in known and (n, asked[n]) != ("sort", "-id")]
    usable = "、".join(dict.fromkeys([*(each.label for each in own), "单位", "逾期"]))
    reasons = [
        Reason("filter", f"按过去的日期查看时不能用“{labels[n]}”，请去掉；可用：{usable}", n) for n in others
    ]
    if reasons:
        named = "、".join(labels[n] for n in others)
        raise InvalidInput(
            f"按过去的日期查看时不能用这些条件，请去掉：{named}", reasons=reasons, code="filter"
        )


def _cursor(given: Any) -> int | None:
    text = str(given or "")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise InvalidInput("地址中的翻页标记无效，请从第一页重新查询", field="after", code="cursor")
    return int(text) if text else None


def _column_of(case_type: str, name: str) -> str:
    return "due_on" if name == DUE[case_type] else name


class Asked:
    """A query of one kind with what has to be looked up for it once: units, boundaries of colours, states."""

    def __init__(self, actor: Actor, case_type: str, query: PastQuery) -> None:
        self._case_type, self._query = case_type, query
        self._equal = {n: ledgers.meant(actor, n, list(v)) for n, v in query.equal.items() if v}
        self._colours = self._equal.pop("colour", None)
        self._units = _below(query.unit)
        self._late = late_before(query.day)
        self._states = self._possible_states()

    def _possible_states(self) -> set[str] | None:
        every = set(KINDS[self._case_type].workflow.states)
        asked = [set(self._equal["state"])] if "state" in self._equal else []
        if self._colours:
            asked.append(set(table_of(self._case_type).running or every))
        if self._query.overdue:
            asked.append(every - set(OVER[self._case_type]))
        return set.intersection(*asked) if asked else None

    # --- a row as it was rebuilt ------------------------------------------------------------------

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether a row as it stood belongs to the list."""
        if self._colours and row["colour"] not in self._colours:
            return False
        if self._units is not None and row["unit_id"] not in self._units:
            return False
        if self._query.overdue not in (None, self._is_late(row)):
            return False
        return all(self._value(row, n) in values for n, values in self._equal.items()) and all(
            _within(self._value(row, n), *bounds) for n, bounds in self._query.between.items()
        )

    def _value(self, row: Mapping[str, Any], name: str) -> Any:
        return row[_column_of(self._case_type, name)]

    def _is_late(self, row: Mapping[str, Any]) -> bool:
        runs = row["state"] not in OVER[self._case_type] and not row.get("closed_on")
        return runs and any(
            row[name] is not None and row[name] < self._late for name in ("due_on", "step_due_on")
        )

    # --- frozen rows ------------------------------------------------------------------------------

    def frozen(self, head: Snapshot) -> list[ColumnElement[bool]]:
        """The frozen rows that may belong to the list, where their cases did not change since; beside a join
        with the case itself, whose term may have moved without an event."""
        found = [_is_one_of(getattr(SnapshotRow, n), v) for n, v in self._columns(self._equal)]
        for name, (lowest, highest) in self._columns(self._query.between):
            column = getattr(SnapshotRow, name)
            found += [column >= lowest] if lowest is not None else []
            found += [column <= highest] if highest is not None else []
        if self._units is not None:
            found.append(SnapshotRow.unit_id.in_(self._units))
        found += self._either(self._coloured) if self._colours else []
        found += self._either(self._overdue) if self._query.overdue else []
        return found + self._few(head)

    def _columns(self, asked: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        return ((_column_of(self._case_type, name), value) for name, value in asked.items())

    def _either(
        self, asks: Callable[[Callable[[str], Any]], ColumnElement[bool]]
    ) -> list[ColumnElement[bool]]:
        model = MODELS[self._case_type]
        frozen = asks(lambda name: getattr(SnapshotRow, _column_of(self._case_type, name)))
        return [or_(frozen, asks(lambda name: getattr(model, name)))]

    def _coloured(self, column: Callable[[str], Any]) -> ColumnElement[bool]:
        day, end = self._query.day, end_of(self._query.day)
        manual = select(ColourOverride.case_id).where(
            ColourOverride.case_type == self._case_type, ColourOverride.colour.in_(self._colours or ()),
            ColourOverride.at < end, ColourOverride.until >= day,
            or_(ColourOverride.lifted_at.is_(None), ColourOverride.lifted_at >= end),
        )  # fmt: skip
        marks = colours.marks_on(day)
        computed = colours.may_be_one_of(self._case_type, self._colours or (), column, marks)
        return or_(computed, SnapshotRow.case_id.in_(manual))

    def _overdue(self, column: Callable[[str], Any]) -> ColumnElement[bool]:
        days = [column(DUE[self._case_type]), column("step_due_on")]
        late = or_(*(and_(each.is_not(None), each < self._late) for each in days))
        return and_(column("state").not_in(OVER[self._case_type]), late)

    def _few(self, head: Snapshot) -> list[ColumnElement[bool]]:
        """By the index of units and states, where that leaves few rows."""
        if self._units is None and self._states is None:
            return []
        where = [snapshots.rows_of(self._case_type, head.month, head.number)]
        where.append(SnapshotRow.unit_id.in_(self._units if self._units is not None else select(Unit.id)))
        if self._states is not None:
            where.append(SnapshotRow.state.in_(self._states))
        ids = select(SnapshotRow.case_id).where(*where)
        number = db.session.scalar(select(func.count()).select_from(ids.limit(_FEW + 1).subquery())) or 0
        return [SnapshotRow.case_id.in_(select(ids.subquery().c.case_id))] if number <= _FEW else []

    # --- events since -----------------------------------------------------------------------------

    def brought(self) -> ColumnElement[bool]:
        """The events that may have made a case belong to the list; of the others its frozen row tells."""
        parts: list[ColumnElement[bool]] = []
        if self._states is not None:
            parts.append(Event.to_state.in_(self._states))
        told = cast(Event.changes, Text)
        names = [*(n for n in self._equal if n != "state"), *self._query.between]
        names += ["unit_id"] if self._units is not None else []
        parts += [told.contains(f'"{name}"') for name in names]
        if self._query.overdue is False:
            return true()
        return or_(*parts) if parts else true()


def _is_one_of(column: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.in_(values) if values else false()
    return found


def _within(value: Any, lowest: Any, highest: Any) -> bool:
    return value is not None and not (
        (lowest is not None and value < lowest) or (highest is not None and value > highest)
    )


def _below(unit: int | None) -> frozenset[int] | None:
    if unit is None:
        return None
    query = select(Unit.id).where(or_(Unit.id == unit, Unit.path.contains(f"/{unit}/")))
    return frozenset(db.session.scalars(query))
