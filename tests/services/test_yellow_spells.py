"""黄牌: each unbroken spell counts once however often the tick runs, and the second asks for a letter."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, Notice, YellowSpell
from riskctl.services import audit, verification, yellow_spells
from riskctl.services.yellow_spells import yellow_count
from tests.department import Department

MONDAY = datetime(2026, 6, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


@pytest.fixture
def traveller() -> Any:
    with time_machine.travel(MONDAY, tick=False) as started:
        yield started


def _tick() -> int:
    return yellow_spells.note(clock.now())


def _measured(issue: Issue, due: str | None) -> None:
    issue.measures = [{**m, "due_on": due} for m in issue.measures]
    db.session.commit()


def _letters() -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.kind == "supervision_letter")))


def test_a_spell_counts_once_and_the_second_brings_a_letter(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.planned()
    assert _tick() == 0
    traveller.shift(timedelta(days=1))  # the measure of Monday is missed
    assert (_tick(), _tick(), yellow_count(issue)) == (1, 0, 1)
    traveller.shift(timedelta(days=1))
    assert (_tick(), yellow_count(issue), _letters()) == (0, 1, [])
    _measured(issue, "2026-06-30")
    assert _tick() == 0
    assert [spell.ended_on for spell in db.session.scalars(select(YellowSpell))] == [clock.today()]
    traveller.shift(timedelta(days=1))
    _measured(issue, "2026-06-02")
    assert (_tick(), _tick(), yellow_count(issue)) == (1, 0, 2)
    (letter,) = _letters()
    assert (letter.state, letter.issues) == ("draft", [issue])


def test_it_is_on_record_and_the_record_stands_the_audit(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.planned()
    traveller.shift(timedelta(days=1))
    _tick()
    last = audit.history("issue", issue.id)[-1]
    assert (last.event.trigger, last.data["yellow_count"]) == ("turn_yellow", 1)
    assert "措施超过时限未完成" in last.data["result"]
    assert verification.verify().problems == []


def test_nothing_begins_on_a_day_off(department: Department, traveller: time_machine.Traveller) -> None:
    department.planned()
    traveller.shift(timedelta(days=5))
    assert _tick() == 0
    traveller.shift(timedelta(days=2))
    assert _tick() == 1


def test_on_the_same_day_it_begins_only_once(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.planned()
    traveller.shift(timedelta(days=1))
    for due in ("2026-06-01", "2026-06-30", "2026-06-01"):
        _measured(issue, due)
        _tick()
    assert yellow_count(issue) == 1


def test_what_was_cured_meanwhile_is_left_alone(
    department: Department, traveller: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = department.planned()
    assert yellow_spells._begin(issue.id) is False
