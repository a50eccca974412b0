"""平均整改天数: working days from the order to the closing, summed without looking at each issue.

Working days between two days are those up to the later less those up to the earlier, so the number of issues for
each pair of days is enough.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from riskctl.extensions import db
from riskctl.services.statistics.conditions import Window, between
from riskctl.services.statistics.counting import Pair
from riskctl.services.statistics.sources import Source
from riskctl.services.workdays import workdays_between

CODE = "days"


def summed(source: Source, windows: Sequence[Window], where: Sequence[ColumnElement[bool]]) -> list[Pair]:
    """For each window the working days of the issues closed in it, and how many these are."""
    closed, ordered = source.column("closed_on"), source.column("ordered_on")
    inside = or_(*(between(closed, window.start, window.end) for window in windows))
    query = (
        select(closed, ordered, func.count()).where(source.scope, *where, inside).group_by(closed, ordered)
    )
    rows: list[Any] = list(db.session.execute(query))
    found: list[Pair] = []
    for window in windows:
        own = [row for row in rows if window.start <= row[0] <= window.end]
        found.append(
            (
                sum(row[2] * max(0, workdays_between(row[1], row[0])) for row in own),
                sum(row[2] for row in own),
            )
        )
    return found
