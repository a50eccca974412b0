"""导出台账 as a job: what the filters leave, for whoever may take it out, with why; and the way back in."""

import errno
import io
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import FULL, InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.jobs import working
from riskctl.models import Event, Job, RiskPoint
from riskctl.services import background, job_files, organization, seals
from riskctl.services.demo.ledgers import make_risk_points
from riskctl.services.exchange import book, exporting, ledger_exports, own_shapes, planning
from tests.department import Department


def _exported(department: Department, username: str, case_type: str, **given: Any) -> openpyxl.Workbook:
    actor = department.actor(username)
    options = {name: given.pop(name) for name in ("reason", "shape_id") if name in given}
    job = ledger_exports.ask(actor, case_type, given, **{"reason": "报送季报", **options})
    assert working.work_once()
    assert db.session.get_one(Job, job.id).state == "done", db.session.get_one(Job, job.id).result
    return openpyxl.load_workbook(io.BytesIO(job_files.get(actor, job.id).path.read_bytes()))


def _rows(found: openpyxl.Workbook) -> list[dict[str, Any]]:
    rows: list[Any] = list(found.worksheets[0].iter_rows(min_row=3, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_it_holds_what_the_filters_leave_and_says_so(session: Any, department: Department) -> None:
    department.issue("SK", title="登记中的问题")
    issued = department.issued("WZ")
    seals.seal_now()
    found = _exported(department, "office", "issue", state="issued,planning", q=issued.code)
    (row,) = _rows(found)
    assert (row["编号"], row["状态"], row["颜色"]) == (issued.code, "已交办", "绿")
    told = {line[0]: line[1] for line in found["说明"].iter_rows(values_only=True)}
    assert told["筛选条件"] == f"环节：已交办、制定方案；搜索：{issued.code}"
    assert (told["条数"], told["导出理由"], told["数据截至"]) == ("1", "报送季报", "导出时")
    assert told["最近一次封存"].startswith("第1次")
    assert told["整改时限"] == "现在执行的期限，含批准的延期"
    validation = found.worksheets[0].data_validations.dataValidation
    assert any("一般,较重,严重" in str(one.formula1) for one in validation)
    event = session.scalars(select(Event).where(Event.trigger == "export_ledger")).one()
    assert (event.changes["data"]["rows"], event.changes["data"]["reason"]) == (1, "报送季报")


def test_a_person_takes_out_his_own_units_only(session: Any, department: Department) -> None:
    department.issued("SK")
    department.issued("WZ")
    assert {row["责任单位"] for row in _rows(_exported(department, "dept_head_b", "issue"))} == {
        "防汛物资储备中心"
    }
    with pytest.raises(NotAllowed, match="不能导出台账"):
        ledger_exports.ask(department.actor("post"), "issue", {}, reason="自查")


@pytest.mark.parametrize(
    ("given", "options", "words"),
    [
        ({}, {"reason": "  "}, "请填写导出理由"),
        ({"state": "nowhere"}, {"reason": "自查"}, "环节：没有“nowhere”"),
        ({"as_of": "2026-13-40"}, {"reason": "自查"}, "日期"),
        ({"as_of": "TODAY", "q": "委托"}, {"reason": "自查"}, "请去掉：搜索"),
    ],
)
def test_a_bad_question_is_refused_before_the_job(
    session: Any, department: Department, given: dict[str, str], options: dict[str, str], words: str
) -> None:
    department.issue("SK")
    if given.get("as_of") == "TODAY":
        given = {**given, "as_of": clock.today().isoformat()}
    with pytest.raises(InvalidInput) as refused:
        ledger_exports.ask(department.actor("office"), "issue", given, **options)
    said = [refused.value.message, *(reason.message for reason in refused.value.reasons)]
    assert any(words in line for line in said), said
    assert session.scalars(select(Job)).all() == []


def test_whoever_lost_the_right_cannot_fetch_it_any_more(session: Any, department: Department) -> None:
    department.issued("SK")
    office = department.actor("office")
    job = ledger_exports.ask(office, "issue", {}, reason="自查")
    assert working.work_once()
    assert job_files.get(office, job.id).name.endswith(".xlsx")
    narrowed = type(office)(**{**vars(office), "grants": department.actor("dept_head").grants})
    with pytest.raises(NotFound, match="可以导出的范围"):
        job_files.get(narrowed, job.id)


def test_the_offices_own_shape(session: Any, department: Department) -> None:
    issued = department.issued("SK")
    made = openpyxl.Workbook()
    made.active.append(["编号", "事项"])
    made.active.append(["{{编号}}", "{{问题}}"])
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(NotAllowed):
        own_shapes.add(department.actor("post"), "issues", "季报表", file_name="a.xlsx", stream=io.BytesIO())
    admin = department.actor("sysadmin")
    shape = own_shapes.add(admin, "issues", "季报表", file_name="a.xlsx", stream=io.BytesIO(out.getvalue()))
    found = _exported(department, "office", "issue", shape_id=shape.id)
    assert [cell.value for cell in found.active[2]] == [issued.code, issued.title]
    with pytest.raises(InvalidInput, match="不是本台账的"):
        ledger_exports.ask(department.actor("office"), "risk_point", {}, reason="自查", shape_id=shape.id)
    own_shapes.withdraw(admin, shape.id)
    with pytest.raises(NotFound, match="已停用"):
        ledger_exports.ask(department.actor("office"), "issue", {}, reason="自查", shape_id=shape.id)


class _FullDisk(io.BytesIO):
    """Has room for the marks of a zip's members and not for what they hold."""

    def write(self, data: Any) -> int:
        if len(data) > 512:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


def test_a_full_disk_ends_the_job_with_a_sentence_and_leaves_nothing(
    session: Any, department: Department, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    department.issued("SK")
    write = book.write
    monkeypatch.setattr(book, "write", lambda file, *rest: write(_FullDisk(), *rest))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    office = department.actor("office")
    job = ledger_exports.ask(office, "issue", {}, reason="自查")
    assert working.work_once()
    ended = session.get_one(Job, job.id, populate_existing=True)
    assert (ended.state, ended.result["lines"]) == ("failed", [FULL])
    with pytest.raises(NotFound):
        job_files.get(office, job.id)
    assert list(scratch.iterdir()) == [], "what XlsxWriter had begun"
    assert session.scalars(select(Event).where(Event.trigger == "export_ledger")).all() == []


def test_a_job_that_is_given_up_leaves_nothing(
    session: Any, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = department.actor("office")
    department.issued("SK")
    job = ledger_exports.ask(office, "issue", {}, reason="自查")
    task = background.claim()
    assert task is not None
    background.cancel(office, job.id)
    monkeypatch.setattr(ledger_exports, "_TOLD_EVERY", 1)
    with pytest.raises(background.Cancelled):
        ledger_exports.make(task)
    with pytest.raises(NotFound):
        job_files.get(office, job.id)


def test_an_edited_export_proposes_exactly_the_edited_cells(
    session: Any, department: Department, tmp_path: Path
) -> None:
    for _ in make_risk_points(30):
        pass
    session.commit()
    out = tmp_path / "points.xlsx"
    exporting.export("risk-points", out)
    found = openpyxl.load_workbook(out)
    sheet = found.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(5, at["直接责任人"]).value = "新岗位"
    sheet.cell(9, at["复核日期"]).value += timedelta(days=30)
    sheet.cell(9, at["防控措施"]).value = "1.逐笔复核\n2.按月公示"
    codes = [sheet.cell(row, at["编号"]).value for row in (5, 9)]
    found.save(out)
    plan = planning.make_plan(out.read_bytes(), "risk-points", unit=None, root=organization.root())
    changed = {row.record.code: set(row.changes) for row in plan.rows if row.action == planning.CHANGED}
    assert changed == {codes[0]: {"resp_post"}, codes[1]: {"review_due", "measures"}}
    assert plan.count(planning.SAME) == 28
    assert plan.refusals == []
    point = session.scalars(select(RiskPoint).where(RiskPoint.code == codes[0])).one()
    assert point.resp_post != "新岗位", "it is a proposal"
