"""催办, 转办 and 会签: who may, whom the case then waits for, and what is refused (issue 3, section 6)."""

from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import EditedMeanwhile, InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.extensions import db
from riskctl.models import Issue, Message
from riskctl.permissions import Role
from riskctl.services import accounts, audit, desk, desk_acts, directory, issues, todo, transitions
from riskctl.services.duties import Roster
from riskctl.services.transitions import CaseRef
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _ref(issue: Issue) -> CaseRef:
    return CaseRef("issue", issue.id)


def _id(department: Department, username: str) -> int:
    return department.actor(username).user_id


def _waiting(issue: Issue) -> set[str]:
    return {str(user["name"]) for entry in transitions.waits_for(issue) for user in entry.users}


def _name(username: str) -> str:
    return accounts.find(username).name


def _plan(department: Department, **changes: Any) -> Issue:
    issue = department.issued(**changes)
    department.receive(issue)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take("dept_head", issue, "submit_plan", goal="整改到位", measures=[measure], commitment=True)
    return issue


# --- 催办 ------------------------------------------------------------------------------------------


def test_those_who_wait_are_urged_once_a_day_on_record_and_without_content(department: Department) -> None:
    with time_machine.travel("2026-11-24T02:00:00Z", tick=False) as traveller:
        issue = department.issued()
        before = issue.version
        desk_acts.urge(department.actor("resident"), _ref(issue))
        with pytest.raises(RuleBroken, match="今天已经催办过"):
            desk_acts.urge(department.actor("office"), _ref(issue))
        traveller.move_to("2026-11-25T02:00:00Z")
        desk_acts.urge(department.actor("office"), _ref(issue))
    events = [view for view in audit.history("issue", issue.id) if view.event.trigger == "urge"]
    assert [view.event.actor_id for view in events] == [
        _id(department, "resident"),
        _id(department, "office"),
    ]
    assert events[0].data == {"urged": [_id(department, "dept_head")]}
    assert issue.version == before  # who is typing loses nothing
    told = db.session.scalars(select(Message)).all()
    assert {message.user_id for message in told} == {_id(department, "dept_head")}
    assert len(told) == 2
    assert all(issue.title not in message.text and message.urgent for message in told)


def test_who_passed_a_case_on_may_urge_and_others_may_not(department: Department) -> None:
    issue = department.issue(by="commissioner", source="self_check")
    department.take("commissioner", issue, "submit", not_clue=True)
    desk_acts.urge(department.actor("commissioner"), _ref(issue))
    other = _plan(department)
    for username in ("post", "auditor"):
        with pytest.raises(NotAllowed):
            desk_acts.urge(department.actor(username), _ref(other))
    with pytest.raises(NotFound):
        desk_acts.urge(department.actor("unit_discipline_b"), _ref(other))
    assert not desk_acts.may_urge(department.actor("leader"), other)  # it waits for himself


def test_nobody_is_urged_about_what_is_over(department: Department) -> None:
    issue = department.issue()
    department.take("office", issue, "void", reason="重复")
    with pytest.raises(NotAllowed):
        desk_acts.urge(department.actor("resident"), _ref(issue))


# --- 转办 ------------------------------------------------------------------------------------------


def test_a_task_handed_over_waits_for_the_receiver_alone_until_the_case_moves_on(
    department: Department,
) -> None:
    issue = department.issue(by="commissioner", source="self_check")
    department.take("commissioner", issue, "submit", not_clue=True)
    assert _waiting(issue) == {_name("office"), _name("office2")}
    desk_acts.hand_over(
        department.actor("office"),
        _ref(issue),
        _id(department, "office2"),
        reason="出差",
        version=issue.version,
    )
    assert _waiting(issue) == {_name("office2")}
    mine = {task.record.id for task in todo.tasks(department.actor("office")) if task.group != "等待他人"}
    assert issue.id not in mine
    with pytest.raises(NotAllowed):
        department.take("office", issue, "verify", **department.verified())
    department.take("office2", issue, "verify", **department.verified())
    department.take("office_head", issue, "issue")
    assert desk.desk().assignment(issue) is None
    event = next(v for v in audit.history("issue", issue.id) if v.event.trigger == "hand_over")
    assert event.data == {
        "from_user": _id(department, "office"), "to_user": _id(department, "office2"), "reason": "出差",
    }  # fmt: skip
    told = db.session.scalars(select(Message).where(Message.user_id == _id(department, "office2"))).all()
    assert [message.text for message in told] == ["有1件待办事项转给您办理"]


def test_it_can_be_handed_on_and_back(department: Department) -> None:
    issue = department.issue(by="commissioner", source="self_check")
    department.take("commissioner", issue, "submit", not_clue=True)
    hand = desk_acts.hand_over
    hand(
        department.actor("office"),
        _ref(issue),
        _id(department, "office2"),
        reason="出差",
        version=issue.version,
    )
    hand(
        department.actor("office2"),
        _ref(issue),
        _id(department, "office"),
        reason="退还",
        version=issue.version,
    )
    assert _waiting(issue) == {_name("office")}
    # An organiser who does not have it may move it too.
    accounts.grant(accounts.find("unit_discipline2"), Role.OFFICE_HEAD, department.unit("SLT"))
    actor = department.actor("unit_discipline2")
    hand(actor, _ref(issue), _id(department, "office2"), reason="统筹", version=issue.version)
    assert _waiting(issue) == {_name("office2")}


