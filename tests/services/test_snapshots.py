"""Random histories against what was stored on the way: at each month's end, and on days between."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Case, Event, Interview, Issue, RiskPoint, Snapshot, SnapshotContent, SnapshotRow
from riskctl.services import audit, freezing, interviews, once, snapshots, ticking, transitions
from riskctl.services.colours import colour_of, original_of
from riskctl.services.rebuilding import Until, end_of
from riskctl.services.sealed_texts import digest_of
from tests.department import Department
from tests.robot import MONDAY, Robot

pytestmark = pytest.mark.usefixtures("session")
_EMPTY: tuple[Any, ...] = (None, [], {})


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as started:
        yield started


class Days:
    """Lets days pass for the robot; keeps how all cases stood at the end of some of them, as they were then."""

    def __init__(self, seed: int, traveller: time_machine.Traveller, late: bool) -> None:
        self._random, self._traveller, self._late = random.Random(seed), traveller, late
        self.kept: dict[tuple[str, date], dict[int, dict[str, Any]]] = {}

    def shift(self, delta: timedelta) -> None:
        day = clock.today()
        self._traveller.shift(delta)
        ends = clock.today().month != day.month
        if ends or self._random.random() < 0.05:
            with clock.at(end_of(day) - timedelta(seconds=1)):
                for model in (Issue, RiskPoint, Interview):
                    self.kept[model.CASE_TYPE, day] = {
                        r.id: _stands(r) for r in db.session.scalars(select(model))
                    }
            db.session.rollback()
        # The tick comes soon after the month's end, or in the middle of the next month, when much has changed.
        if ends if not self._late else clock.today().day == 17:
            freezing.freeze_due(clock.now())


def _stands(record: Case) -> dict[str, Any]:
    found = {**audit.snapshot(record), "state": record.state, "colour": colour_of(record)}
    if isinstance(record, Issue):
        found |= {"progress": record.progress, "original_colour": original_of(record)}
    return found


def _history(department: Department, days: Days, seed: int) -> None:
    robots: list[tuple[Case, Robot]] = []
    chance, seen = random.Random(seed), Counter[str]()
    point = department.point(title="采购需求由一人确定")
    for number in range(9):
        if number < 4:
            unit, by = (("SK", "office"), ("JS", "office2"))[number % 2]
            record: Case = department.issue(unit, by, risk_point_ids=[point.id] if number == 0 else [])
            robots.append((record, Robot(seed + number, days, seen)))  # type: ignore[arg-type]
        if number == 1:
            robots.append((_interview(department), Robot(seed, days, seen)))  # type: ignore[arg-type]
        for record, robot in robots:
            if record.state not in transitions.KINDS[record.CASE_TYPE].workflow.final:
                robot.work(record, steps=len(robot.taken) + chance.randrange(3), detours=1)
        for _ in range(chance.randrange(8, 20)):
            days.shift(timedelta(days=1))


def _interview(department: Department) -> Case:
    data = {
        "kind": "reminder", "unit_id": department.unit("SK").id, "subject_post": "科长", "subject_rank": "section",
        "reason": "履行职责不力",
    }  # fmt: skip
    return interviews.create(department.actor("office"), data)


def _same(told: Any, kept: Any) -> bool:
    return digest_of(told) is not None or told == kept or (told in _EMPTY and kept in _EMPTY)


def _compare(case_type: str, day: date, kept: dict[int, dict[str, Any]]) -> None:
    """The whole list as of the day, from the nearest earlier snapshot on, against what stood then."""
    head = snapshots.latest(case_type, before=day)
    every = [
        id_
        for id_, *_ in db.session.execute(
            select(Event.case_id).where(Event.case_type == case_type).distinct()
        )
    ]
    stands = snapshots.stands_of(case_type, every, Until.day(day), head)
    assert set(stands) == set(kept)
    for id_, stand in stands.items():
        wrong = [
            n for n, v in kept[id_].items() if n in stand.told.fields and not _same(stand.told.fields[n], v)
        ]
        assert (stand.state, wrong) == (kept[id_]["state"], []), (case_type, id_, day)


@pytest.mark.parametrize("late", [False, True], ids=["tick in time", "tick late"])
def test_any_past_day_is_rebuilt_as_it_was(
    department: Department, traveller: time_machine.Traveller, late: bool
) -> None:
    days = Days(7 + late, traveller, late)
    _history(department, days, 40 + late)
    heads = snapshots.listing()
    assert len({head.month for head in heads}) >= 2
    assert {h.case_type for h in heads} == set(snapshots.FROZEN)
    assert len(days.kept) >= 12
    for (case_type, day), kept in days.kept.items():
        _compare(case_type, day, kept)
    for head in heads:
        kept = days.kept.get((head.case_type, snapshots.last_day(head.month)), {})
        rows = _rows(head)
        assert (set(rows), head.row_count) == (set(kept), len(kept))
        assert snapshots.is_untouched(head)
        columns = ("state", "unit_id", "severity", "level", "closed_on", "reopen_count", "progress")
        # What the chain does not tell, the term of a step, is right to the day where nothing changed since.
        shown = columns if late else (*columns, "colour", "original_colour")
        for id_, row in rows.items():
            then = {name: kept[id_].get(name) for name in shown if name in kept[id_]}
            assert {name: audit.plain(getattr(row, name)) for name in then} == then, (head.month, row.code)


def _rows(head: Snapshot) -> dict[int, SnapshotRow]:
    mine = snapshots.rows_of(head.case_type, head.month, head.number)
    return {row.case_id: row for row in db.session.scalars(select(SnapshotRow).where(mine))}


def test_a_month_is_frozen_once_and_taken_up_where_it_was_cut_short(
    department: Department, traveller: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        department.issue()
    department.point()
    assert freezing.freeze_due(clock.now()) == 0  # the month runs
    traveller.move_to("2026-03-31T16:30:00Z")  # half an hour into April: some of March may still commit
    assert freezing.freeze_due(clock.now()) == 0
    traveller.move_to("2026-04-02T01:00:00Z")
    monkeypatch.setattr(freezing, "_AT_ONCE", 2)
    monkeypatch.setattr(freezing, "_BATCHES_A_TICK", 2)
    assert freezing.freeze_due(clock.now()) == 0
    assert snapshots.of_month(2026, 3, "issue") is None  # rows without their head are no snapshot
    department.issue()
    assert freezing.freeze_due(clock.now()) == 3  # the interviews of March, too: none
    assert ticking.tick()
    assert freezing.freeze_due(clock.now()) == 0
    found = snapshots.of_month(2026, 3, "issue")
    assert found is not None
    assert db.session.scalar(select(func.count()).select_from(SnapshotRow).where(found)) == 5
    told = db.session.scalars(select(Event).where(Event.trigger == "freeze_snapshot")).all()
    assert sorted(event.changes["data"]["rows"] for event in told) == [0, 1, 5]
    assert {event.changes["data"]["month"] for event in told} == {"2026-03"}
    for table, change in (
        ("snapshot", "row_count = 0"),
        ("snapshot_row", "colour = 'green'"),
        ("snapshot_content", "seq = 9"),
    ):
        for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="never changed"):
                db.session.execute(text(statement))
            db.session.rollback()


def test_two_machines_freeze_one_month(
    department: Department, traveller: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    department.issue()
    traveller.move_to("2026-04-02T01:00:00Z")
    truly = once.claim

    def beaten(key: str) -> bool:
        if key == "snapshot:issue:2026-03:1":
            truly(key)
            db.session.commit()
        return truly(key)

    monkeypatch.setattr(once, "claim", beaten)
    assert freezing.freeze_due(clock.now()) == 2
    assert db.session.scalar(select(func.count()).select_from(SnapshotContent)) == 1


def test_a_correction_stands_beside_and_counts_what_was_recorded_late(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.issued()
    other = department.issued("JS")
    traveller.move_to("2026-04-03T02:00:00Z")
    ticking.tick()
    department.take("dept_head", issue, "sign_receipt", receiver="主要负责人", received_on="2026-03-30")
    head, march, office = (
        snapshots.get("issue", date(2026, 3, 1)),
        date(2026, 3, 1),
        department.actor("office"),
    )
    with pytest.raises(NotAllowed):
        freezing.correct(department.actor("unit_discipline"), "issue", march, "补录签收")
    with pytest.raises(InvalidInput, match="理由"):
        freezing.correct(office, "issue", march, " ")
    made = freezing.correct(office, "issue", march, "3月30日已签收，4月3日补录")
    assert (made.number, made.made_by_id, made.row_count) == (2, office.user_id, 2)
    assert (made.reason, made.sha256 != head.sha256) == ("3月30日已签收，4月3日补录", True)
    assert (_rows(head)[issue.id].state, _rows(made)[issue.id].state) == ("issued", "planning")
    assert _rows(made)[other.id].state == "issued"
    assert snapshots.is_untouched(head)
    assert snapshots.is_untouched(made)
    # Statistics take the correction, what is rebuilt goes by what was recorded by then.
    latest = select(SnapshotRow.state).where(
        snapshots.of_month(2026, 3, "issue"), SnapshotRow.case_id == issue.id
    )  # type: ignore[arg-type]
    assert db.session.scalar(latest) == "planning"
    assert snapshots.latest("issue", before=date(2026, 4, 2)) == head
