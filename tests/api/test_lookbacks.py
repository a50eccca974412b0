"""回头看 and 举一反三 over the API: the same collections, what cannot be created or changed is not offered."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.api.caller import Caller
from tests.department import Department
from tests.services import looking_back

AsUser = Callable[[str], Caller]
UnitId = Callable[[str], int]
SEED = {"seed": "2026134", "seed_source": "某日开奖号码"}


@pytest.fixture
def campaign(app: Flask, department: Department, as_user: AsUser, unit_id: UnitId) -> str:
    """The address of a campaign over two closed issues and one that must be looked at."""
    with app.app_context():
        looking_back.closed(department, 2)
        looking_back.closed(department, 1, severity="grave")
    body = {"title": "四季度回头看", "unit_id": unit_id("SK"), "questions": [{"text": "制度是否执行"}]}
    made = as_user("office").post("campaigns", body)
    assert made.status_code == 201
    return f"campaigns/{made.json['id']}"


def test_a_campaign_from_plan_to_items(as_user: AsUser, campaign: str) -> None:
    office = as_user("office")
    plan = office.get(campaign).json
    assert (plan["state"], plan["share"], plan["seed"]) == ("draft", 30, None)
    changed = office.patch(campaign, {"share": 50}, plan["version"])
    assert changed.json["share"] == 50
    published = office.step(campaign, "publish_seed", SEED).json
    assert (published["candidate_count"], published["obligatory_count"]) == (3, 1)
    (draw,) = (action for action in published["actions"] if action["trigger"] == "draw")
    due = draw["inputs"][0]["default"]
    drawn = office.step(campaign, "draw", {"check_due": due}).json
    assert drawn["drawn_count"] == 2
    items = office.get("lookbacks", campaign=drawn["id"], count=1).json
    assert items["total"] == 2
    item = office.get(f"lookbacks/{items['items'][0]['id']}").json
    assert item["campaign_title"] == "四季度回头看"
    assert item["due_on"] == due
    assert {user["id"] for entry in item["waits_for"] for user in entry["users"]} == set(item["inspectors"])


def test_the_seed_cannot_be_patched(as_user: AsUser, campaign: str) -> None:
    office = as_user("office")
    version = office.get(campaign).json["version"]
    assert office.patch(campaign, {"seed": "1"}, version).status_code == 422
    office.step(campaign, "publish_seed", SEED)
    assert office.step(campaign, "publish_seed", SEED).status_code == 409
    version = office.get(campaign).json["version"]
    refused = office.patch(campaign, {"share": 90}, version)
    assert (refused.status_code, refused.json["reasons"][0]["field"]) == (422, "share")


def test_an_empty_scope_is_refused_with_a_reason(as_user: AsUser, unit_id: UnitId) -> None:
    office = as_user("office")
    made = office.post("campaigns", {"title": "空范围", "unit_id": unit_id("WZ")}).json
    (action,) = (a for a in made["actions"] if a["trigger"] == "publish_seed")
    assert not action["allowed"]
    refused = office.step(f"campaigns/{made['id']}", "publish_seed", SEED)
    assert (refused.status_code, refused.json["reasons"][0]["code"]) == (422, "empty_scope")


def test_items_come_from_the_draw_alone(as_user: AsUser) -> None:
    office = as_user("office")
    assert office.post("lookbacks", {}).status_code == 405
    assert office.patch("lookbacks/1", {}, 1).status_code == 405
    assert office.patch("self-checks/1", {}, 1).status_code == 405


def test_a_task_for_one_unit(as_user: AsUser, unit_id: UnitId, issue_in: Callable[..., str]) -> None:
    origin = int(issue_in().rsplit("/", 1)[1])
    body = {"origin_id": origin, "unit_id": unit_id("WZ"), "title": "比选程序", "content": "自查比选程序"}
    assert as_user("dept_head").post("self-checks", body).status_code == 403
    made = as_user("office").post("self-checks", body)
    assert made.status_code == 201
    assert made.json["origin_id"] == origin
    path = f"self-checks/{made.json['id']}"
    told = as_user("dept_head_b").get(path).json
    assert (told["origin_id"], told["state"]) == (None, "asked")
    events = as_user("dept_head_b").get(f"{path}/events").json["items"]
    assert "origin_id" not in events[0]["changes"]
    assert as_user("dept_head_b").get("self-checks", issue=origin).json["items"] == []
    assert as_user("post_d").get(path).status_code == 404
    twice = as_user("office").post("self-checks", body)
    assert (twice.status_code, twice.json["reasons"][0]["field"]) == (422, "unit_ids")
