"""Readings from a sheet: all of it, or none with each bad row named by row, column and cure."""

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
import xlsxwriter
from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.models import Indicator, Reading, RiskWarning
from riskctl.services import indicators
from riskctl.services.exchange import readings_sheet
from tests.department import Department

NOON = datetime(2026, 11, 24, 4, tzinfo=clock.now().tzinfo)


@pytest.fixture(autouse=True)
def _frozen(session: Any) -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def _indicator(department: Department, name: str, unit: str = "SK") -> Indicator:
    data = {
        "risk_point_id": department.point(unit, title=name).id,
        "name": name,
        "direction": "higher",
        "yellow": Decimal(40),
    }
    return indicators.create(department.actor("office"), data)


def _xlsx(rows: list[list[Any]]) -> bytes:
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return output.getvalue()


def test_a_sheet_fills_several_indicators(department: Department, session: Any) -> None:
    share, calls = _indicator(department, "直接委托占比"), _indicator(department, "投诉数")
    rows: list[list[Any]] = [
        ["2026年监测数据"], ["序号", "指标编号", "时间", "数值"], [1, share.code, datetime.fromisoformat("2026-11-20"), 62.5],
        [2, "投诉数", datetime.fromisoformat("2026-11-20 09:30"), 0.1 + 0.2], [], [3, share.code, "2026-11-21", "12.5%"],
    ]  # fmt: skip
    assert readings_sheet.enter(department.actor("post"), _xlsx(rows)) == 3
    found = session.scalars(select(Reading).order_by(Reading.indicator_id, Reading.at)).all()
    assert [(r.indicator_id, r.value) for r in found] == [
        (share.id, Decimal("62.5")), (share.id, Decimal("12.5")), (calls.id, Decimal("0.3")),
    ]  # fmt: skip
    assert session.scalars(select(RiskWarning.colour)).all() == ["yellow"]


def test_a_bad_row_stops_the_whole_sheet(department: Department, session: Any) -> None:
    share = _indicator(department, "直接委托占比")
    for unit in ("SK", "SK-02"):
        _indicator(department, "同名指标", unit)
    _indicator(department, "别人的指标", "WZ")
    text = (
        "指标名称,日期,数值\n直接委托占比,2026-11-20,1\n直接委托占比,昨天,2\n直接委托占比,2026-11-21,很多\n"
        "直接委托占比,2027-01-01,3\n直接委托占比,2026-11-20,4\n同名指标,2026-11-20,5\n别人的指标,2026-11-20,6\n,2026-11-20,7\n"
    )
    with pytest.raises(InvalidInput) as refused:
        readings_sheet.enter(department.actor("post"), text.encode("gb18030"))
    said = "\n".join(reason.message for reason in refused.value.reasons)
    for words in (
        "第3行 时间：“昨天”不是时间", "第4行 数值：“很多”不是数字", "第5行 时间：", "在将来", "第6行 时间：", "不能重复录入",
        "第7行 指标：“同名指标”有2个同名指标，请改填指标编号", "第8行 指标：“别人的指标”没有找到", "第9行 指标：未填写",
    ):  # fmt: skip
        assert words in said, words
    assert session.scalars(select(Reading)).all() == []
    assert share.next_reading_due is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [("甲,乙\n1,2\n", "没有找到表头"), ("指标编号,时间,数值\n", "没有数据行"), ("", "文件是空的")],
)
def test_a_file_that_is_none(department: Department, text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        readings_sheet.enter(department.actor("post"), text.encode())


def test_who_may_not_enter_is_told(department: Department, session: Any) -> None:
    found = _indicator(department, "直接委托占比")
    with pytest.raises(InvalidInput) as refused:
        readings_sheet.enter(
            department.actor("leader"), f"指标,时间,数值\n{found.code},2026-11-20,1\n".encode()
        )
    assert "您的岗位不录入" in refused.value.reasons[0].message
