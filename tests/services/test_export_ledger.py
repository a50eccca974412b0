"""The ledger as offices print it: the right rows for the right people, and nothing in it acts."""

import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import Event
from riskctl.services import issues, organization, risk_points
from riskctl.services.demo import ledgers
from riskctl.services.exchange import exporting, planning
from riskctl.services.verification import verify
from tests.department import Department

FORMULA = '=HYPERLINK("http://x.example","点我")'


def _export(ledger: str, folder: Path, **options: Any) -> tuple[Any, list[dict[str, Any]]]:
    """The first sheet, and its rows by header."""
    out = folder / f"{ledger}.xlsx"
    count = exporting.export(ledger, out, **options)
    sheet = openpyxl.load_workbook(out).worksheets[0]
    rows: Sequence[Any] = list(sheet.iter_rows(min_row=3, values_only=True))
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert len(found) == count
    return sheet, found


@pytest.fixture
def filled(session: Any, department: Department) -> Department:
    """Two written issues and forty points in force."""
    for _ in ledgers.make_risk_points(40):
        pass
    department.issue("SK", title="小额项目未经比选")
    department.issued("WZ")
    return department


def _point(filled: Department, **fields: Any) -> Any:
    data = {"unit_id": filled.unit("SK").id, "title": "采购验收", "post": "采购岗", **fields}
    return risk_points.create(filled.actor("office"), data)


def test_risk_points_stand_in_the_offices_columns(filled: Department, tmp_path: Path) -> None:
    sheet, rows = _export("risk-points", tmp_path)
    assert sheet["A1"].value == "锦川省水利厅廉政风险点台账"
    wanted = [
        "序号", "编号", "单位", "部门", "岗位", "职权事项", "环节", "类别", "风险点", "表现形式", "等级", "防控措施",
        "直接责任人", "部门责任人", "责任领导",
    ]  # fmt: skip
    assert [header for header in rows[0] if header in wanted] == wanted
    assert [row["序号"] for row in rows] == list(range(1, 41))
    first = next(row for row in rows if row["风险点"] == "重大设计变更审批")
    assert (first["单位"], first["类别"], first["等级"]) == ("水利建设处", "业务流程", "高")
    assert first["防控措施"] == "1.变更分级审批\n2.专家论证+造价复核\n3.变更台账按月公示"
    assert first["责任领导"] == "分管建设副厅长"


def test_it_is_set_up_for_print(filled: Department, tmp_path: Path) -> None:
    sheet, _ = _export("risk-points", tmp_path)
    assert sheet.freeze_panes == "C4"
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert {str(merged)[:3] for merged in sheet.merged_cells.ranges} == {"A1:", "A2:"}
    assert "导出" in sheet.oddFooter.left.text


def test_nothing_in_it_acts(filled: Department, tmp_path: Path) -> None:
    _point(filled, title=FORMULA, manifestation="http://x.example/a", post="+1+1", department="@SUM(A1)")
    _, rows = _export("risk-points", tmp_path)
    row = next(row for row in rows if row["风险点"] == FORMULA)
    assert (row["表现形式"], row["岗位"], row["部门"]) == ("http://x.example/a", "+1+1", "@SUM(A1)")
    with zipfile.ZipFile(tmp_path / "risk-points.xlsx") as book:
        names = [name for name in book.namelist() if name.startswith("xl/")]
        text = "".join(book.read(name).decode() for name in names if name.endswith(".xml"))
    assert "<f>" not in text
    assert "<hyperlink" not in text
    assert not [name for name in names if "externalLink" in name or "vba" in name]


def test_overlong_and_odd_texts_do_not_break_the_file(filled: Department, tmp_path: Path) -> None:
    _point(filled, manifestation="长" * 4000, cause="x", title="含<标签>&符号😀镕")
    _, rows = _export("risk-points", tmp_path)
    row = next(row for row in rows if row["风险点"] == "含<标签>&符号😀镕")
    assert len(row["表现形式"]) == 4000


def test_issues_with_both_dates(filled: Department, tmp_path: Path) -> None:
    _, rows = _export("issues", tmp_path)
    issued = next(row for row in rows if row["责任单位"] == "防汛物资储备中心")
    assert (issued["问题来源"], issued["严重程度"], issued["状态"]) == ("专项检查", "一般", "已交办")
    assert issued["原定时限"] == issued["整改时限"] != None  # noqa: E711 -- all three are compared
    assert issued["发现日期"].date() == clock.today() - timedelta(days=3)


