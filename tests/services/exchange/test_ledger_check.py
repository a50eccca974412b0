"""A ledger that was taken out against the event chain: what was edited or removed since is named."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.jobs import working
from riskctl.services import job_files
from riskctl.services.demo.ledgers import make_risk_points
from riskctl.services.exchange import exporting, ledger_check, ledger_exports
from tests.department import Department

Said = tuple[int, str]


def _checked(path: Path) -> Said:
    said: list[str] = []
    code = ledger_check.run(ledger_check.opened(path), said.append)
    (sentence,) = said
    return code, sentence


def _edit(path: Path, change: Callable[[Any, dict[str, int]], None]) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    change(sheet, {cell.value: cell.column for cell in sheet[3]})
    out = path.with_name("edited.xlsx")
    book.save(out)
    return out


def test_an_untouched_export_agrees_and_whatever_was_changed_is_named(
    session: Any, department: Department, tmp_path: Path
) -> None:
    for _ in make_risk_points(12):
        pass
    issued = department.issued("SK")
    department.issue("WZ", source="petition", source_doc="举〔2026〕1号")
    codes = [
        department.issue(unit, title=f" 第{n}个问题\n又一行 ").code for n, unit in enumerate(("WZ", "SK"))
    ]
    issues, points = tmp_path / "issues.xlsx", tmp_path / "points.xlsx"
    with time_machine.travel(clock.now() + timedelta(seconds=2), tick=False):
        exporting.export("issues", issues, username="office", reason="移交")
        exporting.export("risk-points", points)
    with time_machine.travel(clock.now() + timedelta(seconds=9), tick=False):
        department.receive(issued)
        assert _checked(issues) == (0, "相符（4 行）")
        assert _checked(points) == (0, "相符（12 行）")

        def edit(sheet: Any, at: dict[str, int]) -> None:
            row = next(r for r in range(4, 8) if sheet.cell(r, at["编号"]).value == issued.code)
            sheet.cell(row, at["整改时限"]).value += timedelta(days=30)

        assert _checked(_edit(issues, edit)) == (1, f"不符：{issued.code} 列“整改时限”")

        def remove(sheet: Any, at: dict[str, int]) -> None:
            row = next(r for r in range(4, 8) if sheet.cell(r, at["编号"]).value == codes[0])
            sheet.delete_rows(row)

        code, sentence = _checked(_edit(issues, remove))
        assert (code, f"{codes[0]} 缺这一行" in sentence, codes[1] in sentence) == (1, True, False)
        assert "导出时共4行，现有3行" in sentence

        def foreign(sheet: Any, at: dict[str, int]) -> None:
            sheet.cell(4, at["编号"]).value = "WT-9999-0001"

        assert "WT-9999-0001 当时的台账中没有这一行" in _checked(_edit(issues, foreign))[1]


def test_as_of_a_day_and_from_the_page(session: Any, department: Department, tmp_path: Path) -> None:
    with time_machine.travel("2026-03-20T02:00:00Z", tick=False) as traveller:
        issued, other = department.issued("SK"), department.issue("WZ")
        db.session.commit()
        traveller.move_to("2026-03-25T02:00:00Z")
        department.receive(issued)
        out = tmp_path / "past.xlsx"
        exporting.export("issues", out, as_of="2026-03-20")
        office = department.actor("office")
        jobs = [
            ledger_exports.ask(office, "issue", {"state": issued.state}, reason="核对"),
            ledger_exports.ask(office, "issue", {"as_of": date(2026, 3, 20).isoformat()}, reason="核对过去"),
        ]
        files = [tmp_path / f"{number}.xlsx" for number in range(2)]
        for job, file in zip(jobs, files, strict=True):
            assert working.work_once()
            file.write_bytes(job_files.get(office, job.id).path.read_bytes())
        traveller.move_to("2026-03-26T02:00:00Z")
        department.take("office", other, "submit", not_clue=True)
        assert [_checked(path) for path in (out, *files)] == [
            (0, "相符（2 行）"), (0, "相符（1 行）"), (0, "相符（2 行）"),
        ]  # fmt: skip


def test_a_foreign_workbook_is_refused(session: Any, department: Department, tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(InvalidInput, match="不是本系统导出的台账"):
        ledger_check.opened(path)
    path.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(InvalidInput):
        ledger_check.opened(path)
    exporting.export("issues", path)
    book = openpyxl.load_workbook(path)
    book["说明"]["B7"].value = "昨天"
    assert book["说明"]["A7"].value == "导出时间"
    book.save(path)
    with pytest.raises(InvalidInput, match="导出时间无法辨认"):
        ledger_check.opened(path)
