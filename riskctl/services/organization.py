"""Units of the organisation tree and the issuers of documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import selectinload

from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import BranchCover, Issuer, Unit, User
from riskctl.models.organization import UNIT_KINDS
from riskctl.permissions import Actor
from riskctl.services import audit, directory


def add_unit(
    code: str, name: str, kind: str, parent: Unit | None = None, *, actor_id: int | None = None
) -> Unit:
    """A new unit below its parent; raises InvalidInput on a known code or an unknown kind. No commit."""
    if kind not in UNIT_KINDS:
        raise InvalidInput(f"没有“{kind}”这种单位类别，可填：{'、'.join(UNIT_KINDS.values())}", field="kind")
    if db.session.scalar(select(Unit.id).where(Unit.code == code)) is not None:
        raise InvalidInput(f"单位代码 {code} 已被使用", field="code", code="taken")
    unit = Unit(code=code, name=name, kind=kind, parent_id=parent.id if parent else None)
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    db.session.flush()
    directory.forget()
    log_unit(unit, "create", actor_id)
    return unit


def log_unit(unit: Unit, trigger: str, actor_id: int | None) -> None:
    """Append an event about a unit."""
    fields = {"code": [None, unit.code], "name": [None, unit.name], "kind": [None, unit.kind]}
    _log(unit, trigger, actor_id, fields)


def _log(unit: Unit, trigger: str, actor_id: int | None, fields: Mapping[str, list[Any]]) -> None:
    changes = {"fields": dict(fields), "data": {}}
    audit.append_for("unit", unit.id, trigger, actor_id=actor_id, changes=changes)


def change_unit(
    unit: Unit, name: str, kind: str, parent: Unit | None, *, actor_id: int | None = None
) -> bool:
    """Rename a unit, or move it with all that is below it; says whether anything differed. No commit."""
    new = {"name": name, "kind": kind, "parent_id": parent.id if parent else None}
    fields = {key: [getattr(unit, key), value] for key, value in new.items() if getattr(unit, key) != value}
    if not fields:
        return False
    for key, (_, value) in fields.items():
        setattr(unit, key, value)
    if "parent_id" in fields:
        _move(unit, f"{parent.path if parent else '/'}{unit.id}/")
    db.session.flush()
    directory.forget()
    _log(unit, "change", actor_id, fields)
    return True


def count_members(branch: Unit, members: int, *, actor_id: int | None = None) -> bool:
    """Say how many party members a branch has; says whether that differed. No commit."""
    if branch.members == members:
        return False
    old, branch.members = branch.members, members
    _log(branch, "change", actor_id, {"members": [old, members]})
    return True


def _move(unit: Unit, path: str) -> None:
    old = unit.path
    for below in list(db.session.scalars(select(Unit).where(Unit.path.startswith(old)))):
        below.path = path + below.path[len(old) :]


def cover(branch: Unit, units: Sequence[Unit], *, actor_id: int | None = None) -> bool:
    """Say which units a party branch covers, instead of those before; says whether anything differed. No
    commit."""
    if branch.kind != "branch" or not units:
        raise InvalidInput("党支部须写明所覆盖的单位", field="covers", code="covers")
    covered = select(BranchCover.unit_id).where(BranchCover.branch_id == branch.id)
    old, new = sorted(db.session.scalars(covered)), sorted(unit.id for unit in units)
    if old == new:
        return False
    db.session.execute(delete(BranchCover).where(BranchCover.branch_id == branch.id))
    db.session.add_all(BranchCover(branch_id=branch.id, unit_id=unit_id) for unit_id in new)
    db.session.flush()
    db.session.expire(branch, ["covers"])
    directory.forget()
    _log(branch, "cover", actor_id, {"covers": [old, new]})
    return True


def set_issuer(code: str, unit: Unit, *, actor_id: int | None = None, **fields: Any) -> bool:
    """A new issuer of documents, or other words for a known one; says whether anything differed. No commit."""
    issuer = db.session.scalars(select(Issuer).where(Issuer.code == code)).one_or_none()
    old = {name: getattr(issuer, name) for name in fields} | {"unit_id": issuer.unit_id} if issuer else {}
    new: dict[str, Any] = {**fields, "unit_id": unit.id}
    if old == new:
        return False
    issuer = issuer or Issuer(code=code)
    for name, value in new.items():
        setattr(issuer, name, value)
    db.session.add(issuer)
    db.session.flush()
    changed = {
        f"{code}.{name}": [old.get(name), value] for name, value in new.items() if old.get(name) != value
    }
    _log(unit, "issuer", actor_id, changed)
    return True


def root() -> Unit:
    """The department itself; raises NotFound before it was set up."""
    found = db.session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id)).first()
    if found is None:
        raise NotFound("尚未建立组织机构：请先运行 riskctl import-organization 或 riskctl seed-demo")
    return found


def home_units(user: User, *, kind: Sequence[str] = (), q: str = "") -> list[Unit]:
    """The user's own 处室 or 直属单位 first, then his section, then the units of his roles."""
    units: list[Unit] = []
    for start in [user.unit, *(grant.unit for grant in user.grants)]:
        if start is not None:
            above = select(Unit).where(Unit.id.in_(start.ancestor_ids))
            chain = {unit.id: unit for unit in db.session.scalars(above)}
            tops = [u for u in chain.values() if u.kind in ("department", "affiliated")]
            units += [*tops, start]
    return [
        unit
        for unit in {unit.id: unit for unit in units}.values()
        if (not kind or unit.kind in kind) and (q in unit.name or q in unit.code)
    ]


