"""The whole life of a risk point and of a unit, on one page each."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from riskctl.extensions import db
from riskctl.models import RiskCheck
from riskctl.services import timelines
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


@pytest.fixture(autouse=True)
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 20, 2, tzinfo=UTC), tick=False) as started:
        yield started


@pytest.fixture
def point_id(app: Flask, department: Department, traveller: time_machine.Traveller) -> int:
    """A point with a warning, a check and two issues, one of them issued; another unit's point and issue beside."""
    with app.app_context():
        point = department.point()
        foreign = department.point("WZ")
        traveller.move_to("2026-03-23T02:00:00Z")
        warning = {
            "colour": "yellow",
            "facts": "投诉增多",
            "requirement": "逐件核查",
            "reply_due": "2026-04-01",
        }
        department.take("office", point, "warn", **warning)
        office = department.actor("office").user_id
        db.session.add_all(
            RiskCheck(risk_point_id=each.id, kind="inspection", result="normal", text="抽查三件", checked_on=date(2026, 3, 24), by_id=office)
            for each in (point, foreign)
        )  # fmt: skip
        traveller.move_to("2026-03-26T02:00:00Z")
        issue = department.issue(risk_point_ids=[point.id], found_on=date(2026, 3, 25))
        department.take("office", issue, "submit", not_clue=True)
        department.take("office2", issue, "verify", **department.verified())
        department.take("office_head", issue, "issue")
        department.issue("WZ", risk_point_ids=[foreign.id], found_on=date(2026, 3, 25))
        department.issue(source="branch_check", by="commissioner", title="支部检查所见")
        return point.id


def _labels(text: str) -> list[str]:
    names = ("登记风险点", "检查", "预警", "发现问题", "交办问题", "文书")
    found = [(text.index(f"{day} {name}"), name) for day in ("2026-03-20", "2026-03-23", "2026-03-24", "2026-03-25", "2026-03-26") for name in names if f"{day} {name}" in text]  # fmt: skip
    return [name for _, name in sorted(found)]


def test_a_point_s_life_stands_on_one_page(app: Flask, point_id: int, sign_in: SignIn) -> None:
    office = sign_in("office")
    assert f"/risk-points/{point_id}/life" in office.open(f"/risk-points/{point_id}").links()
    page = office.open(f"/risk-points/{point_id}/life")
    line = page.text[page.text.index("时间轴") :]
    assert _labels(line) == ["文书", "交办问题", "发现问题", "检查", "预警", "登记风险点"]
    assert "支部检查所见" not in line
    assert "翻页标记无效" in office.open(f"/risk-points/{point_id}/life?after=x", 422).text
    sign_in("dept_head_b").open(f"/risk-points/{point_id}/life", 404)


def test_pages_of_a_line_hold_every_entry_once(
    app: Flask, department: Department, point_id: int, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        units, office = [department.unit(code).id for code in ("SK", "WZ")], department.actor("office")
        whole = timelines.of_units(office, units)
        assert whole.next is None
        assert len(whole.entries) >= 9
        for size in (1, 2, 3):
            monkeypatch.setattr(timelines, "PAGE", size)
            found, after = [], None
            while True:
                page = timelines.of_units(office, units, after)
                found += page.entries
                after = page.next
                if after is None:
                    break
            assert found == whole.entries
        seen = timelines.of_units(department.actor("dept_head"), units).entries
        assert {entry.record.unit.code for entry in seen} == {"SK"}


def test_a_unit_is_seen_on_one_page_by_those_who_may(
    app: Flask, department: Department, point_id: int, sign_in: SignIn
) -> None:
    with app.app_context():
        unit = department.unit("SK").id
    head = sign_in("dept_head")
    page = head.open(f"/units/{unit}/profile")
    assert "全厅平均" in page.text
    assert "未解除的预警 1 件" in page.text
    whole = sign_in("office").open(f"/units/{unit}/profile").text
    assert "支部检查所见" in whole[whole.index("支部检查发现的问题") : whole.index("时间轴")]
    assert "预警" in _labels(page.text[page.text.index("时间轴") :])
    assert f"/units/{unit}/profile" in head.open("/units?q=SK").links()
    assert "月份须写作" in head.open(f"/units/{unit}/profile?month=3", 422).text
    sign_in("dept_head_b").open(f"/units/{unit}/profile", 404)
    sign_in("sysadmin").open(f"/units/{unit}/profile", 403)
    head.open("/units/99999/profile", 404)
