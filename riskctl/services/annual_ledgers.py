"""年度台账: the whole ledger frozen at a year's end, never changed; a correction is a further number beside it."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, text, true
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import AnnualLedger, AnnualLedgerRow, RiskPoint, Unit
from riskctl.models.base import canonical
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, once, organization
from riskctl.services.exchange import book, exporting
from riskctl.services.exchange.printed_ledgers import LEDGERS, Row
from riskctl.services.risk_point_versions import frozen
from riskctl.workflows.risk_point import IN_LEDGER

_AT_ONCE = 500
PAGE = 100
# A page checks a ledger up to this size against its digest; a larger one takes longer than people wait.
CHECKED_AT_ONCE = 20_000


def freeze_due(at: datetime) -> int:
    """The tick's round: at its first run in a new year, the ledger of the year that ended is frozen."""
    year = clock.local(at).date().year - 1
    if not once.claim(f"annual_ledger:{year}"):
        db.session.rollback()
        return 0
    ended = clock.from_local(datetime.combine(date(year + 1, 1, 1), time()))
    older = select(RiskPoint.id).where(RiskPoint.created_at < ended).limit(1)
    # A system that was set up after that year has no ledger of it.
    made = _freeze(year, number=1) if db.session.scalar(older) is not None else None
    db.session.commit()
    return 1 if made else 0


def correct(actor: Actor, year: int, reason: str) -> AnnualLedger:
    """Freeze the ledger as it stands now beside the one of a year, with the reason; commits. Raises NotFound,
    NotAllowed, InvalidInput."""
    if not allowed(actor, Permission.ANNUAL_LEDGER_CORRECT):
        raise NotAllowed("年度台账由机关纪委更正", code="no_permission")
    if not reason.strip() or len(reason) > 1000:
        raise InvalidInput("须写明更正理由，不超过1000字", field="reason", code="required")
    last = db.session.scalar(select(func.max(AnnualLedger.number)).where(AnnualLedger.year == year))
    if last is None:
        raise NotFound("没有这一年度的台账")
    made = _freeze(year, number=last + 1, actor_id=actor.user_id, reason=reason)
    db.session.commit()
    return made


def _freeze(
    year: int, *, number: int, actor_id: int | None = None, reason: str | None = None
) -> AnnualLedger:
    """Write one down: counted and hashed first, since its head is never changed afterwards."""
    if db.engine.dialect.name == "postgresql":
        # Nothing may change between the two readings; SQLite has one writer anyway.
        db.session.execute(text("LOCK TABLE risk_point IN SHARE MODE"))
    digest, count = hashlib.sha256(), 0
    for fields in _lines():
        digest.update(canonical(fields).encode() + b"\n")
        count += 1
    ledger = AnnualLedger(
        year=year, number=number, frozen_at=clock.now(), made_by_id=actor_id, reason=reason, row_count=count,
        sha256=digest.hexdigest(),
    )  # fmt: skip
    db.session.add(ledger)
    db.session.flush()
    batch: list[dict[str, Any]] = []
    for position, fields in enumerate(_lines(), 1):
        batch.append(
            {"ledger_id": ledger.id, "position": position, "unit_id": fields["unit_id"], "fields": fields}
        )
        if len(batch) == _AT_ONCE:
            db.session.execute(insert(AnnualLedgerRow), batch)
            batch = []
    if batch:
        db.session.execute(insert(AnnualLedgerRow), batch)
    told = {"year": year, "number": number, "rows": count, "sha256": ledger.sha256, "reason": reason or ""}
    audit.append_for(
        "unit",
        organization.root().id,
        "freeze_ledger",
        actor_id=actor_id,
        changes={"fields": {}, "data": told},
    )
    return ledger


