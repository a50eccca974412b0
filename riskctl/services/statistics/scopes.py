"""Whose figures a person sees: one unit with what is below it; who is placed at the top sees the whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from riskctl.errors import NotAllowed
from riskctl.extensions import db
from riskctl.models import Unit
from riskctl.permissions import Actor, Permission
from riskctl.services import organization

_COUNTED = ("department", "affiliated")


@dataclass(frozen=True)
class Scope:
    """The unit that the report is about; `tops` are the units whose average stands beside it."""

    unit: Unit
    tops: int

    @property
    def whole(self) -> bool:
        """The whole department."""
        return self.unit.parent_id is None


@dataclass(frozen=True)
class Place:
    """A row of the tables by unit: the unit, and the ids of it and of all below it."""

    unit: Unit
    ids: frozenset[int]


def of(actor: Actor, unit_id: int | None) -> Scope:
    """The unit that was asked for, else the highest that the actor may see; raises NotAllowed for another's."""
    reach = actor.units(Permission.CASE_VIEW)
    if unit_id is None:
        unit = organization.root() if reach is None else _highest(reach)
    else:
        found = db.session.get(Unit, unit_id)
        if found is None or not (reach is None or found.id in reach):
            raise NotAllowed("这个单位不在您的查看范围内，只能查看本单位的统计", code="no_permission")
        unit = found
    tops = select(Unit.id).where(Unit.kind.in_(_COUNTED))
    return Scope(unit, len(db.session.scalars(tops).all()))


def _highest(reach: frozenset[int]) -> Unit:
    units = db.session.scalars(select(Unit).where(Unit.id.in_(reach), Unit.kind != "branch")).all()
    if not units:
        raise NotAllowed("您没有可以查看统计的单位", code="no_permission")
    return min(units, key=lambda unit: (len(unit.ancestor_ids), unit.id))


def choices(actor: Actor) -> Sequence[tuple[int, str]]:
    """The units that the actor may choose, in tree order."""
    return organization.unit_choices(actor, actor.units(Permission.CASE_VIEW))


def places(scope: Scope) -> list[Place]:
    """The unit's own parts, one row each, and the unit itself for what hangs on none of them."""
    below = db.session.scalars(select(Unit).where(Unit.path.contains(f"/{scope.unit.id}/"))).all()
    parts: dict[int, set[int]] = {}
    depth = len(scope.unit.ancestor_ids)
    for unit in below:
        head = unit.ancestor_ids[depth] if len(unit.ancestor_ids) > depth else unit.id
        parts.setdefault(head, set()).add(unit.id)
    units = {unit.id: unit for unit in below}
    order = sorted(
        (units[head] for head in parts if units[head].kind != "branch"),
        key=lambda u: (u.path.count("/"), u.id),
    )
    return [Place(unit, frozenset(parts[unit.id])) for unit in order]
