"""Ledgers of risk points in: what becomes of each row, by whom, and what happens the second time."""

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, func, select

from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Case, ChangeProposal, Event, RiskPoint, Unit
from riskctl.services import audit, risk_points, verification
from riskctl.services.exchange import importing
from riskctl.services.exchange.planning import CHANGED, NEW, REFUSED, SAME
from riskctl.services.views import single
from tests.department import Department
from tests.services.exchange import sheets
from tests.services.exchange.conftest import Import, PlanOf


def _point(title: str) -> RiskPoint:
    return db.session.scalars(select(RiskPoint).where(RiskPoint.title == title)).one()


def _count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_what_the_office_imports_is_in_force_with_the_import_as_founding_event(
    department: Department, take_in: Import
) -> None:
    outcome = take_in(sheets.book({"台账": sheets.LEDGER}, sheets.MERGED))
    assert (outcome.read, outcome.created, outcome.refused) == (3, 3, 0)
    point = _point("物资出入库")
    assert (point.state, point.unit.code, point.level) == ("active", "SK", "medium")
    assert point.approved_on
    assert point.review_due
    assert point.level
    assert point.self_check_due
    (founding,) = audit.history("risk_point", point.id)
    assert (founding.event.trigger, founding.event.to_state) == ("import", "active")
    assert founding.event.actor_id == department.actor("office").user_id
    assert founding.fields["title"] == [None, "物资出入库"]
    assert verification.verify().problems == []


def test_what_a_unit_imports_is_a_draft(take_in: Import) -> None:
    take_in(sheets.points(sheets.point("印章外借")), by="unit_discipline", unit="SK")
    assert _point("印章外借").state == "draft"
    assert _point("印章外借").approved_on is None


def test_the_office_may_import_drafts(take_in: Import) -> None:
    take_in(sheets.points(sheets.point("印章外借")), draft=True)
    assert _point("印章外借").state == "draft"


def test_a_missing_column_is_still_to_be_filled_in_and_the_next_step_asks(
    department: Department, take_in: Import
) -> None:
    take_in(sheets.book({"台账": sheets.BARE}), by="post", unit="SK")
    point = _point("招标文件设置倾向性条件")
    shown = single(department.actor("post"), point)
    missing = {item["name"] for item in shown["missing"]}
    assert {"manifestation", "likelihood", "impact", "measures", "resp_post"} <= missing
    (submit,) = [action for action in shown["actions"] if action["trigger"] == "submit"]
    assert missing <= {item["name"] for item in submit["inputs"]}


def test_a_point_without_level_or_scores_is_in_the_ledger(take_in: Import) -> None:
    take_in(sheets.points(sheets.point("印章外借", level="")))
    point = _point("印章外借")
    assert (point.state, point.level, point.computed_level) == ("active", None, None)


def test_the_same_file_again_changes_nothing(take_in: Import) -> None:
    data = sheets.points(sheets.point("印章外借"), sheets.point("公章保管", code="A-7"))
    take_in(data)
    before = (_count(RiskPoint), _count(Event), _count(ChangeProposal))
    outcome = take_in(data)
    assert (outcome.created, outcome.unchanged, outcome.changed) == (0, 2, 0)
    assert (_count(RiskPoint), _count(Event), _count(ChangeProposal)) == before


def test_a_changed_row_becomes_a_proposal_beside_the_point(department: Department, take_in: Import) -> None:
    take_in(sheets.points(sheets.point("印章外借")))
    outcome = take_in(sheets.points(sheets.point("印章外借", level="中", measures="1.比选")))
    assert (outcome.created, outcome.changed) == (0, 1)
    point = _point("印章外借")
    assert (point.level, len(point.measures)) == ("high", 2)
    (proposal,) = point.proposals
    assert proposal.changes["level"] == {"old": "high", "new": "medium"}
    assert audit.history("risk_point", point.id)[-1].event.trigger == "propose_import"
    actor = department.actor("dept_head")
    with pytest.raises(NotAllowed):
        risk_points.decide_import_change(actor, point.id, proposal.id, accept=True, version=point.version)
    risk_points.decide_import_change(
        department.actor("office"), point.id, proposal.id, accept=True, version=point.version
    )
    assert (point.level, [m["text"] for m in point.measures]) == ("medium", ["比选"])


