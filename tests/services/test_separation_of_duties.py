"""SOD-1 to SOD-5 and what becomes of a case when they leave nobody of the ordinary holders (domain 1.3)."""

from datetime import timedelta
from typing import Any

import pytest

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.models import Issue
from riskctl.permissions import Role
from riskctl.services import accounts, directory, notices, risk_points, transitions
from riskctl.services.transitions import Action
from tests.department import Department


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _action(department: Department, username: str, case: Any, trigger: str) -> Action:
    (found,) = [a for a in transitions.available(department.actor(username), case) if a.trigger == trigger]
    return found


def _kept_apart(department: Department, username: str, case: Any, trigger: str, **data: Any) -> None:
    """Refused, and the page says why without showing what else stands against it."""
    action = _action(department, username, case, trigger)
    assert not action.allowed
    assert [reason.code for reason in action.reasons] == ["separation_of_duties"]
    assert "职责分离" in action.reasons[0].message
    assert action.inputs == []
    with pytest.raises(NotAllowed, match="职责分离") as refused:
        department.take(username, case, trigger, **data)
    assert refused.value.code == "separation_of_duties"


def _grant(department: Department, username: str, role: Role, unit: str) -> None:
    accounts.grant(accounts.find(username), role, department.unit(unit))


def _waiting(case: Any) -> set[str]:
    return {entry.role for entry in transitions.waits_for(case)}


def _choices(action: Action, name: str) -> list[Any]:
    (item,) = [item for item in action.inputs if item.name == name]
    return [value for value, _ in item.choices]


def test_the_submitter_neither_verifies_nor_signs(department: Department) -> None:
    _grant(department, "office", Role.OFFICE_HEAD, "SLT")
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    _kept_apart(department, "office", issue, "verify", **department.verified())
    department.take("office2", issue, "verify", **department.verified())
    _kept_apart(department, "office", issue, "issue")
    department.take("office_head", issue, "issue")


def test_the_verifier_does_not_sign(department: Department) -> None:
    _grant(department, "office2", Role.OFFICE_HEAD, "SLT")
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified())
    _kept_apart(department, "office2", issue, "issue")


def test_the_planner_does_not_approve_his_plan(department: Department) -> None:
    _grant(department, "dept_head", Role.LEADER, "SLT")
    issue = department.issued()
    department.receive(issue)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take("dept_head", issue, "submit_plan", goal="到位", measures=[measure], commitment=True)
    _kept_apart(department, "dept_head", issue, "approve_plan")
    _kept_apart(department, "dept_head", issue, "return_plan", reason="改")
    department.take("leader", issue, "approve_plan")


def test_who_applied_or_checked_or_inspected_does_not_close(department: Department) -> None:
    for username in ("dept_head", "unit_discipline", "office", "resident"):
        _grant(department, username, Role.OFFICE_HEAD, "SLT")
    issue = department.planned()
    department.apply(issue)
    department.check(issue)
    department.inspect(issue, inspectors=("auditor", "office2"))
    for username in ("dept_head", "unit_discipline", "office"):
        _kept_apart(department, username, issue, "close")
    assert _action(department, "resident", issue, "close").allowed


def test_a_named_inspector_does_not_close(department: Department) -> None:
    _grant(department, "resident", Role.LEADER, "SLT")
    issue = department.planned(severity="serious", rectify_type="long_term")
    department.apply(issue)
    department.check(issue)
    department.inspect(issue, inspectors=("resident", "auditor"))
    department.take("office", issue, "conclude", evaluation="到位")
    _kept_apart(department, "resident", issue, "close")
    department.take("leader", issue, "close")


def test_who_rectified_does_not_accept(department: Department) -> None:
    _grant(department, "dept_head", Role.UNIT_DISCIPLINE, "SK")
    _grant(department, "dept_head", Role.OFFICE, "SLT")
    issue = department.planned()
    department.apply(issue)
    _kept_apart(department, "dept_head", issue, "pass_unit_check", opinion="可", no_conflict=True)
    department.check(issue)
    assert department.actor("dept_head").user_id not in _choices(
        _action(department, "office", issue, "pass_inspection"), "inspectors"
    )


