"""变更报告 of the month and 年度台账 of the year: made once by the tick, reported, frozen."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
import python_calamine
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import AnnualLedger, ChangeReport, Event, Message, RiskPoint
from riskctl.services import annual_ledgers, change_reports
from riskctl.services.exchange import tables
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
NOVEMBER, FIRST = datetime(2026, 11, 24, 2, tzinfo=UTC), datetime(2026, 12, 1, 1, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 5, tzinfo=UTC)  # five past midnight at the office


@pytest.fixture(autouse=True)
def _in_november() -> Any:
    with time_machine.travel(NOVEMBER, tick=False) as traveller:
        yield traveller


def _point(department: Department, unit: str = "SK") -> RiskPoint:
    point = RiskPoint(
        unit_id=department.unit(unit).id, title="直接委托", post="维养岗", code=f"LF-{unit}-2020-001", state="active",
        level="low", created_by_id=department.actor("office").user_id, approved_on=date(2020, 1, 1), measures=[],
        review_due=date(2026, 12, 31),
    )  # fmt: skip
    db.session.add(point)
    db.session.commit()
    return point


def _changed(department: Department, unit: str = "SK", head: str = "dept_head") -> RiskPoint:
    point = _point(department, unit)
    department.take(head, point, "open_review", reason="职责调整")
    department.take(head, point, "propose_change", kind="owner", reason="人员调整", new_resp_post="综合岗")
    by = "unit_discipline" if unit == "SK" else "unit_discipline_b"
    department.take(by, point, "approve_change", result="同意")
    return point


def _report() -> ChangeReport:
    change_reports.make_due(FIRST)
    return db.session.scalars(select(ChangeReport)).one()


def test_the_changes_of_a_month_are_due_on_the_first_working_day_of_the_next(department: Department) -> None:
    point = _changed(department)
    _point(department, "WZ")  # 本月无变更 needs no record
    assert change_reports.make_due(NOVEMBER) == 0
    found = _report()
    assert (found.unit.code, found.month, found.due_on) == ("SK", date(2026, 11, 1), date(2026, 12, 1))
    (change,) = found.changes  # the version that was there before is no change of this month
    assert (change["code"], change["kind"], change["reason"]) == (point.code, "owner", "人员调整")
    assert change_reports.make_due(FIRST) == 0
    told = db.session.scalars(select(Message)).all()
    assert {m.text for m in told} == {"您单位有1份风险点变更报告，应于12月1日报告"}
    assert len({m.user_id for m in told}) == len(told) >= 2


@pytest.mark.parametrize(
    ("month", "due"),
    [
        (date(2026, 4, 1), date(2026, 5, 6)),  # 劳动节
        (date(2026, 9, 1), date(2026, 10, 8)),  # 国庆
        (date(2026, 12, 1), date(2027, 1, 1)),  # no calendar of 2027 yet: plain weekdays
    ],
)
def test_the_first_working_day(month: date, due: date) -> None:
    assert change_reports.due_on(month) == due


def test_a_month_that_no_tick_saw_is_made_up_for(department: Department) -> None:
    _changed(department)
    assert change_reports.make_due(datetime(2027, 2, 3, 2, tzinfo=UTC)) == 1


def test_the_unit_reports_once(department: Department) -> None:
    _changed(department)
    report = _report()
    with pytest.raises(NotAllowed):
        change_reports.report(department.actor("post"), report.id)
    with pytest.raises(NotFound):
        change_reports.report(department.actor("dept_head_b"), report.id)
    change_reports.report(department.actor("dept_head"), report.id)
    assert report.reported_by_id == department.actor("dept_head").user_id
    with pytest.raises(InvalidInput, match="已经报告过"):
        change_reports.report(department.actor("unit_discipline"), report.id)
    last = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last is not None
    assert (last.case_type, last.trigger) == ("unit", "report_changes")


def test_each_sees_the_reports_of_his_units(department: Department) -> None:
    _changed(department)
    _changed(department, "WZ", "dept_head_b")
    office = department.actor("office")
    assert sum(len(rows) for rows in change_reports.running(office).values()) == 2
    assert [u.code for u in change_reports.running(department.actor("dept_head"))] == ["SK"]
    change_reports.make_due(FIRST)
    month = date(2026, 11, 1)
    assert {r.unit.code for r in change_reports.listing(office, month)} == {"SK", "WZ"}
    assert [r.unit.code for r in change_reports.listing(department.actor("dept_head"), month)] == ["SK"]
    lines = list(change_reports.lines(change_reports.listing(office, month)))
    book = tables.workbook(office, "变更报告", change_reports.HEADERS, lines)
    sheet = python_calamine.load_workbook(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[1] == list(change_reports.HEADERS)
    assert sheet[2][4] == "责任人调整"


def _frozen(department: Department) -> AnnualLedger:
    _point(department)
    _point(department, "WZ")
    with clock.at(NEW_YEAR):
        assert annual_ledgers.freeze_due(NEW_YEAR) == 1
    return db.session.scalars(select(AnnualLedger)).one()


def test_the_ledger_of_a_year_is_frozen_at_its_end_once(department: Department) -> None:
    assert annual_ledgers.freeze_due(NOVEMBER) == 0  # 2025: the system was not there
    ledger = _frozen(department)
    assert (ledger.year, ledger.number, ledger.row_count, ledger.frozen_at) == (2026, 1, 2, NEW_YEAR)
    assert annual_ledgers.freeze_due(NEW_YEAR) == 0
    assert annual_ledgers.is_untouched(ledger)
    office = annual_ledgers.rows(department.actor("office"), ledger)
    assert [row.fields["code"] for row in office] == ["LF-SK-2020-001", "LF-WZ-2020-001"]
    own = annual_ledgers.rows(department.actor("dept_head"), ledger)
    assert [row.fields["unit"] for row in own] == [department.unit("SK").name]
    assert annual_ledgers.count(department.actor("dept_head"), ledger) == 1


def test_a_frozen_ledger_is_never_changed(department: Department) -> None:
    _frozen(department)
    for verb in (
        "UPDATE annual_ledger SET year = 1", "DELETE FROM annual_ledger_row", "UPDATE annual_ledger_row SET unit_id = 1",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="never changed"):
            db.session.execute(text(verb))
        db.session.rollback()


def test_a_correction_stands_beside_it_with_its_reason(department: Department) -> None:
    first = _frozen(department)
    for username, year, reason, refused in (
        ("dept_head", 2026, "漏列", NotAllowed), ("office", 2026, " ", InvalidInput), ("office", 2025, "漏列", NotFound),
    ):  # fmt: skip
        with pytest.raises(refused):
            annual_ledgers.correct(department.actor(username), year, reason)
        db.session.rollback()
    second = annual_ledgers.correct(department.actor("office"), 2026, "漏列移民处1个风险点")
    assert (second.number, second.reason) == (2, "漏列移民处1个风险点")
    assert [found.number for found in annual_ledgers.listing()] == [2, 1]
    assert annual_ledgers.get(2026, 1).sha256 == first.sha256
    with pytest.raises(NotFound):
        annual_ledgers.get(2026, 3)


def test_a_frozen_ledger_leaves_with_a_reason(department: Department) -> None:
    ledger = _frozen(department)
    with pytest.raises(InvalidInput, match="理由"):
        annual_ledgers.workbook(department.actor("office"), ledger, " ")
    with pytest.raises(NotAllowed):
        annual_ledgers.workbook(department.actor("post"), ledger, "报送")
    book = annual_ledgers.workbook(department.actor("dept_head"), ledger, "报送巡察组")
    sheet = python_calamine.load_workbook(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert "2026年度廉政风险点台账" in str(sheet[0][0])
    assert [row[1] for row in sheet[3:]] == ["LF-SK-2020-001"]
