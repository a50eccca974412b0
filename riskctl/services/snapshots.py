"""月度快照: every ledger as it stood at each month's end; `freezing.py` writes them. Statistics of a closed month
come from here and never move."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from riskctl.errors import NotFound
from riskctl.extensions import db, reading
from riskctl.models import Snapshot, SnapshotContent, SnapshotRow
from riskctl.models.base import canonical
from riskctl.permissions import Actor
from riskctl.services import audit, standing_rows
from riskctl.services.facts import months_before
from riskctl.services.ledger_tables import MODELS
from riskctl.services.rebuilding import Stand, Until, end_of, rebuilt
from riskctl.services.replay import Replayed
from riskctl.services.scope import visible

FROZEN = standing_rows.FROZEN
_AT_ONCE = 1000
# A page checks a snapshot up to this size against its digest; a larger one takes longer than people wait.
CHECKED_AT_ONCE = 20_000


def get(case_type: str, month: date, number: int | None = None) -> Snapshot:
    """A snapshot, the latest number of it without one; raises NotFound."""
    query = select(Snapshot).where(Snapshot.case_type == case_type, Snapshot.month == month)
    if number is not None:
        query = query.where(Snapshot.number == number)
    found = db.session.scalars(query.order_by(Snapshot.number.desc()).limit(1)).one_or_none()
    if found is None:
        raise NotFound("没有这个月的快照")
    return found


def of_month(
    year: int, month: int, case_type: str, *, number: int | None = None
) -> ColumnElement[bool] | None:
    """The condition that picks one kind's rows of a closed month out of SnapshotRow, those of the latest
    correction unless a number is given; None where that month has no snapshot."""
    try:
        head = get(case_type, date(year, month, 1), number)
    except NotFound:
        return None
    return rows_of(case_type, head.month, head.number)


def rows_of(case_type: str, month: date, number: int) -> ColumnElement[bool]:
    return and_(SnapshotRow.case_type == case_type, SnapshotRow.month == month, SnapshotRow.number == number)


def seen_by(actor: Actor, case_type: str) -> ColumnElement[bool]:
    """The rows of a kind whose cases the actor may know of now: what became restricted since stays hidden."""
    return SnapshotRow.case_id.in_(select(MODELS[case_type].id).where(visible(actor, case_type)))


def listing() -> list[Snapshot]:
    """Every snapshot, the latest first."""
    query = select(Snapshot).order_by(Snapshot.month.desc(), Snapshot.case_type, Snapshot.number)
    return list(db.session.scalars(query))


def numbers(case_type: str, month: date) -> list[Snapshot]:
    """The snapshot of a month and its corrections; raises NotFound when there is none."""
    get(case_type, month)
    query = select(Snapshot).where(Snapshot.case_type == case_type, Snapshot.month == month)
    return list(db.session.scalars(query.order_by(Snapshot.number)))


def counts(actor: Actor, head: Snapshot) -> dict[tuple[str, str | None], int]:
    """How many rows that the actor may see stand in each state and colour."""
    query = select(SnapshotRow.state, SnapshotRow.colour, func.count()).where(
        rows_of(head.case_type, head.month, head.number), seen_by(actor, head.case_type)
    )
    grouped = query.group_by(SnapshotRow.state, SnapshotRow.colour)
    return {(state, colour): number for state, colour, number in db.session.execute(grouped)}


def is_untouched(head: Snapshot) -> bool:
    """Whether the rows still have the digest that was taken when they were frozen."""
    with reading() as session:
        return digest_of(session, head.case_type, head.month, head.number) == (head.sha256, head.row_count)


def latest(case_type: str, *, before: date) -> Snapshot | None:
    """The last snapshot of a month that ended before the day, or on it; never a correction, which counts what
    was recorded later."""
    month = before.replace(day=1) if last_day(before) == before else months_before(before.replace(day=1), 1)
    query = select(Snapshot).where(
        Snapshot.case_type == case_type, Snapshot.number == 1, Snapshot.month <= month
    )
    return db.session.scalars(query.order_by(Snapshot.month.desc()).limit(1)).one_or_none()


def stands_of(case_type: str, ids: list[int], until: Until, head: Snapshot | None) -> dict[int, Stand]:
    """These cases as they stood, replayed from the snapshot on."""
    if head is None:
        return rebuilt(case_type, ids, until)
    query = (
        select(SnapshotRow, SnapshotContent.fields)
        .join(SnapshotContent, _content())
        .where(rows_of(case_type, head.month, head.number), SnapshotRow.case_id.in_(ids))
    )
    frozen = {
        row.case_id: Stand(
            case_type, row.case_id, Replayed(dict(fields), row.state, row.seq), row.state_since, row.created_on, row
        )
        for row, fields in db.session.execute(query)
    }  # fmt: skip
    return rebuilt(case_type, ids, until, frozen=frozen, frozen_end=end_of(last_day(head.month)))


def last_day(month: date) -> date:
    """The last day of the month."""
    return months_before(month.replace(day=1), -1) - timedelta(days=1)


def digest_of(session: Session, case_type: str, month: date, number: int) -> tuple[str, int]:
    """The digest over a snapshot's rows with what they held, and how many they are."""
    digest, count = hashlib.sha256(), 0
    for line in _lines(session, case_type, month, number):
        digest.update(line)
        count += 1
    return digest.hexdigest(), count


def _lines(session: Session, case_type: str, month: date, number: int) -> Iterator[bytes]:
    columns = SnapshotRow.__table__.columns
    names = [column.key for column in columns]
    query = (
        select(*columns, SnapshotContent.fields).join(SnapshotContent, _content())
        .where(rows_of(case_type, month, number)).order_by(SnapshotRow.case_id)
        .execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    for row in session.execute(query):
        *plain, fields = row
        values = dict(zip(names, map(audit.plain, plain), strict=True)) | {"fields": fields}  # JSON already
        yield canonical(values).encode() + b"\n"


def _content() -> ColumnElement[bool]:
    return and_(
        SnapshotContent.case_type == SnapshotRow.case_type, SnapshotContent.case_id == SnapshotRow.case_id,
        SnapshotContent.seq == SnapshotRow.seq,
    )  # fmt: skip
