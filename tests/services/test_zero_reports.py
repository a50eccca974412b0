"""零报告: opened once a quarter, answered by the unit in one click, reminded of until then."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.extensions import db
from riskctl.models import Message, Unit, User, ZeroReport
from riskctl.services import audit, zero_reports
from tests.department import Department

# The first day after the third quarter of 2026 lies in the National Day holiday, 1 to 7 October.
FIRST = date(2026, 10, 1)


def at(day: date) -> datetime:
    return clock.from_local(datetime.combine(day, time(9)))


@pytest.fixture(autouse=True)
def traveller(session: Any) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(FIRST), tick=False) as started:
        yield started


def run(traveller: time_machine.Traveller, day: date) -> int:
    traveller.move_to(at(day))
    return zero_reports.run(clock.now())


def report(department: Department, code: str = "SK") -> ZeroReport:
    unit = department.unit(code)
    return db.session.scalars(select(ZeroReport).where(ZeroReport.unit_id == unit.id)).one()


def told(username: str) -> list[str]:
    query = select(Message.text).join(User, User.id == Message.user_id).where(User.username == username)
    return list(db.session.scalars(query.order_by(Message.id)))


@pytest.mark.parametrize(
    ("day", "quarter", "start"),
    [
        (date(2026, 12, 31), "2026Q3", date(2026, 10, 1)), (date(2027, 1, 1), "2026Q4", date(2027, 1, 1)),
        (date(2027, 4, 2), "2027Q1", date(2027, 4, 1)),
    ],
)  # fmt: skip
def test_the_quarter_that_has_ended(day: date, quarter: str, start: date) -> None:
    assert zero_reports.quarter_before(day) == (quarter, start)


def test_opened_once_for_every_unit(department: Department, traveller: time_machine.Traveller) -> None:
    units = db.session.scalar(
        select(func.count()).select_from(Unit).where(Unit.kind.in_(("department", "affiliated")))
    )
    assert run(traveller, FIRST) == units
    assert run(traveller, FIRST) == 0
    assert run(traveller, date(2026, 10, 2)) == 0
    found = report(department)
    assert (found.quarter, found.answer) == ("2026Q3", None)
    assert found.due_on == date(2026, 10, 13)  # 8, 9, 10 (a Saturday that is worked), 12 and 13 October
    assert told("dept_head") == ["请于10月13日前报送2026年第3季度零报告"]
    assert zero_reports.quarters() == ["2026Q3"]


def test_a_new_installation_asks_for_nothing_of_long_ago(traveller: time_machine.Traveller) -> None:
    assert run(traveller, date(2026, 11, 24)) == 0
    assert db.session.scalars(select(ZeroReport)).all() == []


def test_after_days_without_a_worker_it_is_opened_with_its_full_term(
    department: Department, traveller: time_machine.Traveller
) -> None:
    assert run(traveller, date(2026, 10, 20)) > 0
    assert report(department).due_on == date(2026, 10, 26)


def test_nothing_new_in_one_click(department: Department, traveller: time_machine.Traveller) -> None:
    run(traveller, FIRST)
    found = report(department)
    head = department.actor("dept_head")
    assert zero_reports.open_for(head) == 1
    zero_reports.answer(head, found.id, "none")
    assert (found.answer, found.count, found.answered_by_id) == ("none", 0, head.user_id)
    assert zero_reports.open_for(head) == 0
    assert audit.history("zero_report", found.id)[-1].event.trigger == "answer_zero_report"
    with pytest.raises(RuleBroken, match="已经报送"):
        zero_reports.answer(head, found.id, "none")


def test_what_is_new_is_counted(department: Department, traveller: time_machine.Traveller) -> None:
    run(traveller, FIRST)
    found, commissioner = report(department), department.actor("commissioner")
    for answer, count in (("has", 0), ("has", 10_000), ("none", 1), ("maybe", 0)):
        with pytest.raises(InvalidInput):
            zero_reports.answer(commissioner, found.id, answer, count)
        db.session.rollback()
    zero_reports.answer(commissioner, found.id, "has", 2)
    assert (found.answer, found.count) == ("has", 2)


def test_nobody_answers_for_another_unit(department: Department, traveller: time_machine.Traveller) -> None:
    run(traveller, FIRST)
    found = report(department)
    with pytest.raises(NotFound):
        zero_reports.answer(department.actor("dept_head_b"), found.id, "none")
    for username in ("post", "office", "leader"):
        with pytest.raises(NotAllowed):
            zero_reports.answer(department.actor(username), found.id, "none")
        assert not zero_reports.may_answer(department.actor(username), found)
    assert [r.id for r in zero_reports.listing(department.actor("dept_head"), "2026Q3")] == [found.id]
    assert len(zero_reports.listing(department.actor("office"), "2026Q3")) > 2


def test_who_has_not_answered_is_reminded(department: Department, traveller: time_machine.Traveller) -> None:
    run(traveller, FIRST)
    zero_reports.answer(department.actor("dept_head"), report(department).id, "none")
    for day in (8, 9, 10, 12, 13, 14, 15, 16):
        run(traveller, date(2026, 10, day))
    assert len(told("dept_head")) == 1
    assert told("dept_head_b") == [
        "请于10月13日前报送2026年第3季度零报告", "2026年第3季度零报告须于10月13日前报送",
        "2026年第3季度零报告须于10月13日前报送", "2026年第3季度零报告已逾期（应于10月13日前报送）",
        "2026年第3季度零报告已逾期（应于10月13日前报送）",
    ]  # fmt: skip
