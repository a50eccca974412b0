"""会议纪要: one scan approves many cases, each judged by its own rules (issue 3, section 6)."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.models import Issue, Minutes
from riskctl.services import attachments, audit, interviews, meetings
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _scan(department: Department, by: str = "office") -> list[int]:
    stored = attachments.store(department.actor(by).user_id, "纪要.pdf", io.BytesIO(b"%PDF-1.7\n%%EOF\n"))
    return [stored.id]


def _minutes(department: Department, **changes: Any) -> Minutes:
    data = {
        "number": "党组会议纪要〔2026〕12号", "body": "party", "title": "研究整改事项", "held_on": clock.today().isoformat(),
        "chair_id": department.actor("secretary").user_id, "scan": _scan(department), **changes,
    }  # fmt: skip
    return meetings.record(department.actor("office"), data)


def _grave_plan(department: Department, unit: str = "SK", head: str = "dept_head") -> Issue:
    issue = department.issued(unit, severity="grave")
    department.receive(issue, by=head)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take(head, issue, "submit_plan", goal="整改到位", measures=[measure], commitment=True)
    return issue


def test_one_meeting_approves_many_and_says_what_it_could_not(department: Department) -> None:
    plan, other = _grave_plan(department), _grave_plan(department, "WZ", "dept_head_b")
    data = {
        "unit_id": department.unit("SK").id, "kind": "reminder", "subject_post": "单位主任", "subject_rank": "unit_head",
        "reason": "苗头性问题",
    }  # fmt: skip
    interview = interviews.create(department.actor("resident"), data)
    minutes = _minutes(department)
    actor = department.actor("office2")  # another of the staff than who noted the meeting
    waiting = {(t.record.CASE_TYPE, t.record.id) for t in meetings.waiting(actor, minutes)}
    assert waiting == {("issue", plan.id), ("issue", other.id), ("interview", interview.id)}
    done = meetings.decide(
        actor, minutes,
        [
            ("issue", plan.id, plan.version), ("issue", other.id, other.version - 1),
            ("interview", interview.id, interview.version), ("issue", 999, 1),
        ],
    )  # fmt: skip
    assert [outcome.record is not None for outcome in done] == [True, False, False, False]
    assert [type(o.error).__name__ for o in done[1:]] == ["EditedMeanwhile", "RuleBroken", "NotFound"]
    assert "回避" in str(done[2].error)  # nobody affirms that in the leader's stead
    assert [plan.state, other.state, interview.state] == ["rectifying", "plan_review", "proposed"]
    paper = audit.history("issue", plan.id)[-1].data["paper"]
    assert paper["minutes"] == minutes.number
    assert paper["approved_by"] == department.actor("secretary").user_id
    assert [case.id for case in meetings.approved(actor, minutes)] == [plan.id]
    assert meetings.approved(department.actor("dept_head_b"), minutes) == []


def test_a_closing_takes_number_and_day_of_the_meeting(department: Department) -> None:
    with time_machine.travel("2026-11-23T02:00:00Z", tick=False) as traveller:
        issue = department.planned(severity="grave")
        department.apply(issue)
        department.check(issue)
        department.inspect(issue)
        traveller.shift(timedelta(days=8))
        department.take("office", issue, "end_publicity", result="无异议")
        traveller.shift(timedelta(days=2))
        early = _minutes(department, number="早一号", held_on="2026-11-30")
        (outcome,) = meetings.decide(department.actor("office"), early, [("issue", issue.id, issue.version)])
        assert "不能早于2026-12-01" in str(outcome.error)  # the case was not there yet
        minutes = _minutes(department, held_on="2026-12-02")
        (outcome,) = meetings.decide(
            department.actor("office"), minutes, [("issue", issue.id, issue.version)]
        )
    assert outcome.error is None
    assert (issue.state, issue.closed_on) == ("closed", date(2026, 12, 2))
    assert audit.history("issue", issue.id)[-1].data["minute_no"] == minutes.number


def test_minutes_are_noted_by_the_staff_with_all_their_parts(department: Department) -> None:
    with pytest.raises(NotAllowed):
        meetings.record(department.actor("leader"), {})
    with pytest.raises(InvalidInput) as refused:
        meetings.record(department.actor("office"), {"number": "1"})
    fields = {reason.field for reason in refused.value.reasons}
    assert fields == {"body", "title", "held_on", "chair_id", "scan"}
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    for changes, field in (
        ({"held_on": tomorrow}, "held_on"),
        ({"chair_id": department.actor("post").user_id}, "chair_id"),
        ({"scan": _scan(department, "leader")}, "scan"),
        ({"body": "kitchen"}, "body"),
    ):
        with pytest.raises(InvalidInput) as refused:
            _minutes(department, **changes)
        assert [reason.field for reason in refused.value.reasons] == [field]
    minutes = _minutes(department)
    with pytest.raises(InvalidInput, match="已登记过"):
        _minutes(department)
    with pytest.raises(NotAllowed):
        meetings.decide(department.actor("leader"), minutes, [])
    with pytest.raises(NotFound):
        meetings.get(999)
    assert [found.number for found in meetings.latest()] == [minutes.number]
