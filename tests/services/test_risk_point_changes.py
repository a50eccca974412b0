"""定级 with its rule and its questions, and 动态调整: versions, 降级, 合并, 拆分, 移出."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from riskctl import clock
from riskctl.errors import NotAllowed, RuleBroken
from riskctl.extensions import db
from riskctl.models import ChangeProposal, Event, RiskPoint, RiskPointVersion, RiskWarning
from riskctl.services import grading, risk_point_versions, risk_points, rules, transitions, warning_opening
from riskctl.services.transitions import Action
from riskctl.workflows.grading import DEFAULT
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
WHOLE: dict[str, Any] = {
    "title": "量身定制招标条件", "post": "招标管理岗", "power_item": "招标文件审查", "category": "process",
    "manifestation": "设置倾向性条件", "measures": [{"text": "双人复核"}], "resp_post": "招标管理岗",
    "resp_leader_post": "分管领导",
}  # fmt: skip


def _in_grading(
    department: Department, likelihood: int, impact: int, *, title: str = "", **passed: Any
) -> RiskPoint:
    data = {"unit_id": department.unit("SK").id, **WHOLE, "likelihood": likelihood, "impact": impact}
    point = risk_points.create(department.actor("post"), {**data, **({"title": title} if title else {})})
    department.take("post", point, "submit")
    passed = {"meeting_record": "处务会", **department.watched(point), **passed}
    department.take("unit_discipline", point, "pass_unit", **passed)
    return point


def _listed(department: Department, likelihood: int = 1, impact: int = 2, title: str = "") -> RiskPoint:
    """A point in the ledger."""
    point = _in_grading(department, likelihood, impact, title=title)
    by = {"low": "unit_discipline2", "medium": "leader", "high": "secretary"}[point.computed_level or ""]
    minutes = {"minute_no": "党组会3号"} if by == "secretary" else {}
    department.take(by, point, "grade", level=point.computed_level, level_reason="同意", **minutes)
    if point.state == "publicizing":
        with time_machine.travel(clock.now() + timedelta(days=20)):
            department.take("office", point, "register", result="无异议")
    return point


def _propose(department: Department, point: RiskPoint, kind: str, **data: Any) -> ChangeProposal:
    department.take("dept_head", point, "open_review", reason="职责调整")
    department.take("dept_head", point, "propose_change", kind=kind, reason="职责调整", **data)
    return db.session.scalars(select(ChangeProposal).order_by(ChangeProposal.id.desc())).first()  # type: ignore[return-value]


def _versions(point: RiskPoint) -> list[RiskPointVersion]:
    query = select(RiskPointVersion).where(RiskPointVersion.risk_point_id == point.id)
    return list(db.session.scalars(query.order_by(RiskPointVersion.number)))


def _action(department: Department, username: str, point: RiskPoint, trigger: str) -> Action:
    (found,) = [a for a in transitions.available(department.actor(username), point) if a.trigger == trigger]
    return found


def test_one_yes_makes_it_high_and_the_party_group_decides(department: Department) -> None:
    point = _in_grading(department, 1, 2, hit_key_matter="yes", hit_proven_case="no")
    assert (point.computed_level, point.rule_hits) == ("high", ["key_matter"])
    with pytest.raises(NotAllowed):
        department.take("unit_discipline2", point, "grade", level="high", level_reason="同意")
    department.take("secretary", point, "grade", level="high", level_reason="同意", minute_no="党组会3号")
    shown = grading.side_by_side(point)
    assert shown["score"] == "1×2=2"
    assert (shown["computed"], shown["approved"], shown["manager"]) == ("高", "高", "主要领导")
    assert shown["hits"] == ["属于“三重一大”事项"]


def test_a_lower_level_is_asked_for_by_one_and_approved_higher_by_another(department: Department) -> None:
    with pytest.raises(RuleBroken, match="写明理由"):
        _in_grading(department, 3, 3, suggested_level="low")
    db.session.rollback()
    point = _in_grading(
        department, 3, 3, title="另一个", suggested_level="low", suggested_reason="三年无问题"
    )
    with pytest.raises(NotAllowed):
        department.take("leader", point, "grade", level="low", level_reason="同意")
    with pytest.raises(RuleBroken, match="会议纪要号"):
        department.take("secretary", point, "grade", level="low", level_reason="同意低定")
    department.take("secretary", point, "grade", level="low", level_reason="同意低定", minute_no="党组会3号")
    shown = grading.side_by_side(point)
    assert (shown["computed"], shown["approved"], shown["differs"]) == ("中", "低", True)
    assert point.state == "active"


def test_a_suggestion_that_lowers_nothing_is_dropped(department: Department) -> None:
    point = _in_grading(department, 1, 2, suggested_level="medium", suggested_reason="从严")
    assert (point.suggested_level, point.suggested_reason) == (None, None)
    department.take("unit_discipline2", point, "send_back", reason="补充")
    department.take("post", point, "submit")
    assert point.suggested_level is None


def test_an_old_point_shows_the_rule_it_was_graded_under(department: Department) -> None:
    old = _listed(department, 2, 3)
    start = clock.today() + timedelta(days=1)
    value = {**DEFAULT, "medium_from": 5, "high_from": 6}
    rules.set_rule(department.actor("office"), "grading", value, effective_from=start, reason="修订办法")
    with time_machine.travel(clock.now() + timedelta(days=2)):
        new = _in_grading(department, 2, 3, title="另一个")
        assert (old.computed_level, new.computed_level) == ("medium", "high")
        assert "系统预置规则：低 1–5 分" in grading.side_by_side(old)["rule"]
        assert grading.side_by_side(new)["rule"].startswith(f"{start} 起施行的规则：低 1–4 分")
        department.take("dept_head", old, "affirm", result="无变化")
        assert old.computed_level == "medium"


def test_every_change_is_a_version_and_nothing_is_overwritten(department: Department) -> None:
    point = _listed(department)
    proposal = _propose(
        department, point, "change", new_manifestation="拆分项目", new_likelihood=3, new_impact=3
    )
    assert (proposal.kind, proposal.level) == ("upgrade", "medium")
    with pytest.raises(NotAllowed):
        department.take("unit_discipline", point, "approve_change", result="同意")  # 中 is the leader's
    department.take("leader", point, "approve_change", result="同意")
    first, second = _versions(point)
    assert [(v.number, v.kind) for v in (first, second)] == [(1, "new"), (2, "upgrade")]
    assert (first.fields["manifestation"], second.fields["manifestation"]) == ("设置倾向性条件", "拆分项目")
    assert (first.fields["level"], second.fields["level"]) == ("low", "medium")
    assert second.approved_by_id == department.actor("leader").user_id
    assert db.session.get_one(Event, second.event_id).trigger == "approve_change"
    latest = risk_point_versions.of_point(department.actor("dept_head"), point)[0]
    changed = {name: (old, new) for name, old, new in latest.changes}
    assert changed["likelihood"] == (1, 3)
    assert changed["level"] == ("low", "medium")
    assert "review_due" not in changed


def test_an_imported_point_has_its_first_version_before_its_first_change(department: Department) -> None:
    point = RiskPoint(
        unit_id=department.unit("SK").id, **WHOLE, code="LF-SK-2020-001", state="active", likelihood=1, impact=1,
        level="low", created_by_id=department.actor("office").user_id, review_due=clock.today(),
    )  # fmt: skip
    db.session.add(point)
    db.session.commit()
    assert _versions(point) == []
    _propose(department, point, "owner", new_resp_post="综合岗")
    department.take("unit_discipline", point, "approve_change", result="同意")
    assert [(v.number, v.kind, v.fields["resp_post"]) for v in _versions(point)] == [
        (1, "new", "招标管理岗"),
        (2, "owner", "综合岗"),
    ]
    assert _versions(point)[0].event_id is None


def test_the_database_refuses_to_change_a_version(department: Department) -> None:
    point = _listed(department)
    assert len(_versions(point)) == 1
    for verb in ("UPDATE risk_point_version SET number = 9", "DELETE FROM risk_point_version"):
        with pytest.raises(DBAPIError, match="never changed"):
            db.session.execute(text(verb))
        db.session.rollback()


def _warning(department: Department, point: RiskPoint) -> RiskWarning:
    data = {"risk_point_id": point.id, "colour": "blue", "facts": "占比高", "requirement": "核查"}
    return warning_opening.create(department.actor("unit_discipline2"), data)


@pytest.mark.parametrize("stands", ["young", "warned", "issue"])
def test_a_level_is_not_lowered_before_two_clean_cycles(department: Department, stands: str) -> None:
    point = _listed(department, 3, 3)
    year = timedelta(days=0 if stands == "young" else 400)
    with time_machine.travel(clock.now() + year):
        if stands == "issue":
            department.take("office", point, "link_issue", issue=department.issued().id)
            db.session.expire_all()
        elif stands == "warned":
            with time_machine.travel(clock.ago(days=301)):
                department.take("office", _warning(department, point), "lift", result="已核查")
        said = {"young": "在册不满12个月", "warned": "近12个月内有预警", "issue": "问题未办结"}[stands]
        if stands == "issue":
            assert said in (risk_points.risk_point_changes.why_not_lower(point, None) or "")  # type: ignore[arg-type]
            return
        proposal = _propose(department, point, "change", new_likelihood=1, new_impact=1)
        assert proposal.kind == "downgrade"  # by its effect, whatever it was called
        (reason,) = _action(department, "leader", point, "approve_change").reasons
        assert said in reason.message
        asked = {i.name: i for i in _action(department, "leader", point, "reject_change").inputs}
        department.take("leader", point, "reject_change", **dict.fromkeys(asked, "不同意"))
        assert (point.level, point.state) == ("medium", "active")


def test_after_a_clean_year_a_level_is_lowered_by_another_than_who_asked(department: Department) -> None:
    point = _listed(department, 4, 4)
    with time_machine.travel(clock.now() + timedelta(days=400)):
        department.take("dept_head", point, "open_review", reason="流程再造")
        kinds = {i.name: i for i in _action(department, "dept_head", point, "propose_change").inputs}["kind"]
        assert "downgrade" in dict(kinds.choices)
        department.take(
            "dept_head",
            point,
            "propose_change",
            kind="downgrade",
            reason="流程再造",
            new_likelihood=1,
            new_impact=1,
        )
        for username in ("dept_head", "leader", "unit_discipline"):  # a 高 is lowered by 党组 alone (SOD-5)
            with pytest.raises(NotAllowed):
                department.take(username, point, "approve_change", result="同意")
        department.take("secretary", point, "approve_change", result="同意")
        assert (point.level, _versions(point)[-1].kind) == ("low", "downgrade")


def test_merged_into_another_point(department: Department) -> None:
    point, other = _listed(department), _listed(department, title="评标打分畸高")
    _propose(department, point, "merge", successor=other.id)
    assert _action(department, "unit_discipline", point, "approve_change").reasons[0].code == "is_cancel"
    asked = {i.name: i for i in _action(department, "unit_discipline", point, "cancel").inputs}
    assert asked["successor"].default == other.id
    assert "cancel_document" not in asked
    department.take("unit_discipline", point, "cancel", successor=other.id, result="同意合并")
    assert (point.state, point.successor_id) == ("cancelled", other.id)
    last = _versions(point)[-1]
    assert (last.kind, last.related_ids) == ("merge", [other.id])
    shown = risk_point_versions.of_point(department.actor("dept_head"), point)[0]
    assert [found.code for found in shown.related] == [other.code]


def test_a_point_cannot_be_merged_into_one_of_another_unit(department: Department) -> None:
    point = _listed(department)
    department.take("dept_head", point, "open_review", reason="职责调整")
    asked = {i.name: i for i in _action(department, "dept_head", point, "propose_change").inputs}
    assert "successor" not in asked
    assert "merge" not in dict(asked["kind"].choices)


def test_split_into_drafts_that_are_filled_in(department: Department) -> None:
    point = _listed(department)
    _propose(department, point, "split")
    with pytest.raises(RuleBroken, match="拆分出的风险点"):
        department.take("unit_discipline", point, "approve_change", result="同意")
    parts = [{"title": "资格条件设置", "post": "资格审查岗"}, {"title": "评分标准设置"}]
    department.take("unit_discipline", point, "approve_change", result="同意", parts=parts)
    made = list(
        db.session.scalars(select(RiskPoint).where(RiskPoint.state == "draft").order_by(RiskPoint.id))
    )
    assert [(p.title, p.post, p.power_item) for p in made] == [
        ("资格条件设置", "资格审查岗", "招标文件审查"), ("评分标准设置", "招标管理岗", "招标文件审查"),
    ]  # fmt: skip
    last = _versions(point)[-1]
    assert (point.state, last.kind, last.related_ids) == ("active", "split", [p.id for p in made])
    department.take("dept_head", made[0], "submit")


def test_a_point_leaves_with_nothing_open(department: Department) -> None:
    point = _listed(department)
    _propose(department, point, "cancel")
    open_warning = _warning(department, point)
    assert _action(department, "unit_discipline", point, "cancel").reasons[0].code == "still_open"
    department.take("office", open_warning, "lift", result="已核查")
    department.take("unit_discipline", point, "cancel", cancel_document="〔2026〕9号", result="已撤销")
    assert _versions(point)[-1].kind == "cancel"


def test_what_an_import_changed_is_a_version_too(department: Department) -> None:
    point = _listed(department)
    office = department.actor("office")
    proposal = ChangeProposal(
        risk_point=point, source="import", changes={"post": {"old": WHOLE["post"], "new": "采购岗"}},
        proposed_by_id=office.user_id,
    )  # fmt: skip
    db.session.add(proposal)
    db.session.commit()
    risk_points.decide_import_change(office, point.id, proposal.id, accept=True, version=point.version)
    assert [(v.kind, v.fields["post"]) for v in _versions(point)] == [
        ("new", "招标管理岗"),
        ("change", "采购岗"),
    ]


def test_every_responsible_post_and_the_power_itself_can_change(department: Department) -> None:
    point = _listed(department)
    new = {
        "department": "工程科", "power_item": "维修养护项目比选", "process_step": "比选", "category": "duty",
        "dept_head_post": "工程科科长", "resp_post": "比选岗", "resp_leader_post": "分管副处长",
    }  # fmt: skip
    _propose(department, point, "owner", **{f"new_{name}": value for name, value in new.items()})
    assert point.dept_head_post is None
    department.take("unit_discipline", point, "approve_change", result="同意")
    assert {name: getattr(point, name) for name in new} == new
    assert _versions(point)[-1].fields["dept_head_post"] == "工程科科长"
