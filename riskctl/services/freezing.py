"""Writing the monthly snapshots: as every case stood by 24:00 of the month's last day.

The tick writes them in small transactions and takes up where it was cut short; the December snapshot is that of
the year. A correction is a further number beside it, with the reason: it also counts what was recorded later of
days up to the month's end (补录).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db, reading
from riskctl.models import Event, Snapshot, SnapshotContent, SnapshotRow
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, once, organization, standing_rows
from riskctl.services.background import Task
from riskctl.services.facts import months_before
from riskctl.services.ledger_tables import MODELS
from riskctl.services.rebuilding import Stand, Until, end_of
from riskctl.services.snapshots import FROZEN, digest_of, get, last_day, latest, rows_of, stands_of

# What was recorded just before midnight may commit a little after it.
SETTLED = timedelta(hours=1)
_AT_ONCE = 1000
# A first snapshot of a million cases is spread over several ticks, so that reminders need not wait for it.
_BATCHES_A_TICK = 200
_LONGEST_REASON = 1000


def freeze_due(at: datetime) -> int:
    """The tick's round: each month that has ended since the last snapshot, one kind after the other."""
    batches = iter(range(_BATCHES_A_TICK))
    done = 0
    for case_type in FROZEN:
        for month in _due(case_type, at):
            if not _write(
                case_type, month, 1, Until.day(last_day(month)), lambda: next(batches, None) is not None
            ):
                return done
            done += _finish(case_type, month, 1)
    return done


def _due(case_type: str, at: datetime) -> list[date]:
    ended = months_before(clock.local(at - SETTLED).date().replace(day=1), 1)
    last = db.session.scalar(select(func.max(Snapshot.month)).where(Snapshot.case_type == case_type))
    if last is None:
        # The first one is of the month that ended last, whatever history was taken over from before.
        first = db.session.scalar(select(Event.at).order_by(Event.at).limit(1))
        return [ended] if first is not None and first < end_of(last_day(ended)) else []
    found = []
    while (last := months_before(last, -1)) <= ended:
        found.append(last)
    return found


def _write(case_type: str, month: date, number: int, until: Until, go_on: Callable[[], bool]) -> bool:
    """Write the rows that are not there yet, a transaction for each batch; False when it was told to stop."""
    mine = rows_of(case_type, month, number)
    last = db.session.scalar(select(func.max(SnapshotRow.case_id)).where(mine)) or 0
    before = latest(case_type, before=last_day(month))
    model = MODELS[case_type]
    while True:
        query = select(model.id).where(model.id > last).order_by(model.id).limit(_AT_ONCE)
        ids = list(db.session.scalars(query))
        db.session.rollback()  # whoever is told how far it is writes that down by himself
        if not ids or not go_on():
            return not ids
        _write_batch(case_type, month, number, until, stands_of(case_type, ids, until, before))
        last = ids[-1]


def _write_batch(case_type: str, month: date, number: int, until: Until, stands: dict[int, Stand]) -> None:
    contents = [
        {"case_type": case_type, "case_id": id_, "seq": stand.seq, "fields": stand.told.fields}
        for id_, stand in stands.items()
        if stand.row is None or stand.row.seq != stand.seq
    ]
    rows = standing_rows.of(case_type, stands, last_day(month))
    head = {"case_type": case_type, "month": month, "number": number}
    once.insert_all_new(SnapshotContent, contents, "seq")
    once.insert_all_new(SnapshotRow, [{**head, **row} for row in rows], "case_id")
    db.session.commit()


def _finish(
    case_type: str, month: date, number: int, by: int | None = None, reason: str | None = None
) -> int:
    """Set the head over rows that all stand; 0 when another machine has done it."""
    with reading() as session:
        sha256, count = digest_of(session, case_type, month, number)
    if not once.claim(f"snapshot:{case_type}:{month:%Y-%m}:{number}"):
        db.session.rollback()
        return 0
    db.session.add(
        Snapshot(
            case_type=case_type, month=month, number=number, frozen_at=clock.now(), made_by_id=by, reason=reason,
            row_count=count, sha256=sha256,
        )
    )  # fmt: skip
    told = {
        "case_type": case_type, "month": f"{month:%Y-%m}", "number": number, "rows": count, "sha256": sha256,
        "reason": reason or "",
    }  # fmt: skip
    audit.append_for(
        "unit", organization.root().id, "freeze_snapshot", actor_id=by, changes={"fields": {}, "data": told}
    )
    db.session.commit()
    return 1


# --- a correction ---------------------------------------------------------------------------------


def check_correction(actor: Actor, case_type: str, month: date, reason: str) -> None:
    """Whether the actor may correct this snapshot; raises NotFound, NotAllowed, InvalidInput."""
    if not allowed(actor, Permission.ANNUAL_LEDGER_CORRECT):
        raise NotAllowed("月度快照由机关纪委更正", code="no_permission")
    get(case_type, month, 1)
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise InvalidInput(f"须写明更正理由，不超过{_LONGEST_REASON}字", field="reason", code="required")


def correct(
    actor: Actor, case_type: str, month: date, reason: str, told: Callable[[int], None] = lambda rows: None
) -> Snapshot:
    """Freeze the month once more beside what stands, with what was recorded later of days up to its end;
    commits. `told` hears how many batches are done. Raises what `check_correction` raises."""
    check_correction(actor, case_type, month, reason)
    # Beyond rows that a correction which was cut short has left, too: nobody can take those away.
    query = select(func.max(SnapshotRow.number)).where(
        SnapshotRow.case_type == case_type, SnapshotRow.month == month
    )
    number = max(db.session.scalar(query) or 0, get(case_type, month).number) + 1
    batches = iter(range(1, 1 << 30))

    def go_on() -> bool:
        told(next(batches))
        return True

    _write(case_type, month, number, Until(end_of(last_day(month)), last_day(month)), go_on)
    _finish(case_type, month, number, actor.user_id, reason)
    return get(case_type, month, number)


def correct_asked(task: Task) -> Mapping[str, str | list[str]]:
    """The correction as the worker makes it."""
    case_type, month = task.params["case_type"], date.fromisoformat(task.params["month"])
    total = 1 + (db.session.scalar(select(func.count()).select_from(MODELS[case_type])) or 0) // _AT_ONCE
    made = correct(
        task.actor,
        case_type,
        month,
        task.params["reason"],
        lambda done: task.progress(min(done, total), total),
    )
    told = f"已形成{month.year}年{month.month}月快照的第{made.number}次，共 {made.row_count} 条，原快照不变"
    return {"lines": [told], "url": f"/snapshots/{case_type}/{month:%Y-%m}"}
