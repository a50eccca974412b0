"""Ledgers out, as offices print them: one sheet, streamed, and nothing in it acts when Excel opens it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, joinedload

from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db, reading
from riskctl.models import Issue, RoleGrant, Unit
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.services import accounts, audit, organization, past, past_lists
from riskctl.services.enrolment import unit_coded
from riskctl.services.exchange import book
from riskctl.services.exchange.printed_ledgers import LEDGERS, Ledger, Row
from riskctl.services.ledgers import knows_petitions
from riskctl.services.scope import visible

_AT_ONCE = 500


@dataclass(frozen=True)
class Scope:
    """Whose export of what: the units that it covers (None: all) and on whose account (None: the server's)."""

    top: Unit
    actor: Actor | None
    reason: str


def export(
    ledger: str,
    out: Path,
    *,
    unit_code: str | None = None,
    username: str | None = None,
    reason: str | None = None,
    as_of: str | None = None,
) -> int:
    """Write the ledger, with a day as it stood at the end of it; how many rows. With a user name only what
    that person may see, and only with a reason, which becomes an event. Raises NotFound, NotAllowed,
    InvalidInput. Commits."""
    kind, day = LEDGERS[ledger], past.day_of(as_of) if as_of else None
    scope = _scope(unit_code, username, (reason or "").strip())
    log_on = ("user", scope.actor.user_id) if scope.actor else ("unit", scope.top.id)
    title = f"{scope.top.name}{kind.title}" + (f"（截至{day.year}年{day.month}月{day.day}日）" if day else "")
    actor_id, by = (scope.actor.user_id, scope.actor.name) if scope.actor else (None, "系统管理员（服务器）")
    about = book.About(title, by, scope.reason, scope.top.name, as_of=day, seal=book.sealed())
    db.session.rollback()  # reading a long ledger must not hold the write lock
    part = out.with_name(f".{out.name}.part")
    part.touch(mode=0o600)
    try:
        rows = _past_rows(kind, scope, day) if day else _rows(kind, scope)
        count = book.write(part, kind, about, rows)
        told = {
            "ledger": ledger, "unit": unit_code or "", "reason": scope.reason, "rows": count, "as_of": as_of or "",
        }  # fmt: skip
        audit.append_for(*log_on, "export_ledger", actor_id=actor_id, changes={"fields": {}, "data": told})
        db.session.commit()
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return count


def _scope(unit_code: str | None, username: str | None, reason: str) -> Scope:
    top = unit_coded(unit_code) if unit_code else organization.root()
    if username is None:
        return Scope(top, None, reason)
    if not reason:
        raise InvalidInput("导出台账须写明理由：请用 --reason 填写", field="reason", code="required")
    user = accounts.find(username)
    actor = accounts.actor_of(user)
    if not user.active or not allowed(actor, Permission.LEDGER_EXPORT):
        raise NotAllowed(f"{user.name}不能导出台账", code="no_permission")
    if unit_code and not allowed(actor, Permission.LEDGER_EXPORT, top.id):
        raise NotAllowed(f"{top.name}不在{user.name}的职责范围内", code="no_permission")
    return Scope(top, actor, reason)


def conditions(kind: Ledger, scope: Scope) -> list[ColumnElement[bool]]:
    """Which rows an export covers by whose they are and who takes them out."""
    model = kind.model
    below = select(Unit.id).where(or_(Unit.id == scope.top.id, Unit.path.contains(f"/{scope.top.id}/")))
    found = [model.unit_id.in_(below)]
    if scope.actor:
        units = scope.actor.units(Permission.LEDGER_EXPORT)
        within = [] if units is None else [model.unit_id.in_(units) if units else false()]
        return [*found, visible(scope.actor, model.CASE_TYPE), *within]
    if model is Issue:
        # Nobody in particular looks: what only a few may know stays out (clues, drafts of 驻厅组).
        residents = exists().where(RoleGrant.user_id == Issue.created_by_id, RoleGrant.role == Role.RESIDENT)
        found += [Issue.restricted.is_(False), (Issue.state != "draft") | ~residents]
    return found


def _past_rows(kind: Ledger, scope: Scope, day: date) -> Iterator[Row]:
    """The rows as they stood at the end of the day, of records that may be taken out now."""
    knows = scope.actor is not None and knows_petitions(scope.actor)
    with reading() as session:
        tops = top_names(session)
        stood = past_lists.every(kind.model.CASE_TYPE, day, and_(*conditions(kind, scope)), kind.left_out)
        for number, record in enumerate(stood, 1):
            yield Row(number, record, *place(record.unit, tops), knows)
        db.session.rollback()  # what follows writes, which a transaction that only read may not


def _rows(kind: Ledger, scope: Scope) -> Iterator[Row]:
    model = kind.model
    query: Select[Any] = (
        select(model).join(Unit, Unit.id == model.unit_id)
        .where(*conditions(kind, scope), model.state.not_in(kind.left_out))
        .options(joinedload(model.unit), joinedload(model.not_lifted)).order_by(Unit.path, model.id).execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    knows = scope.actor is not None and knows_petitions(scope.actor)
    with reading() as session:
        tops = top_names(session)
        for number, record in enumerate(session.scalars(query), 1):
            yield Row(number, record, *place(record.unit, tops), knows)


def place(unit: Unit, tops: Mapping[int, str]) -> tuple[str, str]:
    """The name of the 处室 or 直属单位 and, for a part of it, its own."""
    top = next((tops[i] for i in unit.ancestor_ids if i in tops), unit.name)
    return top, "" if top == unit.name else unit.name


def top_names(session: Session) -> dict[int, str]:
    """The names of the 处室 and 直属单位 by id."""
    query = select(Unit.id, Unit.name).where(Unit.kind.in_(("department", "affiliated")))
    return {row.id: row.name for row in session.execute(query)}
