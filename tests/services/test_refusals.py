"""What is refused, with which error and words, and that a refusal leaves nothing behind."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from riskctl import clock
from riskctl.errors import (
    EditedMeanwhile,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotFromHere,
    RiskctlError,
    RuleBroken,
)
from riskctl.models import Event, Issue
from riskctl.services import issues, transitions
from riskctl.services.transitions import CaseRef
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _count(session: Any, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model))


def _refused(
    department: Department,
    session: Any,
    error: type[RiskctlError],
    username: str,
    case: Any,
    trigger: str,
    **data: Any,
) -> Any:
    events, state, version = _count(session, Event), case.state, case.version
    with pytest.raises(error) as refused:
        department.take(username, case, trigger, **data)
    session.expire_all()
    assert (_count(session, Event), case.state, case.version) == (events, state, version)
    return refused.value


@pytest.mark.parametrize("username", ["post", "dept_head", "unit_discipline", "leader", "auditor"])
def test_a_step_by_the_wrong_role(department: Department, session: Any, username: str) -> None:
    issue = department.issue(by="auditor", source="audit") if username == "auditor" else department.issued()
    trigger = "void" if username == "auditor" else "recall"
    error = _refused(department, session, NotAllowed, username, issue, trigger, reason="误")
    assert error.code == "not_your_duty"
    assert "您的岗位不办理" in error.message


def test_a_step_from_the_wrong_state(department: Department, session: Any) -> None:
    error = _refused(department, session, NotFromHere, "office_head", department.issue(), "close")
    assert "现处于“登记”，不能办理“销号”" in error.message


def test_an_unknown_step(department: Department, session: Any) -> None:
    error = _refused(department, session, NotFromHere, "office", department.issue(), "explode")
    assert error.code == "unknown_trigger"


def test_a_stale_version(department: Department, session: Any) -> None:
    issue = department.issue()
    ref, version = CaseRef("issue", issue.id), issue.version
    issues.edit(department.actor("office"), issue.id, {"title": "改过的标题"}, version=version)
    events = _count(session, Event)
    with pytest.raises(EditedMeanwhile, match="请刷新"):
        transitions.fire(department.actor("office"), ref, "submit", {"not_clue": True}, version=version)
    assert _count(session, Event) == events
    with pytest.raises(EditedMeanwhile):
        issues.edit(department.actor("office"), issue.id, {"title": "又改"}, version=version)


def test_the_right_comes_before_the_rules(department: Department, session: Any) -> None:
    """Who may not do a step learns nothing of what stands against it."""
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    error = _refused(department, session, NotAllowed, "unit_discipline", issue, "issue")
    assert "核定" not in error.message.replace("签发交办", "")
    seen = {a.trigger: a for a in transitions.available(department.actor("unit_discipline"), issue)}
    assert not seen["issue"].allowed
    assert seen["issue"].reasons == seen["issue"].inputs == []


def test_every_missing_input_is_named_at_once(department: Department, session: Any) -> None:
    """All but the due date, which the rule in force gives where none is typed."""
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    error = _refused(department, session, RuleBroken, "office2", issue, "verify", not_clue=False)
    named = {reason.field for reason in error.reasons}
    assert named == {
        "severity", "rectify_type", "basis", "requirement", "acceptance_standard", "resp_leader_post", "not_clue",
    }  # fmt: skip
    assert "严重程度：必填" in error.message


def test_blockers_and_missing_inputs_are_told_together(department: Department, session: Any) -> None:
    issue = department.issue(source="daily")
    error = _refused(department, session, RuleBroken, "office", issue, "record_done")
    assert {reason.code for reason in error.reasons} == {"not_self_found", "required"}


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"severity": "terrible"}, "severity", "没有这个选项"),
        ({"due_on": "someday"}, "due_on", "不是有效的日期"),
        ({"due_on": "2020-01-01"}, "due_on", "不能早于"),
        ({"basis": []}, "basis", "必填"),
        ({"basis": [{"clause": "第一条"}]}, "basis", "第1项文件名称必填"),
        ({"requirement": "  "}, "requirement", "必填"),
        ({"requirement": "字" * 4001}, "requirement", "最多4000个字"),
        ({"shoe_size": 43}, "shoe_size", "没有这一项"),
    ],
)
def test_wrong_inputs_are_named(
    department: Department, session: Any, changes: dict[str, Any], field: str, word: str
) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    data = department.verified(**changes)
    error = _refused(department, session, RuleBroken, "office2", issue, "verify", **data)
    assert [reason.field for reason in error.reasons] == [field]
    assert word in error.reasons[0].message


def test_a_backward_step_without_a_reason(department: Department, session: Any) -> None:
    issue = department.issued()
    error = _refused(department, session, RuleBroken, "office_head", issue, "recall", reason="")
    assert [reason.field for reason in error.reasons] == ["reason"]


def test_another_units_record_is_as_if_it_did_not_exist(department: Department, session: Any) -> None:
    issue = department.issued("SK")
    for username in ("dept_head_b", "unit_discipline_b", "commissioner_d", "sysadmin"):
        error = _refused(department, session, NotFound, username, issue, "sign_receipt")
        assert "没有这条记录" in error.message


def test_somebody_elses_upload_is_no_evidence(department: Department, session: Any) -> None:
    issue = department.planned()
    foreign = department.evidence("post_b")
    standards = ("measures_done", "violations_handled", "result_meets", "same_kind_fixed", "mechanism_set")
    data = {
        **dict.fromkeys(standards, True),
        "self_check": "已完成",
        "leader_signed": True,
        "evidence_1": foreign,
    }
    error = _refused(department, session, RuleBroken, "dept_head", issue, "apply_closure", **data)
    assert [reason.code for reason in error.reasons] == ["unknown_attachment"]


def test_one_person_twice_is_not_two_inspectors(department: Department, session: Any) -> None:
    issue = department.planned()
    department.apply(issue)
    department.check(issue)
    with pytest.raises(RuleBroken, match="不得少于两人"):
        department.inspect(issue, inspectors=("resident", "resident"))


def test_small_steps_are_for_small_matters(department: Department, session: Any) -> None:
    issue = department.planned(severity="serious")
    found = {"finding": "已改", "inspected_on": clock.today().isoformat(), "no_conflict": True}
    error = _refused(department, session, RuleBroken, "office", issue, "accept_directly", **found)
    assert [reason.code for reason in error.reasons] == ["not_small"]


class TestRegistering:
    def test_who_may_not_register(self, department: Department) -> None:
        with pytest.raises(NotAllowed):
            department.issue(by="post")

    def test_only_from_a_source_of_ones_own(self, department: Department) -> None:
        with pytest.raises(InvalidInput) as refused:
            department.issue(by="commissioner", source="audit")
        assert refused.value.reasons[0].field == "source"
        assert set(issues.sources_for(department.actor("commissioner"))) == {
            "self_check",
            "branch_check",
            "daily",
        }
        assert set(issues.sources_for(department.actor("auditor"))) == {"audit", "inspection_tour"}
        assert "petition" in issues.sources_for(department.actor("resident"))
        assert issues.sources_for(department.actor("post")) == {}

    def test_only_for_a_unit_of_ones_own(self, department: Department) -> None:
        with pytest.raises(InvalidInput) as refused:
            department.issue("WZ", by="unit_discipline", source="daily")
        assert refused.value.reasons[0].field == "unit_id"

    def test_no_finding_in_the_future(self, department: Department) -> None:
        with pytest.raises(InvalidInput, match="不能晚于今天"):
            department.issue(found_on=clock.today() + timedelta(days=1))

    def test_no_term_before_the_finding(self, department: Department) -> None:
        with pytest.raises(InvalidInput, match="不能早于发现日期"):
            department.issue(due_on=clock.today() - timedelta(days=30))

    def test_a_department_has_no_ledger_of_its_own(self, department: Department) -> None:
        with pytest.raises(InvalidInput, match="处室没有单位纪委"):
            department.issue("JS", owner_level="unit")

    def test_links_must_exist(self, department: Department, session: Any) -> None:
        for field in ("risk_point_ids", "joint_unit_ids"):
            with pytest.raises(InvalidInput) as refused:
                department.issue(**{field: [987654]})
            assert refused.value.reasons[0].field == field
        with pytest.raises(InvalidInput):
            department.issue(section_id=987654)
        session.rollback()
        assert _count(session, Issue) == 0


class TestEditing:
    def test_a_draft_is_open(self, department: Department) -> None:
        issue = department.issue()
        data = {
            "title": "改后的标题",
            "found_on": date(2026, 1, 5),
            "unit_id": department.unit("WZ").id,
            "owner_level": "unit",
        }
        changed = issues.edit(department.actor("office"), issue.id, data, version=issue.version)
        assert (changed.title, changed.unit_id, changed.owner_level) == (
            "改后的标题",
            data["unit_id"],
            "unit",
        )

    def test_the_wording_is_locked_after_submission(self, department: Department) -> None:
        issue = department.issue()
        department.take("office", issue, "submit", not_clue=True)
        with pytest.raises(RuleBroken) as refused:
            issues.edit(department.actor("office"), issue.id, {"verbatim": "另一段"}, version=issue.version)
        assert [reason.field for reason in refused.value.reasons] == ["verbatim"]

    def test_what_was_verified_and_then_edited_is_verified_again(
        self, department: Department, session: Any
    ) -> None:
        issue = department.issue()
        department.take("office", issue, "submit", not_clue=True)
        department.take("office2", issue, "verify", **department.verified())
        issues.edit(
            department.actor("office"), issue.id, {"requirement": "另一个要求"}, version=issue.version
        )
        error = _refused(department, session, RuleBroken, "office_head", issue, "issue")
        assert "尚未核定" in error.message

    def test_a_correction_after_issue_needs_the_office_and_a_reason(
        self, department: Department, session: Any
    ) -> None:
        issue = department.issued()
        data = {"source_doc": "〔2026〕1号"}
        with pytest.raises(NotAllowed, match="机关纪委办理"):
            issues.edit(
                department.actor("unit_discipline"), issue.id, data, version=issue.version, reason="误"
            )
        with pytest.raises(InvalidInput, match="写明理由"):
            issues.edit(department.actor("office"), issue.id, data, version=issue.version, reason=" ")
        with pytest.raises(RuleBroken):
            issues.edit(
                department.actor("office"), issue.id, {"due_on": None}, version=issue.version, reason="误"
            )
        issues.edit(department.actor("office"), issue.id, data, version=issue.version, reason="文号有误")
        last = session.scalars(
            select(Event).where(Event.case_type == "issue").order_by(Event.id.desc())
        ).first()
        assert last.trigger == "correct"
        assert issue.source_doc == "〔2026〕1号"

    def test_the_unit_writes_its_own_plan_and_nothing_else(self, department: Department) -> None:
        issue = department.issued()
        department.receive(issue)
        plan = {"goal": "整改到位", "measures": [{"text": "修订制度", "owner_post": "科长"}]}
        issues.edit(department.actor("dept_head"), issue.id, plan, version=issue.version)
        assert issue.goal == "整改到位"
        with pytest.raises(NotAllowed):
            issues.edit(department.actor("dept_head"), issue.id, {"domain": "funds"}, version=issue.version)

    def test_who_only_looks_on_does_not_edit(self, department: Department) -> None:
        issue = department.issue()
        with pytest.raises(NotAllowed, match="不能修改"):
            issues.edit(department.actor("leader"), issue.id, {"title": "改"}, version=issue.version)

    def test_a_change_that_changes_nothing_writes_nothing(self, department: Department, session: Any) -> None:
        issue = department.issue()
        events = _count(session, Event)
        issues.edit(department.actor("office"), issue.id, {"title": issue.title}, version=issue.version)
        assert _count(session, Event) == events
