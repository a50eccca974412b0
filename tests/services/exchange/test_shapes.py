"""The office's own workbook as the shape of an export: what is refused, and what is written into it."""

import io
import zipfile
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from riskctl.errors import InvalidInput
from riskctl.services.exchange import shapes
from riskctl.services.exchange.printed_ledgers import LEDGERS, Row

ISSUES = LEDGERS["issues"]
FORMULA = '=HYPERLINK("http://x.example","点我")'


def _workbook(rows: list[list[Any]], **merged: str) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for where in merged.values():
        book.active.merge_cells(where)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(count: int) -> list[Row]:
    found = []
    for number in range(1, count + 1):
        fields = {
            "code": f"WT-{number}", "title": FORMULA if number == 1 else f"问题{number}", "verbatim": "含\x0b控制符",
            "due_on": date(2026, 12, 31), "measures": [],
        }  # fmt: skip
        found.append(Row(number, SimpleNamespace(**fields), "青岭水库管理处", "", knows_petitions=False))
    return found


def test_rows_take_the_formats_of_the_placeholders_and_the_foot_moves_down(tmp_path: Path) -> None:
    data = _workbook(
        [["整改情况报送表（{{截至日期}}）".replace("截至", "截止")], ["序号", "编号", "问题", "期限"],
         ["{{序号}}", "{{编号}}", "{{ 问题 }}", "{{整改时限}}"], ["填报人：{{导出人}}，共{{条数}}条"], ["复核："]],
        title="A1:D1", foot="A4:D4",
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.active["B3"].fill = PatternFill("solid", fgColor="FFFF00")
    book.active.row_dimensions[5].height = 40
    out = io.BytesIO()
    book.save(out)
    told = {"截止日期": "2026年9月30日", "导出人": "机关纪委"}
    assert shapes.write(tmp_path / "out.xlsx", out.getvalue(), ISSUES, _rows(3), told) == 3
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet["A1"].value == "整改情况报送表（2026年9月30日）"
    assert [[cell.value for cell in row] for row in sheet["A3:C5"]] == [
        [1, "WT-1", FORMULA], [2, "WT-2", "问题2"], [3, "WT-3", "问题3"],
    ]  # fmt: skip
    assert sheet["C3"].data_type == "s", "a text stays a text"
    assert sheet["D5"].value.date() == date(2026, 12, 31)
    assert sheet["B5"].fill.fgColor.rgb == "00FFFF00"
    assert sheet["A6"].value == "填报人：机关纪委，共3条"
    assert "A6:D6" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert (sheet["A7"].value, sheet.row_dimensions[7].height) == ("复核：", 40)


def test_an_empty_ledger_leaves_an_empty_row(tmp_path: Path) -> None:
    data = _workbook([["编号", "问题"], ["{{编号}}", "{{问题}}"]])
    assert shapes.write(tmp_path / "out.xlsx", data, ISSUES, [], {}) == 0
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active["A2"].value is None


def test_too_many_rows_are_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapes, "MOST_ROWS", 2)
    data = _workbook([["{{编号}}"]])
    with pytest.raises(InvalidInput, match=r"最多导出2行.*标准样式"):
        shapes.write(tmp_path / "out.xlsx", data, ISSUES, _rows(3), {})
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["编号", "问题"]], "没有找到占位行：请在表头下面一行"),
        ([["{{编号}}", "{{问题编码}}"]], "B1 的占位“问题编码”不是本台账的列。可用的列"),
        ([["{{编号}}"], ["{{问题}}"]], "只能写在同一行，现分别在第1、2行"),
        ([["编号：{{编号}}"]], "A1 的占位“编号”须单独占一个单元格"),
    ],
)
def test_a_shape_that_cannot_be_filled_is_refused_with_its_cure(rows: list[list[str]], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        shapes.check(_workbook(rows), ISSUES)


def test_what_is_no_plain_workbook_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"请上传 \.xlsx"):
        shapes.check("编号,问题".encode(), ISSUES)
    with pytest.raises(InvalidInput, match="超过2MB"):
        shapes.check(b"PK\x03\x04" + b"x" * shapes.MAX_BYTES, ISSUES)
    out = io.BytesIO(_workbook([["{{编号}}"]]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    with pytest.raises(InvalidInput, match="含有宏"):
        shapes.check(out.getvalue(), ISSUES)
    with pytest.raises(InvalidInput, match="损坏"):
        shapes.check(b"PK\x03\x04 nothing", ISSUES)
