"""Colours on the pages: the computed one and why, the manual one beside it, lists and figures by colour."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import RiskPoint
from tests.department import Department
from tests.web.pages import PageClient, words

SignIn = Callable[[str], PageClient]


def _issued(app: Flask, department: Department) -> str:
    with app.app_context():
        return f"/issues/{department.issued().id}"


def test_the_office_sets_and_lifts_a_colour_beside_the_computed_one(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    address, client = _issued(app, department), sign_in("office")
    assert "绿 按计划推进" in client.open(address).text
    client.open(f"{address}/colour")
    until = (clock.today() + timedelta(days=5)).isoformat()
    typed = {"colour": "orange", "reason": "群众反映强烈"}
    refused = client.submit(f"{address}/colour", 422, **typed, until="2020-01-01")
    assert "群众反映强烈" in refused.text
    saved = client.submit(f"{address}/colour", until=until)
    assert "计算：绿 按计划推进；人工：橙 群众反映强烈（机关纪委干部甲，有效至" in saved.text
    assert "人工定色" in saved.text
    rows = client.open("/issues?colour=orange").all("tr")[1:]
    assert ["橙" in words(row) for row in rows] == [True]
    client.open(f"{address}/colour")
    lifted = client.submit(f"{address}/colour/lift")
    assert "解除人工定色" in lifted.text
    assert "人工：" not in lifted.text


def test_others_see_it_and_cannot_set_it(app: Flask, department: Department, sign_in: SignIn) -> None:
    address, client = _issued(app, department), sign_in("dept_head")
    assert f"{address}/colour" not in client.open(address).text
    assert client.open(f"{address}/colour", 403).status == 403


def test_a_recurrence_is_suggested_before_it_is_on_the_ledger(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    with app.app_context():
        unit = department.unit("SK").id
        point = RiskPoint(
            code="LF-1", title="小额项目", state="active", unit_id=unit, created_by_id=1, acted={}
        )
        db.session.add(point)
        db.session.commit()
        first, second = (department.issue(risk_point_ids=[point.id], domain="bidding") for _ in range(2))
        department.take("office", first, "submit", not_clue=True)
        code, address, earlier = first.code, f"/issues/{second.id}", f"/issues/{first.id}"
    page = sign_in("office").open(address)
    assert "疑似同类复发" in page.text
    assert f"{code} 小额项目未经比选直接委托 仍在办理" in page.text
    assert "疑似同类复发" not in sign_in("office").open(earlier).text
