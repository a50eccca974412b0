"""An issue from finding to archive, along every way that the contract names."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.models import Event, Issue, Notice
from riskctl.services import audit, issues, risk_points, transitions
from riskctl.services.workdays import add_workdays
from tests.department import Department

NOW = datetime(2026, 6, 1, 1, tzinfo=clock.now().tzinfo)


@pytest.fixture
def traveller() -> Any:
    with time_machine.travel(NOW, tick=False) as started:
        yield started


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every journey reads and acts in one application context."""


def _triggers(session: Any, case: Any) -> list[str]:
    query = select(Event.trigger).where(Event.case_type == case.CASE_TYPE, Event.case_id == case.id)
    return list(session.scalars(query.order_by(Event.seq)))


def _notices(session: Any, issue: Issue) -> list[Notice]:
    letters = select(Notice).where(Notice.issues.any(Issue.id == issue.id), Notice.document_class == "G")
    return list(session.scalars(letters.order_by(Notice.id)))


def test_an_ordinary_issue_from_finding_to_archive(department: Department, session: Any) -> None:
    issue = department.planned()
    department.take("post", issue, "report_progress", note="已启动")
    department.apply(issue)
    department.check(issue)
    department.inspect(issue)
    assert (issue.state, issue.outcome) == ("approving", "done")
    department.take("office_head", issue, "close")
    assert issue.closed_on == clock.today()
    assert issue.closure_no == f"销号〔{clock.today().year}〕1号"
    department.take("office", issue, "archive")
    assert issue.state == "archived"
    assert _triggers(session, issue) == [
        "create", "submit", "verify", "issue", "sign_receipt", "submit_plan", "approve_plan", "report_progress",
        "apply_closure", "pass_unit_check", "pass_inspection", "close", "archive",
    ]  # fmt: skip
    (notice,) = _notices(session, issue)
    assert notice.state == "replied"  # the first plan is its reply
    assert notice.number.endswith("1号")
    assert all(m["done_on"] and m["evidence"] for m in issue.measures)