def test_a_proposal_waits_beside_the_point_in_whatever_state(take_in: Import) -> None:
    take_in(sheets.points(sheets.point("印章外借")), by="post", unit="SK")
    outcome = take_in(sheets.points(sheets.point("印章外借", level="中")))
    assert outcome.changed == 1
    assert (_point("印章外借").state, _point("印章外借").level) == ("draft", "high")


def test_the_same_change_is_not_proposed_twice_and_a_newer_one_takes_its_place(
    department: Department, take_in: Import, plan_of: PlanOf
) -> None:
    take_in(sheets.points(sheets.point("印章外借")))
    changed = sheets.points(sheets.point("印章外借", level="中"))
    take_in(changed)
    assert "等待机关纪委处理" in plan_of(changed).kept[0].kept_because
    assert take_in(changed).unchanged == 1
    take_in(sheets.points(sheets.point("印章外借", level="低")))
    point = _point("印章外借")
    db.session.refresh(point)
    assert [proposal.decision for proposal in point.proposals] == ["superseded", None]
    office = department.actor("office")
    risk_points.decide_import_change(
        office, point.id, point.proposals[1].id, accept=False, version=point.version
    )
    again = plan_of(sheets.points(sheets.point("印章外借", level="低")))
    assert (again.count(SAME), "已决定不采纳" in again.kept[0].kept_because) == (1, True)


def test_rows_are_told_apart_by_the_sheets_code_else_by_post_and_title(
    take_in: Import, plan_of: PlanOf
) -> None:
    take_in(sheets.points(sheets.point("印章外借", code="A-1"), sheets.point("公章保管")))
    plan = plan_of(
        sheets.points(
            sheets.point("印章外借（改）", code="A-1"),  # the same code: renamed
            sheets.point("印章外借", code="A-2"),  # another code: another row
            sheets.point("公章保管", code="A-3"),  # got its code since
            sheets.point("公章保管", post="采购岗"),  # another post
            sheets.point("印章外借", unit="防汛物资储备中心", code="A-1"),  # another unit
        )
    )
    assert [row.action for row in plan.rows] == [CHANGED, NEW, CHANGED, NEW, NEW]
    assert plan.rows[2].changes == {"sheet_code": {"old": None, "new": "A-3"}}


def test_a_row_twice_in_the_file_is_refused_once(plan_of: PlanOf) -> None:
    plan = plan_of(sheets.points(sheets.point("印章外借"), sheets.point("印章外借", level="低")))
    assert [row.action for row in plan.rows] == [NEW, REFUSED]
    assert "重复" in plan.refusals[0].reason


def test_a_point_that_left_the_ledger_does_not_come_back_by_itself(
    department: Department, take_in: Import, plan_of: PlanOf
) -> None:
    data = sheets.points(sheets.point("印章外借"))
    take_in(data, by="post", unit="SK")
    department.take("office", _point("印章外借"), "void", reason="不属于廉政风险")
    plan = plan_of(data)
    assert (plan.count(SAME), "不再新增" in plan.kept[0].kept_because) == (1, True)


def test_units_are_looked_up_below_the_given_one_and_the_nearest_names_told(
    plan_of: PlanOf, take_in: Import
) -> None:
    plan = plan_of(sheets.points(sheets.point("印章外借", unit="青岭水库管理站")))
    (refusal,) = plan.refusals
    assert (refusal.column, refusal.value) == ("单位", "青岭水库管理站")
    assert "青岭水库管理处" in refusal.reason
    elsewhere = plan_of(sheets.points(sheets.point("印章外借", unit="防汛物资储备中心")), unit="SK")
    assert elsewhere.count(REFUSED) == 1
    nowhere = plan_of(sheets.points(sheets.point("印章外借", unit="")))
    assert "没有写明单位" in nowhere.refusals[0].reason
    assert take_in(sheets.book({"台账": sheets.BARE}), unit="SK").created == 2


