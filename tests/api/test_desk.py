"""Over the API: steps of several cases, 催办, 转办, 会签, 取回 and papers (contract 3 and 4)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.caller import Caller

AsUser = Callable[[str], Caller]
IssueIn = Callable[..., str]


def _item(caller: Caller, path: str, **changes: Any) -> dict[str, Any]:
    body = caller.get(path).json
    return {"id": body["id"], "version": body["version"], "data": {"not_clue": True}, **changes}


def test_each_case_of_a_batch_is_done_whole_or_not_at_all(as_user: AsUser, issue_in: IssueIn) -> None:
    office = as_user("office")
    first, second, third = (issue_in(state="draft") for _ in range(3))
    items = [
        _item(office, first), _item(office, second, data={}), _item(office, third, version=99),
        {"id": 99999, "version": 1},
    ]  # fmt: skip
    response = office.post("issues/transitions", {"trigger": "submit", "items": items})
    assert response.status_code == 200
    found = response.json["items"]
    assert [one["status"] for one in found] == [200, 422, 412, 404]
    assert [one["id"] for one in found] == [item["id"] for item in items]
    assert found[0]["state"] == "verifying"
    assert found[1]["problem"]["reasons"][0]["field"] == "not_clue"
    states = [office.get(path).json["state"] for path in (first, second, third)]
    assert states == ["verifying", "draft", "draft"]


def test_the_same_case_twice_is_done_once(as_user: AsUser, issue_in: IssueIn) -> None:
    office = as_user("office")
    item = _item(office, issue_in(state="draft"))
    found = office.post("issues/transitions", {"trigger": "submit", "items": [item, item]}).json["items"]
    assert [one["status"] for one in found] == [200, 412]


@pytest.mark.parametrize(
    "body",
    [
        {"items": []},
        {"trigger": "submit"},
        {"trigger": "submit", "items": []},
        {"trigger": "submit", "items": [{"id": 1}]},
        {"trigger": "submit", "items": [{"id": 1, "version": 1, "sate": 1}]},
        {"trigger": "submit", "items": [{"id": 1, "version": 1}] * 101},
    ],
)
def test_a_batch_of_the_wrong_form_is_refused_as_a_whole(as_user: AsUser, body: dict[str, Any]) -> None:
    assert as_user("office").post("issues/transitions", body).status_code == 422


def test_a_batch_is_judged_by_who_sends_it(as_user: AsUser, issue_in: IssueIn) -> None:
    path = issue_in()
    item = _item(as_user("office"), path)
    found = as_user("dept_head_b").post("issues/transitions", {"trigger": "sign_receipt", "items": [item]})
    assert [one["status"] for one in found.json["items"]] == [404]


def test_urging_answers_with_the_record_and_only_once_a_day(as_user: AsUser, issue_in: IssueIn) -> None:
    path = issue_in()
    assert as_user("resident").post(f"{path}/urge").status_code == 200
    again = as_user("office").post(f"{path}/urge")
    assert again.status_code == 422
    assert again.json["reasons"][0]["code"] == "urged_today"
    assert as_user("post").post(f"{path}/urge").status_code == 403
    assert as_user("dept_head_b").post(f"{path}/urge").status_code == 404
    labels = [event["label"] for event in as_user("office").get(f"{path}/events").json["items"]]
    assert labels[-1] == "催办"


def _post(caller: Caller, path: str, what: str, body: Any) -> Any:
    version = caller.get(path).json["version"]
    return caller.call("POST", f"{path}/{what}", json=body, headers={"If-Match": f'"{version}"'})


def test_a_task_is_handed_over_and_shown(as_user: AsUser, issue_in: IssueIn) -> None:
    path, commissioner = (
        issue_in(by="commissioner", source="self_check", state="draft"),
        as_user("commissioner"),
    )
    commissioner.step(path, "submit", {"not_clue": True})
    office = as_user("office")
    (waiting,) = office.get(path).json["waits_for"]
    assert len(waiting["users"]) == 2
    other = next(user["id"] for user in waiting["users"] if user["name"] != "机关纪委干部甲")
    response = _post(office, path, "assignment", {"to": other, "reason": "出差"})
    assert response.status_code == 200
    assert [user["id"] for entry in response.json["waits_for"] for user in entry["users"]] == [other]
    assert response.json["desk"] == {"assigned_to": other, "assigned_for": "出差", "sign_offs": []}
    assert office.post(f"{path}/assignment", {"to": other, "reason": "出差"}).status_code == 428
    assert _post(office, path, "assignment", {"to": other, "reason": " "}).status_code == 422
    assert _post(as_user("office_head"), path, "assignment", {"to": 9999, "reason": "忙"}).status_code == 422


def test_a_submission_is_taken_back(as_user: AsUser, issue_in: IssueIn) -> None:
    path, commissioner = (
        issue_in(by="commissioner", source="self_check", state="draft"),
        as_user("commissioner"),
    )
    commissioner.step(path, "submit", {"not_clue": True})
    actions = {action["trigger"]: action for action in commissioner.get(path).json["actions"]}
    assert actions["take_back"]["label"] == "取回"
    assert actions["take_back"]["allowed"]
    assert "take_back" not in [action["trigger"] for action in as_user("office").get(path).json["actions"]]
    assert commissioner.step(path, "take_back", version=1).status_code == 412
    assert commissioner.step(path, "take_back").json["state"] == "draft"


def test_agreement_is_asked_for_and_given(as_user: AsUser, issue_in: IssueIn) -> None:
    path, head = issue_in(), as_user("dept_head")
    head.step(
        path, "sign_receipt", {"received_on": head.get(path).json["issued_on"], "receiver": "主要负责人"}
    )
    due = head.get(path).json["due_on"]
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": due}
    plan = {"goal": "到位", "measures": [measure], "commitment": True}
    assert head.step(path, "submit_plan", plan).status_code == 200
    leader, secretary = as_user("leader"), as_user("secretary")
    (me,) = [u["id"] for w in leader.get(path).json["waits_for"] for u in w["users"]]
    assert _post(leader, path, "agreement", {"users": [9999]}).status_code == 422
    assert _post(head, path, "agreement", {"users": [me]}).status_code == 403
    found = _post(leader, path, "agreement", {"users": [me]}).json
    assert found["desk"]["sign_offs"] == [{"user_id": me, "agreed_at": None}]
    assert secretary.step(path, "agree").status_code == 403
    refused = leader.step(path, "approve_plan")
    assert [reason["code"] for reason in refused.json["reasons"]] == ["not_agreed"]
    assert leader.step(path, "agree").json["desk"]["sign_offs"][0]["agreed_at"]
    assert leader.step(path, "approve_plan").json["state"] == "rectifying"
