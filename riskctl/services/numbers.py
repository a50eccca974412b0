"""Gapless series: the counter is raised in the transaction that uses the number."""

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Counter, Unit


def next_in(series: str, count: int = 1) -> int:
    """Raise the series by `count` and return the first of the new numbers; the row stays locked until the
    transaction ends, so that a rolled-back signing leaves no gap."""
    raised = (
        update(Counter)
        .where(Counter.series == series)
        .values(value=Counter.value + count)
        .returning(Counter.value)
        .execution_options(synchronize_session=False)
    )
    last = db.session.scalar(raised)
    if last is None:
        _open(series)
        last = db.session.scalar(raised)
    assert last is not None
    return last - count + 1


def _open(series: str) -> None:
    on_postgresql = db.session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    db.session.execute(insert(Counter).values(series=series, value=0).on_conflict_do_nothing())


def case_codes(prefix: str, unit: Unit, count: int = 1) -> list[str]:
    """Codes such as WT-2026-QL-001; the unit is the 处室 or 直属单位 that the case belongs to."""
    year = clock.today().year
    top = top_unit(unit)
    series = f"{prefix}-{year}-{top.code}" if prefix != "LF" else f"LF-{top.code}-{year}"
    first = next_in(series, count)
    return [f"{series}-{number:03d}" for number in range(first, first + count)]


def top_unit(unit: Unit) -> Unit:
    """The 处室 or 直属单位 of which the unit is a part, or the unit itself."""
    if unit.kind in ("department", "affiliated", "organ"):
        return unit
    above = list(
        db.session.scalars(
            select(Unit)
            .where(Unit.id.in_(unit.ancestor_ids), Unit.kind.in_(("department", "affiliated")))
            .order_by(Unit.path)
        )
    )
    return above[0] if above else unit
