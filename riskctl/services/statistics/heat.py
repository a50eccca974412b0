"""R2: the 5 × 5 grid of the points in the ledger, and the mean score of each unit and category."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from riskctl.extensions import db
from riskctl.services.statistics.conditions import Window, all_of
from riskctl.services.statistics.counting import Pair
from riskctl.services.statistics.figures import FIGURES
from riskctl.services.statistics.sources import Source

CODE = "score"


@dataclass(frozen=True)
class Scores:
    """Sum of the scores and number of points by unit and category."""

    by: dict[tuple[int, str | None], Pair]

    def of(self, units: frozenset[int] | None, category: str | None) -> Pair:
        """Over these units (None: all) and this category (None: all)."""
        own = [
            pair for (unit, word), pair in self.by.items()
            if (units is None or unit in units) and (category is None or word == category)
        ]  # fmt: skip
        return sum(top for top, _ in own), sum(bottom or 0 for _, bottom in own)


def grid(source: Source, window: Window, where: Sequence[Any]) -> dict[tuple[int, int], int]:
    """How many points have each likelihood and impact."""
    columns = (source.column("likelihood"), source.column("impact"))
    query = select(*columns, func.count()).where(source.scope, *where, _scored(source, window))
    return {(row[0], row[1]): row[2] for row in db.session.execute(query.group_by(*columns))}


def scores(source: Source, window: Window, where: Sequence[Any]) -> Scores:
    """The scores, likelihood times impact, summed by unit and category."""
    keys = (source.column("unit_id"), source.column("category"))
    total = func.sum(source.column("likelihood") * source.column("impact"))
    query = select(*keys, total, func.count()).where(source.scope, *where, _scored(source, window))
    return Scores({(row[0], row[1]): (row[2], row[3]) for row in db.session.execute(query.group_by(*keys))})


def _scored(source: Source, window: Window) -> Any:
    return all_of(FIGURES[CODE].rows, window, source)