def list_units(
    *, kind: Sequence[str] = (), q: str = "", after: int = 0, limit: int = 100
) -> tuple[list[Unit], int | None]:
    """Units in order of id with the id to continue after; everyone signed in may see the tree."""
    query = select(Unit).where(Unit.id > after, *_matching(kind, q)).options(selectinload(Unit.covers))
    rows = list(db.session.scalars(query.order_by(Unit.id).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def count_units(*, kind: Sequence[str] = (), q: str = "") -> int:
    """How many units there are of these kinds and with this text in their name or code."""
    return db.session.scalar(select(func.count(Unit.id)).where(*_matching(kind, q))) or 0


def _matching(kind: Sequence[str], q: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Unit.kind.in_(kind)] if kind else []
    if q:
        found.append(or_(Unit.name.contains(q, autoescape=True), Unit.code.contains(q, autoescape=True)))
    return found


def unit_choices(actor: Actor, units: frozenset[int] | None) -> list[tuple[int, str]]:
    """Units for a drop-down: those of a permission's scope, branches left out, in tree order."""
    query = select(Unit.id, Unit.name, Unit.path).where(
        Unit.kind.in_(("organ", "department", "affiliated", "section"))
    )
    if units is not None:
        query = query.where(Unit.id.in_(units))
    rows = db.session.execute(query).all()
    # In tree order, as the units were set up: as text, /1/10/ would stand before /1/2/.
    in_order = sorted(rows, key=lambda row: [int(part) for part in row.path.split("/") if part])
    return [(row.id, "　" * max(0, row.path.count("/") - 3) + row.name) for row in in_order]


def grouped(choices: Sequence[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    """Units of a drop-down under 处室 or 直属单位; a section stays behind the unit that it is part of."""
    kinds: dict[int, str] = {row.id: row.kind for row in db.session.execute(select(Unit.id, Unit.kind))}
    found: dict[str, list[tuple[Any, ...]]] = {label: [] for label in UNIT_KINDS.values()}
    kind = "organ"
    for choice in choices:
        own = kinds.get(choice[0], kind)
        kind = kind if own == "section" else own
        found[UNIT_KINDS[kind]].append(choice)
    return {label: entries for label, entries in found.items() if entries}


def counted(numbers: Mapping[int, int]) -> list[tuple[int, str, int]]:
    """Units that these numbers of cases fall on, in tree order, each with those of the units below it."""
    rows = db.session.execute(select(Unit.id, Unit.name, Unit.path)).all()
    steps = {row.id: [int(part) for part in row.path.split("/") if part] for row in rows}
    totals: dict[int, int] = {}
    for unit_id, number in numbers.items():
        for ancestor in steps[unit_id]:
            totals[ancestor] = totals.get(ancestor, 0) + number
    shown = sorted((row for row in rows if totals.get(row.id)), key=lambda row: steps[row.id])
    return [(row.id, "　" * max(0, len(steps[row.id]) - 2) + row.name, totals[row.id]) for row in shown]
