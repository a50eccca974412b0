"""Between upload and confirmation: whose file it is, what may be corrected, and that it is taken once."""

import io
from typing import Any

import pytest
from sqlalchemy import func, select

from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.models import Attachment, ColumnMapping, ImportUpload, RiskPoint
from riskctl.services import audit
from riskctl.services.exchange import importing, progress, uploads
from riskctl.services.exchange.planning import CHANGED, SAME, Corrections
from tests.department import Department
from tests.services.exchange import sheets
from tests.services.exchange.conftest import Import

UNKNOWN = sheets.book(
    {
        "台账": [["风险点", "隐患描写", "风险等级"], ["印章外借", "外借不登记", "高"]],
        "附页": [["甲", "乙"], ["1", "2"]],
    }
)


def _upload(department: Department, data: bytes, by: str = "office", **options: Any) -> ImportUpload:
    if "unit" in options:
        options["unit_id"] = department.unit(options.pop("unit")).id
    actor = department.actor(by)
    return uploads.receive(actor, "risk-points", "台账.xlsx", io.BytesIO(data), options=options)


def test_confirming_twice_is_refused(department: Department, session: Any) -> None:
    upload = _upload(department, sheets.points(sheets.point("印章外借")))
    office = department.actor("office")
    assert uploads.confirm(office, upload.id, skip_bad_rows=False).created == 1
    with pytest.raises(InvalidInput, match="不能重复确认"):
        uploads.confirm(office, upload.id, skip_bad_rows=False)
    with pytest.raises(InvalidInput, match="不能重复确认"):
        uploads.correct(office, upload, Corrections({"风险点": None}))
    assert session.scalar(select(func.count()).select_from(RiskPoint)) == 1


def test_another_persons_upload_does_not_exist(department: Department, session: Any) -> None:
    upload = _upload(department, sheets.points(sheets.point("印章外借")))
    for by in ("office2", "unit_discipline"):
        with pytest.raises(NotFound):
            uploads.get(department.actor(by), upload.id)
        with pytest.raises(NotFound):
            uploads.confirm(department.actor(by), upload.id, skip_bad_rows=False)
    with pytest.raises(NotFound):
        uploads.get(department.actor("office"), 10**9)


def test_what_changed_since_the_preview_counts_at_confirmation(
    department: Department, session: Any, take_in: Import
) -> None:
    upload = _upload(department, sheets.points(sheets.point("印章外借"), sheets.point("公章保管")))
    assert uploads.plan_of(department.actor("office"), upload).count(CHANGED) == 0
    take_in(sheets.points(sheets.point("印章外借", level="低"), sheets.point("公章保管")))
    outcome = uploads.confirm(department.actor("office"), upload.id, skip_bad_rows=False)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 1, 1)


def test_a_meaning_is_remembered_for_the_unit_and_for_no_other(department: Department, session: Any) -> None:
    office = department.actor("office")
    upload = _upload(department, UNKNOWN, unit="SK")
    assert [header for header, _ in uploads.plan_of(office, upload).unknown_columns] == ["隐患描写"]
    uploads.correct(office, upload, Corrections({"隐患描写": "manifestation", "风险点": "title"}))
    plan = uploads.plan_of(office, upload)
    assert (plan.unknown_columns, plan.rows[0].row.fields["manifestation"]) == ([], "外借不登记")
    assert [row.header for row in session.scalars(select(ColumnMapping))] == ["隐患描写"]
    again = uploads.plan_of(office, _upload(department, UNKNOWN, unit="SK"))
    assert again.rows[0].row.fields["manifestation"] == "外借不登记"
    elsewhere = uploads.plan_of(office, _upload(department, UNKNOWN, unit="WZ"))
    assert len(elsewhere.unknown_columns) == 1


def test_a_column_left_out_is_no_longer_offered(department: Department, session: Any) -> None:
    office = department.actor("office")
    upload = _upload(department, UNKNOWN, unit="SK")
    uploads.correct(office, upload, Corrections({"隐患描写": None}))
    plan = uploads.plan_of(office, upload)
    assert (plan.unknown_columns, "manifestation" in plan.rows[0].row.fields) == ([], False)


def test_two_columns_cannot_mean_the_same(department: Department, session: Any) -> None:
    upload = _upload(department, UNKNOWN, unit="SK")
    with pytest.raises(InvalidInput, match="同一含义"):
        uploads.correct(
            department.actor("office"), upload, Corrections({"隐患描写": "title", "风险点": "title"})
        )
    assert session.scalars(select(ColumnMapping)).all() == []


