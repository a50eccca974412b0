"""廉政画像 of a unit (R9 of domain 7.1): its figures, open warnings, branch checks, and its life on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from riskctl.errors import NotFound
from riskctl.extensions import db
from riskctl.models import Issue, RiskWarning, Unit
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import organization, timelines
from riskctl.services.scope import visible
from riskctl.services.statistics import periods, statements
from riskctl.services.statistics.shapes import Statement
from riskctl.services.timelines import Timeline
from riskctl.workflows.warning import OPEN

_LISTED = 20


@dataclass(frozen=True)
class Profile:
    """What the page of a unit shows; lists are cut at twenty, each with the ledger behind it."""

    unit: Unit
    parts: int
    statements: Sequence[Statement]
    warnings: Sequence[RiskWarning]
    branch_checks: Sequence[Issue]
    timeline: Timeline


def of(actor: Actor, unit_id: int, month: date, after: str | None = None) -> Profile:
    """The profile of a unit with all below it, with the figures of a month; raises NotFound for a unit that is
    not the actor's to see."""
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.kind == "branch" or not allowed(actor, Permission.CASE_VIEW, unit.id):
        raise NotFound("没有这个单位，或不在您的查看范围内")
    below = select(Unit.id).where(or_(Unit.id == unit.id, Unit.path.contains(f"/{unit.id}/")))
    ids = list(db.session.scalars(below))
    return Profile(
        unit, len(ids) - 1, statements.unit_lines(actor, unit, periods.of_month(month)),
        _open_warnings(actor, RiskWarning.unit_id.in_(ids)), _branch_checks(actor, Issue.unit_id.in_(ids)),
        timelines.of_units(actor, ids, after),
    )  # fmt: skip


def _open_warnings(actor: Actor, within: ColumnElement[bool]) -> list[RiskWarning]:
    query = select(RiskWarning).where(within, visible(actor, "warning"), RiskWarning.state.in_(OPEN))
    return list(db.session.scalars(query.order_by(RiskWarning.reply_due, RiskWarning.id).limit(_LISTED)))


def _branch_checks(actor: Actor, within: ColumnElement[bool]) -> list[Issue]:
    query = select(Issue).where(within, visible(actor, "issue"), Issue.source == "branch_check")
    return list(db.session.scalars(query.order_by(Issue.found_on.desc(), Issue.id.desc()).limit(_LISTED)))


def choices(actor: Actor) -> dict[str, list[tuple[int, str]]]:
    """The units whose profile the actor may open, by their kind."""
    return organization.grouped(organization.unit_choices(actor, actor.units(Permission.CASE_VIEW)))