def test_only_to_the_same_duty_with_a_reason_and_on_the_present_version(department: Department) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    office2 = department.actor("office2")
    hand, ref = desk_acts.hand_over, _ref(issue)
    with pytest.raises(NotAllowed, match="没有同岗位的其他人员"):  # the submitter is kept apart
        hand(office2, ref, _id(department, "office"), reason="忙", version=issue.version)
    accounts.grant(accounts.find("post"), Role.OFFICE, department.unit("SLT"))
    directory.forget()
    with pytest.raises(InvalidInput, match="同岗位"):
        hand(office2, ref, _id(department, "office"), reason="忙", version=issue.version)
    with pytest.raises(InvalidInput, match="理由"):
        hand(office2, ref, _id(department, "post"), reason="  ", version=issue.version)
    with pytest.raises(EditedMeanwhile):
        hand(office2, ref, _id(department, "post"), reason="忙", version=issue.version - 1)
    with pytest.raises(NotAllowed):
        hand(department.actor("leader"), ref, _id(department, "post"), reason="忙", version=issue.version)
    assert _waiting(issue) == {_name("office2"), _name("post")}


def test_a_receiver_who_no_longer_qualifies_has_lost_it(department: Department) -> None:
    issue = department.issue(by="commissioner", source="self_check")
    department.take("commissioner", issue, "submit", not_clue=True)
    desk_acts.hand_over(
        department.actor("office"),
        _ref(issue),
        _id(department, "office2"),
        reason="出差",
        version=issue.version,
    )
    accounts.revoke(accounts.find("office2"), Role.OFFICE, department.unit("SLT"))
    directory.forget()
    assert _waiting(issue) == {_name("office")}


# --- 会签 ------------------------------------------------------------------------------------------


def _ask(department: Department, issue: Issue, *usernames: str, by: str = "leader") -> None:
    ids = [_id(department, name) for name in usernames]
    desk_acts.ask_agreement(department.actor(by), _ref(issue), ids, version=issue.version)


def test_a_plan_counts_after_the_last_of_those_asked_has_agreed(department: Department) -> None:
    issue = _plan(department)
    assert not Roster(issue).not_agreed()
    _ask(department, issue, "secretary", "unit_discipline")
    assert _waiting(issue) == {_name("secretary"), _name("unit_discipline")}
    assert [t.step.label for t in todo.tasks(department.actor("secretary")) if t.record.id == issue.id] == [
        "同意"
    ]
    with pytest.raises(RuleBroken, match="会签未完成，尚待同意"):
        department.take("leader", issue, "approve_plan")
    department.take("secretary", issue, "agree", opinion="措施可行")
    with pytest.raises(NotAllowed):
        department.take("secretary", issue, "agree")
    with pytest.raises(RuleBroken, match=_name("unit_discipline")) as refused:
        department.take("leader", issue, "approve_plan")
    assert _name("secretary") not in refused.value.message
    department.take("unit_discipline", issue, "agree")
    assert _waiting(issue) == {_name("leader")}
    department.take("leader", issue, "approve_plan")
    assert issue.state == "rectifying"
    assert not desk.desk().sign_offs(issue)


def test_a_later_edit_voids_what_was_agreed_and_says_so(department: Department) -> None:
    issue = _plan(department)
    _ask(department, issue, "secretary")
    department.take("secretary", issue, "agree")
    issues.edit(
        department.actor("office"), issue.id, {"resp_post": "采购岗"}, version=issue.version, reason="更正"
    )
    assert audit.history("issue", issue.id)[-1].data["voided"] == [_id(department, "secretary")]
    with pytest.raises(RuleBroken, match="会签未完成"):
        department.take("leader", issue, "approve_plan")
    department.take("secretary", issue, "agree")
    department.take("leader", issue, "approve_plan")


def test_returning_needs_nobodys_agreement(department: Department) -> None:
    issue = _plan(department)
    _ask(department, issue, "secretary")
    department.take("leader", issue, "return_plan", reason="措施不具体")
    assert not desk.desk().sign_offs(issue)


def test_who_may_ask_and_who_can_be_asked(department: Department) -> None:
    issue = _plan(department)
    for username in ("dept_head", "post", "auditor"):
        with pytest.raises(NotAllowed):
            _ask(department, issue, "secretary", by=username)
    with pytest.raises(InvalidInput, match="有资格"):  # he submitted the plan
        _ask(department, issue, "dept_head")
    with pytest.raises(InvalidInput, match="有资格"):
        _ask(department, issue, "post_b")
    _ask(department, issue, "secretary", by="office")
    _ask(department, issue, by="office")  # and withdrawn again
    department.take("leader", issue, "approve_plan")
    with pytest.raises(NotAllowed, match="没有可提请会签"):
        _ask(department, issue, "secretary")


def test_of_two_inspectors_asked_both_agree_and_only_they_can_be_named(department: Department) -> None:
    issue = department.planned()
    department.apply(issue)
    department.check(issue)
    with pytest.raises(InvalidInput, match="不得少于两人"):
        _ask(department, issue, "resident", by="office")
    _ask(department, issue, "resident", "auditor", by="office")
    department.take("resident", issue, "agree")
    department.take("auditor", issue, "agree")
    with pytest.raises(RuleBroken):
        department.inspect(issue, inspectors=("resident", "office2"))
    department.inspect(issue)
    assert issue.state == "approving"


def test_who_left_his_office_is_waited_for_no_longer(department: Department) -> None:
    issue = _plan(department)
    _ask(department, issue, "secretary", "unit_discipline")
    department.take("unit_discipline", issue, "agree")
    accounts.change(accounts.find("secretary"), active=False)
    directory.forget()
    assert _waiting(issue) == {_name("leader")}
    department.take("leader", issue, "approve_plan")
