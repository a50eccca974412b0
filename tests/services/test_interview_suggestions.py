"""约谈建议: made by the system, decided by 机关纪委, once an occasion."""

import pytest
from sqlalchemy import select

from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import Interview, InterviewSuggestion, Issue
from riskctl.services import audit, interview_suggestions as suggestions, interviews
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
REASON = {"reason_code": "evidence_thin", "reason": "佐证不足"}


def returned(department: Department, times: int) -> Issue:
    issue = department.planned()
    for _ in range(times):
        department.apply(issue)
        department.take("unit_discipline", issue, "return_rectification", **REASON, redo_on="2030-01-02")
    return issue


def proposal(department: Department, suggestion: InterviewSuggestion, by: str = "office") -> Interview:
    actor = department.actor(by)
    data = suggestions.prefilled(actor, suggestion.id)
    more = {"subject_post": "单位主要负责人", "suggestion_id": suggestion.id}
    return interviews.create(actor, {**data, **more})


def test_the_third_return_suggests_a_reminder_and_a_person_proposes_it(department: Department) -> None:
    office = department.actor("office")
    issue = returned(department, 2)
    assert suggestions.waiting(office) == []
    department.apply(issue)
    department.take("unit_discipline", issue, "return_rectification", **REASON, redo_on="2030-01-02")
    (found,) = suggestions.waiting(office)
    assert (found.kind, found.ground) == ("reminder", "returned")
    assert suggestions.reason_of(found) == f"问题 {issue.code} 整改已被退回3次。"
    assert db.session.scalars(select(Interview)).all() == []
    made = proposal(department, found)
    assert (made.state, made.kind, made.basis, made.unit_id) == (
        "proposed",
        "reminder",
        issue.code,
        issue.unit_id,
    )
    assert (found.interview_id, found.decided_by_id) == (made.id, office.user_id)
    assert suggestions.waiting(office) == []
    assert [view.event.trigger for view in audit.history("issue", issue.id)][-1] == "take_suggestion"
    with pytest.raises(NotFound):
        proposal(department, found)


def test_it_is_declined_with_a_reason_that_stays_on_record(department: Department) -> None:
    issue = returned(department, 3)
    (found,) = suggestions.of_issue(department.actor("office"), issue.id)
    for reason in ("", "  ", "长" * 501):
        with pytest.raises(InvalidInput, match="不采纳的理由"):
            suggestions.decline(department.actor("office"), found.id, reason)
    assert suggestions.decline(department.actor("office_head"), found.id, "已当面提醒") == issue
    last = audit.history("issue", issue.id)[-1]
    assert (last.event.trigger, last.data["reason"]) == ("decline_suggestion", "已当面提醒")
    with pytest.raises(NotFound):
        suggestions.decline(department.actor("office"), found.id, "再次")


def test_only_the_office_decides(department: Department) -> None:
    issue = returned(department, 3)
    found = db.session.scalars(select(InterviewSuggestion)).one()
    for username in ("unit_discipline", "dept_head", "leader", "unit_discipline_b"):
        actor = department.actor(username)
        assert suggestions.waiting(actor) == []
        assert suggestions.of_issue(actor, issue.id) == []
        with pytest.raises(NotAllowed):
            suggestions.decline(actor, found.id, "理由")
        with pytest.raises(NotAllowed):
            suggestions.prefilled(actor, found.id)


def test_an_interview_elsewhere_does_not_settle_it(department: Department) -> None:
    returned(department, 3)
    (found,) = suggestions.waiting(department.actor("office"))
    data = {
        "unit_id": department.unit("WZ").id, "kind": "reminder", "reason": "其他", "subject_post": "负责人",
        "suggestion_id": found.id,
    }  # fmt: skip
    with pytest.raises(InvalidInput, match="责任单位不一致"):
        interviews.create(department.actor("office"), data)
    db.session.rollback()
    assert suggestions.waiting(department.actor("office")) == [found]


def test_a_sham_and_a_second_reopening_suggest_a_warning(department: Department) -> None:
    issue = department.closed()
    department.take("office", issue, "reopen", reason_code="sham", reason="台账系补造", due_on="2030-01-02")
    (found,) = suggestions.waiting(department.actor("office"))
    assert (found.kind, found.ground) == ("warning", "sham")
    assert suggestions.suggest(issue, "sham", "1") is False