def test_inspectors_come_from_outside_the_responsible_unit(department: Department) -> None:
    """SOD-2, SOD-3; and 机关纪委书记, who closes, is never offered."""
    _grant(department, "post", Role.OFFICE, "SLT")  # belongs to the responsible unit
    _grant(department, "office_head", Role.OFFICE, "SLT")
    issue = department.planned()
    department.apply(issue)
    department.check(issue)
    offered = _choices(_action(department, "office", issue, "pass_inspection"), "inspectors")
    expected = [department.actor(name).user_id for name in ("office", "office2", "resident", "auditor")]
    assert offered == expected  # 机关纪委, the ordinary one, first
    assert "post" not in _waiting(issue)
    with pytest.raises(NotAllowed):
        department.inspect(issue, by="post")


def test_an_issue_of_the_office_itself_is_accepted_by_others(department: Department) -> None:
    issue = department.issue("JW", by="resident", source="daily")
    department.take("resident", issue, "submit", not_clue=True)
    department.take("office", issue, "verify", **department.verified(rectify_type="immediate"))
    department.take("office_head", issue, "issue")
    (entry,) = transitions.waits_for(issue)
    assert entry.role == "commissioner"  # the 处室 has no head: its branch's 纪检委员
    receiver = accounts.find("jw_jw_z1").username
    department.receive(issue, receiver, measures=[{"text": "补记", "owner_post": "干部"}])
    department.apply(issue, receiver)
    department.check(issue, "office")
    assert _waiting(issue) == {"leader"}  # everybody of 机关纪委 belongs to the responsible unit
    offered = _choices(_action(department, "leader", issue, "pass_inspection"), "inspectors")
    assert set(offered) == {department.actor(name).user_id for name in ("resident", "auditor")}


def test_the_drafter_of_a_notice_neither_checks_nor_signs_it(department: Department) -> None:
    _grant(department, "office", Role.OFFICE_HEAD, "SLT")
    issue = department.planned()
    notice = notices.create(department.actor("office"), {"kind": "immediate_notice", "issue_ids": [issue.id]})
    department.take("office", notice, "submit")
    _kept_apart(department, "office", notice, "check")
    department.take("office2", notice, "check")
    _kept_apart(department, "office", notice, "sign")
    _grant(department, "office2", Role.OFFICE_HEAD, "SLT")
    _kept_apart(department, "office2", notice, "sign")
    department.take("office_head", notice, "sign")


def _in_force(department: Department, **fields: Any) -> Any:
    """A 高 risk point in the ledger, as the office imports it."""
    data = {"unit_id": department.unit("SK").id, "title": "招标", "likelihood": 4, "impact": 4, **fields}
    point = risk_points.create(department.actor("office"), data)
    asked = {
        "post": "招标岗",
        "power_item": "招标",
        "category": "duty",
        "manifestation": "倾向",
        "resp_post": "岗",
    }
    measures = [{"text": "双人复核"}]
    department.take("post", point, "submit", **asked, resp_leader_post="分管领导", measures=measures)
    passed = {"meeting_record": "处务会", **department.watched(point)}
    department.take("unit_discipline", point, "pass_unit", **passed)
    department.take("secretary", point, "grade", level="high", level_reason="同意", minute_no="3号")
    point.publicity_until = None
    department.take("office", point, "register", result="无异议")
    return point


def test_who_proposes_a_lower_level_does_not_approve_it(department: Department) -> None:
    """SOD-5; a 高 is lowered by 党组 only."""
    _grant(department, "secretary", Role.DEPT_HEAD, "SK")
    point = _in_force(department)
    point.approved_on = clock.today() - timedelta(days=400)  # a 降级 takes a clean year
    department.take("secretary", point, "open_review", reason="职责调整")
    department.take("secretary", point, "propose_change", kind="downgrade", reason="已分权", new_likelihood=1)
    _kept_apart(department, "secretary", point, "approve_change", result="可")
    assert _waiting(point) == {"leader"}  # the only 党组书记 proposed it
    department.take("leader", point, "approve_change", result="同意")
    assert point.level == "low"


