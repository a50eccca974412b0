"""The term of each state in working days, over the holidays and over the end of the official calendar."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from riskctl import clock
from riskctl.services import deadlines, interviews, risk_points, rules, transitions
from riskctl.services.workdays import add_workdays
from tests.department import Department

TERMS = (
    ("submit", "verifying", 3), ("verify", "verifying", 3), ("issue", "issued", 2), ("object", "objected", 5),
    ("uphold", "planning", 10), ("submit_plan", "plan_review", 5),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def test_each_state_of_an_issue_has_its_term(department: Department) -> None:
    issue = department.issue()
    assert issue.step_due_on == add_workdays(clock.today(), 3).on
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    steps: dict[str, tuple[str, dict[str, Any]]] = {
        "submit": ("office", {"not_clue": True}), "verify": ("office2", dict(department.verified(severity="serious"))),
        "issue": ("office_head", {}), "object": ("dept_head", {"objection": "有出入"}),
        "uphold": ("office", {"opinion": "维持"}),
        "submit_plan": ("dept_head", {"goal": "到位", "measures": [measure], "commitment": True}),
    }  # fmt: skip
    for trigger, state, term in TERMS:
        username, data = steps[trigger]
        department.take(username, issue, trigger, **data)
        assert (issue.state, issue.step_due_on) == (state, add_workdays(clock.today(), term).on), trigger
    department.take("leader", issue, "approve_plan")
    assert issue.step_due_on == issue.due_on  # 整改中 lasts as long as the issue itself
    for take, term in ((department.apply, 5), (department.check, 10), (department.inspect, 5)):
        take(issue)
        assert issue.step_due_on == add_workdays(clock.today(), term).on, issue.state


def test_terms_skip_holidays_and_count_made_up_days(department: Department) -> None:
    # The National Day of 2026 is off from 1 to 7 October, and 10 October is worked for it.
    with time_machine.travel(datetime(2026, 9, 30, 2, tzinfo=UTC), tick=False):
        issue = department.issue()
        assert (issue.step_due_on, issue.provisional) == (date(2026, 10, 10), False)


def test_a_term_that_lands_in_a_year_without_calendar_is_provisional(department: Department) -> None:
    with time_machine.travel(datetime(2026, 12, 30, 2, tzinfo=UTC), tick=False):
        issue = department.issue()
        assert (issue.step_due_on, issue.provisional) == (date(2027, 1, 4), True)
        department.take("office", issue, "submit", not_clue=True)
        assert issue.provisional
        data = {**department.verified(severity="serious"), "due_on": None}
        department.take("office2", issue, "verify", **data)
        assert (issue.due_on, issue.due_term) == (add_workdays(date(2026, 12, 30), 30).on, 30)
        department.take("office_head", issue, "issue")
        department.receive(issue)
        measure = {"text": "修订制度", "owner_post": "科长", "due_on": "2027-01-06"}
        department.take("dept_head", issue, "submit_plan", goal="到位", measures=[measure], commitment=True)
        department.take("leader", issue, "approve_plan")
        assert (issue.step_due_on, issue.provisional) == (issue.due_on, True)
        department.apply(issue)
        department.check(issue)
        department.inspect(issue)
        assert (issue.publicity_until, issue.provisional) == (date(2027, 1, 6), True)


def test_a_rule_changed_after_the_registration_is_for_later_cases(department: Department) -> None:
    with time_machine.travel(datetime(2026, 6, 1, 2, tzinfo=UTC), tick=False) as traveller:
        old = department.issue()
        department.take("office", old, "submit", not_clue=True)
        rules.set_rule(
            department.actor("office"), "issue_deadlines", [{"days": 7}], effective_from=date(2026, 6, 2),
            reason="修订办法",
        )  # fmt: skip
        traveller.move_to(datetime(2026, 6, 3, 2, tzinfo=UTC))
        new = department.issue()
        department.take("office", new, "submit", not_clue=True)
        seen = []
        for issue in (old, new):
            department.take("office2", issue, "verify", **{**department.verified(), "due_on": None})
            seen.append((issue.due_on, deadlines.in_words(issue)))
        assert seen == [
            (add_workdays(date(2026, 6, 3), 30).on, "整改期限规则：30个工作日，系统交付时的规则"),
            (date(2026, 6, 12), "整改期限规则：7个工作日，自2026年6月2日起施行"),
        ]


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 1, 5), date(2027, 2, 6)])
def test_new_cases_around_the_new_year(department: Department, day: date) -> None:
    with time_machine.travel(datetime(day.year, day.month, day.day, 2, tzinfo=UTC), tick=False):
        unit = department.unit("SK").id
        point = risk_points.create(department.actor("office"), {"unit_id": unit, "title": "招标"})
        talk = {"unit_id": unit, "kind": "reminder", "subject_post": "科长", "reason": "苗头性问题"}
        interview = interviews.create(department.actor("office"), talk)
        assert interview.provisional
        assert interview.step_due_on is not None
        for record in (point, interview, department.issue()):
            assert transitions.waits_for(record)
            assert not transitions.overdue(record)


def test_a_case_inside_the_known_year_is_certain(department: Department) -> None:
    with time_machine.travel(datetime(2026, 6, 1, 2, tzinfo=UTC), tick=False):
        issue = department.issued()
        assert not issue.provisional
    with time_machine.travel(datetime(2026, 6, 20, 2, tzinfo=UTC), tick=False):
        assert transitions.overdue(issue)
