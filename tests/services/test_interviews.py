"""An interview from 拟约谈 to 已归档, a 函询, and every way out of line."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.models import Event, Interview, SealedText
from riskctl.services import accounts, interviews, ledgers, transitions
from riskctl.services.transitions import Action
from riskctl.services.workdays import add_workdays
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _proposed(department: Department, by: str = "office", unit: str = "SK", **changes: Any) -> Interview:
    data = {
        "unit_id": department.unit(unit).id,
        "kind": "reminder",
        "subject_post": "科长",
        "reason": "苗头性问题",
        **changes,
    }
    return interviews.create(department.actor(by), data)


def _action(department: Department, username: str, interview: Interview, trigger: str) -> Action:
    (found,) = [
        a for a in transitions.available(department.actor(username), interview) if a.trigger == trigger
    ]
    return found


def _meeting(department: Department, days: int = 5, **changes: Any) -> dict[str, Any]:
    ids = [department.actor(name).user_id for name in ("office", "resident")]
    moment = clock.now() + timedelta(days=days)
    return {
        "scheduled_at": moment.isoformat(), "place": "谈话室", "interviewers": ids, "recorder": ids[0], "contact": "办公室",
        **changes,
    }  # fmt: skip


def _talk(**changes: Any) -> dict[str, Any]:
    now = clock.now().isoformat()
    return {
        "held_from": now, "held_to": now, "present": "约谈人2名", "content": "指出问题", "no_conflict": True, **changes,
    }  # fmt: skip


def _notified(department: Department, **changes: Any) -> Interview:
    interview = _proposed(department, **changes)
    department.take("unit_discipline", interview, "approve", no_conflict=True)
    data = {"reply_due": add_workdays(clock.today(), 15).on.isoformat(), "contact": "办公室"}
    department.take(
        "office", interview, "notify", **(data if changes.get("kind") == "inquiry" else _meeting(department))
    )
    return interview


def _signed(department: Department, **talk: Any) -> Interview:
    interview = _notified(department)
    department.take("office", interview, "hold", **_talk(**talk))
    day = clock.today().isoformat()
    department.take("office", interview, "sign", signed_on=day, scan=department.evidence("office"))
    return interview


def test_an_interview_that_required_something(department: Department, session: Any) -> None:
    due = add_workdays(clock.today(), 5).on
    interview = _signed(department, requirements=[{"text": "作出说明", "due_on": due.isoformat()}])
    assert (interview.report_due, interview.step_due_on, interview.due_on) == (due, due, due)
    assert [reason.code for reason in _action(department, "office", interview, "archive").reasons] == [
        "report_due"
    ]
    department.take("office", interview, "report", report="已说明")
    department.take("office", interview, "return_report", reason="说明不清")
    assert interview.state == "signed"
    department.take("office", interview, "report", report="已重新说明")
    department.take("office", interview, "evaluate", conclusion="accepted", evaluation="采信")
    department.take("office", interview, "archive")
    triggers = select(Event.trigger).where(Event.case_type == "interview").order_by(Event.seq)
    assert session.scalars(triggers).all() == [
        "create", "approve", "notify", "hold", "sign", "report", "return_report", "report", "evaluate", "archive",
    ]  # fmt: skip


def test_an_interview_that_required_nothing_is_archived_at_once(department: Department) -> None:
    interview = _signed(department)
    assert not _action(department, "office", interview, "report").allowed
    department.take("office", interview, "archive")
    assert interview.state == "archived"


def test_an_inquiry_is_answered_in_writing(department: Department) -> None:
    interview = _notified(department, kind="inquiry")
    assert interview.step_due_on == interview.report_due == add_workdays(clock.today(), 15).on
    assert [reason.code for reason in _action(department, "office", interview, "hold").reasons] == [
        "is_inquiry"
    ]
    department.take("office", interview, "reply", reply="情况说明")
    assert interview.state == "followed_up"
    department.take("office", interview, "return_report", reason="说明不清")
    department.take("office", interview, "report", report="再次说明")
    department.take("office", interview, "evaluate", conclusion="again", evaluation="再约谈")


def test_a_meeting_has_no_written_reply(department: Department) -> None:
    assert not _action(department, "office", _notified(department), "reply").allowed


def test_a_postponed_interview_is_notified_anew(department: Department) -> None:
    interview = _notified(department)
    assert interview.step_due_on == clock.local(interview.scheduled_at).date()
    department.take("office", interview, "postpone", reason="出差")
    assert (interview.state, interview.scheduled_at) == ("approved", None)
    department.take("office", interview, "notify", **_meeting(department, days=9))


@pytest.mark.parametrize("state", ["proposed", "approved", "notified"])
def test_an_interview_is_cancelled_with_a_reason(department: Department, state: str) -> None:
    interview = _notified(department) if state == "notified" else _proposed(department)
    if state == "approved":
        department.take("unit_discipline", interview, "approve", no_conflict=True)
    with pytest.raises(RuleBroken, match="必填"):
        department.take("office", interview, "cancel")
    department.take("office", interview, "cancel", reason="情况已查清")
    assert transitions.waits_for(interview) == []


def test_a_proposal_is_turned_down(department: Department) -> None:
    interview = _proposed(department)
    department.take("unit_discipline", interview, "reject", reason="依据不足")
    assert interview.state == "cancelled"


@pytest.mark.parametrize(
    ("rank", "role"), [("section", "unit_discipline"), ("division", "leader"), ("unit_head", "secretary")]
)
def test_the_rank_of_the_subject_says_who_approves(department: Department, rank: str, role: str) -> None:
    interview = _proposed(department, subject_rank=rank)
    (entry,) = transitions.waits_for(interview)
    assert entry.role == role
    assert entry.due_on == add_workdays(clock.today(), 3).on


def test_who_proposed_does_not_approve(department: Department) -> None:
    interview = _proposed(department, by="unit_discipline")
    with pytest.raises(NotAllowed, match="职责分离"):
        department.take("unit_discipline", interview, "approve", no_conflict=True)
    department.take("unit_discipline2", interview, "approve", no_conflict=True)


def test_a_short_notice_needs_an_urgent_reason(department: Department) -> None:
    interview = _proposed(department)
    department.take("unit_discipline", interview, "approve", no_conflict=True)
    with pytest.raises(RuleBroken, match="紧急理由"):
        department.take("office", interview, "notify", **_meeting(department, days=1))
    department.take("office", interview, "notify", **_meeting(department, days=1, urgent_reason="情况紧急"))


def test_two_people_conduct_an_interview(department: Department) -> None:
    interview = _proposed(department)
    department.take("unit_discipline", interview, "approve", no_conflict=True)
    one = [department.actor("office").user_id]
    with pytest.raises(RuleBroken) as refused:
        department.take("office", interview, "notify", **_meeting(department, interviewers=one))
    assert [reason.field for reason in refused.value.reasons] == ["interviewers"]


def test_a_talk_does_not_end_before_it_began(department: Department) -> None:
    interview = _notified(department)
    early = (clock.now() - timedelta(hours=2)).isoformat()
    with pytest.raises(RuleBroken, match="结束时间"):
        department.take("office", interview, "hold", **_talk(held_to=early))


def test_the_subject_sees_his_interview_from_the_notice_on_and_does_nothing_in_it(
    department: Department,
) -> None:
    subject = department.actor("office2")
    interview = _proposed(department, subject_user_id=subject.user_id)
    assert not ledgers.is_visible(subject, "interview", interview.id)
    department.take("unit_discipline", interview, "approve", no_conflict=True)
    with pytest.raises(NotFound):
        department.take("office2", interview, "notify", **_meeting(department))
    offered = [
        item
        for item in _action(department, "office", interview, "notify").inputs
        if item.name == "interviewers"
    ]
    assert subject.user_id not in [value for value, _ in offered[0].choices]
    department.take("office", interview, "notify", **_meeting(department))
    assert ledgers.is_visible(subject, "interview", interview.id)
    actions = transitions.available(subject, interview)
    assert not any(action.allowed or action.reasons or action.inputs for action in actions)
    with pytest.raises(NotAllowed):
        department.take("office2", interview, "hold", **_talk())


def test_nobody_proposes_an_interview_with_himself(department: Department) -> None:
    with pytest.raises(InvalidInput, match="本人"):
        _proposed(department, subject_user_id=department.actor("office").user_id)
    with pytest.raises(InvalidInput, match="没有这个账号"):
        _proposed(department, subject_user_id=987654)


def test_who_may_propose_for_whom(department: Department) -> None:
    with pytest.raises(NotAllowed):
        _proposed(department, by="dept_head")
    with pytest.raises(InvalidInput):
        _proposed(department, by="unit_discipline", unit="WZ")
    with pytest.raises(InvalidInput, match="查看范围"):
        _proposed(department, issue_ids=[987654])


def test_a_proposal_is_edited_until_it_is_approved(department: Department) -> None:
    interview, issue = _proposed(department), department.issued()
    office = department.actor("office")
    data = {"subject_post": "副科长", "issue_ids": [issue.id], "unit_id": department.unit("SK-02").id}
    interviews.edit(office, interview.id, data, version=interview.version)
    assert (interview.subject_post, interview.issue_ids) == ("副科长", [issue.id])
    version = interview.version
    interviews.edit(office, interview.id, {"issue_ids": []}, version=version)
    assert interview.version > version  # the links belong to what others hold a version of
    with pytest.raises(NotAllowed):
        interviews.edit(department.actor("leader"), interview.id, {"reason": "改"}, version=interview.version)
    department.take("unit_discipline", interview, "approve", no_conflict=True)
    with pytest.raises(RuleBroken, match="不能修改"):
        interviews.edit(office, interview.id, {"reason": "改"}, version=interview.version)


def test_what_was_said_is_not_in_the_chain(department: Department, session: Any) -> None:
    interview = _signed(department, content="只有在场的人知道的话")
    events = session.scalars(
        select(Event).where(Event.case_id == interview.id, Event.case_type == "interview")
    )
    assert not any("只有在场的人" in str(event.changes) for event in events)
    assert session.scalars(select(SealedText)).first() is not None


def test_those_outside_do_not_see_interviews(department: Department) -> None:
    interview = _signed(department)
    for username in ("post", "dept_head", "unit_discipline_b", "commissioner", "sysadmin"):
        assert not ledgers.is_visible(department.actor(username), "interview", interview.id), username
    for username in ("unit_discipline", "leader", "resident", "office_head"):
        assert ledgers.is_visible(department.actor(username), "interview", interview.id), username
    assert accounts.find("post").active
