"""同类复发: the same risk point and domain again within twelve months is suggested, never decided."""

from datetime import date, timedelta
from typing import Any

import pytest

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint
from riskctl.services import recurrences, views
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


@pytest.fixture
def point(department: Department) -> RiskPoint:
    made = RiskPoint(
        code="LF-1", title="小额项目", state="active", unit_id=department.unit("SK").id, created_by_id=1,
        acted={}, version=1,
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made


def _issue(department: Department, point: RiskPoint, domain: str | None = "bidding", **fields: Any) -> Issue:
    return department.issue(risk_point_ids=[point.id], domain=domain, **fields)


def _closed(issue: Issue, day: date) -> None:
    issue.state, issue.closed_on = "closed", day  # as the office's old ledger tells
    db.session.commit()


def test_earlier_ones_are_named_the_latest_first(department: Department, point: RiskPoint) -> None:
    found = clock.today() - timedelta(days=3)
    long_ago, closed, running, draft, other = (_issue(department, point) for _ in range(5))
    _closed(long_ago, found.replace(year=found.year - 1) - timedelta(days=1))
    _closed(closed, found.replace(year=found.year - 1))
    running.state, other.domain, other.state = "rectifying", "funds", "rectifying"
    db.session.commit()
    issue = _issue(department, point)
    office = department.actor("office")
    assert recurrences.earlier(office, issue) == [running, closed]
    assert views.single(office, issue)["recurrence_of"] == [running.code, closed.code]
    assert draft.state == "draft"
    # What one may not see is not named either.
    assert recurrences.earlier(department.actor("dept_head_b"), issue) == []
    # An earlier one repeats nothing that came after it.
    assert recurrences.earlier(office, long_ago) == []


def test_without_domain_or_point_nothing_is_suggested(department: Department, point: RiskPoint) -> None:
    office = department.actor("office")
    first = _issue(department, point)
    department.take("office", first, "submit", not_clue=True)
    assert recurrences.earlier(office, _issue(department, point)) == [first]
    assert recurrences.earlier(office, _issue(department, point, domain=None)) == []
    assert recurrences.earlier(office, department.issue(domain="bidding")) == []
