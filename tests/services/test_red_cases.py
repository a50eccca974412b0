"""红 by lateness: an interview is suggested and a 督办函 drafted whenever and however an issue became red."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import InterviewSuggestion, Issue, Notice
from riskctl.services import interview_suggestions, red_cases
from riskctl.services.colours import colour_of
from riskctl.services.workdays import add_workdays
from tests.department import Department

START = datetime(2026, 6, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def traveller(session: Any) -> Any:
    with time_machine.travel(START, tick=False) as started:
        yield started


def suggested(traveller: time_machine.Traveller, day: date) -> int:
    traveller.move_to(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))
    return red_cases.propose(clock.now())


def letters() -> int:
    query = select(Notice.id).where(Notice.kind == "supervision_letter")
    return len(db.session.scalars(query).all())


def test_what_arrives_late_is_red_and_told_once_a_due_date(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.planned()
    issue.due_on = issue.step_due_on = date(2026, 5, 6)  # as an imported ledger brings it
    db.session.commit()
    assert suggested(traveller, date(2026, 6, 6)) == 0  # a Saturday
    assert suggested(traveller, date(2026, 6, 8)) == 1
    assert suggested(traveller, date(2026, 6, 9)) == 0
    (found,) = db.session.scalars(select(InterviewSuggestion)).all()
    assert (found.ground, found.kind, letters()) == ("red", "warning", 1)
    assert "整改逾期超过10个工作日，已转为红色" in interview_suggestions.reason_of(found)
    issue.due_on = date(2026, 6, 30)
    db.session.commit()
    assert suggested(traveller, add_workdays(issue.due_on, 10).on) == 0
    assert suggested(traveller, add_workdays(issue.due_on, 11).on) == 1


def test_a_late_receipt_is_yellow_and_suggests_none(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.issued()
    assert suggested(traveller, add_workdays(issue.step_due_on, 15).on) == 0
    assert (colour_of(issue), letters()) == ("yellow", 0)


def test_what_was_submitted_waits_for_others_and_suggests_none(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.planned()
    department.apply(issue)
    assert suggested(traveller, issue.due_on + timedelta(days=60)) == 0
    assert db.session.scalars(select(Issue.state)).one() == "unit_check"


def test_a_late_yearly_evaluation_is_named(department: Department, traveller: time_machine.Traveller) -> None:
    issue = department.planned(rectify_type="long_term")
    issue.state, issue.evaluation_due, issue.step_due_on = "sustaining", date(2026, 5, 6), date(2026, 6, 30)
    db.session.commit()
    assert suggested(traveller, date(2026, 6, 8)) == 1
    found = db.session.scalars(select(InterviewSuggestion)).one()
    assert "年度评估逾期超过10个工作日" in interview_suggestions.reason_of(found)
