"""Where the rows come from that figures count: here the ledgers as they stand; of closed months see `frozen.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased

from riskctl.models import Unit
from riskctl.services import colours
from riskctl.services.ledger_tables import MODELS


@dataclass(frozen=True)
class Source:
    """The rows of one kind of case: a column by its name, and which rows. `again` is the same rows once more, for
    what compares a row with others of its kind; of a closed month `recorded_before` is until when it was recorded."""

    column: Callable[[str], Any]
    scope: ColumnElement[bool]
    again: Callable[[], "Source"]
    recorded_before: datetime | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether it is a snapshot."""
        return self.recorded_before is not None


def live(kind: str, scope: ColumnElement[bool]) -> Source:
    """The ledger as it stands, its rows in this scope."""
    return _rows(kind, MODELS[kind], scope)


def below(column: Any, top: Unit) -> ColumnElement[bool]:
    """The unit or one below it; of the root every row."""
    if top.parent_id is None:
        return true()
    units = select(Unit.id).where(or_(Unit.id == top.id, Unit.path.contains(f"/{top.id}/")))
    found: ColumnElement[bool] = column.in_(units)
    return found


def ordered_on(row: Any) -> Any:
    """The day of the order: what came with an old ledger may not say it."""
    return func.coalesce(row.issued_on, row.found_on)


def _rows(kind: str, model: Any, scope: ColumnElement[bool]) -> Source:
    def column(name: str) -> Any:
        if name == "colour":
            return colours.shown(model)
        return ordered_on(model) if name == "ordered_on" else getattr(model, name)

    return Source(column, scope, lambda: _rows(kind, aliased(model), true()))