def test_a_raised_level_is_approved_where_the_new_level_is_graded(department: Department) -> None:
    point = _in_force(department)
    point.level, point.likelihood, point.impact = "low", 1, 1
    department.take("dept_head", point, "open_review", reason="职责调整")
    department.take(
        "dept_head",
        point,
        "propose_change",
        kind="upgrade",
        reason="曾发生问题",
        new_likelihood=5,
        new_impact=5,
    )
    assert _waiting(point) == {"secretary"}
    with pytest.raises(NotAllowed):
        department.take("unit_discipline", point, "approve_change", result="可")


def test_a_warning_is_lifted_by_another(department: Department) -> None:
    point = _in_force(department)
    warning = {
        "colour": "yellow",
        "facts": "超阈值",
        "requirement": "核查",
        "reply_due": clock.today().isoformat(),
    }
    department.take("office", point, "warn", **warning)
    _kept_apart(department, "office", point, "lift_warning", result="可")
    department.take("office2", point, "lift_warning", result="已核查")


def test_nobody_grades_what_he_submitted_or_passed(department: Department) -> None:
    data = {
        "unit_id": department.unit("JS").id, "title": "变更", "post": "岗", "power_item": "变更", "category": "duty",
        "manifestation": "拆分", "likelihood": 1, "impact": 1, "measures": [{"text": "复核"}], "resp_post": "岗",
        "resp_leader_post": "分管领导",
    }  # fmt: skip
    point = risk_points.create(department.actor("commissioner_d"), data)
    department.take("commissioner_d", point, "submit")
    _kept_apart(department, "commissioner_d", point, "pass_unit", meeting_record="处务会")
    assert _waiting(point) == {"office"}  # a 处室 has no 纪委, and its 纪检委员 drafted this
    department.take("office", point, "pass_unit", meeting_record="处务会")
    assert _waiting(point) == {"office"}
    _kept_apart(department, "office", point, "grade", level="low", level_reason="同意")
    department.take("office2", point, "grade", level="low", level_reason="同意")


def test_in_a_department_the_commissioner_checks_unless_he_registered_it(department: Department) -> None:
    for registrar, checker in (("office", "commissioner"), ("commissioner_d", "office")):
        issue = department.issue("JS", by=registrar, source="branch_check")
        department.take(registrar, issue, "submit", not_clue=True)
        verifier = "office2"
        department.take(verifier, issue, "verify", **department.verified(rectify_type="immediate"))
        department.take("office_head", issue, "issue")
        department.receive(issue, "dept_head_d", measures=[{"text": "补", "owner_post": "岗"}])
        department.apply(issue, "dept_head_d")
        assert _waiting(issue) == {checker}


@pytest.mark.parametrize("acting", ["submit", "verify"])
def test_a_head_who_acted_before_leaves_the_signing_to_his_office(
    department: Department, acting: str
) -> None:
    _grant(department, "office_head", Role.OFFICE, "SLT")
    issue = department.issue()
    submitter, verifier = ("office_head", "office") if acting == "submit" else ("office", "office_head")
    department.take(submitter, issue, "submit", not_clue=True)
    department.take(verifier, issue, "verify", **department.verified())
    waiting = {user["id"] for entry in transitions.waits_for(issue) for user in entry.users}
    assert waiting == {department.actor("office2").user_id}


def test_where_the_whole_office_is_barred_the_leader_signs(department: Department, session: Any) -> None:
    issue: Issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    accounts.find("office2").active = False
    session.commit()
    directory.forget()
    department.take("office_head", issue, "verify", **department.verified())
    assert _waiting(issue) == {"leader"}
    department.take("leader", issue, "issue")


def test_administrators_hold_no_business_role(department: Department) -> None:
    """SOD-7."""
    for username, role in (
        ("sysadmin", Role.OFFICE),
        ("secadmin", Role.AUDITADMIN),
        ("office", Role.SYSADMIN),
    ):
        with pytest.raises(InvalidInput, match="三员互斥"):
            _grant(department, username, role, "SLT")


def test_who_concluded_a_long_term_issue_does_not_close_it(department: Department) -> None:
    _grant(department, "office2", Role.LEADER, "SLT")
    issue = department.planned(severity="serious", rectify_type="long_term")
    department.apply(issue)
    department.check(issue)
    department.inspect(issue, inspectors=("resident", "auditor"))
    department.take("office2", issue, "conclude", evaluation="到位")
    _kept_apart(department, "office2", issue, "close")
    department.take("leader", issue, "close")
