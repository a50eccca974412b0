"""Indicators and their readings over the API."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from riskctl import clock
from tests.api.caller import Caller
from tests.department import Department

As = Callable[[str], Caller]


@pytest.fixture
def point_id(app: Flask, department: Department) -> int:
    """A point in the ledger of SK."""
    with app.app_context():
        return department.point().id


def _made(as_user: As, point_id: int, **changes: object) -> str:
    data = {
        "risk_point_id": point_id,
        "name": "直接委托占比",
        "direction": "higher",
        "yellow": "40",
        "red": 75.5,
    }
    answer = as_user("post").post("indicators", {**data, **changes})
    assert answer.status_code == 201, answer.json
    path: str = answer.headers["Location"].removeprefix("/api/v1/")
    return path


def _ago(hours: int) -> str:
    return clock.ago(hours=hours).isoformat()


def test_an_indicator_is_made_read_and_changed(as_user: As, point_id: int) -> None:
    path = _made(as_user, point_id)
    body = as_user("office").get(path).json
    assert (body["yellow"], body["orange"], body["red"], body["frequency"]) == ("40", None, "75.5", "monthly")
    assert as_user("office").get("indicators", risk_point=point_id).json["items"] == [body]
    assert as_user("post_b").get("indicators").json["items"] == []
    assert as_user("post_b").get(path).status_code == 404
    assert as_user("post").patch(path, {"orange": "60"}).status_code == 428
    assert as_user("post").patch(path, {"orange": "60"}, body["version"]).json["orange"] == "60"
    assert as_user("post").patch(path, {"orange": "61"}, body["version"]).status_code == 412
    refused = as_user("post").patch(path, {"orange": "80"}, body["version"] + 1)
    assert (refused.status_code, refused.json["reasons"][0]["field"]) == (422, "red")
    assert as_user("leader").patch(path, {"orange": "62"}, body["version"] + 1).status_code == 403


def test_a_batch_is_whole_and_opens_a_warning(as_user: As, point_id: int) -> None:
    path = _made(as_user, point_id)
    batch = [{"at": _ago(n), "value": n} for n in (50, 20, 10)]
    answer = as_user("post").post(f"{path}/readings", batch)
    assert (answer.status_code, answer.json["entered"], len(answer.json["warning_ids"])) == (201, 3, 1)
    warning = as_user("office").get(f"warnings/{answer.json['warning_ids'][0]}").json
    assert (warning["colour"], warning["kind"]) == ("yellow", "indicator")
    future = (clock.now() + timedelta(days=1)).isoformat()
    again = as_user("post").post(
        f"{path}/readings", [{"at": _ago(1), "value": 1}, {"at": future, "value": 2}, batch[0]]
    )
    assert again.status_code == 422
    assert [reason["field"] for reason in again.json["reasons"]] == ["1.at", "2.at"]
    page = as_user("leader").get(f"{path}/readings", limit=2).json
    assert [item["value"] for item in page["items"]] == ["10", "20"]
    rest = as_user("leader").get(f"{path}/readings", after=page["next"]).json
    assert ([item["value"] for item in rest["items"]], rest["next"]) == (["50"], None)


def test_its_events_are_known_to_those_who_know_its_point(as_user: As, point_id: int) -> None:
    path = _made(as_user, point_id)
    as_user("post").post(f"{path}/readings", [{"at": _ago(1), "value": 1}])
    for username, seen in (("office", ["录入监测数据", "登记"]), ("auditadmin", [])):
        found = as_user(username).get("events", case_type="indicator").json["items"]
        assert [event["label"] for event in found] == seen


@pytest.mark.parametrize(
    "body",
    [[], {}, [{"at": "2026-01-01T00:00"}], [{"at": "gestern", "value": 1}], [{"at": "2026-01-01T00:00", "value": "NaN"}],
     [{"at": "2026-01-01T00:00", "value": "1e40"}], [{"at": "2026-01-01T00:00", "value": "0.00001"}]],
)  # fmt: skip
def test_nonsense_is_named(as_user: As, point_id: int, body: object) -> None:
    path = _made(as_user, point_id)
    assert as_user("post").post(f"{path}/readings", body).status_code == 422
    assert as_user("post").get(f"{path}/readings").json["items"] == []
