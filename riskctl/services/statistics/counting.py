"""Counting: the figures of one kind of case over several windows in one grouped query."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, text

from riskctl.extensions import db
from riskctl.services.statistics.conditions import Window, all_of
from riskctl.services.statistics.sources import Source
from riskctl.services.statistics.terms import Figure

# How many rows of a figure's numerator and of its denominator; of a count the second is None.
Pair = tuple[int, int | None]
# By the value of a column: for each window (by its place) and figure (by its code).
Tally = Mapping[Any, Mapping[tuple[int, str], Pair]]


def tally(
    source: Source,
    figures: Sequence[Figure],
    windows: Mapping[int, Window],
    *,
    by: str = "unit_id",
    where: Iterable[ColumnElement[bool]] = (),
) -> Tally:
    """Count what the source holds, by the values of a column; rows that count for nothing are left out."""
    wanted = [(place, figure) for place in windows for figure in figures]
    columns: list[Any] = []
    for place, figure in wanted:
        columns.append(_top(figure, windows[place], source))
        if figure.of is not None:
            columns.append(_number(figure.of, windows[place], source))
    # By its place: an expression with parameters is not the same to PostgreSQL when it is written twice.
    query = select(source.column(by).label("by_value"), *columns).where(source.scope, *where)
    found: dict[Any, dict[tuple[int, str], Pair]] = {}
    for row in db.session.execute(query.group_by(text("1"))):
        numbers = iter(row[1:])
        found[row[0]] = {
            (place, figure.code): (int(next(numbers)), None if figure.of is None else next(numbers))
            for place, figure in wanted
        }
    return found


def _top(figure: Figure, window: Window, source: Source) -> ColumnElement[int]:
    if not figure.sums:
        return _number(figure.rows, window, source)
    total = func.sum(source.column(figure.sums)).filter(all_of(figure.rows, window, source))
    return func.coalesce(total, 0)


def _number(conditions: Any, window: Window, source: Source) -> ColumnElement[int]:
    return func.count().filter(all_of(conditions, window, source))


def summed(rows: Iterable[Mapping[tuple[int, str], Pair]], key: tuple[int, str]) -> Pair:
    """One figure over several rows."""
    pairs = [row[key] for row in rows if key in row]
    bottoms = [bottom for _, bottom in pairs if bottom is not None]
    return sum(top for top, _ in pairs), sum(bottoms) if bottoms else None