def test_units_are_made_when_asked_for(department: Department, take_in: Import) -> None:
    rows = [sheets.point(title, unit="引水工程建设处") for title in ("印章外借", "公章保管")]
    assert take_in(sheets.points(*rows), create_units=True).created == 2
    unit = db.session.scalars(select(Unit).where(Unit.name == "引水工程建设处")).one()
    assert (unit.kind, _point("印章外借").unit_id) == ("affiliated", unit.id)
    take_in(sheets.points(sheets.point("小额维修", unit="工程二科")), unit="SK", create_units=True)
    made = _point("小额维修").unit
    assert (made.kind, made.parent_id) == ("section", department.unit("SK").id)


def test_a_unit_makes_no_units_and_imports_nothing_into_others(take_in: Import) -> None:
    rows = sheets.points(sheets.point("印章外借", unit="不存在的科室"))
    with pytest.raises(NotAllowed, match="机关纪委"):
        take_in(rows, by="unit_discipline", unit="SK", create_units=True)
    with pytest.raises(NotAllowed, match="职责范围以外"):
        take_in(sheets.points(sheets.point("印章外借")), by="unit_discipline_b", unit="SK")
    db.session.rollback()
    assert _count(RiskPoint) == 0


def test_bad_rows_stop_the_import_unless_the_user_says_so(take_in: Import) -> None:
    data = sheets.points(sheets.point("印章外借"), sheets.point("公章保管", level="很高"))
    with pytest.raises(InvalidInput):
        take_in(data)
    assert _count(RiskPoint) == 0
    outcome = take_in(data, skip_bad_rows=True)
    assert (outcome.created, outcome.refused, _count(RiskPoint)) == (1, 1, 1)


def test_the_refused_rows_come_back_with_the_reason_last_and_no_formulas(plan_of: PlanOf) -> None:
    plan = plan_of(sheets.points(sheets.point("=HYPERLINK(1)", level="很高"), sheets.point("印章外借")))
    data = importing.refused_workbook(plan)
    header, row = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert (header[-1], header[2]) == ("不能导入的原因", "风险点")
    assert row[2] == "=HYPERLINK(1)"
    assert "请填高、中、低" in str(row[-1])
    assert b"<f>" not in data


def test_a_sheet_without_a_header_is_reported_and_the_others_are_read(plan_of: PlanOf) -> None:
    data = sheets.book({"说明": [["本表由各科室填写"]], "台账": [sheets.POINTS, sheets.point("印章外借")]})
    plan = plan_of(data)
    assert (plan.skipped, len(plan.rows)) == (["说明"], 1)
    with pytest.raises(InvalidInput, match="没有找到表头行"):
        plan_of(sheets.book({"说明": [["本表由各科室填写"]]}))


def test_all_or_nothing(take_in: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(audit, "append_founding", fail)
    with pytest.raises(RuntimeError):
        take_in(sheets.points(sheets.point("印章外借", unit="引水工程建设处")), create_units=True)
    db.session.rollback()
    assert _count(RiskPoint) == 0
    assert db.session.scalars(select(Unit).where(Unit.name == "引水工程建设处")).all() == []


def test_the_number_of_queries_does_not_grow_with_the_rows(session: Any, take_in: Import) -> None:
    def queries(data: bytes) -> int:
        seen: list[str] = []

        def note(*args: Any) -> None:
            # SQLite is sent one INSERT a row by SQLAlchemy; nothing is looked up for a row.
            if not args[2].startswith("INSERT"):
                seen.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        take_in(data)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    def rows(word: str, number: int, level: str = "高") -> bytes:
        return sheets.points(*(sheets.point(f"{word}{n}", level=level) for n in range(number)))

    queries(rows("暖场", 1))
    assert queries(rows("少", 20)) == queries(rows("多", 200))
    assert queries(rows("少", 20, "低")) == queries(rows("多", 200, "低"))  # proposals


def test_progress_is_told(take_in: Import) -> None:
    told: list[int] = []
    take_in(sheets.points(*(sheets.point(f"风险{n}") for n in range(620))), progress=told.append)
    assert (len(told) > 1, sum(told)) == (True, 620)


def test_codes_are_given_without_gaps(take_in: Import) -> None:
    take_in(sheets.points(sheets.point("印章外借"), sheets.point("公章保管")))
    assert isinstance(_point("印章外借"), Case)
    numbers = [int(point.code.rsplit("-", 1)[1]) for point in (_point("印章外借"), _point("公章保管"))]
    assert numbers == [1, 2]
