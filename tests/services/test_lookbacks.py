"""回头看: who looks, what follows from each result, and what others see of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import NotAllowed, RuleBroken
from riskctl.extensions import db
from riskctl.models import Message
from riskctl.services import (
    accounts,
    audit,
    campaigns,
    directory,
    ledgers,
    lookback_due,
    lookback_pages,
    ticking,
    todo,
    transitions,
    views,
)
from riskctl.services.ledgers import Query
from tests.department import Department
from tests.services import looking_back


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


# --- who looks ------------------------------------------------------------------------------------


def test_who_accepted_an_issue_does_not_look_at_it_again(department: Department) -> None:
    issue = department.closed()  # accepted by office and office2
    (item,) = looking_back.items(looking_back.drawn(department))
    assert item.issue_id == issue.id
    assert {looking_back.username(i) for i in item.inspectors} == {"resident", "auditor"}
    with pytest.raises(NotAllowed):
        looking_back.check(department, item, "consolidated", by="office")
    (assign,) = (a for a in transitions.available(department.actor("office"), item) if a.trigger == "assign")
    offered = {looking_back.username(value) for value, _ in assign.inputs[0].choices}
    assert not offered & {"office", "office2", "office_head", "dept_head", "unit_discipline"}
    tasks = {task.record.code: task for task in todo.tasks(department.actor("resident"))}
    assert tasks[item.code].step.trigger == "check"
    assert item.code not in {
        task.record.code for task in todo.tasks(department.actor("office")) if task.group != "等待他人"
    }


def test_the_load_is_spread(department: Department) -> None:
    looking_back.closed(department, 10)
    items = looking_back.items(looking_back.drawn(department, share=100))
    numbers = [user_id for item in items for user_id in item.inspectors]
    assert all(len(set(item.inspectors)) == 2 for item in items)
    counts = sorted(numbers.count(user_id) for user_id in set(numbers))
    assert counts[-1] - counts[0] <= 1


def test_without_two_from_outside_somebody_has_to_be_assigned(department: Department) -> None:
    for username in ("resident", "auditor", "office2"):
        accounts.find(username).active = False
    db.session.commit()
    directory.forget()
    looking_back.closed(department, 1)
    (item,) = looking_back.items(looking_back.drawn(department))
    assert (item.state, item.inspectors) == ("pending", [])
    actor = department.actor("office")
    (assign,) = (a for a in transitions.available(actor, item) if a.trigger == "assign")
    assert [reason.code for reason in assign.reasons] == ["no_inspectors"]
    accounts.find("resident").active = True
    db.session.commit()
    directory.forget()
    named = [department.actor(name).user_id for name in ("office", "resident")]
    department.take("office", item, "assign", inspectors=named, check_due=clock.today().isoformat())
    assert item.state == "assigned"
    assert item.step_due_on == clock.today()


# --- results --------------------------------------------------------------------------------------


def test_consolidated_lets_a_serious_issue_be_archived_at_once(department: Department) -> None:
    (issue,) = looking_back.closed(department, 1, severity="serious", closed_on=clock.today())
    archive = next(
        a for a in transitions.available(department.actor("office"), issue) if a.trigger == "archive"
    )
    assert [reason.code for reason in archive.reasons] == ["lookback_due"]
    campaign = looking_back.drawn(department, questions=[{"text": "比选制度是否执行"}])
    archive = next(
        a for a in transitions.available(department.actor("office"), issue) if a.trigger == "archive"
    )
    assert [reason.code for reason in archive.reasons] == ["lookback_open"]
    with pytest.raises(RuleBroken, match="1 项复查"):
        department.take("office", campaign, "close")
    db.session.rollback()
    (item,) = looking_back.items(campaign)
    looking_back.check(department, item, "consolidated", answer_1="已执行")
    assert item.state == "done"
    assert item.answers == [{"question": "比选制度是否执行", "answer": "已执行"}]
    department.take("office", issue, "archive")
    department.take("office", campaign, "close", summary="整改成效巩固")
    assert campaigns.results(campaign) == {"consolidated": 1}
    assert lookback_pages.beside(department.actor("office"), campaign)["rate"] == 100


@pytest.mark.parametrize(("result", "code"), [("rebound", "rebound"), ("sham", "sham")])
def test_a_failed_check_reopens_the_issue_with_the_reason_filled_in(
    department: Department, result: str, code: str
) -> None:
    issue = department.closed()
    (item,) = looking_back.items(looking_back.drawn(department))
    looking_back.check(department, item, result)
    assert item.state == "rebounded"
    actor = department.actor("office")
    (reopen,) = (a for a in transitions.available(actor, item) if a.trigger == "reopen")
    filled = {i.name: i.default for i in reopen.inputs if i.default is not None}
    assert filled["reason_code"] == code
    assert filled["reason"] == "四季度回头看复查：抽查3个项目，制度未执行"
    department.take("office", item, "reopen", **{k: str(v) for k, v in filled.items()})
    assert (item.state, item.reopened_on) == ("done", clock.today())
    assert (issue.state, issue.reopen_count) == ("issued", 1)
    last = audit.history("issue", issue.id)[-1]
    assert last.event.trigger == "reopen"
    assert last.data["reason_code"] == code


def test_the_issues_own_reopening_settles_the_item(department: Department) -> None:
    issue = department.closed()
    (item,) = looking_back.items(looking_back.drawn(department))
    looking_back.check(department, item, "rebound")
    due = (clock.today() + timedelta(days=30)).isoformat()
    department.take("resident", issue, "reopen", reason_code="rebound", reason="反弹", due_on=due)
    assert (item.state, item.reopened_on, issue.reopen_count) == ("done", clock.today(), 1)


def test_a_doubtful_check_goes_back(department: Department) -> None:
    looking_back.closed(department, 1)
    (item,) = looking_back.items(looking_back.drawn(department))
    looking_back.check(department, item, "sham")
    department.take("office", item, "return_check", reason="证据不足")
    assert (item.state, item.result, item.finding) == ("assigned", None, None)
    looking_back.check(department, item, "consolidated")
    assert item.state == "done"


def test_partial_asks_for_the_rest(department: Department) -> None:
    looking_back.closed(department, 1)
    (item,) = looking_back.items(looking_back.drawn(department))
    looking_back.check(department, item, "partial")
    assert (item.state, item.supplement) == ("supplementing", item.finding)
    assert item.step_due_on == item.supplement_due
    department.take("dept_head", item, "report_supplement", supplement_report="已补齐")
    first = looking_back.username(item.inspectors[0])
    department.take(first, item, "return_supplement", reason="仍缺两份")
    department.take("dept_head", item, "report_supplement", supplement_report="已全部补齐")
    with pytest.raises(NotAllowed):
        department.take("dept_head", item, "confirm", opinion="到位")
    department.take(first, item, "confirm", opinion="到位")
    assert item.state == "done"
    assert lookback_pages.beside(department.actor("office"), item.campaign)["results"] == {"partial": 1}


def test_an_issue_that_is_open_again_is_dropped(department: Department) -> None:
    issue = department.closed()
    campaign = looking_back.drawn(department)
    (item,) = looking_back.items(campaign)
    due = (clock.today() + timedelta(days=30)).isoformat()
    department.take("office", issue, "reopen", reason_code="new_evidence", reason="新证据", due_on=due)
    with pytest.raises(RuleBroken, match="不再复查"):
        looking_back.check(department, item, "consolidated")
    db.session.rollback()
    department.take("office", item, "drop", reason="已重新整改")
    department.take("office", campaign, "close")
    assert campaigns.results(campaign) == {"dropped": 1}


# --- what others see ------------------------------------------------------------------------------


def test_not_drawn_is_seen_on_the_issue_and_what_is_due_is_listed(department: Department) -> None:
    office = department.actor("office")
    issues = looking_back.closed(department, 4)
    looking_back.closed(department, 1, unit="SK-02", closed_on=clock.today())  # too early
    assert {i.id for i in lookback_due.due(office)} == {i.id for i in issues}
    campaign = looking_back.drawn(department)
    assert lookback_due.due(office) == []
    chosen = {item.issue_id for item in looking_back.items(campaign)}
    assert 0 < len(chosen) < 5
    for issue in issues:
        ((candidate, item),) = lookback_pages.beside(office, issue)["listed"]
        assert (candidate.drawn, item is not None) == (issue.id in chosen,) * 2


def test_the_tick_tells_the_office_once_a_month_what_is_due(department: Department) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 1, tzinfo=UTC), tick=False):
        looking_back.closed(department, 3, closed_on=date(2026, 8, 1))
        looking_back.closed(department, 1, unit="WZ", closed_on=date(2026, 9, 10))
    for _ in range(2):
        ticking.tick("2026-11-24T08:30")
    mine = select(Message).where(Message.key.startswith("lookback-due"))
    told = db.session.scalars(mine.order_by(Message.user_id)).all()
    assert [m.user_id for m in told] == sorted(department.actor(n).user_id for n in ("office", "office2"))
    assert told[0].text.startswith("有3件问题销号已满3个月")
    ticking.tick("2026-12-11T08:30")
    latest = db.session.scalars(mine.order_by(Message.id.desc())).first()
    assert latest is not None
    assert latest.text.startswith("有4件")


def test_nothing_due_is_nothing_told(department: Department) -> None:
    assert lookback_due.propose(clock.now()) == 0


def test_a_clue_takes_what_was_found_with_it(department: Department) -> None:
    issue = department.closed()
    (item,) = looking_back.items(looking_back.drawn(department))
    looking_back.check(department, item, "rebound", finding="发现疑似线索的情形")
    due = (clock.today() + timedelta(days=30)).isoformat()
    department.take("office", item, "reopen", reason_code="rebound", reason="反弹", due_on=due)
    department.take("office_head", issue, "recall", reason="另行处理")
    department.take("office_head", issue, "transfer", reason_code="clue")
    assert (item.finding, item.supplement, item.answers) == (None, None, [])
    told = [view.fields.get("finding") for view in audit.history("lookback", item.id)]
    assert "发现疑似线索的情形" not in str(told)


def test_a_check_is_not_known_where_its_issue_is_not(department: Department) -> None:
    looking_back.closed(department, 1)
    (item,) = looking_back.items(looking_back.drawn(department))
    assert not ledgers.is_visible(department.actor("dept_head_b"), "lookback", item.id)
    shown = ledgers.page(department.actor("dept_head"), "lookback", Query(linked={"issue": item.issue_id}))
    assert shown.items == [item]
    assert views.row(department.actor("dept_head"), item)["campaign_title"] == "四季度回头看"
    item.issue.restricted = True
    db.session.commit()
    assert not ledgers.is_visible(department.actor("dept_head"), "lookback", item.id)
