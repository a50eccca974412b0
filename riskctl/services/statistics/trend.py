"""How many issues were ordered and closed in each of the last twelve months."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from riskctl.extensions import db
from riskctl.services.statistics import periods
from riskctl.services.statistics.conditions import all_of, window_of
from riskctl.services.statistics.figures import FIGURES
from riskctl.services.statistics.periods import Period
from riskctl.services.statistics.sources import Source

# The figures, each with the day by which it counts.
COUNTED = {"ordered": "ordered_on", "closed": "closed_on"}
_MONTHS = 12


def months(end: date) -> list[Period]:
    """The twelve months up to the one of this day, oldest first."""
    found = [periods.of_month(end)]
    while len(found) < _MONTHS:
        found.insert(0, found[0].before())
    return found


def counts(source: Source, over: Sequence[Period], where: Sequence[Any]) -> dict[str, list[int]]:
    """For each figure its number in each month: one query a figure, grouped by the day."""
    window = window_of(Period("range", over[0].start, over[-1].end))
    found: dict[str, list[int]] = {}
    for code, name in COUNTED.items():
        day = source.column(name)
        query = select(day, func.count()).where(
            source.scope, *where, all_of(FIGURES[code].rows, window, source)
        )
        rows: list[Any] = list(db.session.execute(query.group_by(day)))
        found[code] = [sum(n for on, n in rows if month.start <= on <= month.end) for month in over]
    return found
