"""A risk point from draft to ledger, under warning, in rectification, in review, and out."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.extensions import db
from riskctl.models import ChangeProposal, Event, Issue, RiskPoint, RiskWarning
from riskctl.services import risk_points, transitions, warning_opening
from riskctl.services.transitions import Action
from riskctl.services.workdays import add_workdays
from tests.department import Department

WHOLE: dict[str, Any] = {
    "title": "量身定制招标条件", "post": "招标管理岗", "power_item": "招标文件审查", "category": "process",
    "manifestation": "设置倾向性条件", "measures": [{"text": "双人复核"}], "resp_post": "招标管理岗",
    "resp_leader_post": "分管领导",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _draft(department: Department, likelihood: int = 1, impact: int = 2, **changes: Any) -> RiskPoint:
    data = {
        "unit_id": department.unit("SK").id,
        **WHOLE,
        "likelihood": likelihood,
        "impact": impact,
        **changes,
    }
    return risk_points.create(department.actor("post"), data)


def _graded(department: Department, likelihood: int, impact: int, by: str, **changes: Any) -> RiskPoint:
    point = _draft(department, likelihood, impact, **changes)
    department.take("post", point, "submit")
    department.take(
        "unit_discipline", point, "pass_unit", meeting_record="处务会", **department.watched(point)
    )
    minutes = {"minute_no": "党组会3号"} if by == "secretary" else {}
    department.take(by, point, "grade", level=point.computed_level, level_reason="同意计算等级", **minutes)
    return point


def _active(department: Department, **changes: Any) -> RiskPoint:
    return _graded(department, 1, 2, "unit_discipline2", **changes)


def _warn(
    department: Department, point: RiskPoint, by: str = "unit_discipline", colour: str = "yellow"
) -> None:
    data = {"colour": colour, "facts": "直接委托占比过高", "requirement": "逐项核查"}
    department.take(by, point, "warn", **data, reply_due=add_workdays(clock.today(), 5).on.isoformat())


def _action(department: Department, username: str, point: RiskPoint, trigger: str) -> Action:
    (found,) = [a for a in transitions.available(department.actor(username), point) if a.trigger == trigger]
    return found


def test_a_low_point_goes_into_the_ledger_at_once(department: Department) -> None:
    point = _active(department)
    assert (point.state, point.level, point.computed_level) == ("active", "low", "low")
    assert point.approved_on == clock.today()
    assert point.review_due == risk_points.risk_point_effects.next_review(clock.today()) == point.step_due_on
    (keeper,) = transitions.waits_for(point)
    assert (keeper.role, keeper.due_on) == ("dept_head", point.review_due)


@pytest.mark.parametrize(
    ("likelihood", "impact", "by", "level"), [(3, 3, "leader", "medium"), (4, 4, "secretary", "high")]
)
def test_a_higher_point_is_shown_first(
    department: Department, likelihood: int, impact: int, by: str, level: str
) -> None:
    point = _graded(department, likelihood, impact, by)
    assert (point.state, point.level) == ("publicizing", level)
    assert point.publicity_until == point.step_due_on == add_workdays(clock.today(), 5).on
    register = _action(department, "office", point, "register")
    assert [reason.code for reason in register.reasons] == ["publicity_running"]
    department.take("office", point, "uphold_objection", reason="等级偏低")
    assert point.state == "grading"
    department.take(by, point, "send_back", reason="补充材料")
    assert point.state == "draft"


def test_a_draft_is_asked_for_what_it_lacks(department: Department) -> None:
    data = {"unit_id": department.unit("SK").id, "title": "招标"}
    point = risk_points.create(department.actor("post"), data)
    asked = [item.name for item in _action(department, "post", point, "submit").inputs]
    assert asked == [
        "post", "power_item", "category", "manifestation", "likelihood", "impact", "measures", "resp_post", "resp_leader_post",
    ]  # fmt: skip
    with pytest.raises(RuleBroken) as refused:
        department.take("post", point, "submit", likelihood=9)
    assert {reason.field for reason in refused.value.reasons} == set(asked)
    department.take("post", point, "submit", **{n: WHOLE.get(n, 3) for n in asked})
    assert (point.state, point.computed_level) == ("unit_review", "medium")


def test_the_same_point_is_not_listed_twice(department: Department) -> None:
    first = _active(department)
    second = _draft(department)
    department.take("post", second, "submit")
    blocked = _action(department, "unit_discipline", second, "pass_unit")
    assert first.code in blocked.reasons[0].message
    department.take("unit_discipline", second, "send_back", reason="重复")
    department.take("office", second, "void", reason="重复")
    assert second.state == "void"


def test_a_warning_is_answered_by_its_own_day_and_lifted_by_another(
    department: Department, session: Any
) -> None:
    point = _active(department)
    _warn(department, point)
    warning = session.scalars(select(RiskWarning)).one()
    assert (point.state, point.step_due_on) == ("warned", warning.reply_due)
    with pytest.raises(NotAllowed, match="职责分离"):
        department.take("unit_discipline", point, "lift_warning", result="已核查")
    department.take("office", point, "lift_warning", result="已核查")
    assert point.state == "active"
    assert (warning.state, warning.acted["lift"]) == ("lifted", [department.actor("office").user_id])
    assert (warning.result, warning.settled_on) == ("已核查", clock.today())


def test_the_last_open_warning_is_lifted_last(department: Department, session: Any) -> None:
    point = _active(department)
    _warn(department, point)
    other = {"risk_point_id": point.id, "colour": "blue", "facts": "举报", "requirement": "核查"}
    warning_opening.create(department.actor("unit_discipline2"), other)
    blocked = _action(department, "office", point, "lift_warning")
    assert "还有 1 项预警未解除" in blocked.reasons[0].message


def test_a_confirmed_problem_becomes_an_issue_that_is_filled_in(department: Department, session: Any) -> None:
    point = _active(department)
    _warn(department, point)
    action = _action(department, "office", point, "confirm_problem")
    defaults = {item.name: item.default for item in action.inputs}
    assert defaults["problem"] == "直接委托占比过高"
    data = {"problem_title": defaults["problem_title"], "problem": defaults["problem"]}
    department.take("office", point, "confirm_problem", **data, found_on=clock.today().isoformat())
    issue = session.scalars(select(Issue)).one()
    assert (point.state, issue.state, issue.source, issue.source_doc) == (
        "rectifying",
        "draft",
        "warning",
        point.code,
    )
    assert issue.risk_point_ids == [point.id]
    assert issue.step_due_on == add_workdays(clock.today(), 3).on
    warning = session.scalars(select(RiskWarning)).one()
    assert (warning.state, warning.issue_id) == ("confirmed", issue.id)
    assert session.scalars(select(Event.trigger).where(Event.case_type == "issue")).all() == ["create"]
    blocked = _action(department, "office", point, "resume")
    assert issue.code in blocked.reasons[0].message
    department.take("office", issue, "void", reason="不属实")
    department.take("office", point, "resume", result="已核实")
    assert point.state == "active"


def test_linking_an_issue_needs_one_that_runs(department: Department, session: Any) -> None:
    point = _active(department)
    blocked = _action(department, "office", point, "link_issue")
    assert [reason.code for reason in blocked.reasons] == ["no_open_issue"]
    issue = department.issued()
    department.take("office", point, "link_issue", issue=issue.id)
    assert point.state == "rectifying"
    assert issue.risk_point_ids == [point.id]
    linked = select(Event.trigger).where(Event.case_type == "issue", Event.case_id == issue.id)
    assert session.scalars(linked.order_by(Event.seq.desc())).first() == "link"


def test_an_issue_of_another_unit_cannot_be_linked(department: Department) -> None:
    point, foreign = _active(department), department.issued("WZ")
    department.issued()
    with pytest.raises(RuleBroken, match="没有这个选项"):
        department.take("office", point, "link_issue", issue=foreign.id)


def test_a_review_that_keeps_the_point(department: Department) -> None:
    point = _active(department)
    department.take("dept_head", point, "open_review", reason="年度复核")
    assert point.step_due_on == add_workdays(clock.today(), 10).on
    department.take("dept_head", point, "keep", result="无变化")
    assert (point.state, point.step_due_on) == ("active", point.review_due)


def test_an_approved_change_takes_effect_then_and_not_before(department: Department, session: Any) -> None:
    point = _active(department)
    department.take("dept_head", point, "open_review", reason="职责调整")
    changes = {"new_manifestation": "拆分项目", "new_likelihood": 3, "new_impact": 3}
    department.take("dept_head", point, "propose_change", kind="upgrade", reason="流程改变", **changes)
    assert (point.manifestation, point.level) == ("设置倾向性条件", "low")
    proposal = session.scalars(select(ChangeProposal)).one()
    assert proposal.changes["likelihood"] == {"old": 1, "new": 3}
    assert _action(department, "leader", point, "cancel").reasons[0].code == "not_cancel"
    department.take("leader", point, "approve_change", result="同意")
    assert (point.state, point.manifestation, point.level) == ("active", "拆分项目", "medium")
    assert (proposal.decision, proposal.decided_by_id) == ("approved", department.actor("leader").user_id)


def test_a_rejected_change_changes_nothing(department: Department, session: Any) -> None:
    point = _active(department)
    department.take("dept_head", point, "open_review", reason="职责调整")
    department.take("dept_head", point, "propose_change", kind="change", reason="改", new_title="另一个")
    department.take("unit_discipline", point, "reject_change", reason="理由不足")
    assert (point.state, point.title) == ("active", WHOLE["title"])
    assert session.scalars(select(ChangeProposal)).one().decision == "rejected"


def test_a_point_leaves_the_ledger_by_a_document(department: Department, session: Any) -> None:
    point = _active(department)
    department.take("dept_head", point, "open_review", reason="岗位撤销")
    department.take("dept_head", point, "propose_change", kind="cancel", reason="岗位撤销")
    assert _action(department, "unit_discipline", point, "approve_change").reasons[0].code == "is_cancel"
    department.take("unit_discipline", point, "cancel", cancel_document="〔2026〕9号", result="已撤销")
    assert (point.state, point.cancel_document, point.review_due) == ("cancelled", "〔2026〕9号", None)
    assert session.scalars(select(ChangeProposal)).one().document_no == "〔2026〕9号"
    assert transitions.waits_for(point) == []


def test_affirming_moves_the_next_review(department: Department) -> None:
    point = _active(department)
    point.review_due = point.step_due_on = clock.today() - timedelta(days=1)
    db.session.commit()
    department.take("dept_head", point, "affirm", result="无变化")
    assert point.review_due == point.step_due_on > clock.today()
    version = point.version
    department.take("dept_head", point, "affirm", result="无变化")
    assert point.version > version


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 9, 30), date(2026, 12, 31)),
        (date(2026, 10, 1), date(2027, 12, 31)),
    ],
)
def test_every_point_is_reviewed_by_the_end_of_a_year(day: date, due: date) -> None:
    assert risk_points.risk_point_effects.next_review(day) == due


def test_who_may_note_a_point_and_where(department: Department) -> None:
    with pytest.raises(NotAllowed):
        risk_points.create(department.actor("leader"), {"unit_id": department.unit("SK").id, "title": "招标"})
    with pytest.raises(InvalidInput) as refused:
        risk_points.create(department.actor("post"), {"unit_id": department.unit("WZ").id, "title": "招标"})
    assert refused.value.reasons[0].field == "unit_id"


def test_what_stands_in_the_ledger_is_filled_in_but_not_overwritten(department: Department) -> None:
    point = _active(department)
    actor = department.actor("dept_head")
    risk_points.edit(actor, point.id, {"cause": "监督不足"}, version=point.version)
    assert point.cause == "监督不足"
    with pytest.raises(InvalidInput, match="通过复核变更"):
        risk_points.edit(actor, point.id, {"title": "另一个"}, version=point.version)
    with pytest.raises(NotAllowed):
        risk_points.edit(department.actor("leader"), point.id, {"cause": "改"}, version=point.version)
    with pytest.raises(NotFound):
        risk_points.edit(department.actor("dept_head_b"), point.id, {"cause": "改"}, version=point.version)


def test_a_draft_may_be_rewritten_and_moved(department: Department) -> None:
    point = _draft(department)
    data = {"likelihood": 5, "impact": 5, "unit_id": department.unit("SK-02").id}
    risk_points.edit(department.actor("post"), point.id, data, version=point.version)
    assert (point.computed_level, point.unit_id) == ("high", data["unit_id"])
    department.take("post", point, "submit")
    with pytest.raises(RuleBroken, match="不能修改"):
        risk_points.edit(department.actor("post"), point.id, {"title": "改"}, version=point.version)


@pytest.mark.parametrize("accept", [True, False])
def test_an_import_proposal_is_decided_by_the_office(
    department: Department, session: Any, accept: bool
) -> None:
    point = _active(department)
    proposal = ChangeProposal(
        risk_point=point, source="import", changes={"likelihood": {"old": 1, "new": 5}}, reason="再次导入",
        proposed_by_id=department.actor("office").user_id,
    )  # fmt: skip
    session.add(proposal)
    session.commit()
    with pytest.raises(NotAllowed):
        risk_points.decide_import_change(
            department.actor("unit_discipline"), point.id, proposal.id, accept=accept, version=point.version
        )
    office = department.actor("office")
    risk_points.decide_import_change(office, point.id, proposal.id, accept=accept, version=point.version)
    assert (point.likelihood, point.computed_level) == ((5, "medium") if accept else (1, "low"))
    assert proposal.decision == ("approved" if accept else "rejected")
    last = session.scalars(select(Event.trigger).order_by(Event.id.desc())).first()
    assert last == ("accept_import" if accept else "refuse_import")
    with pytest.raises(InvalidInput, match="没有这项"):
        risk_points.decide_import_change(office, point.id, proposal.id, accept=True, version=point.version)