def test_sheets_can_be_left_out_and_header_rows_set(department: Department, session: Any) -> None:
    office = department.actor("office")
    upload = _upload(department, UNKNOWN, unit="SK")
    uploads.correct(office, upload, Corrections({"甲": "title"}, {"附页": 1}))
    assert [len(table.rows) for table in uploads.plan_of(office, upload).tables] == [1, 1]
    uploads.correct(office, upload, Corrections({}, {}, ["台账", "附页"]))
    with pytest.raises(InvalidInput, match="没有可以导入的行"):
        uploads.confirm(office, upload.id, skip_bad_rows=False)
    uploads.correct(office, upload, Corrections({}, {}, ["附页"]))
    assert uploads.confirm(office, upload.id, skip_bad_rows=False).created == 1


def test_the_refused_rows_are_kept_as_they_were(department: Department, session: Any) -> None:
    office = department.actor("office")
    upload = _upload(
        department, sheets.points(sheets.point("印章外借"), sheets.point("公章保管", level="很高"))
    )
    with pytest.raises(InvalidInput):
        uploads.confirm(office, upload.id, skip_bad_rows=False)
    assert session.scalar(select(func.count()).select_from(RiskPoint)) == 0
    uploads.confirm(office, upload.id, skip_bad_rows=True)
    first = uploads.refused_rows(office, upload)
    assert upload.result
    assert upload.result["refused"] == 1
    assert uploads.refused_rows(office, upload) == first
    clean = _upload(department, sheets.points(sheets.point("印章外借")))
    uploads.confirm(office, clean.id, skip_bad_rows=False)
    with pytest.raises(NotFound):
        uploads.refused_rows(office, clean)


def test_who_may_not_import_keeps_no_file(department: Department, session: Any) -> None:
    for by in ("leader", "auditor", "sysadmin"):
        with pytest.raises(NotAllowed):
            _upload(department, sheets.points(sheets.point("印章外借")), by=by)
    with pytest.raises(InvalidInput, match="请选择导入到哪个单位"):
        _upload(department, sheets.points(sheets.point("印章外借")), by="unit_discipline")
    with pytest.raises(InvalidInput, match="职责范围"):
        _upload(department, sheets.points(sheets.point("印章外借")), by="unit_discipline", unit="WZ")
    with pytest.raises(InvalidInput, match="没有找到表头行"):
        _upload(department, sheets.book({"说明": [["本表由各科室填写"]]}))
    assert session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_a_name_that_lies_is_refused(department: Department, session: Any) -> None:
    data = io.BytesIO(sheets.points(sheets.point("印章外借")))
    with pytest.raises(InvalidInput) as refused:
        uploads.receive(department.actor("office"), "risk-points", "台账.csv", data, options={})
    assert refused.value.reasons[0].code == "type_mismatch"


def test_xls_and_csv_are_taken_too(department: Department, session: Any) -> None:
    office, sk = department.actor("office"), {"unit_id": department.unit("SK").id}
    old = uploads.receive(office, "risk-points", "台账.xls", io.BytesIO(sheets.xls(sheets.BARE)), options=sk)
    assert uploads.confirm(office, old.id, skip_bad_rows=False).created == 2
    text = "风险点描述,风险等级\r\n变更签证审核不严,中\r\n".encode("gb18030")
    csv = uploads.receive(office, "risk-points", "台账.csv", io.BytesIO(text), options=sk)
    assert uploads.plan_of(office, csv).count(SAME) == 1


def test_progress_is_noted_while_it_writes_and_gone_afterwards(
    department: Department, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = _upload(department, sheets.points(sheets.point("印章外借"), sheets.point("公章保管")))
    seen: list[tuple[int, int]] = []
    append = audit.append_founding

    def look(*args: Any, **options: Any) -> None:
        seen.append(progress.seen(upload.id))
        append(*args, **options)

    monkeypatch.setattr(importing, "_AT_ONCE", 1)
    monkeypatch.setattr(audit, "append_founding", look)
    uploads.confirm(department.actor("office"), upload.id, skip_bad_rows=False)
    assert seen == [(0, 0), (1, 2)]
    assert progress.seen(upload.id) == (0, 0)
