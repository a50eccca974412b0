"""预警: opened, answered, lifted or confirmed by those whose it is; and what that does to point and notice."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.documents import contexts
from riskctl.errors import EditedMeanwhile, InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.models import Issue, Notice, RiskPoint, RiskWarning
from riskctl.services import (
    colour_overrides,
    ledgers,
    notice_contexts,
    todo,
    transitions,
    verification,
    warning_opening,
    warnings,
)
from tests.department import Department

NOON = datetime(2026, 11, 24, 4, tzinfo=clock.now().tzinfo)


@pytest.fixture(autouse=True)
def traveller(session: Any) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as started:
        yield started


def _open(
    department: Department,
    point: RiskPoint,
    by: str = "unit_discipline",
    colour: str = "yellow",
    **changes: Any,
) -> RiskWarning:
    data = {
        "risk_point_id": point.id,
        "colour": colour,
        "facts": "占比过高",
        "requirement": "逐项核查",
        **changes,
    }
    return warning_opening.create(department.actor(by), data)


def _allowed(department: Department, username: str, case: Any) -> set[str]:
    found = transitions.available(department.actor(username), case)
    return {action.trigger for action in found if action.allowed}


def _notice(session: Any) -> Notice:
    found: Notice = session.scalars(select(Notice).where(Notice.document_class == "G")).one()
    return found


@pytest.mark.parametrize(
    ("colour", "due"),
    [("blue", date(2026, 12, 8)), ("yellow", date(2026, 12, 3)), ("orange", date(2026, 12, 3)), ("red", date(2026, 12, 1))],
)  # fmt: skip
def test_each_colour_asks_for_its_reply_within_its_days(
    department: Department, colour: str, due: date
) -> None:
    warning = _open(department, department.point(), "office", colour)
    assert (warning.reply_due, warning.step_due_on, warning.state) == (due, due, "open")


def test_nobody_gives_a_warning_another_colour(department: Department) -> None:
    warning = _open(department, department.point())
    assert not colour_overrides.may_set(department.actor("office"), warning)


def test_from_opening_to_lifting(department: Department, session: Any) -> None:
    point = department.point()
    warning = _open(department, point)
    assert (point.state, warning.title) == ("warned", "黄色预警（日常监督）：小额项目直接指定")
    assert [task.step.label for task in todo.tasks(department.actor("dept_head"))] == ["反馈"]
    department.take("post", warning, "reply", reply="两个应急项目集中支付")
    assert (warning.replied_on, warning.step_due_on) == (clock.today(), date(2026, 12, 1))
    department.take("office", warning, "return_reply", reason="未说明防控措施")
    assert (warning.state, warning.replied_on, warning.step_due_on) == ("open", None, warning.reply_due)
    department.take("dept_head", warning, "reply", reply="已增加比选环节")
    assert _allowed(department, "unit_discipline", warning) & {"lift"} == set()
    assert _allowed(department, "dept_head", warning) == set()
    with pytest.raises(NotAllowed, match="职责分离"):
        department.take("unit_discipline", warning, "lift", result="可")
    department.take("unit_discipline2", warning, "lift", result="措施有效")
    assert (warning.state, warning.settled_on, point.state) == ("lifted", clock.today(), "active")
    # The extra look three months later, on a working day.
    assert point.inspection_due == date(2027, 2, 24)
    assert transitions.waits_for(warning) == []
    assert verification.verify().problems == []


def test_who_answered_does_not_lift(department: Department) -> None:
    point = department.point(unit="JS")
    warning = _open(department, point, "resident", "blue")
    for gone in ("post_d", "dept_head_d", "commissioner_d"):
        with pytest.raises(NotAllowed):
            department.take(gone, warning, "lift", result="可")
    department.take("dept_head_d", warning, "reply", reply="已查")
    assert "lift_warning" not in _allowed(department, "resident", point)
    department.take("office", point, "lift_warning", result="已核查")
    assert (warning.state, warning.result) == ("lifted", "已核查")


def test_the_last_of_several_brings_the_point_back(department: Department) -> None:
    point = department.point()
    first, second = _open(department, point), _open(department, point, "office", "blue")
    department.take("office", first, "lift", result="已核查")
    assert point.state == "warned"
    department.take("unit_discipline", second, "lift", result="已核查")
    assert point.state == "active"
    assert [case.state for case in (first, second)] == ["lifted", "lifted"]


def test_a_warning_of_a_point_elsewhere_moves_it_not(department: Department) -> None:
    point = department.point()
    department.take("dept_head", point, "open_review", reason="年度复核")
    warning = _open(department, point)
    assert (point.state, warning.state) == ("review", "open")
    department.take("dept_head", point, "keep", result="无变化")
    assert point.state == "warned"  # what is open beside it is not forgotten
    department.take("office", warning, "lift", result="已核查")
    assert point.state == "active"


def test_who_may_not_open_proposes(department: Department, session: Any) -> None:
    point = department.point()
    for username in ("post", "dept_head", "leader", "auditor"):
        with pytest.raises(NotAllowed):
            _open(department, point, username)
    proposed = _open(department, point, "commissioner")
    formal = _open(department, point, "unit_discipline", "red")
    assert (proposed.state, formal.state, point.state) == ("proposed", "proposed", "active")
    assert not ledgers.is_visible(department.actor("post"), "warning", proposed.id)
    assert _allowed(department, "unit_discipline", proposed) == {"approve", "reject"}
    assert _allowed(department, "unit_discipline2", formal) == set()
    department.take("unit_discipline", proposed, "approve", reply_due="2026-12-10")
    assert (proposed.state, point.state, proposed.step_due_on) == ("open", "warned", date(2026, 12, 10))
    department.take("resident", formal, "reject", reason="情形轻微")
    assert (formal.state, session.scalars(select(Notice)).all()) == ("void", [])
    with pytest.raises(NotAllowed, match="职责分离"):
        department.take("unit_discipline", proposed, "lift", result="可")


def test_a_proposal_is_changed_by_its_author_until_it_is_out(department: Department) -> None:
    warning = _open(department, department.point(), "commissioner")
    author = department.actor("commissioner")
    warnings.edit(author, warning.id, {"facts": "占比61%"}, version=warning.version)
    assert warning.facts == "占比61%"
    with pytest.raises(NotAllowed):
        warnings.edit(department.actor("office"), warning.id, {"facts": "改"}, version=warning.version)
    with pytest.raises(EditedMeanwhile):
        warnings.edit(author, warning.id, {"facts": "改"}, version=1)
    department.take("office", warning, "approve", reply_due=clock.today().isoformat())
    with pytest.raises(RuleBroken):
        warnings.edit(author, warning.id, {"facts": "改"}, version=warning.version)


def test_what_cannot_be_opened(department: Department, session: Any) -> None:
    point = department.point()
    with pytest.raises(InvalidInput) as refused:
        _open(department, point, reply_due=date(2026, 11, 23))
    assert refused.value.reasons[0].field == "reply_due"
    with pytest.raises(InvalidInput) as refused:
        _open(department, point, "unit_discipline_b")
    assert refused.value.reasons[0].field == "risk_point_id"
    department.take("dept_head", point, "open_review", reason="撤销")
    department.take("dept_head", point, "propose_change", kind="cancel", reason="撤销")
    department.take("leader", point, "cancel", cancel_document="〔2026〕9号", result="已撤销")
    with pytest.raises(RuleBroken, match="在册"):
        _open(department, point)
    assert session.scalars(select(RiskWarning)).all() == []


def test_a_confirmed_warning_becomes_an_issue_and_the_others_stay(
    department: Department, session: Any
) -> None:
    point = department.point()
    first, second = _open(department, point, facts="四项直接委托"), _open(department, point, "office", "blue")
    (confirm,) = [
        a for a in transitions.available(department.actor("office2"), first) if a.trigger == "confirm"
    ]
    data = {item.name: item.default for item in confirm.inputs}
    assert data["problem"] == "四项直接委托"
    department.take("office2", first, "confirm", **{**data, "found_on": clock.today().isoformat()})
    issue = session.scalars(select(Issue)).one()
    assert (issue.state, issue.source, issue.source_doc) == ("draft", "warning", first.code)
    assert (first.state, first.issue_id, second.state) == ("confirmed", issue.id, "open")
    assert point.state == "rectifying"
    assert issue.risk_point_ids == [point.id]
    department.take("office", issue, "void", reason="不属实")
    department.take("office", point, "resume", result="已核实")
    assert point.state == "warned"
    assert verification.verify().problems == []


def test_the_point_is_lifted_by_those_who_may_open_its_colour(department: Department) -> None:
    point = department.point()
    warning = _open(department, point, "office", "red")
    assert "lift_warning" not in _allowed(department, "unit_discipline", point)
    assert _allowed(department, "unit_discipline", warning) == set()
    department.take("resident", point, "lift_warning", result="已核查")
    assert (warning.state, point.state) == ("lifted", "active")


def test_the_colours_that_a_unit_may_choose(department: Department) -> None:
    point = department.point()
    for username, colours in (
        ("unit_discipline", ["blue", "yellow"]),
        ("office", ["blue", "yellow", "orange", "red"]),
    ):
        (warn,) = [a for a in transitions.available(department.actor(username), point) if a.trigger == "warn"]
        assert [value for value, _ in warn.inputs[0].choices] == colours
    data = {"facts": "举报", "requirement": "核查", "reply_due": clock.today().isoformat()}
    with pytest.raises(RuleBroken, match="没有这个选项"):
        department.take("unit_discipline", point, "warn", colour="red", **data)


# --- the formal notice ----------------------------------------------------------------------------


def test_a_formal_warning_drafts_its_notice_and_shares_its_reply(
    department: Department, session: Any
) -> None:
    point = department.point()
    warning = _open(department, point, "office", "orange", facts="单月直接委托占比62.5%")
    notice = _notice(session)
    assert (notice.kind, notice.state, notice.number) == ("warning_notice", "draft", None)
    assert (notice.risk_point_id, warning.notice_id) == (point.id, notice.id)
    said = contexts.frozen_text(notice_contexts.context_of(notice))
    for words in (
        f"（编号{point.code}，等级中）出现以下情形", "单月直接委托占比62.5%", "现发出橙色预警",
        "请于2026年12月3日前将核查情况、原因分析和防控措施书面反馈我委",
    ):  # fmt: skip
        assert words in said, words
    department.take("office", notice, "submit")
    department.take("office2", notice, "check")
    department.take("office_head", notice, "sign")
    assert (notice.number, notice.reply_due) == ("锦水机纪〔2026〕1号", date(2026, 12, 3))
    department.take("dept_head", notice, "receive", received_on=clock.today().isoformat(), receiver="主任")
    assert [task.record for task in todo.tasks(department.actor("dept_head"))] == [warning]
    department.take("dept_head", warning, "reply", reply="已核查")
    assert (notice.state, notice.replied_on) == ("replied", clock.today())
    department.take("resident", warning, "lift", result="可")
    assert (notice.state, point.state) == ("replied", "active")


def test_the_reply_to_the_notice_is_the_reply_to_the_warning(department: Department, session: Any) -> None:
    warning = _open(department, department.point(), "resident", "red")
    notice = _notice(session)
    assert notice.issuer.signer_role == "resident"
    department.take("office", notice, "submit")
    department.take("office2", notice, "check")
    department.take("office_head", notice, "sign")  # 驻厅组 drafted it, and nobody signs what he drafted
    today = clock.today().isoformat()
    department.take("dept_head", notice, "receive", received_on=today, receiver="主任")
    department.take("dept_head", notice, "reply", replied_on=today, reply="已核查并整改")
    assert (warning.state, warning.reply) == ("replied", "已核查并整改")


def test_an_unsigned_notice_goes_with_its_warning(department: Department, session: Any) -> None:
    warning = _open(department, department.point(), "office", "red")
    department.take("office2", warning, "lift", result="误报")
    assert _notice(session).state == "withdrawn"


# --- who may know of it ---------------------------------------------------------------------------


def test_another_unit_knows_of_no_warning(department: Department) -> None:
    warning = _open(department, department.point())
    for username in ("post_b", "unit_discipline_b", "sysadmin"):
        with pytest.raises(NotFound):
            ledgers.get(department.actor(username), "warning", warning.id)
    for username in ("post", "commissioner", "leader", "resident", "auditor"):
        assert ledgers.get(department.actor(username), "warning", warning.id) == warning
