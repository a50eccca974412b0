"""`riskctl import-risk-points`: what it prints, writes, and says with its exit code."""

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint
from riskctl.services.exchange import command_line
from tests.department import Department
from tests.services.exchange import sheets


@pytest.fixture
def database_kind() -> str:
    """The services below are tested on both."""
    return "sqlite"


class Console:
    """Runs the command and keeps what it prints."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.text = ""

    def run(self, data: bytes, ledger: str = "risk-points", **options: Any) -> int:
        file = self.folder / "台账.xlsx"
        file.write_bytes(data)
        lines: list[str] = []
        code = command_line.run(file, ledger, options, lines.append)
        db.session.rollback()
        self.text = "\n".join(lines)
        return code


@pytest.fixture
def console(department: Department, session: Any, tmp_path: Path) -> Console:
    """A console in the department."""
    return Console(tmp_path)


def _points() -> int:
    return db.session.scalar(select(func.count()).select_from(RiskPoint)) or 0


def test_a_clean_ledger(console: Console) -> None:
    assert console.run(sheets.book({"台账": sheets.LEDGER}, sheets.MERGED)) == 0
    assert "表头在第3行，数据 3 行" in console.text
    assert "共读取 3 行：新增 3，无变化 0，变更建议 0，拒绝 0" in console.text
    assert {point.state for point in db.session.scalars(select(RiskPoint))} == {"active"}
    assert console.run(sheets.book({"台账": sheets.LEDGER}, sheets.MERGED)) == 0
    assert "新增 0，无变化 3" in console.text


def test_a_refused_row_stops_all_and_is_told_with_its_place(console: Console, tmp_path: Path) -> None:
    data = sheets.points(sheets.point("印章外借"), sheets.point("公章保管", level="很高"))
    report = tmp_path / "拒绝.xlsx"
    assert console.run(data, report=report) == 1
    assert "拒绝：工作表“台账”第3行，风险等级“很高”：不能识别" in console.text
    assert "没有写入任何内容" in console.text
    assert _points() == 0
    rows = CalamineWorkbook.from_path(report).get_sheet_by_index(0).to_python()
    assert (len(rows), rows[0][-1]) == (2, "不能导入的原因")
    assert console.run(data, skip_bad_rows=True) == 0
    assert _points() == 1


def test_a_dry_run_writes_nothing(console: Console) -> None:
    assert console.run(sheets.points(sheets.point("印章外借")), dry_run=True) == 0
    assert ("新增 1" in console.text, "试运行" in console.text, _points()) == (True, True, 0)


def test_units(console: Console) -> None:
    assert console.run(sheets.book({"台账": sheets.BARE})) == 1
    assert "--unit" in console.text
    assert console.run(sheets.book({"台账": sheets.BARE}), unit_code="SK") == 0
    with pytest.raises(NotFound):
        console.run(sheets.book({"台账": sheets.BARE}), unit_code="没有")
    unknown = sheets.points(sheets.point("印章外借", unit="引水工程建设处"))
    assert (console.run(unknown), "--create-units" in console.text) == (1, True)
    assert console.run(unknown, create_units=True) == 0


def test_on_a_units_account_rows_become_drafts(console: Console) -> None:
    rows = sheets.points(sheets.point("印章外借"))
    assert console.run(rows, username="unit_discipline", unit_code="SK") == 0
    assert db.session.scalars(select(RiskPoint.state)).one() == "draft"


def test_draft(console: Console) -> None:
    console.run(sheets.points(sheets.point("印章外借")), draft=True)
    assert db.session.scalars(select(RiskPoint.state)).one() == "draft"


def test_sheets_and_columns_that_are_not_read_are_told(console: Console) -> None:
    table = [[*sheets.POINTS, "备查"], [*sheets.point("印章外借"), "甲"]]
    assert console.run(sheets.book({"说明": [["本表由各科室填写"]], "台账": table})) == 0
    assert "工作表“说明”：没有找到表头，已跳过" in console.text
    assert "未识别的列“备查”：没有导入" in console.text


def test_issues_that_differ_are_told(console: Console) -> None:
    assert console.run(sheets.issues(sheets.issue("账实不符")), "issues") == 0
    assert db.session.scalars(select(Issue.backfilled)).one()
    assert console.run(sheets.issues(sheets.issue("账实不符", due="2026-09-30")), "issues") == 0
    assert "保持不变" in console.text


def test_a_file_that_cannot_be_read(console: Console, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="无法读取"):
        command_line.run(tmp_path / "没有.xlsx", "risk-points", {}, print)
    with pytest.raises(InvalidInput, match="空的"):
        console.run(b"")
