"""年度复核 on one page, 变更报告 with one click, 年度台账 to look at and take out, versions on a point's page."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import AnnualReview, ChangeReport, RiskPoint
from riskctl.services import annual_ledgers, annual_reviews, change_reports
from tests.department import Department
from tests.web.pages import PageClient, words

SignIn = Callable[[str], PageClient]
DECEMBER = datetime(2026, 12, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def december() -> Any:
    with time_machine.travel(DECEMBER, tick=False) as traveller:
        yield traveller


def _points(app: Flask, department: Department, *states: str) -> list[int]:
    with app.app_context():
        unit, office = department.unit("SK").id, department.actor("office").user_id
        made = [
            RiskPoint(
                unit_id=unit, title=f"风险点{n}", post="招标岗", code=f"LF-SK-2020-{n:03d}", state=state, level="low",
                computed_level="low", likelihood=1, impact=2, created_by_id=office, review_due=date(2026, 12, 31),
                approved_on=date(2020, 1, 1), measures=[{"text": "复核"}],
            )
            for n, state in enumerate(states, 1)
        ]  # fmt: skip
        db.session.add_all(made)
        db.session.commit()
        return [point.id for point in made]


def _review(app: Flask) -> str:
    with app.app_context():
        annual_reviews.open_due(clock.now())
        return f"/annual-reviews/{db.session.scalars(select(AnnualReview.id)).one()}"


def _states(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(RiskPoint.state).order_by(RiskPoint.id)))


def test_a_branch_reviews_its_points_on_one_page(app: Flask, department: Department, sign_in: SignIn) -> None:
    _points(app, department, "active", "active", "warned")
    address = _review(app)
    head = sign_in("dept_head")
    assert "部门确认" in head.open("/todo").text
    page = head.open(address)
    rows = [words(row) for table in page.all("table") for row in table.iter("tr")]
    assert sum("维持 变更 移出" in row or "维持变更移出" in row for row in rows) == 2
    assert any("LF-SK-2020-003" in row and "预警中" in row for row in rows)
    refused = head.submit(
        "/transitions/confirm", expect=422, **{"exceptions-1-result": "cancel", "exceptions-1-reason": ""}
    )
    assert "事由" in refused.text
    chosen = [
        e.get("value")
        for e in refused.all("input", name="exceptions-1-result")
        if e.get("checked") is not None
    ]
    assert chosen == ["cancel"]  # nothing that was chosen is lost
    done = head.submit("/transitions/confirm", **{"exceptions-1-reason": "岗位撤销"})
    assert "部门已确认" in done.text
    assert "移出：岗位撤销" in done.text
    second = sign_in("commissioner")
    assert "会签" in second.open("/todo").text
    second.open(address)
    assert "已会签" in second.submit("/transitions/countersign").text
    assert _states(app) == ["active", "change_pending", "warned"]


def test_the_list_says_how_far_the_year_is(app: Flask, department: Department, sign_in: SignIn) -> None:
    client = sign_in("office")
    assert "每年12月启动" in client.open("/annual-reviews").text
    _points(app, department, "active", "active")
    _review(app)
    page = client.open("/annual-reviews")
    assert "待确认 1 个单位、2 个风险点" in page.text
    assert "已会签 0/2 个风险点" in page.text
    assert "2026年度风险点复核" in page.text


def test_the_form_for_paper(app: Flask, department: Department, sign_in: SignIn) -> None:
    _points(app, department, "active", "warned")
    page = sign_in("unit_discipline").open(_review(app) + "/form")
    assert "2026年度廉政风险点复核表" in page.text
    assert page.text.count("□变更") == 1
    assert "部门负责人（签字）" in page.text
    outside = sign_in("dept_head_b")
    outside.open(_review(app) + "/form", status=404)


def _change(app: Flask, department: Department) -> None:
    (point_id,) = _points(app, department, "active")
    with app.app_context():
        point = db.session.get_one(RiskPoint, point_id)
        department.take("dept_head", point, "open_review", reason="职责调整")
        department.take(
            "dept_head", point, "propose_change", kind="owner", reason="人员调整", new_resp_post="综合岗"
        )
        department.take("unit_discipline", point, "approve_change", result="同意")


def test_a_month_is_reported_with_one_click(
    app: Flask, department: Department, sign_in: SignIn, december: Any
) -> None:
    _change(app, department)
    head = sign_in("dept_head")
    assert "责任人调整" in head.open("/change-reports").text  # of the present month so far
    december.move_to(datetime(2027, 1, 4, 2, tzinfo=UTC))
    with app.app_context():
        change_reports.make_due(clock.now())
        report = db.session.scalars(select(ChangeReport.id)).one()
    head = sign_in("dept_head")
    page = head.open("/change-reports?month=2026-12")
    assert "尚未报告" in page.text
    assert "已于 2027-01-04" in head.submit(f"/change-reports/{report}/report").text
    office = sign_in("office")
    assert "青岭水库管理处" in office.open("/change-reports?month=2026-12").text
    assert "2026年12月" in office.open("/change-reports?month=nonsense").text
    assert "没有变更报告" in office.open("/change-reports?month=2026-10").text
    book = office.client.get("/change-reports/export?month=2026-12")
    assert (book.status_code, book.data[:2]) == (200, b"PK")


def test_a_frozen_ledger_to_look_at_and_to_take_out(
    app: Flask, department: Department, sign_in: SignIn, december: Any
) -> None:
    office = sign_in("office")
    assert "还没有年度台账" in office.open("/annual-ledgers").text
    _points(app, department, "active")
    december.move_to(datetime(2026, 12, 31, 16, 5, tzinfo=UTC))
    with app.app_context():
        annual_ledgers.freeze_due(clock.now())
    office = sign_in("office")
    assert "年终自动形成" in office.open("/annual-ledgers").text
    page = office.open("/annual-ledgers/2026/1")
    assert "LF-SK-2020-001" in page.text
    assert "经核对未被改动" in page.text
    assert "须写明理由" in office.open("/annual-ledgers/2026/1/export", status=422).text
    assert office.client.get("/annual-ledgers/2026/1/export?reason=报送").data[:2] == b"PK"
    office.open("/annual-ledgers/2026/1")
    assert "须写明更正理由" in office.submit("/annual-ledgers/2026/correct", expect=422, reason="").text
    assert "漏列一个" in office.submit("/annual-ledgers/2026/correct", reason="漏列一个").text
    office.open("/annual-ledgers/2025/1", status=404)


def test_versions_and_both_levels_on_the_page_of_a_point(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    _change(app, department)
    page = sign_in("dept_head").open("/risk-points/1")
    assert "1×2=2 分" in page.text
    assert "管理层级" in page.text
    assert "部门负责人" in page.text
    versions = words(page.all("section", aria_labelledby="versions")[0])
    assert "责任人调整" in versions
    assert "综合岗" in versions