def _lines() -> Iterator[dict[str, Any]]:
    tops = exporting.top_names(db.session())
    query = (
        select(RiskPoint).join(Unit, Unit.id == RiskPoint.unit_id).where(RiskPoint.state.in_(IN_LEDGER))
        .options(joinedload(RiskPoint.unit)).order_by(Unit.path, RiskPoint.id).execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    for point in db.session.scalars(query):
        top, section = exporting.place(point.unit, tops)
        yield {
            **frozen(point), "code": point.code, "state": point.state, "risk_point_id": point.id, "unit": top,
            "section": section,
        }  # fmt: skip


# --- reading -------------------------------------------------------------------------------------


def listing() -> Sequence[AnnualLedger]:
    """Every frozen ledger, the latest first."""
    query = select(AnnualLedger).order_by(AnnualLedger.year.desc(), AnnualLedger.number.desc())
    return list(db.session.scalars(query))


def get(year: int, number: int) -> AnnualLedger:
    """One frozen ledger; raises NotFound."""
    query = select(AnnualLedger).where(AnnualLedger.year == year, AnnualLedger.number == number)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("没有这一年度的台账")
    return found


def rows(actor: Actor, ledger: AnnualLedger, *, after: int = 0, limit: int = PAGE) -> list[AnnualLedgerRow]:
    """A page of its rows, as far as the actor may see their units; one more than `limit` when there are more."""
    query = select(AnnualLedgerRow).where(
        AnnualLedgerRow.ledger_id == ledger.id, AnnualLedgerRow.position > after, _within(actor)
    )
    return list(db.session.scalars(query.order_by(AnnualLedgerRow.position).limit(limit + 1)))


def count(actor: Actor, ledger: AnnualLedger) -> int:
    """How many of its rows the actor may see."""
    query = select(func.count()).where(AnnualLedgerRow.ledger_id == ledger.id, _within(actor))
    return db.session.scalar(query) or 0


def _within(actor: Actor, permission: Permission = Permission.CASE_VIEW) -> ColumnElement[bool]:
    units = actor.units(permission)
    return true() if units is None else AnnualLedgerRow.unit_id.in_(units)


def is_untouched(ledger: AnnualLedger) -> bool:
    """Whether the rows still have the digest that was taken when they were frozen."""
    digest = hashlib.sha256()
    query = select(AnnualLedgerRow.fields).where(AnnualLedgerRow.ledger_id == ledger.id)
    ordered = query.order_by(AnnualLedgerRow.position).execution_options(yield_per=_AT_ONCE)
    for fields in db.session.scalars(ordered):
        digest.update(canonical(fields).encode() + b"\n")
    return digest.hexdigest() == ledger.sha256


def workbook(actor: Actor, ledger: AnnualLedger, reason: str) -> bytes:
    """The ledger as offices print it, as far as the actor may take it out; the reason becomes an event.
    Raises NotAllowed, InvalidInput. Commits."""
    if not allowed(actor, Permission.LEDGER_EXPORT):
        raise NotAllowed("您的岗位不能导出台账", code="no_permission")
    if not reason.strip():
        raise InvalidInput("导出台账须写明理由", field="reason", code="required")
    kind = LEDGERS["risk-points"]
    title = f"{organization.root().name}{ledger.year}年度{kind.title}" + (
        f"（第{ledger.number}次）" if ledger.number > 1 else ""
    )
    query = select(AnnualLedgerRow.fields).where(
        AnnualLedgerRow.ledger_id == ledger.id, _within(actor, Permission.LEDGER_EXPORT)
    )
    stored = db.session.scalars(query.order_by(AnnualLedgerRow.position)).all()
    printed = (
        Row(n, SimpleNamespace(**fields), fields["unit"], fields["section"], False)
        for n, fields in enumerate(stored, 1)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        written = book.write(path, kind, book.About(title, actor.name, reason), printed)
        data = path.read_bytes()
    told = {"ledger": f"annual {ledger.year}-{ledger.number}", "reason": reason, "rows": written}
    audit.append_for(
        "user", actor.user_id, "export_ledger", actor_id=actor.user_id, changes={"fields": {}, "data": told}
    )
    db.session.commit()
    return data
