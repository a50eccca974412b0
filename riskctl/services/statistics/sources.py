"""Where the rows come from that figures count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true

from riskctl.models import Issue, Unit
from riskctl.permissions import Actor
from riskctl.services import colours
from riskctl.services.ledger_tables import MODELS
from riskctl.services.scope import visible


@dataclass(frozen=True)
class Source:
    """The rows of one kind of case: a column by its name, and which rows; `frozen_on` is the day of a snapshot."""

    column: Callable[[str], Any]
    scope: ColumnElement[bool]
    frozen_on: date | None = None


def live(kind: str, scope: ColumnElement[bool]) -> Source:
    """The tables as they stand."""
    model = MODELS[kind]
    return Source(lambda name: _column(model, name), scope)


def seen_by(actor: Actor, kind: str, top: Unit) -> ColumnElement[bool]:
    """What the actor may know of in the unit and below it: the rows of his list with the unit as filter."""
    return visible(actor, kind) & below(MODELS[kind].unit_id, top)


def of_all(kind: str) -> ColumnElement[bool]:
    """What the department's average is taken of: everything but what is 限知."""
    return Issue.restricted.is_(False) if kind == "issue" else true()


def below(column: Any, top: Unit) -> ColumnElement[bool]:
    """The unit or one below it; of the root every row."""
    if top.parent_id is None:
        return true()
    units = select(Unit.id).where(or_(Unit.id == top.id, Unit.path.contains(f"/{top.id}/")))
    found: ColumnElement[bool] = column.in_(units)
    return found


def _column(model: type[Any], name: str) -> Any:
    if name == "colour":
        return colours.shown(model)
    if name == "ordered_on":  # what came with an old ledger may not say when it was ordered
        return func.coalesce(Issue.issued_on, Issue.found_on)
    return getattr(model, name)