def test_a_serious_issue_is_shown_before_it_closes(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.planned(severity="serious")
    department.apply(issue)
    department.check(issue)
    department.inspect(issue)
    assert issue.state == "publicizing"
    assert issue.publicity_until == add_workdays(clock.today(), 5).on
    (end,) = [
        a for a in transitions.available(department.actor("office"), issue) if a.trigger == "end_publicity"
    ]
    assert not end.allowed
    assert "公示期至2026年6月8日" in end.reasons[0].message
    traveller.shift(timedelta(days=8))
    department.take("office", issue, "end_publicity", result="未收到异议")
    department.take("leader", issue, "close")
    assert issue.state == "closed"
    (archive,) = [
        a for a in transitions.available(department.actor("office"), issue) if a.trigger == "archive"
    ]
    assert "满六个月" in archive.reasons[0].message
    traveller.shift(timedelta(days=190))
    department.take("office", issue, "archive")


def test_a_grave_issue_is_decided_by_the_party_group(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.planned(severity="grave")
    department.apply(issue)
    department.check(issue)
    department.inspect(issue)
    traveller.shift(timedelta(days=8))
    department.take("office", issue, "end_publicity", result="未收到异议")
    (entry,) = transitions.waits_for(issue)
    assert entry.role == "secretary"
    department.take("secretary", issue, "close", minute_no="党组会〔2026〕5号")
    assert issue.state == "closed"


def test_a_long_term_issue_is_sustained_and_concluded(department: Department) -> None:
    issue = department.planned(severity="serious", rectify_type="long_term")
    department.apply(issue)
    department.check(issue)
    department.inspect(issue)
    assert (issue.state, issue.outcome, issue.publicity_until) == ("sustaining", "ongoing", None)
    department.take("dept_head", issue, "report_progress", note="本季度落实情况良好")
    department.take("office", issue, "conclude", evaluation="落实到位")
    assert (issue.state, issue.outcome) == ("approving", "done")
    department.take("leader", issue, "close")


def test_an_immediate_issue_takes_six_actions(department: Department) -> None:
    issue = department.issued(rectify_type="immediate")
    department.receive(issue, measures=[{"text": "补记会议记录", "owner_post": "支部书记"}])
    assert issue.state == "rectifying"
    found = {"finding": "已补记", "inspected_on": clock.today().isoformat(), "no_conflict": True}
    department.take("office", issue, "accept_directly", **found)
    assert issue.measures[0]["done_on"] == clock.today().isoformat()
    department.take("office_head", issue, "close")
    assert issue.state == "closed"
    assert len(issue.acted) - 1 == 6  # registering aside


def test_what_was_cured_at_once_needs_two_people(department: Department) -> None:
    issue = department.issue("JS", "commissioner_d", source="branch_check")
    done = {"measure": "当场补齐", "done_on": clock.today().isoformat(), "not_clue": True}
    department.take("commissioner_d", issue, "record_done", **done)
    assert (issue.state, issue.severity, issue.rectify_type) == ("approving", "general", "immediate")
    department.take("office_head", issue, "close")
    assert (issue.state, issue.outcome) == ("closed", "done")


def test_a_recalled_issue_withdraws_its_notice_and_keeps_the_number(
    department: Department, session: Any
) -> None:
    issue = department.issued()
    department.take("office_head", issue, "recall", reason="责任单位有误")
    assert (issue.state, issue.verified_at, issue.issued_on, issue.due_original) == (
        "verifying",
        None,
        None,
        None,
    )
    (old,) = _notices(session, issue)
    assert (old.state, old.number is not None) == ("withdrawn", True)
    department.take("office2", issue, "verify", **department.verified())
    department.take("office_head", issue, "issue")
    old, new = _notices(session, issue)
    assert (new.state, new.supersedes_id, old.superseded_by_id) == ("signed", old.id, new.id)
    assert new.number != old.number


def test_an_upheld_objection_goes_on_to_the_plan(department: Department, session: Any) -> None:
    issue = department.issued()
    department.take("dept_head", issue, "object", objection="事实有出入")
    (notice,) = _notices(session, issue)
    assert notice.state == "received"  # who objects has received it
    department.take("office", issue, "uphold", opinion="维持")
    assert issue.state == "planning"


def test_an_accepted_objection_goes_back_to_verification(department: Department, session: Any) -> None:
    issue = department.issued()
    department.receive(issue)
    department.take("dept_head", issue, "object", objection="责任单位不是我处")
    department.take("office", issue, "accept_objection", reason="异议成立")
    assert issue.state == "verifying"
    assert [notice.state for notice in _notices(session, issue)] == ["withdrawn"]
    (action,) = [
        a for a in transitions.available(department.actor("office_head"), issue) if a.trigger == "issue"
    ]
    assert "尚未核定" in action.reasons[0].message


def test_a_returned_rectification_counts_and_gets_a_new_date(department: Department) -> None:
    issue = department.planned()
    original, redo = issue.due_on, issue.due_on + timedelta(days=20)
    department.apply(issue)
    department.take(
        "unit_discipline", issue, "return_rectification", reason_code="evidence_thin", reason="佐证不足",
        redo_on=redo.isoformat(),
    )  # fmt: skip
    assert (issue.state, issue.return_count, issue.due_on) == ("rectifying", 1, redo)
    assert issue.due_original == original  # kept for ever
    assert issue.step_due_on == redo


def test_a_return_never_shortens_the_term(department: Department) -> None:
    issue = department.planned()
    department.apply(issue)
    department.check(issue)
    due = issue.due_on
    department.take(
        "office", issue, "return_rectification", reason_code="rebound", reason="反弹",
        redo_on=clock.today().isoformat(),
    )  # fmt: skip
    assert issue.due_on == due


def test_a_reopened_issue_gets_a_renewed_notice(department: Department, session: Any) -> None:
    issue = department.planned()
    department.apply(issue)
    department.check(issue)
    department.inspect(issue)
    department.take("office_head", issue, "close")
    due = add_workdays(clock.today(), 20).on
    department.take(
        "resident", issue, "reopen", reason_code="sham", reason="虚假整改", due_on=due.isoformat()
    )
    assert (issue.state, issue.reopen_count, issue.closed_on, issue.outcome) == ("issued", 1, None, None)
    assert issue.due_on == due
    assert not any(m["done_on"] for m in issue.measures)
    renewed = _notices(session, issue)[-1]
    assert (renewed.kind, renewed.state, renewed.rectify_due) == ("renewed_notice", "checking", due)
    department.receive(issue)
    assert issue.state == "planning"


def test_transfer_erases_the_text_everywhere_and_locks_the_case(department: Department, session: Any) -> None:
    secret = "收受礼金"
    issue = department.issue(title=secret, verbatim=f"反映{secret}")
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified(requirement=f"说明{secret}"))
    department.take("office", issue, "transfer", reason_code="clue")
    assert issue.restricted
    notice = _notices(session, issue)[0]
    kept = [
        issue.title,
        issue.verbatim,
        issue.requirement,
        notice.title,
        notice.requirements,
        str(notice.basis),
    ]
    for case in (issue, notice):
        kept += [str((view.fields, view.data)) for view in audit.history(case.CASE_TYPE, case.id, limit=100)]
    assert not any(secret in (text or "") for text in kept)
    assert [a for a in transitions.available(department.actor("unit_discipline"), issue) if a.mine] == []
    back = {"reason": "不属于问题线索", "title": "登记不规范", "verbatim": "登记不规范"}
    department.take("resident", issue, "return_from_transfer", **back)
    assert (issue.state, issue.restricted, issue.title) == ("verifying", False, "登记不规范")


def test_what_is_no_problem_is_not_put_on_the_ledger(department: Department, session: Any) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified())
    department.take("office", issue, "void", reason="重复登记")
    assert issue.state == "void"
    assert [notice.state for notice in _notices(session, issue)] == ["withdrawn"]
    assert transitions.available(department.actor("office"), issue) == []
    assert transitions.waits_for(issue) == []


