"""纸质审批 (contract 3): the leader named is judged, the recorder may not be the proposer, both days are kept."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, RuleBroken
from riskctl.models import Issue
from riskctl.permissions import Role
from riskctl.services import accounts, attachments, audit, transitions
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _submitted(department: Department) -> Issue:
    issue = department.issued()
    department.receive(issue)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take("dept_head", issue, "submit_plan", goal="整改到位", measures=[measure], commitment=True)
    return issue


def _paper(
    department: Department, by: str = "leader", recorder: str = "office", **changes: Any
) -> dict[str, Any]:
    return {
        "approved_by": department.actor(by).user_id, "approved_on": clock.today().isoformat(),
        "attachment": department.evidence(recorder)[0], **changes,
    }  # fmt: skip


def test_the_staff_records_what_the_leader_signed_on_paper(department: Department) -> None:
    issue = _submitted(department)
    paper = _paper(department)
    department.take("office", issue, "approve_plan", paper=paper)
    assert issue.state == "rectifying"
    assert issue.acted["approve_plan"] == [department.actor("leader").user_id]
    view = audit.history("issue", issue.id)[-1]
    assert view.event.actor_id == department.actor("office").user_id
    assert view.data["paper"] == paper
    assert paper["attachment"] in {file.id for file, _ in attachments.of_case(issue)}


def test_the_action_offers_the_paper_to_whom_it_concerns(department: Department) -> None:
    issue = _submitted(department)
    offered = {}
    for name in ("office", "leader", "dept_head", "unit_discipline"):
        (action,) = [
            a for a in transitions.available(department.actor(name), issue) if a.trigger == "approve_plan"
        ]
        offered[name] = action
    assert not offered["office"].allowed
    assert [item.name for item in offered["office"].paper] == ["opinion", "paper"]
    (approver, day, scan) = offered["office"].paper[-1].fields
    assert [value for value, _ in approver.choices] == [department.actor("leader").user_id]
    assert day.max == clock.today()
    assert scan.type == "attachments"
    assert not any(offered[name].paper for name in ("leader", "dept_head", "unit_discipline"))


@pytest.mark.parametrize(
    ("recorder", "approver", "why"),
    [
        ("dept_head", "leader", "机关纪委工作人员代录"),
        ("leader", "leader", "机关纪委工作人员代录"),
        ("office", "dept_head", "所填审批人已办理"),
        ("office", "unit_discipline", "所填审批人的岗位不办理"),
    ],
)
def test_who_may_neither_record_nor_have_approved(
    department: Department, recorder: str, approver: str, why: str
) -> None:
    accounts.grant(accounts.find("dept_head"), Role.LEADER, department.unit("SLT"))
    issue = _submitted(department)
    with pytest.raises(NotAllowed, match=why):
        department.take(recorder, issue, "approve_plan", paper=_paper(department, approver, recorder))
    assert issue.state == "plan_review"


def test_the_proposer_does_not_record_the_approval(department: Department) -> None:
    accounts.grant(accounts.find("dept_head"), Role.OFFICE, department.unit("SLT"))
    issue = _submitted(department)
    with pytest.raises(NotAllowed, match="提出本事项的人") as refused:
        department.take("dept_head", issue, "approve_plan", paper=_paper(department, recorder="dept_head"))
    assert refused.value.code == "separation_of_duties"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"approved_on": "2027-01-01"}, "approved_on"),
        ({"approved_on": "2026-11-01"}, "approved_on"),
        ({"attachment": None}, "attachment"),
        ({"attachment": 999}, "attachment"),
        ({"approved_by": 9999}, "approved_by"),
        ({"approved_by": "书记"}, "approved_by"),
        ({"seal": True}, "seal"),
    ],
)
def test_a_paper_that_cannot_be_is_refused_by_field(
    department: Department, changes: dict[str, Any], field: str
) -> None:
    with time_machine.travel("2026-11-24T02:00:00Z", tick=False):
        issue = _submitted(department)
        with pytest.raises(RuleBroken) as refused:
            department.take("office", issue, "approve_plan", paper=_paper(department, **changes))
    assert [reason.field for reason in refused.value.reasons] == [field]
    assert issue.state == "plan_review"


def test_what_is_no_paper_at_all_is_refused(department: Department) -> None:
    issue = _submitted(department)
    with pytest.raises(RuleBroken, match="格式不对"):
        department.take("office", issue, "approve_plan", paper="已批")
    department.take("leader", issue, "approve_plan")
    with pytest.raises(InvalidInput, match="不是审批步骤"):
        department.take("office", issue, "report_progress", note="好", paper=_paper(department))


def test_without_a_paper_the_staff_still_may_not_approve(department: Department) -> None:
    issue = _submitted(department)
    with pytest.raises(NotAllowed, match="不办理"):
        department.take("office", issue, "approve_plan")


def test_the_closing_carries_the_day_of_the_paper_and_the_event_both_days(department: Department) -> None:
    with time_machine.travel("2026-11-20T02:00:00Z", tick=False) as traveller:
        issue = department.planned()
        department.apply(issue)
        department.check(issue)
        department.inspect(issue)
        traveller.shift(timedelta(days=4))
        paper = [
            _paper(department, "office_head", approved_on="2026-11-23")
        ]  # a list of one, as forms send it
        department.take("office", issue, "close", paper=paper)
    assert issue.closed_on == date(2026, 11, 23)
    event = audit.history("issue", issue.id)[-1]
    assert clock.local(event.event.at).date() == date(2026, 11, 24)
    assert event.data["paper"]["approved_on"] == "2026-11-23"


def test_a_notice_signed_on_paper_bears_that_day(department: Department) -> None:
    with time_machine.travel("2026-11-20T02:00:00Z", tick=False) as traveller:
        issue = department.issue(by="commissioner", source="self_check")
        department.take("commissioner", issue, "submit", not_clue=True)
        department.take("office2", issue, "verify", **department.verified())
        traveller.shift(timedelta(days=3))
        with pytest.raises(NotAllowed, match="提出本事项"):
            department.take("office2", issue, "issue", paper=_paper(department, "office_head", "office2"))
        paper = _paper(department, "office_head", approved_on="2026-11-20")
        department.take("office", issue, "issue", paper=paper)
    assert issue.issued_on == date(2026, 11, 20)
    assert issue.step_due_on == date(2026, 11, 25)  # two working days from the day of the record
