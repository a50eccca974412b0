"""The collection of warnings."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.api.caller import Caller
from tests.department import Department

As = Callable[[str], Caller]


@pytest.fixture
def point_id(app: Flask, department: Department) -> int:
    """A point in the ledger of SK."""
    with app.app_context():
        return department.point().id


def _warning(point_id: int, colour: str = "yellow") -> dict[str, object]:
    return {"risk_point_id": point_id, "colour": colour, "facts": "占比过高", "requirement": "核查"}


def test_a_warning_from_opening_to_lifting(as_user: As, point_id: int) -> None:
    made = as_user("unit_discipline").post("warnings", _warning(point_id))
    assert made.status_code == 201
    path = f"warnings/{made.json['id']}"
    assert made.headers["Location"] == f"/api/v1/{path}"
    body = as_user("post").get(path).json
    assert (body["state"], body["colour"], body["kind"]) == ("open", "yellow", "manual")
    assert [action["trigger"] for action in body["actions"] if action["allowed"]] == ["reply"]
    assert as_user("post").step(path, "reply", {"reply": "已查"}).json["reply"] == "已查"
    assert as_user("unit_discipline").step(path, "lift", {"result": "可"}).status_code == 403
    assert as_user("office").step(path, "lift", {"result": "可"}).json["state"] == "lifted"
    assert as_user("office").get(f"risk-points/{point_id}").json["state"] == "active"
    assert len(as_user("office").get(f"{path}/events").json["items"]) == 3


def test_filters_and_what_is_refused(as_user: As, point_id: int) -> None:
    office = as_user("office")
    for colour in ("blue", "red"):
        assert office.post("warnings", _warning(point_id, colour)).status_code == 201
    found = office.get("warnings", colour="red", risk_point=point_id, kind="manual", state="open", count=1)
    assert (found.json["total"], [item["colour"] for item in found.json["items"]]) == (1, ["red"])
    weights = [item["colour"] for item in office.get("warnings", sort="-colour").json["items"]]
    assert weights == ["red", "blue"]
    assert [n["kind"] for n in office.get("notices", risk_point=point_id).json["items"]] == ["warning_notice"]
    refused = office.post("warnings", _warning(point_id, "green"))
    assert (refused.status_code, refused.json["reasons"][0]["field"]) == (422, "colour")
    assert as_user("post").post("warnings", _warning(point_id)).status_code == 403
    assert as_user("unit_discipline_b").post("warnings", _warning(point_id)).status_code == 422
    assert as_user("post_b").get("warnings").json["items"] == []


def test_a_proposal_is_changed_by_its_author(as_user: As, point_id: int) -> None:
    commissioner = as_user("commissioner")
    made = commissioner.post("warnings", _warning(point_id)).json
    path = f"warnings/{made['id']}"
    assert made["state"] == "proposed"
    assert as_user("post").get(path).status_code == 404
    assert commissioner.patch(path, {"facts": "占比61%"}).status_code == 428
    changed = commissioner.patch(path, {"facts": "占比61%"}, made["version"])
    assert changed.json["facts"] == "占比61%"
    assert commissioner.patch(path, {"facts": "旧"}, made["version"]).status_code == 412
