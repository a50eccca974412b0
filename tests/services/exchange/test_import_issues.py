"""The office's old 问题台账 in: past dates are kept and marked 补录, and nothing is overwritten later."""

from datetime import date

import pytest
from sqlalchemy import func, select

from riskctl import clock
from riskctl.errors import NotAllowed
from riskctl.extensions import db
from riskctl.models import Event, Issue
from riskctl.services import audit, transitions, verification
from riskctl.services.exchange.planning import NEW, SAME
from tests.department import Department
from tests.services.exchange import sheets
from tests.services.exchange.conftest import Import, PlanOf


def _issue(title: str) -> Issue:
    return db.session.scalars(select(Issue).where(Issue.title == title)).one()


def test_an_issue_in_progress_keeps_its_past_dates_and_goes_on(
    department: Department, take_in: Import
) -> None:
    take_in(sheets.issues(sheets.issue("账实不符")), "issues")
    issue = _issue("账实不符")
    assert (issue.state, issue.backfilled, issue.source, issue.unit.code) == (
        "rectifying",
        True,
        "audit",
        "SK",
    )
    assert (issue.found_on, issue.due_on, issue.due_original) == (
        date(2025, 11, 3),
        date(2026, 6, 30),
        date(2026, 6, 30),
    )
    assert [measure["text"] for measure in issue.measures] == ["核对账目", "修订制度"]
    (founding,) = audit.history("issue", issue.id)
    assert (founding.event.trigger, founding.data) == ("import", {"note": "已核对两个季度"})
    assert verification.verify().problems == []
    offered = {action.trigger for action in transitions.available(department.actor("dept_head"), issue)}
    assert "apply_closure" in offered


def test_a_finished_issue_is_closed_on_its_past_date(take_in: Import) -> None:
    done = sheets.issue("账实不符", outcome="已整改", closed="2026-03-05")
    without_outcome = sheets.issue("未公示结果", outcome="", closed="2026年3月6日")
    take_in(sheets.issues(done, without_outcome), "issues")
    assert (_issue("账实不符").state, _issue("账实不符").closed_on) == ("closed", date(2026, 3, 5))
    assert (_issue("未公示结果").state, _issue("未公示结果").outcome) == ("closed", "done")
    assert _issue("账实不符").backfilled


def test_without_a_day_of_finding_the_earliest_known_day_stands_for_it(take_in: Import) -> None:
    take_in(
        sheets.issues(
            sheets.issue("账实不符", found="", outcome="已整改", closed="2026-03-05"),
            sheets.issue("未公示结果", found="", due=""),
        ),
        "issues",
    )
    assert _issue("账实不符").found_on == _issue("账实不符").closed_on == date(2026, 3, 5)
    assert _issue("未公示结果").found_on == clock.today()


def test_drafts_for_what_was_not_assigned_yet(take_in: Import) -> None:
    take_in(sheets.issues(sheets.issue("账实不符")), "issues", draft=True)
    assert (_issue("账实不符").state, _issue("账实不符").backfilled) == ("draft", False)


def test_a_long_text_is_kept_whole_and_shortened_as_a_title(take_in: Import) -> None:
    text = "第一项问题" * 60
    take_in(sheets.book({"台账": [["责任单位", "主要问题"], ["青岭水库管理处", text]]}), "issues")
    issue = db.session.scalars(select(Issue)).one()
    assert (len(issue.title), issue.verbatim) == (200, text)


def test_the_same_file_again_changes_nothing(take_in: Import) -> None:
    data = sheets.issues(
        sheets.issue("账实不符"), sheets.issue("未公示结果", outcome="已整改", closed="2026-03-05")
    )
    take_in(data, "issues")
    events = db.session.scalar(select(func.count()).select_from(Event))
    outcome = take_in(data, "issues")
    assert (outcome.created, outcome.unchanged) == (0, 2)
    assert db.session.scalar(select(func.count()).select_from(Event)) == events


def test_a_changed_row_is_told_and_never_overwrites(take_in: Import, plan_of: PlanOf) -> None:
    take_in(sheets.issues(sheets.issue("账实不符")), "issues")
    changed = sheets.issues(sheets.issue("账实不符", due="2026-09-30"))
    (row,) = plan_of(changed, "issues").rows
    assert (row.action, row.kept) == (SAME, True)
    assert "整改期限" in row.kept_because
    assert _issue("账实不符").code in row.kept_because
    take_in(changed, "issues")
    assert _issue("账实不符").due_on == date(2026, 6, 30)


def test_only_the_office_imports_issues(take_in: Import) -> None:
    for by in ("unit_discipline", "post", "auditor", "secretary"):
        with pytest.raises(NotAllowed):
            take_in(sheets.issues(sheets.issue("账实不符")), "issues", by=by, unit="SK")


def test_two_units_may_have_the_same_problem(plan_of: PlanOf) -> None:
    rows = [sheets.issue("账实不符"), sheets.issue("账实不符", unit="防汛物资储备中心")]
    assert plan_of(sheets.issues(*rows), "issues").count(NEW) == 2
