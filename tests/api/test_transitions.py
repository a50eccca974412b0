"""Steps over the API: every way to be refused, and keys under which a step is done once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from riskctl.extensions import db
from riskctl.models import Event, IdempotencyKey, Issue
from riskctl.services import sealed_texts
from tests.api.caller import Caller
from tests.department import Department

AsUser = Callable[[str], Caller]
IssueIn = Callable[..., str]
SUBMIT = {"not_clue": True}


@pytest.fixture
def draft(issue_in: IssueIn) -> str:
    """The address of a registered issue."""
    return issue_in(state="draft")


def steps_of(app: Flask, trigger: str) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Event.id)).where(Event.trigger == trigger)) or 0


def test_a_step_answers_with_the_record(as_user: AsUser, draft: str) -> None:
    response = as_user("office").step(draft, "submit", SUBMIT)
    assert response.status_code == 200
    assert response.json["state"] == "verifying"
    assert response.headers["ETag"] == f'"{response.json["version"]}"'
    assert response.json == as_user("office").get(draft).json


def test_a_step_without_a_version_is_refused(as_user: AsUser, draft: str) -> None:
    response = as_user("office").post(f"{draft}/transitions", {"trigger": "submit", "data": SUBMIT})
    assert response.status_code == 428
    assert as_user("office").get(draft).json["state"] == "draft"


@pytest.mark.parametrize("version", [0, 999_999, "abc"])
def test_a_step_on_another_version_is_refused(as_user: AsUser, draft: str, version: Any) -> None:
    assert as_user("office").step(draft, "submit", SUBMIT, version=version).status_code == 412
    assert as_user("office").get(draft).json["state"] == "draft"


@pytest.mark.parametrize("trigger", ["close", "no_such_step", "to_closed", "state"])
def test_a_step_that_does_not_leave_the_state_is_refused(as_user: AsUser, draft: str, trigger: str) -> None:
    assert as_user("office").step(draft, trigger).status_code == 409


def test_a_step_by_the_wrong_role_is_refused(as_user: AsUser, issue_in: IssueIn) -> None:
    path = issue_in()
    response = as_user("post").step(path, "sign_receipt", {"nonsense": 1})
    assert response.status_code == 403
    assert "reasons" not in response.json  # who may not do it learns nothing of the rules
    action = next(a for a in as_user("post").get(path).json["actions"] if a["trigger"] == "sign_receipt")
    assert (action["allowed"], action["reasons"], action["inputs"]) == (False, [], [])


def test_who_acted_before_is_told_of_the_separation_of_duties(as_user: AsUser, draft: str) -> None:
    submitted = as_user("office").step(draft, "submit", SUBMIT)
    action = next(a for a in submitted.json["actions"] if a["trigger"] == "verify")
    assert [reason["code"] for reason in action["reasons"]] == ["separation_of_duties"]
    assert as_user("office").step(draft, "verify", {}).status_code == 403


@pytest.mark.parametrize("path", ["issues/999999", "issues/99999999999999999999", "notices/7777777"])
def test_a_step_of_no_record_is_refused(as_user: AsUser, path: str) -> None:
    assert as_user("office").step(path, "submit", SUBMIT, version=1).status_code == 404


def test_rules_refuse_with_every_reason_at_once(as_user: AsUser, draft: str) -> None:
    as_user("office").step(draft, "submit", SUBMIT)
    response = as_user("office2").step(
        draft, "verify", {"severity": "terrible", "due_on": "2026-02-30", "basis": [], "surprise": 1}
    )
    assert response.status_code == 422
    found = {reason["field"]: reason["code"] for reason in response.json["reasons"]}
    assert {"severity", "due_on", "basis", "surprise", "requirement", "not_clue"} <= set(found)
    assert found["requirement"] == "required"
    surprise = next(r for r in response.json["reasons"] if r["field"] == "surprise")
    assert "没有这一项" in surprise["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "trigger"),
        ({"trigger": 5}, "trigger"),
        ({"trigger": "submit", "data": []}, "data"),
        ({"trigger": "submit", "version": 1}, "version"),
    ],
)
def test_a_malformed_step_names_its_field(
    as_user: AsUser, draft: str, body: dict[str, Any], field: str
) -> None:
    response = as_user("office").post(f"{draft}/transitions", body, **{"If-Match": '"1"'})
    assert response.status_code == 422
    assert [reason["field"] for reason in response.json["reasons"]] == [field]


def test_the_same_key_and_body_gives_the_same_answer_and_is_done_once(
    app: Flask, as_user: AsUser, draft: str
) -> None:
    office = as_user("office")
    version = office.get(draft).json["version"]
    first = office.step(draft, "submit", SUBMIT, version=version, key="k-1")
    office.step(draft, "send_back", {"reason": "x"})  # refused or not: the stored answer stays what it was
    again = office.step(draft, "submit", SUBMIT, version=version, key="k-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json == first.json
    assert again.headers["ETag"] == first.headers["ETag"]
    assert steps_of(app, "submit") == 1


def test_the_same_key_with_another_body_is_refused(as_user: AsUser, draft: str, issue_in: IssueIn) -> None:
    office, other = as_user("office"), issue_in(state="draft")
    assert office.step(draft, "submit", SUBMIT, key="k-1").status_code == 200
    for path, trigger, data in ((draft, "submit", {}), (draft, "void", SUBMIT), (other, "submit", SUBMIT)):
        response = office.step(path, trigger, data, key="k-1")
        assert (response.status_code, response.json["type"]) == (422, "urn:riskctl:key_reused")
    assert office.get(other).json["state"] == "draft"
    assert office.step(other, "submit", SUBMIT, key="k" * 129).status_code == 422


def test_a_key_belongs_to_its_user(as_user: AsUser, issue_in: IssueIn) -> None:
    first, second = issue_in(state="draft"), issue_in(state="draft")
    assert as_user("office").step(first, "submit", SUBMIT, key="k-1").status_code == 200
    assert as_user("office2").step(second, "submit", SUBMIT, key="k-1").json["id"] == int(second[7:])


def test_a_refused_step_leaves_its_key_free(app: Flask, as_user: AsUser, draft: str) -> None:
    office = as_user("office")
    assert office.step(draft, "submit", SUBMIT, version=77, key="k-1").status_code == 412
    assert office.step(draft, "submit", {}, key="k-1").status_code == 422
    assert office.step(draft, "submit", SUBMIT, key="k-1").status_code == 200
    assert steps_of(app, "submit") == 1


def test_two_requests_with_one_key_at_once_are_one_step(
    app: Flask, department: Department, draft: str
) -> None:
    token = department.token("office")
    version = Caller(app, token).get(draft).json["version"]
    start, answers = threading.Barrier(4), []

    def call() -> None:
        caller = Caller(app, token)
        start.wait()
        answers.append(caller.step(draft, "submit", SUBMIT, version=version, key="k-1"))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.get_data() for answer in answers}) == 1
    assert steps_of(app, "submit") == 1


def test_two_requests_without_a_key_at_once_are_one_step_and_a_refusal(
    app: Flask, department: Department, draft: str
) -> None:
    token = department.token("office")
    version = Caller(app, token).get(draft).json["version"]
    start, answers = threading.Barrier(3), []

    def call() -> None:
        caller = Caller(app, token)
        start.wait()
        answers.append(caller.step(draft, "submit", SUBMIT, version=version).status_code)

    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 412, 412]
    assert steps_of(app, "submit") == 1


def test_stored_answers_are_unreadable_at_rest_and_erased_with_the_case(
    app: Flask, as_user: AsUser, draft: str
) -> None:
    office = as_user("office")
    first = office.step(draft, "submit", SUBMIT, key="k-1").json
    with app.app_context():
        stored = db.session.scalars(select(IdempotencyKey)).one()
        assert first["title"] not in str(stored.response)
        sealed_texts.erase("issue", first["id"])
        db.session.get_one(Issue, first["id"]).title = "（已移送）"
        db.session.commit()
    again = office.step(draft, "submit", SUBMIT, version=first["version"], key="k-1")
    assert (again.status_code, again.json["title"]) == (200, "（已移送）")