def test_only_one_unit_and_what_is_below_it(filled: Department, tmp_path: Path) -> None:
    section = filled.unit("SK-02")
    filled.issue("SK-02", title="科室的问题")
    sheet, rows = _export("issues", tmp_path, unit_code="SK")
    assert {row["责任单位"] for row in rows} == {"青岭水库管理处"}
    assert next(row for row in rows if row["问题"] == "科室的问题")["责任科室"] == section.name
    assert sheet["A1"].value == "青岭水库管理处廉政风险问题整改台账"
    with pytest.raises(NotFound, match="没有代码为 NO 的单位"):
        exporting.export("issues", tmp_path / "x.xlsx", unit_code="NO")


def test_a_person_takes_out_what_he_may_see_with_a_reason(filled: Department, tmp_path: Path) -> None:
    _, rows = _export("risk-points", tmp_path, username="dept_head_b", reason="年度自查")
    assert rows
    assert {row["单位"] for row in rows} == {"防汛物资储备中心"}
    event = db.session.scalars(select(Event).where(Event.trigger == "export_ledger")).one()
    assert event.actor_id == filled.actor("dept_head_b").user_id
    assert event.changes["data"]["reason"] == "年度自查"
    assert event.changes["data"]["rows"] == len(rows)
    assert verify().problems == []


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"username": "office"}, InvalidInput, "须写明理由"),
        ({"username": "office", "reason": "  "}, InvalidInput, "须写明理由"),
        ({"username": "post", "reason": "自查"}, NotAllowed, "不能导出台账"),
        ({"username": "sysadmin", "reason": "备份"}, NotAllowed, "不能导出台账"),
        ({"username": "dept_head", "reason": "自查", "unit_code": "WZ"}, NotAllowed, "职责范围"),
        ({"username": "nobody", "reason": "自查"}, NotFound, "没有用户"),
    ],
)
def test_others_take_out_nothing(
    filled: Department, tmp_path: Path, options: dict[str, str], error: type[Exception], words: str
) -> None:
    out = tmp_path / "out.xlsx"
    with pytest.raises(error, match=words):
        exporting.export("issues", out, **options)
    assert list(tmp_path.glob("*out.xlsx*")) == []
    assert db.session.scalars(select(Event).where(Event.trigger == "export_ledger")).all() == []


def test_nobody_learns_that_someone_complained(filled: Department, tmp_path: Path) -> None:
    filled.issue("SK", source="petition", source_doc="信访〔2026〕3号", title="接信核实的问题")

    def shown(**options: Any) -> tuple[str, str]:
        _, rows = _export("issues", tmp_path, **options)
        row = next(row for row in rows if row["问题"] == "接信核实的问题")
        return row["问题来源"], row["来源文件"]

    assert shown() == ("日常监督", None)
    assert shown(username="unit_discipline", reason="自查") == ("日常监督", None)
    assert shown(username="office", reason="年报") == ("信访举报", "信访〔2026〕3号")


def test_clues_and_drafts_of_the_resident_group_stay_in(filled: Department, tmp_path: Path) -> None:
    data = {
        "unit_id": filled.unit("SK").id,
        "source": "daily",
        "found_on": clock.today(),
        "verbatim": "驻厅组发现。",
    }
    issues.create(filled.actor("resident"), {**data, "title": "驻厅组拟稿"})
    clue = filled.issue("SK", title="转为线索")
    filled.take("office", clue, "submit", not_clue=True)
    filled.take("office2", clue, "transfer", reason_code="clue")
    _, rows = _export("issues", tmp_path)
    assert clue.code not in {row["编号"] for row in rows}
    assert "驻厅组拟稿" not in {row["问题"] for row in rows}
    _, rows = _export("issues", tmp_path, username="resident", reason="核对")
    assert clue.code in {row["编号"] for row in rows}
    assert "驻厅组拟稿" in {row["问题"] for row in rows}


def test_void_rows_are_no_part_of_a_ledger(filled: Department, tmp_path: Path) -> None:
    issue = filled.issue("SK", title="误登")
    filled.take("office2", issue, "void", reason="重复登记")
    _, rows = _export("issues", tmp_path)
    assert "误登" not in {row["问题"] for row in rows}


def test_what_was_printed_is_known_again_when_it_is_read_back(filled: Department, tmp_path: Path) -> None:
    filled.issue("SK", title="被举报的问题", source="petition")
    for ledger, number in (("risk-points", 40), ("issues", 3)):
        _export(ledger, tmp_path)
        data = (tmp_path / f"{ledger}.xlsx").read_bytes()
        plan = planning.make_plan(data, ledger, unit=None, root=organization.root())
        assert plan.count(planning.SAME) == len(plan.rows) == number
        assert plan.kept == []
