"""举一反三: who is asked, what an answer 有 opens, and that a unit learns nothing of the other's case."""

from datetime import timedelta
from typing import Any

import pytest

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint, SelfCheck, Unit
from riskctl.services import audit, ledgers, lookback_pages, self_checks, todo, views
from riskctl.services.ledgers import Query
from tests.department import Department

ASKED = {"title": "小额项目比选程序执行情况", "content": "自查2025年以来限额以下项目是否履行比选程序。"}


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _point(department: Department, unit: str, **changes: Any) -> RiskPoint:
    values = {"category": "process", "power_type": "project", "state": "active", **changes}
    point = RiskPoint(
        code=f"LF-T-{unit}-{values['category']}", title="项目发包", unit_id=department.unit(unit).id,
        created_by_id=department.actor("office").user_id, acted={}, **values,
    )  # fmt: skip
    db.session.add(point)
    db.session.flush()
    audit.append_founding([point], trigger="create", actor_id=None)
    db.session.commit()
    return point


def _issue(department: Department, **changes: Any) -> Issue:
    issue = department.issued(**changes)
    issue.risk_points = [_point(department, "SK")]
    db.session.commit()
    return issue


def _send(
    department: Department, issue: Issue, *units: str, by: str = "office", **changes: Any
) -> list[SelfCheck]:
    data = {**ASKED, "unit_ids": [department.unit(unit).id for unit in units], **changes}
    return self_checks.send(department.actor(by), issue.id, data)


def _answer(department: Department, task: SelfCheck, finding: str, by: str = "dept_head_b") -> Any:
    evidence = department.evidence(by)
    return department.take(
        by, task, "answer", finding=finding, answer="查12个项目，2个未比选", evidence=evidence
    )


def test_the_units_with_the_same_kind_of_point_are_proposed(department: Department) -> None:
    issue = _issue(department)
    _point(department, "WZ-01")  # a section counts as its unit
    _point(department, "JS")
    _point(department, "ZF", power_type="money")
    _point(department, "ZJ", category="duty")
    _point(department, "HH", state="draft")
    _point(department, "SK-03", category="process")
    units = self_checks.units_for(department.actor("office"), issue)
    assert {unit.kind for unit in units} == {"department", "affiliated"}
    assert department.unit("SK") not in units
    proposed = {db.session.get_one(Unit, i).code for i in self_checks.same_kind(issue, units)}
    assert proposed == {"WZ", "JS"}


def test_without_a_linked_point_nobody_is_proposed(department: Department) -> None:
    issue = department.issued()
    units = self_checks.units_for(department.actor("office"), issue)
    assert self_checks.same_kind(issue, units) == []
    assert len(units) > 10


def test_a_units_discipline_office_asks_its_own_sections(department: Department) -> None:
    issue = _issue(department)
    units = self_checks.units_for(department.actor("unit_discipline"), issue)
    assert {unit.code[:3] for unit in units} == {"SK-"}
    (task,) = _send(department, issue, "SK-02", by="unit_discipline")
    assert task.by_unit
    with pytest.raises(InvalidInput, match="不能下发的单位"):
        _send(department, issue, "WZ", by="unit_discipline")
    for username in ("dept_head", "resident", "commissioner"):
        with pytest.raises(NotAllowed):
            _send(department, issue, "SK-03", by=username)
    with pytest.raises(NotFound):
        _send(department, issue, "WZ", by="unit_discipline_b")


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"unit_ids": []}, "unit_ids", "至少选一个"),
        ({"answer_due": clock.today() - timedelta(days=1)}, "answer_due", "不能早于今天"),
        ({"content": "检查发现4项小额项目未经比选直接委托同一单位实施。"}, "content", "不得照抄"),
    ],
)
def test_a_bad_task_is_refused(department: Department, changes: dict[str, Any], field: str, why: str) -> None:
    issue = department.issued()
    with pytest.raises(InvalidInput, match=why) as refused:
        _send(department, issue, "WZ", **changes)
    assert refused.value.reasons[0].field == field


