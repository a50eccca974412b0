"""Creating, reading and changing single records (contract 3 and 5)."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema

from riskctl import clock
from riskctl.schemas import records
from riskctl.services import workdays
from tests.api.caller import ROOT, Caller
from tests.department import Department

AsUser = Callable[[str], Caller]
UnitId = Callable[[str], int]
IssueIn = Callable[..., str]

# Contract section 5, as it stands there.
FIELDS = {
    "risk-points": (
        "unit_id department post power_item power_type process_step category title manifestation cause"
        " likelihood impact discretion computed_level level level_reason measures resp_post dept_head_post"
        " resp_leader_post review_due"
    ),
    "issues": (
        "unit_id source source_doc title verbatim domain severity rectify_type found_on risk_point_ids resp_post"
        " resp_leader_post due_original due_on basis requirement acceptance_standard joint_unit_ids section_id"
        " owner_level measures outcome reopen_count"
    ),
    "interviews": (
        "kind unit_id subject_post reason issue_ids scheduled_at place interviewers recorder subject_user_id"
        " subject_rank basis approval materials contact requirements refusal"
    ),
    "notices": (
        "kind issuer_id main_to copy_to basis requirements plan_due rectify_due enclosures contact phone drafter"
        " checker signer service supersedes superseded_by number issued_on unit_id issue_ids interview_id"
        " risk_point_id reply_due sha256 verification_code"
    ),
}
HEAD = {"id", "code", "state", "state_label", "version", "due_on", "step_due_on", "colour"}
SINGLE = {"waits_for", "actions"}
SCHEMAS: dict[str, tuple[type[Schema], type[Schema]]] = {
    "risk-points": (records.RiskPointRow, records.RiskPointOut),
    "issues": (records.IssueRow, records.IssueOut),
    "interviews": (records.InterviewRow, records.InterviewOut),
    "notices": (records.NoticeRow, records.NoticeOut),
}


def point(unit: int, **changes: Any) -> dict[str, Any]:
    return {"unit_id": unit, "title": "设计变更未按规定审批", **changes}


def issue(unit: int, **changes: Any) -> dict[str, Any]:
    return {
        "unit_id": unit, "source": "daily", "title": "台账登记不全", "verbatim": "抽查发现台账登记不全。",
        "found_on": clock.today().isoformat(), **changes,
    }  # fmt: skip


def interview(unit: int, **changes: Any) -> dict[str, Any]:
    return {"unit_id": unit, "kind": "reminder", "subject_post": "科长", "reason": "整改迟缓", **changes}


NEW = {"risk-points": point, "issues": issue, "interviews": interview}


@pytest.mark.parametrize("collection", NEW)
def test_creating_answers_with_place_version_and_record(
    as_user: AsUser, unit_id: UnitId, collection: str
) -> None:
    response = as_user("office").post(collection, NEW[collection](unit_id("SK")))
    assert response.status_code == 201
    body = response.json
    assert response.headers["Location"] == f"{ROOT}/{collection}/{body['id']}"
    assert response.headers["ETag"] == f'"{body["version"]}"'
    again = as_user("office").get(response.headers["Location"])
    assert again.headers["ETag"] == response.headers["ETag"]
    assert again.json == body


@pytest.mark.parametrize("collection", FIELDS)
def test_a_record_has_every_field_of_the_contract_and_the_document_knows_all(
    as_user: AsUser, unit_id: UnitId, issue_in: IssueIn, collection: str
) -> None:
    caller = as_user("office")
    issue_in()  # brings its notice along
    if collection in NEW:
        assert caller.post(collection, NEW[collection](unit_id("SK"))).status_code == 201
    row = caller.get(collection).json["items"][0]
    single = caller.get(f"{collection}/{row['id']}").json
    wanted = HEAD | set(FIELDS[collection].split())
    assert wanted <= set(row)
    assert wanted | SINGLE <= set(single)
    assert not SINGLE & set(row)
    listed, alone = ({f.data_key or n for n, f in schema().fields.items()} for schema in SCHEMAS[collection])
    assert (set(row), set(single)) == (listed, alone)


def test_parts_of_a_record_are_whole(as_user: AsUser, unit_id: UnitId, issue_in: IssueIn) -> None:
    path = issue_in("SK", rectify_type="immediate")
    head = as_user("dept_head")
    action = next(a for a in head.get(path).json["actions"] if a["trigger"] == "sign_receipt")
    data = {item["name"]: item.get("default") for item in action["inputs"] if item["required"]}
    data["receiver"] = "部门负责人"
    data["measures"] = [{"text": "补登台账", "owner_post": "经办人", "due_on": clock.today().isoformat()}]
    signed = head.step(path, "sign_receipt", data)
    assert signed.status_code == 200, signed.json
    measure = signed.json["measures"][0]
    assert {"text", "owner_post", "due_on", "evidence_required", "done_on"} <= set(measure)
    assert set(signed.json["basis"][0]) == {"document", "number", "clause", "text"}
    notice = as_user("office").get("notices", issue=signed.json["id"]).json["items"][0]
    assert {"method", "servers", "receiver", "at"} <= set(notice["service"])
    assert (notice["service"]["method"], notice["service"]["at"]) == ("electronic", clock.today().isoformat())
    classes = [row["document_class"] for row in as_user("office").get("notices").json["items"]]
    assert classes == sorted(classes, reverse=True), "letters before the forms that steps made"
    made = as_user("office").post("risk-points", point(unit_id("SK"), measures=[{"text": "双人复核"}]))
    assert set(made.json["measures"][0]) == {"text", "kind", "owner_post", "cycle"}


def test_days_are_iso_and_moments_carry_their_zone(as_user: AsUser, issue_in: IssueIn) -> None:
    body = as_user("office").get(issue_in()).json
    assert date.fromisoformat(body["due_on"]) > clock.today()
    for moment in (body["created_at"], body["state_since"], body["waits_for"][0]["since"]):
        assert datetime.fromisoformat(moment).tzinfo is not None
    waits = body["waits_for"][0]
    assert {"role", "users", "since", "due_on"} <= set(waits)
    assert {"id", "name"} == set(waits["users"][0])
    assert waits["due_on"] == body["step_due_on"]


def test_every_action_describes_its_inputs(as_user: AsUser, issue_in: IssueIn) -> None:
    body = as_user("office").get(issue_in(state="draft")).json
    actions = {action["trigger"]: action for action in body["actions"]}
    assert set(actions) == {"submit", "record_done", "void"}
    for action in actions.values():
        assert set(action) == {"trigger", "label", "allowed", "reasons", "inputs"}
    (clue,) = actions["submit"]["inputs"]
    assert (clue["name"], clue["type"], clue["required"]) == ("not_clue", "boolean", True)


def test_the_present_version_is_needed_to_change(as_user: AsUser, issue_in: IssueIn) -> None:
    office, path = as_user("office"), issue_in(state="draft")
    before = office.get(path).json
    assert office.patch(path, {"title": "改后的标题"}).status_code == 428
    for stale in (before["version"] - 1, "someone-elses", "*"):
        assert office.patch(path, {"title": "改后的标题"}, stale).status_code == 412
    assert office.get(path).json == before
    changed = office.patch(path, {"title": "改后的标题"}, before["version"])
    assert changed.status_code == 200
    assert changed.json["title"] == "改后的标题"
    assert changed.headers["ETag"] == f'"{changed.json["version"]}"'
    assert changed.json["version"] > before["version"]
    assert office.patch(path, {"title": "又改"}, before["version"]).status_code == 412


def test_after_issuing_only_the_office_corrects_and_says_why(as_user: AsUser, issue_in: IssueIn) -> None:
    office, path = as_user("office"), issue_in()
    version = office.get(path).json["version"]
    change = {"resp_post": "合同管理岗"}
    denied = as_user("unit_discipline").patch(path, {**change, "reason": "更正"}, version)
    assert denied.status_code == 403
    silent = office.patch(path, change, version)
    assert (silent.status_code, silent.json["reasons"][0]["field"]) == (422, "reason")
    corrected = office.patch(path, {**change, "reason": "登记有误"}, version)
    assert corrected.status_code == 200
    assert corrected.json["resp_post"] == "合同管理岗"
    last = office.get(f"{path}/events").json["items"][-1]
    assert (last["trigger"], last["data"]) == ("correct", {"reason": "登记有误"})
    locked = office.patch(path, {"title": "新标题", "reason": "更正"}, corrected.json["version"])
    assert (locked.status_code, locked.json["reasons"][0]["code"]) == (422, "locked")


@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_cases_are_never_deleted(as_user: AsUser, issue_in: IssueIn, method: str) -> None:
    path = issue_in(state="draft")
    response = as_user("office").call(method, path)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PATCH"}
    assert as_user("office").get(path).status_code == 200


@pytest.mark.parametrize(
    ("collection", "change"),
    [
        ("issues", {"unit_id": None}),
        ("issues", {"source": None}),
        ("issues", {"found_on": None}),
        ("issues", {"title": "  "}),
        ("risk-points", {"unit_id": None}),
        ("risk-points", {"title": None}),
        ("interviews", {"kind": None}),
        ("interviews", {"subject_rank": None}),
        ("interviews", {"reason": None}),
    ],
)
def test_what_a_record_cannot_lack_is_not_emptied(
    as_user: AsUser, unit_id: UnitId, collection: str, change: dict[str, Any]
) -> None:
    office, body = as_user("office"), NEW[collection](unit_id("SK"))
    record = office.post(collection, body).json
    (field,) = change
    for response in (
        office.post(collection, {**body, **change}),
        office.patch(f"{collection}/{record['id']}", change, record["version"]),
    ):
        assert response.status_code == 422
        assert response.json["reasons"][0]["field"] == field
    assert office.get(f"{collection}/{record['id']}").json == record


def test_what_an_interview_plans_is_the_ordinary_choice_when_it_is_notified(
    as_user: AsUser, unit_id: UnitId, users: Callable[..., list[int]]
) -> None:
    office, talkers = as_user("office"), users("office2", "unit_discipline")
    at = (clock.now() + timedelta(days=20)).replace(microsecond=0)
    plan = {
        "scheduled_at": at.isoformat(), "place": "三楼谈话室", "interviewers": talkers, "recorder": talkers[0],
        "materials": "整改台账", "contact": "综合岗",
    }  # fmt: skip
    made = office.post("interviews", interview(unit_id("SK"), subject_rank="section", **plan))
    assert made.status_code == 201
    assert datetime.fromisoformat(made.json["scheduled_at"]) == at
    assert {name: made.json[name] for name in plan if name != "scheduled_at"} == {
        name: value for name, value in plan.items() if name != "scheduled_at"
    }
    path = f"interviews/{made.json['id']}"
    approved = as_user("unit_discipline2").step(path, "approve", {"no_conflict": True})
    assert approved.status_code == 200
    notify = next(action for action in office.get(path).json["actions"] if action["trigger"] == "notify")
    defaults = {item["name"]: item.get("default") for item in notify["inputs"]}
    assert {name: defaults[name] for name in plan if name != "scheduled_at"} == {
        name: made.json[name] for name in plan if name != "scheduled_at"
    }
    assert datetime.fromisoformat(defaults["scheduled_at"]) == at
    for field, value in (("interviewers", [999_999]), ("recorder", 999_999), ("scheduled_at", "soon")):
        refused = office.post("interviews", interview(unit_id("SK"), **{field: value}))
        assert (refused.status_code, refused.json["reasons"][0]["field"]) == (422, field)


def test_records_made_at_once_have_codes_of_their_own(
    app: Flask, department: Department, unit_id: UnitId
) -> None:
    token, unit = department.token("office"), unit_id("SK")
    start, made = threading.Barrier(4), []

    def call() -> None:
        caller = Caller(app, token)
        start.wait()
        made.append(caller.post("issues", issue(unit)))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [response.status_code for response in made] == [201] * 4
    assert len({response.json["code"] for response in made}) == 4


def test_a_mistyped_year_does_not_stop_the_list(
    as_user: AsUser, unit_id: UnitId, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = as_user("office")
    made = office.post("issues", issue(unit_id("SK"), due_on="9999-12-31", found_on="0001-01-01"))
    assert made.status_code == 201
    asked: list[date] = []
    known = workdays._known
    monkeypatch.setattr(
        workdays, "_known", lambda day, overrides: (asked.append(day), known(day, overrides))[1]
    )
    assert office.get("issues").json["items"][0]["due_on"] == "9999-12-31"
    assert len(asked) < 1000  # not every day of eight thousand years


def test_a_manual_colour_is_set_and_lifted(app: Flask, department: Department, as_user: AsUser) -> None:
    with app.app_context():
        issue_id = department.issued().id
    office, until = as_user("office"), (clock.today() + timedelta(days=5)).isoformat()
    body = {"colour": "red", "until": until, "reason": "上级挂牌督办"}
    assert as_user("dept_head").post(f"issues/{issue_id}/colour", body).status_code == 403
    assert as_user("dept_head_b").post(f"issues/{issue_id}/colour", body).status_code == 404
    refused = office.post(f"issues/{issue_id}/colour", {**body, "colour": "pink", "until": "2020-01-01"})
    assert (refused.status_code, {r["field"] for r in refused.json["reasons"]}) == (422, {"colour", "until"})
    assert office.call("DELETE", f"issues/{issue_id}/colour").status_code == 409
    told = office.post(f"issues/{issue_id}/colour", body).json
    assert (told["colour"], told["computed_colour"], told["colour_why"]) == ("red", "green", "按计划推进")
    assert told["colour_override"]["reason"] == "上级挂牌督办"
    assert office.get("issues", colour="red").json["items"][0]["id"] == issue_id
    lifted = office.call("DELETE", f"issues/{issue_id}/colour").json
    assert (lifted["colour"], lifted["colour_override"]) == ("green", None)


def test_a_letter_is_drafted_from_a_unit_with_its_parts(as_user: AsUser, unit_id: UnitId) -> None:
    office = as_user("office")
    data = {"kind": "inspection_suggestion", "unit_id": unit_id("SK"), "requirements": "修订制度"}
    made = office.post("notices", {**data, "parts": {"cause": "制度不健全", "situation": "结余未缴"}})
    assert made.status_code == 201
    assert made.json["parts"] == {"suggestion": "discipline", "cause": "制度不健全", "situation": "结余未缴"}
    changed = office.patch(
        f"notices/{made.json['id']}", {"parts": {"cause": "监督缺位"}}, made.json["version"]
    )
    assert changed.json["parts"] == {"cause": "监督缺位"}
    for wrong, field in (({"parts": {"suggestion": "supervision"}}, "suggestion"), ({"unit_id": None}, None),
                         ({"parts": {"strange": 1}}, "parts"), ({"interview_id": 987654}, None)):  # fmt: skip
        refused = office.post("notices", {**data, **wrong})
        assert refused.status_code == 422
        assert field is None or field in [reason.get("field") for reason in refused.json["reasons"]]
