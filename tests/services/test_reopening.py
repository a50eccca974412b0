"""重新整改: counted for ever, past those who accepted before, outside the unit where the cure was a sham."""

from typing import Any

import pytest

from riskctl import clock
from riskctl.errors import NotAllowed, RuleBroken
from riskctl.models import Issue
from riskctl.services import audit, transitions
from riskctl.services.colours import colour_of
from riskctl.services.workdays import add_workdays
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _closed(department: Department, by: str, inspectors: tuple[str, str]) -> Issue:
    issue = department.planned()
    _accept(department, issue, by, inspectors)
    return issue


def _accept(department: Department, issue: Issue, by: str, inspectors: tuple[str, str]) -> None:
    department.apply(issue)
    department.check(issue)
    department.inspect(issue, by=by, inspectors=inspectors)
    department.take("leader" if by == "office_head" else "office_head", issue, "close")


def _reopen(department: Department, issue: Issue, reason_code: str = "rebound") -> None:
    due = add_workdays(clock.today(), 20).on.isoformat()
    department.take("resident", issue, "reopen", reason_code=reason_code, reason="复查发现反弹", due_on=due)


def _to_inspection(department: Department, issue: Issue) -> None:
    department.receive(issue)
    measure = {"text": "重新核查", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take("dept_head", issue, "submit_plan", goal="整改到位", measures=[measure], commitment=True)
    department.take("leader", issue, "approve_plan")
    department.apply(issue)
    department.check(issue)


def test_a_reopened_issue_goes_past_those_who_accepted_it(department: Department) -> None:
    issue = _closed(department, "office", ("office", "resident"))
    _reopen(department, issue)
    assert issue.reopen_count == 1
    _to_inspection(department, issue)
    with pytest.raises(NotAllowed) as refused:
        department.inspect(issue, by="office", inspectors=("office2", "auditor"))
    assert refused.value.code == "separation_of_duties"
    for named in (("resident", "auditor"), ("office2", "office")):
        with pytest.raises(RuleBroken):
            department.inspect(issue, by="office2", inspectors=named)
    department.inspect(issue, by="office2", inspectors=("office2", "auditor"))
    department.take("office_head", issue, "close")

    # The third time all four have accepted once: it goes past those of the last round, and somebody is left.
    _reopen(department, issue)
    assert (issue.reopen_count, colour_of(issue)) == (2, "red")
    _to_inspection(department, issue)
    for named in (("office2", "office"), ("auditor", "resident")):
        with pytest.raises(RuleBroken):
            department.inspect(issue, by="office_head", inspectors=named)
    department.inspect(issue, by="office_head", inspectors=("office", "resident"))
    assert issue.state == "approving"


def test_the_step_names_who_had_accepted(department: Department) -> None:
    issue = _closed(department, "office", ("office", "resident"))
    _reopen(department, issue)
    event = next(view for view in audit.history("issue", issue.id) if view.event.trigger == "reopen")
    names = ("office", "resident")
    assert event.data["accepted_before"] == [department.actor(name).user_id for name in names]


def test_a_sham_is_red_and_judged_outside_the_unit(department: Department) -> None:
    issue = department.issue(owner_level="unit")
    department.take("unit_discipline", issue, "submit", not_clue=True)
    department.take("unit_discipline2", issue, "verify", **department.verified())
    department.take("office_head", issue, "issue")
    department.receive(issue)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take("dept_head", issue, "submit_plan", goal="整改到位", measures=[measure], commitment=True)
    department.take("unit_discipline", issue, "approve_plan")
    department.apply(issue)
    department.check(issue)
    department.inspect(issue, by="unit_discipline2", inspectors=("unit_discipline2", "office"))
    department.take("office_head", issue, "close")
    _reopen(department, issue, "sham")
    assert (issue.owner_level, issue.sham_found_on) == ("department", clock.today())
    assert colour_of(issue) == "red"


def test_a_rebound_stays_with_the_unit_and_starts_a_new_clock(department: Department) -> None:
    issue = _closed(department, "office", ("office", "resident"))
    _reopen(department, issue)
    assert (issue.sham_found_on, issue.state, colour_of(issue)) == (None, "issued", "green")
    assert issue.step_due_on == add_workdays(clock.today(), 2).on
    assert issue.first_due == issue.due_on


def test_who_concluded_it_does_not_conclude_it_again(department: Department) -> None:
    issue = department.planned(rectify_type="long_term")
    department.apply(issue)
    department.check(issue)
    department.inspect(issue, by="office", inspectors=("office", "resident"))
    department.take("office2", issue, "conclude", evaluation="到位")
    department.take("office_head", issue, "close")
    _reopen(department, issue)
    _to_inspection(department, issue)
    for username in ("office", "office2"):
        with pytest.raises(NotAllowed):
            department.inspect(issue, by=username, inspectors=("auditor", "resident"))
    assert {user["name"] for entry in transitions.waits_for(issue) for user in entry.users} == {
        department.actor("office_head").name
    }
