"""Versions of a risk point and yearly reviews over the API."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import RiskPoint
from riskctl.services import annual_reviews
from tests.api.caller import Caller
from tests.department import Department

AsUser = Callable[[str], Caller]


def _point(app: Flask, department: Department) -> int:
    with app.app_context():
        point = RiskPoint(
            unit_id=department.unit("SK").id, title="直接委托", post="维养岗", code="LF-SK-2020-001", state="active",
            level="low", created_by_id=department.actor("office").user_id, measures=[],
        )  # fmt: skip
        db.session.add(point)
        db.session.commit()
        return point.id


def _take(caller: Caller, path: str, trigger: str, **data: Any) -> dict[str, Any]:
    response = caller.step(path, trigger, data)
    assert response.status_code == 200, response.json
    return response.json  # type: ignore[no-any-return]


def test_the_versions_of_a_point(app: Flask, department: Department, as_user: AsUser) -> None:
    path = f"risk-points/{_point(app, department)}"
    head = as_user("dept_head")
    assert head.get(f"{path}/versions").json == {"items": []}
    _take(head, path, "open_review", reason="职责调整")
    shown = _take(head, path, "propose_change", kind="owner", reason="人员调整", new_resp_post="综合岗")
    assert shown["proposals"][0]["kind_label"] == "责任人调整"
    _take(as_user("unit_discipline"), path, "approve_change", result="同意")
    latest, first = head.get(f"{path}/versions").json["items"]
    assert (latest["number"], latest["kind"], latest["fields"]["resp_post"]) == (2, "owner", "综合岗")
    assert (first["number"], first["kind"], first["fields"]["resp_post"]) == (1, "new", None)
    assert as_user("dept_head_b").get(f"{path}/versions").status_code == 404


def test_a_yearly_review_over_the_api(app: Flask, department: Department, as_user: AsUser) -> None:
    point = _point(app, department)
    with app.app_context():
        annual_reviews.open_year(clock.today().year)
    head = as_user("dept_head")
    (row,) = head.get("annual-reviews").json["items"]
    path = f"annual-reviews/{row['id']}"
    (action,) = [a for a in head.get(path).json["actions"] if a["trigger"] == "confirm"]
    (item,) = action["inputs"]
    assert [part["name"] for part in item["fields"]] == ["point", "result", "reason"]
    confirmed = _take(head, path, "confirm")
    assert confirmed["results"] == [{"risk_point_id": point, "result": "keep", "reason": ""}]
    assert confirmed["waits_for"][0]["role"] == "commissioner"
    assert head.step(path, "countersign").status_code == 403
    _take(as_user("commissioner"), path, "countersign")
    assert as_user("office").post("annual-reviews", {}).status_code == 405
    assert as_user("dept_head_b").get(path).status_code == 404
