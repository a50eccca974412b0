"""取回 (contract 4): one's own submission, while nobody has acted on it; it gives no new term."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from riskctl import clock
from riskctl.errors import NotAllowed, NotFromHere, RuleBroken
from riskctl.models import Issue
from riskctl.services import audit, desk_acts, interviews, issues, risk_points, transitions
from riskctl.services.transitions import CaseRef
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _offers(department: Department, username: str, case: Any) -> list[str]:
    return [a.trigger for a in transitions.available(department.actor(username), case) if a.allowed]


def _submitted(department: Department) -> Issue:
    issue = department.issue(by="commissioner", source="self_check")
    department.take("commissioner", issue, "submit", not_clue=True)
    return issue


def test_the_submitter_takes_his_submission_back_and_submits_again(department: Department) -> None:
    with time_machine.travel("2026-11-23T02:00:00Z", tick=False) as traveller:
        issue = department.issue(by="commissioner", source="self_check")
        due = issue.step_due_on
        traveller.shift(timedelta(days=1))
        department.take("commissioner", issue, "submit", not_clue=True)
        assert "take_back" in _offers(department, "commissioner", issue)
        department.take("commissioner", issue, "take_back", reason="漏附检查记录")
        assert issue.state == "draft"
        assert issue.state_since == clock.now()  # reminded of again like a new one
        assert issue.step_due_on == due  # but no new term
    assert audit.history("issue", issue.id)[-1].event.trigger == "take_back"
    assert "take_back" not in _offers(department, "commissioner", issue)
    department.take("commissioner", issue, "submit", not_clue=True)
    assert issue.state == "verifying"


def test_nobody_else_takes_it_back_or_is_offered_to(department: Department) -> None:
    issue = _submitted(department)
    for other in ("office", "unit_discipline", "office_head"):
        assert "take_back" not in [a.trigger for a in transitions.available(department.actor(other), issue)]
    with pytest.raises(NotAllowed):
        department.take("office", issue, "take_back")
    assert issue.state == "verifying"


def test_what_somebody_acted_on_is_no_longer_his(department: Department) -> None:
    issue = _submitted(department)
    department.take("office", issue, "verify", **department.verified())
    with pytest.raises(NotFromHere):
        department.take("commissioner", issue, "take_back")


def test_an_edit_by_somebody_else_stands_against_it_with_his_name(department: Department) -> None:
    issue = _submitted(department)
    issues.edit(department.actor("office"), issue.id, {"domain": "bidding"}, version=issue.version)
    (action,) = [a for a in transitions.available(department.actor("commissioner"), issue) if a.mine]
    assert not action.allowed
    assert [reason.code for reason in action.reasons] == ["acted_on"]
    with pytest.raises(RuleBroken, match="已在其后办理或修改"):
        department.take("commissioner", issue, "take_back")


def test_being_urged_is_no_obstacle(department: Department) -> None:
    issue = _submitted(department)
    desk_acts.urge(department.actor("resident"), CaseRef("issue", issue.id))
    department.take("commissioner", issue, "take_back")
    assert issue.state == "draft"


def test_an_application_taken_back_leaves_open_what_it_took_for_done(department: Department) -> None:
    issue = department.planned()
    department.apply(issue)
    assert issue.measures[0]["done_on"]
    department.take("dept_head", issue, "take_back")
    assert issue.state == "rectifying"
    assert issue.step_due_on == issue.due_on
    assert issue.measures[0]["done_on"] is None
    assert issue.measures[0]["evidence"]  # what was given stays
    department.apply(issue)
    assert issue.state == "unit_check"


def test_a_plan_taken_back_goes_to_planning(department: Department) -> None:
    issue = department.issued()
    department.receive(issue)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take("dept_head", issue, "submit_plan", goal="到位", measures=[measure], commitment=True)
    department.take("dept_head", issue, "take_back")
    assert issue.state == "planning"
    assert issue.goal == "到位"


def test_a_proposed_change_taken_back_is_no_proposal(department: Department) -> None:
    actor = department.actor("post")
    data = {
        "unit_id": department.unit("SK").id, "title": "量身定制条件", "post": "招标岗", "power_item": "招标",
        "category": "duty", "manifestation": "设置倾向性条件", "likelihood": 1, "impact": 2,
        "measures": [{"text": "复核"}], "resp_post": "科长", "resp_leader_post": "分管领导",
    }  # fmt: skip
    point = risk_points.create(actor, data)
    department.take("post", point, "submit")
    department.take("post", point, "take_back")
    assert point.state == "draft"
    department.take("post", point, "submit")
    department.take("unit_discipline", point, "pass_unit", meeting_record="处务会")
    department.take("unit_discipline2", point, "grade", level="low", level_reason="研究同意")
    department.take("dept_head", point, "open_review", reason="职责调整")
    department.take("dept_head", point, "propose_change", kind="change", reason="岗位改名", new_post="采购岗")
    department.take("dept_head", point, "take_back")
    assert point.state == "review"
    assert [proposal.decision for proposal in point.proposals] == ["superseded"]
    assert point.post == "招标岗"


def test_a_report_on_an_interview_comes_back_too(department: Department) -> None:
    with time_machine.travel("2026-11-23T02:00:00Z", tick=False):
        data = {
            "unit_id": department.unit("SK").id, "kind": "inquiry", "subject_post": "科长",
            "subject_rank": "section", "reason": "苗头性问题",
        }  # fmt: skip
        interview = interviews.create(department.actor("office"), data)
        department.take("unit_discipline", interview, "approve", no_conflict=True)
        department.take("office", interview, "notify", reply_due="2026-12-01", contact="机关纪委")
        due = interview.step_due_on
        department.take("office", interview, "reply", reply="情况说明")
        department.take("office", interview, "take_back")
        assert (interview.state, interview.step_due_on) == ("notified", due)


def test_what_is_sent_back_starts_its_clock_anew_and_is_a_new_task(department: Department) -> None:
    with time_machine.travel("2026-11-23T02:00:00Z", tick=False) as traveller:
        issue = _submitted(department)
        since = issue.state_since
        traveller.shift(timedelta(days=4))
        department.take("office", issue, "send_back", reason="补充检查记录")
        assert (issue.state, issue.state_since) == ("draft", clock.now())
        assert issue.step_due_on.isoformat() == "2026-12-02"  # three working days from the day of the return
        department.take("commissioner", issue, "submit", not_clue=True)
        assert issue.state_since > since  # reminders go by the entry into the state: it is reminded of again
        assert issue.step_due_on.isoformat() == "2026-12-02"
        planned = department.planned()
        department.apply(planned)
        traveller.shift(timedelta(days=3))
        redo = {"reason": "措施未落实", "redo_on": "2027-01-20"}
        choices = [
            a for a in transitions.available(department.actor("unit_discipline"), planned) if a.allowed
        ]
        codes = [i for a in choices for i in a.inputs if i.name == "reason_code"]
        redo["reason_code"] = codes[0].choices[0][0]
        department.take("unit_discipline", planned, "return_rectification", **redo)
        assert (planned.state, planned.state_since) == ("rectifying", clock.now())
        assert planned.step_due_on.isoformat() == "2027-01-20"  # as the reviewer set it
