"""检查记录: on the cycle of the level, by those whose it is; overdue ones are found and turn the point yellow."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.extensions import db
from riskctl.models import Event, RiskCheck, RiskPoint
from riskctl.services import attachments, checks, rules
from riskctl.services.colours import colour_of
from tests.department import Department

NOON = datetime(2026, 11, 24, 4, tzinfo=clock.now().tzinfo)


@pytest.fixture(autouse=True)
def traveller(session: Any) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as started:
        yield started


def _check(department: Department, point: RiskPoint, by: str = "post", **changes: Any) -> RiskCheck:
    data = {
        "kind": "self_check",
        "result": "normal",
        "text": "抽查4项",
        "checked_on": clock.today(),
        **changes,
    }
    return checks.record(department.actor(by), point.id, data)


@pytest.mark.parametrize(
    ("level", "self_check", "inspection"),
    [("high", date(2026, 12, 24), date(2027, 2, 24)), ("medium", date(2027, 2, 24), date(2027, 5, 24)),
     ("low", date(2027, 5, 24), date(2027, 11, 24))],
)  # fmt: skip
def test_the_cycle_follows_the_level(
    department: Department, level: str, self_check: date, inspection: date
) -> None:
    point = department.point(level=level)
    assert (point.self_check_due, point.inspection_due) == (self_check, inspection)


def test_a_check_moves_its_own_day(
    department: Department, session: Any, traveller: time_machine.Traveller
) -> None:
    point = department.point()
    traveller.move_to(datetime(2027, 1, 11, 4, tzinfo=NOON.tzinfo))
    version = point.version
    _check(department, point)
    assert (point.self_check_due, point.inspection_due) == (date(2027, 4, 12), date(2027, 5, 24))
    _check(department, point, "unit_discipline", kind="inspection", checked_on=date(2027, 1, 8))
    assert point.inspection_due == date(2027, 7, 8)
    _check(department, point, checked_on=date(2026, 12, 1))  # noted late: the later one counts
    assert point.self_check_due == date(2027, 4, 12)
    assert point.version > version
    told = [
        e.changes["data"]["result"] for e in session.scalars(select(Event).where(Event.trigger == "check"))
    ]
    assert told == ["自查：正常", "检查：正常", "自查：正常"]
    assert checks.of_point(point.id)[0].checked_on == date(2027, 1, 11)


def test_a_high_point_is_inspected_by_the_office(
    department: Department, traveller: time_machine.Traveller
) -> None:
    point = department.point(level="high")
    traveller.move_to(datetime(2027, 1, 11, 4, tzinfo=NOON.tzinfo))
    _check(department, point, "unit_discipline", kind="inspection")
    assert point.inspection_due == date(2027, 2, 24)
    _check(department, point, "office", kind="inspection")
    assert point.inspection_due == date(2027, 4, 12)


def test_what_is_refused(department: Department, session: Any) -> None:
    point = department.point()
    for username, kind in (("post", "inspection"), ("leader", "self_check"), ("auditor", "inspection")):
        with pytest.raises(NotAllowed):
            _check(department, point, username, kind=kind)
    with pytest.raises(NotFound):
        _check(department, point, "post_b")
    for changes, field in (
        ({"checked_on": date(2026, 11, 25)}, "checked_on"),
        ({"colour": "yellow"}, "colour"),
        ({"colour": "yellow", "result": "problem"}, "colour"),
    ):
        with pytest.raises(InvalidInput) as refused:
            _check(department, point, **changes)
        assert refused.value.reasons[0].field == field
        session.rollback()
    with pytest.raises(RuleBroken):
        _check(department, point, evidence=department.evidence("office"))
    session.rollback()
    assert session.scalars(select(RiskCheck)).all() == []


def test_a_check_that_finds_a_problem_warns(department: Department) -> None:
    point = department.point()
    found = {"kind": "inspection", "result": "problem", "text": "2项未比选", "colour": "yellow"}
    check = _check(
        department, point, "unit_discipline", **found, evidence=department.evidence("unit_discipline")
    )
    (warning,) = point.open_warnings
    assert (check.warning_id, warning.kind, point.state) == (warning.id, "check", "warned")
    assert warning.facts == "2026年11月24日检查：2项未比选"
    assert [purpose for _, purpose in attachments.of_case(point)] == ["check.evidence"]
    _check(department, point, "commissioner", result="problem", text="又1项", colour="blue")
    assert [w.state for w in point.warnings] == ["open", "proposed"]


def test_overdue_checks_are_found_and_yellow(
    department: Department, traveller: time_machine.Traveller
) -> None:
    late, other = department.point(level="high"), department.point(level="high", title="第二个")
    department.point(level="low", title="第三个")
    assert colour_of(late) == "green"
    traveller.move_to(datetime(2026, 12, 28, 4, tzinfo=NOON.tzinfo))
    office = department.actor("office")
    first = checks.overdue(office, "self_check", limit=1)
    assert first.points == [late]
    assert checks.overdue(office, "self_check", after=first.next or "").points == [other]
    assert checks.overdue(office, "inspection").points == []
    assert checks.overdue(department.actor("post_b"), "self_check").points == []
    assert colour_of(late) == "yellow"
    with pytest.raises(InvalidInput):
        checks.overdue(office, "self_check", after="x")
    _check(department, late)
    assert colour_of(late) == "green"
    assert checks.overdue(office, "self_check").points == [other]


def test_the_cycle_is_a_rule(department: Department) -> None:
    value = {**rules.value("check_cycles"), "low_self_check": 3}
    head = department.actor("office_head")
    rules.set_rule(head, "check_cycles", value, effective_from=clock.today(), reason="会议决定")
    assert department.point(level="low").self_check_due == date(2027, 2, 24)
    with pytest.raises(InvalidInput):
        rules.set_rule(head, "check_cycles", {"low": 3}, effective_from=date(2027, 1, 1), reason="错")
    db.session.rollback()
