"""延期 through the API: created, stepped, refused with reasons."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from riskctl import clock
from tests.api.caller import Caller
from tests.department import Department

AsUser = Callable[[str], Caller]


@pytest.fixture
def planned(app: Flask, department: Department) -> int:
    """An issue in rectification."""
    with app.app_context():
        issue: int = department.planned().id
        return issue


def asked(issue: int, **changes: Any) -> dict[str, Any]:
    return {"issue_id": issue, "workdays": 5, "reason_code": "litigation", "reason": "等待判决", **changes}


def test_an_extension_is_asked_and_granted(as_user: AsUser, planned: int) -> None:
    head = as_user("dept_head")
    made = head.post("extensions", asked(planned, milestones=[{"measure": 1}]))
    assert made.status_code == 201
    body = made.json
    assert (body["state"], body["ordinal"], body["due_original"]) == ("asked", 1, body["due_before"])
    path = f"extensions/{body['id']}"
    checked = as_user("unit_discipline").step(path, "check", {"opinion": "属实"})
    assert checked.json["waits_for"][0]["role"] == "leader"
    granted = as_user("leader").step(path, "approve")
    assert (granted.status_code, granted.json["state"]) == (200, "approved")
    issue = head.get(f"issues/{planned}").json
    assert issue["due_on"] == granted.json["due_granted"] > issue["due_original"]
    assert head.get("extensions", issue=planned).json["items"][0]["id"] == body["id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"workdays": 0}, "workdays"), ({"workdays": 400}, "workdays"), ({"reason_code": "lazy"}, "reason_code"),
        ({"reason": " "}, "reason"), ({"milestones": [{"measure": 9}]}, "milestones"),
        ({"unit_id": 1}, "unit_id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(as_user: AsUser, planned: int, changes: dict[str, Any], field: str) -> None:
    refused = as_user("dept_head").post("extensions", asked(planned, **changes))
    assert refused.status_code == 422
    assert refused.json["reasons"][0]["field"].startswith(field)


def test_too_late_says_until_when(as_user: AsUser, app: Flask, department: Department) -> None:
    with app.app_context():
        due = (clock.today() + timedelta(days=1)).isoformat()
        issue = department.planned(due_on=due).id
    refused = as_user("dept_head").post("extensions", asked(issue))
    assert refused.status_code == 422
    assert "too_late" in {reason["code"] for reason in refused.json["reasons"]}


def test_another_unit_and_no_issue_are_not_found(as_user: AsUser, planned: int) -> None:
    assert as_user("dept_head_b").post("extensions", asked(planned)).status_code == 404
    assert as_user("dept_head").post("extensions", asked(10**6)).status_code == 404
