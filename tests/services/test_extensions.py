"""延期: who asks, checks and decides, what is too late or too much, and what an approval moves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from time_machine import travel

from riskctl.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from riskctl.extensions import db
from riskctl.models import Extension, Issue, Notice
from riskctl.services import audit, extensions, ledgers, rules, transitions
from riskctl.services.ledgers import Query
from riskctl.services.verification import verify
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
START = datetime(2026, 9, 7, 2, tzinfo=UTC)
LATER = datetime(2026, 10, 12, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with travel(START, tick=False):
        yield


@pytest.fixture
def issue(department: Department) -> Issue:
    """Thirty working days from 7 September: due on 23 October, over 国庆 and its 调休."""
    planned = department.planned(due_on=None)
    assert planned.due_on == date(2026, 10, 23)
    return planned


def ask(
    department: Department, issue: Issue, workdays: int = 10, by: str = "dept_head", **more: Any
) -> Extension:
    """An application, with what it needs."""
    data = {
        "issue_id": issue.id,
        "workdays": workdays,
        "reason_code": "joint",
        "reason": "需会同财政部门核定",
        **more,
    }
    return extensions.create(department.actor(by), data)


def granted(department: Department, issue: Issue, workdays: int = 10, by: str = "leader") -> Extension:
    """An application that was approved."""
    extension = ask(department, issue, workdays)
    department.take("unit_discipline", extension, "check", opinion="情况属实")
    department.take(by, extension, "approve", opinion="同意")
    return extension


def test_an_approval_moves_the_date_and_keeps_the_original(department: Department, issue: Issue) -> None:
    extension = granted(department, issue)
    assert (extension.state, extension.ordinal, extension.decided_on) == ("approved", 1, date(2026, 9, 7))
    assert (extension.due_before, extension.due_granted) == (date(2026, 10, 23), date(2026, 11, 6))
    assert (issue.due_original, issue.due_on, issue.step_due_on) == (
        date(2026, 10, 23), date(2026, 11, 6), date(2026, 11, 6),
    )  # fmt: skip
    assert (issue.due_from, issue.due_term) == (date(2026, 10, 23), 10)
    assert issue.measures[0]["due_on"] == "2026-11-06"
    told = audit.history("issue", issue.id)[-1]
    assert told.event.trigger == "extend"
    assert told.fields["due_on"] == ["2026-10-23", "2026-11-06"]
    assert told.data["extension"] == extension.code
    assert verify().problems == []


def test_the_reply_is_drafted_and_goes_the_usual_way(department: Department, issue: Issue) -> None:
    granted(department, issue)
    notice = db.session.scalars(select(Notice).where(Notice.kind == "extension_reply")).one()
    assert notice.requirements is not None
    for said in ("同意将", "2026年10月23日延至2026年11月6日", "原定整改期限为2026年10月23日", "修订制度"):
        assert said in notice.requirements
    department.take("office", notice, "submit")
    department.take("office2", notice, "check")
    department.take("office_head", notice, "sign")
    assert (notice.number, notice.reply_due) == (notice.context["number"], None)  # type: ignore[index]
    assert issue.state == "rectifying"
    department.take("dept_head", notice, "receive", received_on="2026-09-07", receiver="主要负责人")
    department.take("office", notice, "archive")
    assert notice.state == "archived"


def test_who_prepares_does_not_submit_for_the_head(department: Department, issue: Issue) -> None:
    extension = ask(department, issue, by="post")
    assert extension.state == "draft"
    assert [entry.role for entry in transitions.waits_for(extension)] == ["dept_head"]
    with pytest.raises(NotAllowed):
        department.take("post", extension, "submit")
    edited = extensions.edit(
        department.actor("post"),
        extension.id,
        {"workdays": 12, "reason": "补充说明"},
        version=extension.version,
    )
    assert (edited.workdays, edited.due_asked) == (12, date(2026, 11, 10))
    department.take("dept_head", extension, "submit")
    assert extension.state == "asked"
    with pytest.raises(RuleBroken):
        extensions.edit(department.actor("post"), extension.id, {"workdays": 5}, version=extension.version)


def test_a_second_one_is_decided_by_the_secretary(department: Department, issue: Issue) -> None:
    granted(department, issue, 5)
    second = ask(department, issue, 5)
    department.take("unit_discipline", second, "check", opinion="属实")
    with pytest.raises(NotAllowed):
        department.take("leader", second, "approve")
    department.take("secretary", second, "approve")
    assert (second.ordinal, issue.due_on) == (2, date(2026, 11, 6))
    with pytest.raises(RuleBroken, match="已延期2次"):
        ask(department, issue, 1)


def test_a_grave_one_is_decided_by_the_secretary(department: Department) -> None:
    issue = department.planned(due_on=None, severity="grave")
    extension = ask(department, issue)
    department.take("unit_discipline", extension, "check", opinion="属实")
    assert [entry.role for entry in transitions.waits_for(extension)] == ["secretary"]


def test_over_the_date_of_a_units_own_discipline_decides_the_office(department: Department) -> None:
    issue = department.issue(by="unit_discipline", source="self_check", owner_level="unit")
    department.take("unit_discipline", issue, "submit", not_clue=True)
    department.take("unit_discipline2", issue, "verify", **{**department.verified(), "due_on": None})
    department.take("office_head", issue, "issue")
    department.receive(issue)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": "2026-09-20"}
    department.take("dept_head", issue, "submit_plan", goal="到位", measures=[measure], commitment=True)
    department.take("unit_discipline", issue, "approve_plan")
    extension = ask(department, issue)
    department.take("unit_discipline", extension, "check", opinion="属实")
    assert {entry.role for entry in transitions.waits_for(extension)} == {"office"}


def test_who_asked_or_reviewed_does_not_decide(department: Department, issue: Issue) -> None:
    extension = ask(department, issue)
    with pytest.raises(NotAllowed):
        department.take("dept_head", extension, "check", opinion="属实")
    with pytest.raises(NotAllowed):
        department.take("leader", extension, "check", opinion="属实")
    department.take("unit_discipline", extension, "check", opinion="属实")
    with pytest.raises(NotAllowed):
        department.take("unit_discipline", extension, "approve")


@pytest.mark.parametrize("username", ["leader", "unit_discipline", "resident"])
def test_nobody_else_asks(department: Department, issue: Issue, username: str) -> None:
    with pytest.raises(NotAllowed):
        ask(department, issue, by=username)


def test_another_unit_does_not_know_of_it(department: Department, issue: Issue) -> None:
    with pytest.raises(NotFound):
        ask(department, issue, by="dept_head_b")
    extension = ask(department, issue)
    with pytest.raises(NotFound):
        ledgers.get(department.actor("unit_discipline_b"), "extension", extension.id)
    found = ledgers.page(department.actor("dept_head"), "extension", Query(linked={"issue": issue.id}))
    assert found.items == [extension]


@pytest.mark.parametrize(("day", "refused"), [(20, False), (21, True)])
def test_it_is_asked_three_working_days_before(
    department: Department, issue: Issue, day: int, refused: bool
) -> None:
    with travel(datetime(2026, 10, day, 2, tzinfo=UTC), tick=False):
        if not refused:
            assert ask(department, issue).state == "asked"
            return
        with pytest.raises(RuleBroken, match="须在到期3个工作日前申请，最迟应于2026年10月20日申请"):
            ask(department, issue)
        assert db.session.scalar(select(Extension.id)) is None


def test_a_draft_is_not_submitted_too_late(department: Department, issue: Issue) -> None:
    extension = ask(department, issue, by="post")
    with travel(datetime(2026, 10, 21, 2, tzinfo=UTC), tick=False):
        with pytest.raises(RuleBroken, match="最迟应于2026年10月20日"):
            department.take("dept_head", extension, "submit")
        assert extension.state == "draft"


def test_together_at_most_half_of_the_original_term(department: Department, issue: Issue) -> None:
    assert extensions.limits(issue).most == 15
    with pytest.raises(InvalidInput, match="最多可延期15个工作日"):
        ask(department, issue, 16)
    db.session.rollback()
    granted(department, issue, 10)
    assert extensions.limits(issue).most == 5
    with pytest.raises(InvalidInput, match="最多可延期5个工作日"):
        ask(department, issue, 6)


def test_each_at_most_thirty_days_and_by_the_rules_of_its_own_day(department: Department) -> None:
    rule = {"ahead": 5, "times": 1, "days": 8, "share": 100}
    old = department.planned(due_on="2027-06-01")
    assert extensions.limits(old).most == 30
    with travel(datetime(2026, 9, 8, 2, tzinfo=UTC), tick=False):
        rules.set_rule(
            department.actor("office"),
            "extension",
            rule,
            effective_from=date(2026, 9, 8),
            reason="办公会议定",
        )
        new = department.planned(due_on="2027-06-01")
        assert (extensions.limits(new).most, extensions.limits(old).most) == (8, 30)
        granted(department, new, 8)
        with pytest.raises(RuleBroken, match="已延期1次"):
            ask(department, new, 1)


def test_one_at_a_time_and_no_closure_meanwhile(department: Department, issue: Issue) -> None:
    extension = ask(department, issue)
    with pytest.raises(RuleBroken, match=extension.code):
        ask(department, issue)
    with pytest.raises(RuleBroken, match=f"延期申请 {extension.code} 尚未办结"):
        department.apply(issue)
    db.session.rollback()
    department.take("dept_head", extension, "withdraw", reason="已按期完成")
    department.apply(issue)
    assert (extension.state, issue.state) == ("withdrawn", "unit_check")
    with pytest.raises(RuleBroken, match="整改中"):
        ask(department, issue)


def test_the_database_holds_no_second_open_one(department: Department, issue: Issue) -> None:
    first = ask(department, issue)
    values = {
        name: getattr(first, name)
        for name in ("issue_id", "unit_id", "reason", "reason_code", "created_by_id")
    }
    db.session.add(
        Extension(
            **values, code="YQ-X", state="asked", ordinal=1, workdays=1, due_before=first.due_before,
            due_asked=first.due_asked,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_refusal_is_answered_and_moves_nothing(department: Department, issue: Issue) -> None:
    extension = ask(department, issue)
    department.take("unit_discipline", extension, "check", opinion="属实")
    department.take("leader", extension, "reject", reason="理由不充分")
    assert (extension.state, extension.due_granted, issue.due_on) == ("rejected", None, issue.due_original)
    notice = db.session.scalars(select(Notice).where(Notice.kind == "extension_reply")).one()
    assert "不同意" in (notice.requirements or "")
    again = ask(department, issue)
    assert again.ordinal == 1
    department.take("unit_discipline", again, "reject", reason="材料不全")
    assert len(db.session.scalars(select(Notice).where(Notice.kind == "extension_reply")).all()) == 1


def test_measures_get_the_dates_that_were_asked_for(department: Department, issue: Issue) -> None:
    wanted = [{"measure": 1, "due_on": date(2026, 10, 30)}]
    extension = ask(department, issue, milestones=wanted)
    department.take("unit_discipline", extension, "check", opinion="属实")
    department.take("leader", extension, "approve")
    assert issue.measures[0]["due_on"] == "2026-10-30"


def test_a_reopened_one_counts_from_its_new_order(department: Department) -> None:
    issue = department.closed(due_on=None)
    with travel(datetime(2026, 11, 2, 2, tzinfo=UTC), tick=False):
        again = {"reason_code": "rebound", "reason": "反弹", "due_on": "2026-12-14"}
        department.take("office", issue, "reopen", **again)
        # 2 November to 14 December are 30 working days; the first order was due in October.
        assert extensions.limits(issue).most == 15


@pytest.mark.parametrize(
    ("milestone", "said"),
    [
        ({"measure": 2, "due_on": None}, "第2项措施不存在或已完成"),
        ({"measure": 1, "due_on": date(2026, 9, 6)}, "须在今天至2026年11月6日之间"),
        ({"measure": 1, "due_on": date(2026, 11, 7)}, "须在今天至2026年11月6日之间"),
    ],
)
def test_milestones_that_cannot_be(
    department: Department, issue: Issue, milestone: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        ask(department, issue, milestones=[milestone])
    db.session.rollback()
    assert db.session.scalar(select(Extension.id)) is None


def test_half_of_the_term_may_be_nothing(department: Department) -> None:
    issue = department.planned(due_on="2026-09-08", rectify_type="staged")
    with travel(datetime(2026, 9, 7, 1, tzinfo=UTC), tick=False), pytest.raises(RuleBroken) as refused:
        ask(department, issue, 1)
    assert {reason.code for reason in refused.value.reasons} == {"too_late", "used_up"}