def test_nobody_is_asked_twice_nor_from_a_draft(department: Department) -> None:
    issue = department.issued()
    (task,) = _send(department, issue, "WZ")
    with pytest.raises(InvalidInput, match="已下发过"):
        _send(department, issue, "WZ", "JS")
    department.take("office", task, "withdraw", reason="要求有误")
    _send(department, issue, "WZ", "JS")
    assert self_checks.progress(issue) == {"asked": 2, "answered": 0, "found": 0}
    with pytest.raises(NotAllowed):
        _send(department, department.issue(), "WZ")


def test_a_unit_sees_its_own_task_and_nothing_of_the_other_case(department: Department) -> None:
    issue = department.issued()
    mine, other = _send(department, issue, "WZ", "JS")
    head = department.actor("dept_head_b")
    assert [task.record.code for task in todo.tasks(head)] == [mine.code]
    assert mine.code in {task.record.code for task in todo.tasks(department.actor("commissioner_b"))}
    assert ledgers.page(head, "self_check", Query()).items == [mine]
    with pytest.raises(NotFound):
        ledgers.get(head, "self_check", other.id)
    assert views.single(head, mine)["origin_id"] is None
    assert ledgers.page(head, "self_check", Query(linked={"issue": issue.id})).items == []
    told = [str(entry["changes"]) for entry in views.history(head, mine)]
    assert "origin_id" not in "".join(told)
    office = department.actor("office")
    assert views.single(office, mine)["origin_id"] == issue.id
    assert len(ledgers.page(office, "self_check", Query(linked={"issue": issue.id})).items) == 2
    with pytest.raises(NotFound):
        department.take("dept_head", mine, "answer", finding="none", answer="无", evidence=[])


def test_an_answer_needs_evidence(department: Department) -> None:
    (task,) = _send(department, department.issued(), "WZ")
    with pytest.raises(RuleBroken, match="佐证"):
        department.take("dept_head_b", task, "answer", finding="none", answer="无", evidence=[])


def test_one_that_found_the_same_has_it_on_the_ledger(department: Department) -> None:
    issue = department.issued()
    (task,) = _send(department, issue, "WZ")
    _answer(department, task, "found")
    found = task.found_issue
    assert found is not None
    assert (found.state, found.source, found.unit_id) == ("draft", "bulletin", department.unit("WZ").id)
    assert (found.title, found.verbatim) == (f"自查发现：{ASKED['title']}", "查12个项目，2个未比选")
    assert found.created_by_id == department.actor("dept_head_b").user_id
    assert issue.title not in found.title
    assert self_checks.progress(issue) == {"asked": 1, "answered": 1, "found": 1}
    shown = lookback_pages.beside(department.actor("office"), issue)["checks"]
    assert shown == {"asked": 1, "answered": 1, "found": 1}
    assert [e.event.trigger for e in audit.history("issue", found.id)] == ["create"]
    tasks = {t.record.code for t in todo.tasks(department.actor("unit_discipline_b"))}
    assert found.code in tasks  # somebody may submit it


def test_an_answer_sent_back_opens_no_second_issue(department: Department) -> None:
    (task,) = _send(department, department.issued(), "WZ")
    _answer(department, task, "found")
    first = task.found_issue_id
    department.take("office", task, "return_answer", reason="佐证不全")
    assert task.step_due_on == task.answer_due
    _answer(department, task, "found")
    assert task.found_issue_id == first
    department.take("office", task, "accept")
    assert task.state == "accepted"


def test_who_answered_does_not_accept(department: Department) -> None:
    (task,) = _send(department, department.issued(), "SK-02", by="unit_discipline")
    _answer(department, task, "not_applicable", by="dept_head")
    with pytest.raises(NotAllowed):
        department.take("dept_head", task, "accept")
    with pytest.raises(NotAllowed):  # the unit's own 纪委 asked
        department.take("office", task, "accept")
    department.take("unit_discipline2", task, "accept", opinion="同意")
    assert task.found_issue_id is None
