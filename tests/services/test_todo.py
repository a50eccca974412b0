"""待办: each thing at the right desk, under its day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from riskctl import clock
from riskctl.services import todo
from riskctl.services.todo import Task
from tests.department import Department

MONDAY = datetime(2026, 6, 1, 1, tzinfo=clock.now().tzinfo)


@pytest.fixture
def traveller() -> Any:
    with time_machine.travel(MONDAY, tick=False) as started:
        yield started


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _tasks(department: Department, username: str) -> list[Task]:
    return todo.tasks(department.actor(username))


def _groups(department: Department, username: str) -> list[str]:
    return [task.group for task in _tasks(department, username)]


def test_a_task_stands_on_the_desk_of_whom_it_waits_for(department: Department) -> None:
    issue = department.issued()
    assert [(task.record, task.step.label) for task in _tasks(department, "dept_head")] == [(issue, "签收")]
    assert _tasks(department, "dept_head_b") == []
    assert _tasks(department, "sysadmin") == []
    # Who acted follows it without being asked to do anything.
    for username in ("office", "office2"):
        found = [task for task in _tasks(department, username) if task.record == issue]
        assert [task.group for task in found] == ["等待他人"], username
        assert found[0].waiting[0].role_label == "部门负责人"
    assert [task for task in _tasks(department, "leader") if task.record == issue] == []


def test_the_inbox_is_sorted_by_urgency(department: Department, traveller: time_machine.Traveller) -> None:
    issue = department.issued()
    assert issue.step_due_on == date(2026, 6, 3)
    assert _groups(department, "dept_head") == ["本周内"]
    traveller.move_to(MONDAY + timedelta(days=2))
    assert _groups(department, "dept_head") == ["今天"]
    traveller.move_to(MONDAY + timedelta(days=3))
    assert _groups(department, "dept_head") == ["已逾期"]
    department.receive(issue)
    assert _groups(department, "dept_head") == ["以后"]
    later = department.issued("SK-02")
    assert [task.record for task in _tasks(department, "dept_head")] == [later, issue]


def test_both_holders_of_a_post_are_asked_until_one_has_acted(department: Department) -> None:
    issue = department.planned()
    department.apply(issue)
    for username in ("unit_discipline", "unit_discipline2"):
        assert [task.step.trigger for task in _tasks(department, username)] == ["pass_unit_check"]
    department.check(issue)
    assert _tasks(department, "unit_discipline2") == []
    assert _groups(department, "unit_discipline") == ["等待他人"]


def test_a_blocked_step_gives_way_to_one_that_can_be_done(department: Department) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    assert [task.step.trigger for task in _tasks(department, "office2")] == ["verify"]
    department.take("office2", issue, "verify", **department.verified())
    found = [task for task in _tasks(department, "office_head") if task.record == issue]
    assert [task.step.trigger for task in found] == ["issue"]


def test_a_flood_in_one_state_does_not_hide_another(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(todo, "_MOST", 2)
    for unit in ("SK", "SK-01", "SK-02"):
        department.issued(unit)  # these wait for the unit, and are due first
    waiting = department.issued("SK-03", severity="serious")
    department.receive(waiting)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take("dept_head", waiting, "submit_plan", goal="到位", measures=[measure], commitment=True)
    assert [task.record for task in _tasks(department, "leader")] == [waiting]
    monkeypatch.setattr(todo, "_MOST_FOLLOWED", 1)
    # What waits for others is cut to the most urgent.
    assert _groups(department, "office").count("等待他人") == 1
