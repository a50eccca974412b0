"""The demo: the size of the department's own account, every account of the contract, true chains."""

from typing import Any

import pytest
from sqlalchemy import func, select

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import (
    BranchCover,
    Event,
    Indicator,
    Interview,
    Issue,
    Issuer,
    RiskPoint,
    RiskWarning,
    RoleGrant,
    Unit,
    User,
)
from riskctl.permissions import ROLE_LABELS, Role
from riskctl.services import accounts, demo, ledgers
from riskctl.services.demo import history
from riskctl.services.demo.ledgers import make_issues, make_risk_points
from riskctl.services.ledgers import Query
from riskctl.services.verification import verify
from tests.department import PASSWORD, Department

CONTRACT = {
    "post": "经办人", "dept_head": "部门负责人", "commissioner": "支部纪检委员", "unit_discipline": "单位纪委",
    "unit_discipline2": "单位纪委", "leader": "分管领导", "secretary": "党组书记", "office": "机关纪委",
    "office2": "机关纪委", "office_head": "机关纪委书记", "resident": "驻厅纪检监察组", "auditor": "巡察/审计",
    "sysadmin": "系统管理员", "secadmin": "安全管理员", "auditadmin": "审计管理员", "post_b": "经办人",
    "dept_head_b": "部门负责人", "commissioner_b": "支部纪检委员", "unit_discipline_b": "单位纪委", "post_d": "经办人",
    "dept_head_d": "部门负责人", "commissioner_d": "支部纪检委员",
}  # fmt: skip


def _count(model: Any, *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


@pytest.mark.parametrize("username", CONTRACT)
def test_each_account_of_the_contract_signs_in(session: Any, department: Department, username: str) -> None:
    user = accounts.authenticate(username, PASSWORD)
    assert not user.must_change_password
    assert {grant.role for grant in user.grants} == {
        role for role in Role if ROLE_LABELS[role] == CONTRACT[username]
    }


def test_every_branch_covers_something_and_has_its_commissioner(session: Any, department: Department) -> None:
    branches = select(Unit.id).where(Unit.kind == "branch")
    assert _count(Unit, Unit.kind == "branch") == 275
    assert _count(Unit, Unit.id.in_(branches), Unit.id.not_in(select(BranchCover.branch_id))) == 0
    held = select(RoleGrant.unit_id).where(RoleGrant.role == Role.COMMISSIONER)
    assert sorted(db.session.scalars(held)) == sorted(db.session.scalars(branches)), "one each"
    assert db.session.scalar(select(func.sum(Unit.members))) == 2164


def test_every_account_and_unit_has_its_founding_event(session: Any, department: Department) -> None:
    for model, kind in ((User, "user"), (Unit, "unit")):
        told = select(Event.case_id).where(Event.case_type == kind, Event.seq == 1)
        assert _count(model, model.id.not_in(told)) == 0


def test_units_that_must_not_see_each_other_do_not(session: Any, department: Department) -> None:
    issue = department.issued("SK")
    seen = {
        name: issue.id in {row.id for row in ledgers.page(department.actor(name), "issue", Query()).items}
        for name in ("dept_head", "commissioner", "unit_discipline", "office", "dept_head_b", "unit_discipline_b", "post_d")
    }  # fmt: skip
    assert seen == {
        "dept_head": True, "commissioner": True, "unit_discipline": True, "office": True, "dept_head_b": False,
        "unit_discipline_b": False, "post_d": False,
    }  # fmt: skip


def _points() -> list[tuple[Any, ...]]:
    query = select(RiskPoint.code, RiskPoint.title, RiskPoint.unit_id, RiskPoint.level, RiskPoint.likelihood)
    return [tuple(row) for row in db.session.execute(query.order_by(RiskPoint.id))]


def test_it_is_the_same_each_time(session: Any, department: Department) -> None:
    made = []
    for _ in range(2):
        assert list(make_risk_points(40))[-1] == 40
        made.append(_points())
        db.session.rollback()
    assert made[0] == made[1]
    assert len(made[0]) == 40
    assert _points() == [], "nothing was committed on the way"


def test_some_points_are_not_scored_yet_and_every_level_occurs(session: Any, department: Department) -> None:
    list(make_risk_points(100))
    counted = select(RiskPoint.level, func.count()).group_by(RiskPoint.level)
    levels = {row[0]: row[1] for row in db.session.execute(counted)}
    assert set(levels) == {"high", "medium", "low", None}
    assert min(levels.values()) >= 5


def test_a_whole_seed_is_verified_clean_and_done_once(session: Any) -> None:
    progress = [
        (label, list(steps)[-1]) for label, _, steps in demo.seed("Demo-2026-x", risk_points=789, issues=60)
    ]
    assert progress == [("风险点", 789), ("问题", 60)]
    assert _count(RiskPoint) == 789
    assert _count(Issue) >= 60
    assert _count(Interview) >= 1
    assert _count(Issuer) == 4 + 37
    assert _count(Indicator) == 4
    assert [warning.colour for warning in db.session.scalars(select(RiskWarning))] == ["orange"]
    assert _count(RiskPoint, RiskPoint.level.is_not(None), RiskPoint.inspection_due.is_(None)) == 0
    report = verify()
    assert report.problems == []
    before = _count(Event)
    with pytest.raises(InvalidInput, match="只能装入空库"):
        list(demo.seed("Demo-2026-x", risk_points=1, issues=1))
    assert _count(Event) == before


def test_a_stopped_seed_leaves_an_empty_database(session: Any) -> None:
    for _, _, steps in demo.seed("Demo-2026-x", risk_points=20, issues=5):
        list(steps)
        break
    db.session.rollback()
    assert _count(Unit) == 0
    for _, _, steps in demo.seed("Demo-2026-x", risk_points=20, issues=5):
        list(steps)
    assert _count(RiskPoint) == 20


@pytest.mark.parametrize("password", ["", "short"])
def test_there_is_no_password_by_default(session: Any, password: str) -> None:
    with pytest.raises(InvalidInput, match="没有默认密码"):
        list(demo.seed(password, risk_points=1, issues=1))
    with pytest.raises(InvalidInput, match="没有默认密码"):
        demo.set_passwords(password)


def test_issues_stand_in_several_states(session: Any, department: Department) -> None:
    list(make_issues(30))
    states = set(db.session.scalars(select(Issue.state)))
    assert {"issued", "planning", "rectifying", "closed"} <= states
    assert verify().problems == []


def test_issues_with_a_past_tell_it_in_their_chains(
    session: Any, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BATCH", 20)
    assert list(history.make_issues(60)) == [20, 40, 60]
    report = verify()
    assert not report.problems
    assert report.records >= 60
    assert _count(Event, Event.case_type == "issue") / _count(Issue) >= 9
    states = set(session.scalars(select(Issue.state).distinct()))
    assert {"archived", "closed", "rectifying"} <= states
    first = select(func.min(Event.at)).where(Event.case_type == "issue", Event.case_id == Issue.id)
    assert set(session.scalars(select(Issue.created_at == first.scalar_subquery()))) == {True}
    office = accounts.actor_of(accounts.find("office"))
    found = ledgers.page(office, "issue", Query(q="小额维养"))
    assert found.items, "the text index is filled"
    following = department.issued()
    assert following.id > 60
