"""Statistics: every figure against a history that was counted by hand, and whose figures a person sees."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import Issue, RiskCheck
from riskctl.permissions import Actor
from riskctl.services import freezing, ledger_filters, ledgers, organization
from riskctl.services.statistics import extras, frozen, periods, reports, statements, values
from riskctl.services.statistics.behind import read
from riskctl.services.statistics.shapes import Asked, Line, Statement
from riskctl.services.statistics.values import Behind, Value
from tests.department import BASIS, Department
from tests.services import counted_cases

OCTOBER = periods.parse("2026-10")


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(datetime(2026, 11, 10, 2, tzinfo=UTC), tick=False):
        yield


def _report(department: Department, code: str, by: str = "office", **asked: Any) -> Statement:
    wanted = Asked(asked.pop("period", OCTOBER), **asked)
    return statements.statement(department.actor(by), code, wanted)


def _lines(found: Statement) -> dict[str, Line]:
    return {line.figure.code: line for line in found.lines}


def _fractions(found: Statement) -> dict[str, str]:
    return {code: line.now.fraction or line.now.text for code, line in _lines(found).items()}


def test_rates_of_rectification(department: Department) -> None:
    counted_cases.history(department)
    found = _report(department, "r4")
    assert _fractions(found) == {
        "completion": "6/9", "on_time": "3/9", "evidenced": "无快照", "first_pass": "无快照",
        "days": "101/5", "ordered": "1", "closed": "5",
    }  # fmt: skip
    lines = _lines(found)
    # A year before only the one that was closed then had been ordered; in September nothing was closed.
    assert (lines["completion"].year_before.fraction, lines["on_time"].year_before.fraction) == ("1/1", "0/1")
    assert (lines["days"].before.text, lines["days"].year_before.fraction) == ("—", "28/1")
    assert (lines["closed"].before.text, lines["closed"].year_before.text) == ("0", "1")
    assert values.change(lines["completion"].now, lines["completion"].before) == "+54.2个百分点"
    assert lines["completion"].average is None, "the whole is not compared with itself"


def test_what_stands_now(department: Department) -> None:
    counted_cases.history(department)
    november = periods.parse("2026-11")
    rates = _fractions(_report(department, "r4", period=november))
    assert (rates["evidenced"], rates["first_pass"]) == ("6/7", "6/7")
    stages = _report(department, "r3", period=november)
    assert _fractions(stages) == {
        "issues": "11", "open": "3", "aged_0": "1", "aged_31": "2", "aged_61": "0", "aged_91": "0", "ordered": "0", "closed": "0",
    }  # fmt: skip
    by_state = {row.label: row.values[0].text for row in stages.tables[0].rows}
    assert by_state == {
        "整改中": "3", "已销号": "5", "已归档": "1", "阶段性完成·长期坚持": "1", "不予列账": "1",
    }  # fmt: skip
    cards = _report(department, "r5", period=november)
    assert _fractions(cards) == {
        "overdue": "2/3", "overdue_first": "3/3", "card_red": "2", "card_orange": "0", "card_yellow": "0",
        "yellow_spells": "0", "twice_yellow": "0",
    }  # fmt: skip
    assert [row.label for row in cards.tables[0].rows] == ["青岭水库管理处", "防汛物资储备中心"]


def test_a_unit_sees_itself_beside_the_average(department: Department) -> None:
    counted_cases.history(department)
    found = _report(department, "r4", by="unit_discipline")
    lines = _lines(found)
    assert (found.scope.unit.name, lines["completion"].now.fraction) == ("青岭水库管理处", "5/7")
    assert lines["completion"].average is not None
    assert lines["completion"].average.fraction == "6/9"
    # 53 处室 and 直属单位 closed five issues.
    assert lines["closed"].average is not None
    assert lines["closed"].average.number == Decimal("0.1")
    assert "防汛物资储备中心" not in {row.label for table in found.tables for row in table.rows}
    with pytest.raises(NotAllowed):
        _report(department, "r4", by="unit_discipline", unit_id=department.unit("WZ").id)
    with pytest.raises(NotAllowed):
        _report(department, "r4", by="sysadmin")
    with pytest.raises(NotFound):
        _report(department, "r11")


def _values(found: Statement) -> Iterator[Value]:
    for line in found.lines:
        yield from (line.now, line.before, line.year_before)
    for table in found.tables:
        for row in (*table.rows, table.foot):
            yield from row.values


def _listed(actor: Actor, behind: Behind | None) -> int:
    assert behind is not None
    return ledgers.count(actor, behind.kind, ledger_filters.read(behind.kind, behind.filters))


@pytest.mark.parametrize("by", ["office", "unit_discipline"])
def test_every_number_leads_to_just_the_rows_that_it_counts(department: Department, by: str) -> None:
    counted_cases.history(department)
    counted_cases.points(department, "SK", {"level": "high"}, {"category": "system"}, {"likelihood": None})
    counted_cases.interviews(department, "SK", {"held_from": datetime(2026, 11, 3, 2, tzinfo=UTC)})
    actor, asked = department.actor(by), Asked(periods.parse("2026"))
    counted = 0
    for code in reports.REPORTS:
        for value in _values(statements.statement(actor, code, asked)):
            if value.known and not value.hidden and (value.top or value.bottom):
                assert value.figure.apart or value.figure.sums or _listed(actor, value.hits) == value.top, (
                    value
                )
                assert value.bottom is None or _listed(actor, value.all) == value.bottom, value
                counted += 1
    assert counted > 60
    heat = extras.heat_of(actor, asked)
    assert {cell: value.top for cell, value in heat.grid.items()} == {(1, 2): 2}
    assert _listed(actor, heat.grid[1, 2].hits) == 2
    assert [value.fraction for value in heat.scores.rows[-1].values][:2] == ["4/2", "0/0"]
    with pytest.raises(InvalidInput):
        ledger_filters.read("issue", {"figure": "points.hits.2026"})


def test_small_numbers_are_not_shown(department: Department) -> None:
    counted_cases.history(department)
    found = _report(department, "r4", unit_id=department.unit("WZ").id)
    value = _lines(found)["completion"].now
    assert (value.text, value.fraction, value.number) == ("—（不足5个，不列）", "", None)
    by_unit = {row.label: row.values[0] for row in _report(department, "r4").tables[2].rows}
    assert by_unit["防汛物资储备中心"].hidden
    assert (by_unit["青岭水库管理处"].text, by_unit["青岭水库管理处"].fraction) == ("71.4%", "5/7")


def test_by_severity_and_source(department: Department) -> None:
    counted_cases.history(department)
    only = _report(department, "r4", severity="serious")
    assert _fractions(only)["completion"] == "1/1"
    assert only.lines[0].now.hits is not None
    assert only.lines[0].now.hits.filters["severity"] == "serious"
    year = periods.parse("2026")

    def sources(by: str, unit: str) -> dict[str, str]:
        found = _report(department, "r8", by=by, period=year, unit_id=department.unit(unit).id)
        return {row.label: row.values[0].text for row in found.tables[0].rows}

    money = _fractions(_report(department, "r8", period=year))
    assert (money["involved"], money["recovered"]) == ("12.50", "6.01")
    # Nobody in the unit learns that someone complained.
    assert sources("office", "SK") == {"信访举报": "1", "日常监督": "6"}
    assert sources("unit_discipline", "SK") == {"日常监督": "7"}


def test_risk_points_and_what_they_lack(department: Department) -> None:
    office = department.actor("office").user_id
    high, *_ = counted_cases.points(
        department, "SK", {"level": "high", "approved_on": date(2026, 11, 3), "likelihood": 4, "impact": 4},
        {"level": "medium", "review_due": date(2026, 11, 2)}, {"review_due": date(2026, 11, 9)}, {"measures": []},
        {"likelihood": None}, {"state": "draft", "level": None, "approved_on": None}, {"state": "cancelled"},
    )  # fmt: skip
    counted_cases.points(department, "WZ", {"level": "high", "category": "system"})
    db.session.add(
        RiskCheck(risk_point_id=high.id, kind="inspection", result="normal", text="按时", checked_on=date(2026, 11, 4), by_id=office)
    )  # fmt: skip
    db.session.commit()
    november = periods.parse("2026-11")
    found = _report(department, "r1", period=november)
    assert _fractions(found) == {
        "points": "6", "points_high": "2", "points_medium": "1", "points_low": "3", "points_new": "1", "points_changed": "0",
        "points_cancelled": "0", "review_overdue": "2/6", "points_checked": "1/6",
    }  # fmt: skip
    assert {row.label: row.values[0].text for row in found.tables[0].rows} == {
        "业务流程": "5",
        "制度机制": "1",
    }
    assert _fractions(_report(department, "r1", period=november, level="high"))["points"] == "2"
    lacking = _fractions(_report(department, "r10", period=november))
    assert (lacking["no_indicator"], lacking["no_measure"], lacking["unscored"]) == ("3/3", "1", "1")


def test_what_came_back(department: Department) -> None:
    point, *_ = counted_cases.points(department, "SK", {})
    earlier, later, _ = counted_cases.issues(
        department, "SK",
        {"domain": "funds", "found_on": date(2025, 11, 20), "state": "closed", "closed_on": date(2026, 2, 2),
            "basis": BASIS, "requirement": "查明原因", "acceptance_standard": "问题消除",},
        {"domain": "funds", "found_on": date(2026, 11, 4)}, {"domain": "bidding", "found_on": date(2026, 11, 4)},
    )  # fmt: skip
    for issue in (earlier, later):
        issue.risk_points = [point]
    db.session.commit()
    department.take(
        "resident", earlier, "reopen", reason_code="rebound", reason="复查发现反弹", due_on="2026-12-20"
    )
    november = periods.parse("2026-11")
    found = _fractions(_report(department, "r6", period=november))
    assert (found["reopened"], found["rebound"], found["repeated"]) == ("1", "1/1", "1/2")
    # A year and two weeks apart is no 复发.
    earlier.found_on = date(2025, 10, 20)
    db.session.commit()
    assert _fractions(_report(department, "r6", period=november))["repeated"] == "0/2"


def test_interviews_are_for_those_who_may_see_them(department: Department) -> None:
    def held(day: int, month: int = 10) -> datetime:
        return datetime(2026, month, day, 2, tzinfo=UTC)

    counted_cases.interviews(
        department, "SK", {"held_from": held(12)}, {"held_from": held(20), "report_due": date(2026, 11, 2), "kind": "warning"},
        {"held_from": held(1), "state": "notified"}, {"held_from": held(31), "subject_post": "岗位0"},
    )  # fmt: skip
    counted_cases.interviews(
        department, "WZ", {"held_from": held(12), "state": "archived", "report_due": held(20).date()}
    )
    found = _report(department, "r7")
    assert _fractions(found) == {"talks": "4", "talks_done": "1/2", "talks_again": "1"}
    assert {row.label: row.values[0].text for row in found.tables[0].rows} == {
        "提醒约谈": "3",
        "警示约谈": "1",
    }
    own = _report(department, "r7", by="unit_discipline")
    assert _lines(own)["talks"].now.text == "3"
    # Three persons: their kinds would point at each.
    assert {row.values[0].text for row in own.tables[0].rows} == {"—（不足5个，不列）"}
    with pytest.raises(NotAllowed):
        _report(department, "r7", by="dept_head")
    heads = {each.report.code for each in statements.overview(department.actor("dept_head"), Asked(OCTOBER))}
    assert heads == {"r1", "r3", "r4", "r5", "r6", "r8"}


def test_the_lines_of_a_unit(department: Department) -> None:
    counted_cases.history(department)
    found = statements.unit_lines(department.actor("secretary"), department.unit("SK"), OCTOBER)
    assert [each.report.code for each in found] == ["r1", "r3", "r4", "r5", "r6", "r7", "r8"]
    lines = {line.figure.code: line for each in found for line in each.lines}
    assert lines["completion"].now.fraction == "5/7"
    assert lines["completion"].average is not None
    assert lines["completion"].now.all is not None
    assert lines["completion"].now.all.filters == {
        "figure": "completion.all.2026-10", "unit": str(department.unit("SK").id)
    }  # fmt: skip


def test_a_closed_month_comes_from_its_snapshot_and_never_moves(department: Department) -> None:
    with time_machine.travel(datetime(2026, 10, 31, 4, tzinfo=UTC), tick=False):
        counted_cases.history(department)
        point, *_ = counted_cases.points(department, "SK", {"level": "high"})
        counted_cases.interviews(department, "SK", {"held_from": datetime(2026, 10, 12, 2, tzinfo=UTC)})
        freed = freezing.freeze_due(clock.now())
    assert freed == 0
    assert freezing.freeze_due(clock.now()) == 3
    expected = {
        "r1": {"points": "1", "points_high": "1", "review_overdue": "0/1", "points_checked": "0/1"},
        "r3": {"issues": "11", "open": "3", "aged_0": "1", "aged_31": "2", "closed": "5"},
        "r4": {"completion": "6/9", "on_time": "3/9", "evidenced": "6/7", "first_pass": "6/7", "days": "101/5"},
        "r5": {"overdue": "2/3", "overdue_first": "3/3", "card_red": "2", "card_orange": "0"},
        "r7": {"talks": "1"},
    }  # fmt: skip

    def october(by: str = "office") -> dict[str, dict[str, str]]:
        found = {code: _fractions(_report(department, code, by=by)) for code in expected}
        return {code: {name: found[code][name] for name in wanted} for code, wanted in expected.items()}

    assert october() == expected
    own = _lines(_report(department, "r4", by="unit_discipline"))["completion"]
    assert (own.now.fraction, own.average.fraction if own.average else "") == ("5/7", "6/9")
    assert (
        _lines(_report(department, "r4", period=periods.parse("2026-11")))["evidenced"].before.fraction
        == "6/7"
    )
    behind = _lines(_report(department, "r4"))["completion"].now
    assert behind.hits is not None
    assert behind.hits.frozen
    counted, top = read(behind.hits.filters["figure"]), organization.root()
    rows = frozen.rows(department.actor("office"), counted, top, {})
    assert {row.state for row, _ in rows} == {"closed", "archived"}
    assert len(rows) == 6
    assert (
        len(frozen.rows(department.actor("office"), counted, department.unit("WZ"), {"severity": "general"}))
        == 1
    )
    # What is entered and changed later leaves the month as it was.
    for issue in db.session.scalars(select(Issue)):
        issue.state, issue.closed_on, issue.unit_id = "closed", date(2026, 10, 2), department.unit("JS").id
    point.level = "low"
    counted_cases.issues(department, "JS", {"found_on": date(2026, 10, 2), "issued_on": date(2026, 10, 2)})
    office = department.actor("office").user_id
    late = RiskCheck(
        risk_point_id=point.id, kind="inspection", result="normal", text="补记", checked_on=date(2026, 10, 8), by_id=office
    )  # fmt: skip
    db.session.add(late)
    db.session.commit()
    assert october() == expected
