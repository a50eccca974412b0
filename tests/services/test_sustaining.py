"""长期坚持: a milestone each quarter with a colour of its own, an evaluation each year."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from riskctl.extensions import db
from riskctl.models import CalendarDay, Issue
from riskctl.services import audit, sustaining, todo, transitions
from riskctl.services.colours import colour_of
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


@pytest.fixture
def traveller() -> Any:
    with time_machine.travel(datetime(2026, 11, 24, 1, tzinfo=UTC), tick=False) as started:
        yield started


def _to(traveller: time_machine.Traveller, *day: int) -> None:
    traveller.move_to(datetime(*day, 4, tzinfo=UTC))  # type: ignore[arg-type]


def _sustained(department: Department) -> Issue:
    issue = department.planned(rectify_type="long_term")
    department.apply(issue)
    department.check(issue)
    department.inspect(issue)
    return issue


def _quarters(issue: Issue) -> list[Any]:
    views = audit.history("issue", issue.id)
    return [view.data.get("quarter") for view in views if view.event.trigger == "report_progress"]


def test_quarter_and_evaluation_are_due_from_the_day_of_acceptance(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = _sustained(department)
    assert (issue.state, issue.step_due_on, issue.evaluation_due) == (
        "sustaining", date(2026, 12, 31), date(2027, 11, 24),
    )  # fmt: skip
    assert colour_of(issue) == "green"


def test_a_missed_quarter_is_yellow_then_orange_and_a_missed_year_red(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = _sustained(department)
    seen = []
    for day in ((2026, 12, 17), (2026, 12, 31), (2027, 1, 1), (2027, 1, 14), (2027, 1, 15)):
        _to(traveller, *day)
        seen.append(colour_of(issue))
    assert seen == ["blue", "blue", "yellow", "yellow", "orange"]
    _to(traveller, 2027, 12, 9)
    assert colour_of(issue) == "red"


def test_a_report_meets_the_oldest_open_quarter(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = _sustained(department)
    department.take("dept_head", issue, "report_progress", note="本季度执行到位")
    assert issue.step_due_on == date(2027, 3, 31)
    department.take("dept_head", issue, "report_progress", note="补充情况")  # the quarter has its report
    assert issue.step_due_on == date(2027, 3, 31)
    _to(traveller, 2027, 7, 5)
    assert colour_of(issue) == "orange"
    for due in (date(2027, 6, 30), date(2027, 9, 30)):
        department.take("dept_head", issue, "report_progress", note="执行到位")
        assert issue.step_due_on == due
    assert colour_of(issue) == "green"
    assert _quarters(issue) == ["2026年第四季度", None, "2027年第一季度", "2027年第二季度"]


def test_a_report_while_rectifying_is_no_quarters_report(department: Department) -> None:
    issue = department.planned(rectify_type="long_term")
    due = issue.step_due_on
    department.take("dept_head", issue, "report_progress", note="进展顺利")
    assert (issue.step_due_on, _quarters(issue)) == (due, [None])


def test_a_quarter_that_ends_on_days_off_is_still_that_quarter(department: Department) -> None:
    for day in range(28, 31):
        db.session.add(CalendarDay(day=date(2026, 9, day), is_off=True, reason="停工", entered_by_id=1))
    db.session.flush()
    due = sustaining.next_report(date(2026, 7, 1))
    assert due == date(2026, 10, 8)
    assert sustaining.quarter_of(due) == (2026, 3)
    assert sustaining.next_report(date(2026, 12, 31)) == date(2027, 3, 31)
    assert sustaining.evaluation_due(date(2028, 2, 29)) == date(2029, 2, 28)


def test_without_a_milestone_nothing_is_reported(department: Department) -> None:
    assert sustaining.reported(Issue(step_due_on=None), date(2026, 11, 24)) is None


def _waited_for(issue: Issue) -> set[str]:
    return {str(entry.role) for entry in transitions.waits_for(issue)}


def test_it_waits_for_the_units_report_until_the_evaluation_is_next(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = _sustained(department)
    assert _waited_for(issue) == {"dept_head", "post"}
    unit, office = department.actor("dept_head"), department.actor("office")
    assert [t.step.trigger for t in todo.tasks(unit) if t.record is issue] == ["report_progress"]
    for _ in range(4):
        assert issue.step_due_on is not None
        _to(traveller, issue.step_due_on.year, issue.step_due_on.month, issue.step_due_on.day)
        department.take("post", issue, "report_progress", note="正常")
    assert issue.evaluation_due is not None
    assert issue.step_due_on is not None
    assert issue.evaluation_due < issue.step_due_on
    assert _waited_for(issue) == {"office"}
    assert [t.step.trigger for t in todo.tasks(office) if t.record is issue] == ["conclude"]
    department.take("office", issue, "conclude", evaluation="到位")