def test_a_point_follows_its_issue_into_rectification_and_back(department: Department, session: Any) -> None:
    data = {"unit_id": department.unit("SK").id, "title": "招标", "level": "low"}
    point = risk_points.create(department.actor("post"), data)
    filled = {
        "post": "岗",
        "power_item": "招标",
        "category": "duty",
        "manifestation": "倾向",
        "likelihood": 1,
        "impact": 2,
    }
    fields = {"measures": [{"text": "复核"}], "resp_post": "岗", "resp_leader_post": "分管领导"}
    department.take("post", point, "submit", **filled, **fields)
    department.take("unit_discipline", point, "pass_unit", meeting_record="处务会")
    department.take("unit_discipline2", point, "grade", level="low", level_reason="同意")
    issue = department.issue(risk_point_ids=[point.id])
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified(rectify_type="immediate"))
    department.take("office_head", issue, "issue")
    session.refresh(point)
    assert point.state == "rectifying"
    department.receive(issue, measures=[{"text": "补", "owner_post": "岗"}])
    found = {"finding": "已改", "inspected_on": clock.today().isoformat(), "no_conflict": True}
    department.take("office", issue, "accept_directly", **found)
    department.take("office_head", issue, "close")
    assert point.state == "active"
    assert _triggers(session, point)[-2:] == ["link_issue", "resume"]
    assert issues.KIND.workflow.final == {"archived", "void"}


def test_a_unit_settles_a_general_issue_of_its_own(department: Department) -> None:
    section = department.unit("SK-02").id
    issue = department.issue(
        "SK", "commissioner", source="self_check", owner_level="unit", section_id=section
    )
    department.take("commissioner", issue, "submit", not_clue=True)
    department.take("unit_discipline", issue, "verify", **department.verified())
    department.take("unit_discipline2", issue, "issue")
    department.receive(issue)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take("dept_head", issue, "submit_plan", goal="整改到位", measures=[measure], commitment=True)
    department.take("unit_discipline", issue, "approve_plan")
    department.apply(issue)
    department.check(issue, "unit_discipline")
    department.inspect(issue, "unit_discipline2", ("office", "unit_discipline2"))
    (entry,) = transitions.waits_for(issue)
    assert entry.role == "office_head"  # both of the unit's 纪委 have acted
    department.take("office_head", issue, "close")
