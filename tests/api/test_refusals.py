"""Bad input, strangers and tokens: the right status, a problem document, nothing half written."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import ApiToken, Attachment, Issue
from riskctl.services import accounts
from tests.api.caller import Caller
from tests.department import Department

AsUser = Callable[[str], Caller]
UnitId = Callable[[str], int]
IssueIn = Callable[..., str]
COLLECTIONS = ("risk-points", "issues", "interviews", "notices", "units", "attachments", "events")
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/", "/api/v2/issues", "/api/v1/issues/x", "/api/v1/issues/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_problem_too(as_user: AsUser, path: str, method: str) -> None:
    assert as_user("office").call(method, path).status_code == 404


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_method_that_is_not_there_names_those_that_are(as_user: AsUser, collection: str) -> None:
    response = as_user("office").call("DELETE", collection)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"].split(", ")


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic b2ZmaWNlOng=", "Bearer \xe9"]
)
def test_without_a_good_token_nothing_is_looked_at(
    app: Flask, department: Department, header: str | None
) -> None:
    caller = Caller(app, None)
    headers = {} if header is None else {"Authorization": header}
    for method, path in (("GET", "issues"), ("POST", "issues"), ("PATCH", "issues/1"), ("GET", "units/1")):
        response = caller.call(method, path, headers=headers, data="{", content_type="text/plain")
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_tokens_end_with_the_account_and_when_they_are_revoked(
    app: Flask, department: Department, as_user: AsUser
) -> None:
    post, office = as_user("post"), as_user("office")
    assert post.get("issues").status_code == office.get("issues").status_code == 200
    with app.app_context():
        accounts.change(accounts.find("post"), active=False)
        for token in db.session.scalars(select(ApiToken)):
            if token.user_id == accounts.find("office").id:
                token.revoked_at = clock.now()
        db.session.commit()
    assert post.get("issues").status_code == office.get("issues").status_code == 401


def test_a_token_needs_no_password_change_first(app: Flask, department: Department, as_user: AsUser) -> None:
    # A token is handed out at the console to a program, which has no password to change; what the one-time
    # password opens in the browser stays shut until it is changed.
    office = as_user("office")
    with app.app_context():
        accounts.set_password(accounts.find("office"), "Once-only-2026-x", must_change=True)
        db.session.commit()
    assert office.get("issues").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"nonsense", b'{"a": NaN}', b"\xff\xfe", b'{"title": "\\ud800"}', b'{"\\udfff": 1}',
        b"[" * 100_000, b'{"unit_id": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_json_that_cannot_be_read_is_refused(as_user: AsUser, body: bytes) -> None:
    response = as_user("office").call("POST", "issues", data=body, content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"x"', b"", b"{}"])
def test_json_that_is_no_record_is_refused(as_user: AsUser, body: bytes) -> None:
    response = as_user("office").call("POST", "issues", data=body, content_type="application/json")
    assert response.status_code == 422
    assert response.json["reasons"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "text/xml"])
def test_a_body_of_another_media_type_is_refused(as_user: AsUser, issue_in: IssueIn, media_type: str) -> None:
    office, path = as_user("office"), issue_in(state="draft")
    for method, address in (("POST", "issues"), ("PATCH", path), ("POST", f"{path}/transitions")):
        headers = {"If-Match": '"1"'}
        response = office.call(method, address, data=b'{"a": 1}', content_type=media_type, headers=headers)
        assert response.status_code == 415
    response = office.call("POST", "attachments", data=PDF, content_type="application/json")
    assert response.status_code == 415


def test_a_body_beyond_all_measure_is_refused(as_user: AsUser) -> None:
    large = b'{"title": "' + b"x" * (2 << 20) + b'"}'
    response = as_user("office").call("POST", "issues", data=large, content_type="application/json")
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit_id": "SK"}, "unit_id"),
        ({"unit_id": 999_999}, "unit_id"),
        ({"unit_id": 2**40}, "unit_id"),
        ({"unit_id": True}, "unit_id"),
        ({"source": "hearsay"}, "source"),
        ({"found_on": "2026-02-30"}, "found_on"),
        ({"found_on": "2999-01-01"}, "found_on"),
        ({"due_on": "2000-01-01"}, "due_on"),
        ({"title": ""}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"title": ["x"]}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"verbatim": None}, "verbatim"),
        ({"risk_point_ids": [999_999]}, "risk_point_ids"),
        ({"basis": [{"document": ""}]}, "basis"),
        ({"joint_unit_ids": [0]}, "joint_unit_ids"),
        ({"state": "closed"}, "state"),
        ({"outcome": "done"}, "outcome"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written(
    app: Flask, as_user: AsUser, unit_id: UnitId, change: dict[str, Any], field: str
) -> None:
    body = {
        "unit_id": unit_id("SK"), "source": "daily", "title": "台账登记不全", "verbatim": "原文",
        "found_on": clock.today().isoformat(), **change,
    }  # fmt: skip
    response = as_user("office").post("issues", body)
    assert response.status_code == 422
    assert [reason.get("field") for reason in response.json["reasons"]] == [field]
    with app.app_context():
        assert db.session.scalar(select(func.count(Issue.id))) == 0


def test_a_role_that_may_not_create_is_refused(as_user: AsUser, unit_id: UnitId) -> None:
    body = {"unit_id": unit_id("SK"), "kind": "reminder", "subject_post": "科长", "reason": "事由"}
    assert as_user("post").post("interviews", body).status_code == 403
    assert (
        as_user("sysadmin").post("risk-points", {"unit_id": unit_id("SK"), "title": "x"}).status_code == 403
    )
    assert as_user("post").get("events").status_code == 403


def test_another_units_record_does_not_exist(as_user: AsUser, issue_in: IssueIn, unit_id: UnitId) -> None:
    office = as_user("office")
    issue = issue_in("SK")
    number = int(issue.rpartition("/")[2])
    notice = office.get("notices", issue=number).json["items"][0]
    interview = {"unit_id": unit_id("SK"), "kind": "reminder", "subject_post": "科长", "reason": "事由"}
    paths = [
        issue,
        f"notices/{notice['id']}",
        f"risk-points/{office.post('risk-points', {'unit_id': unit_id('SK'), 'title': 'x'}).json['id']}",
        f"interviews/{office.post('interviews', interview).json['id']}",
    ]
    for name in ("unit_discipline_b", "post_b", "sysadmin"):
        stranger = as_user(name)
        for path in paths:
            missing = f"{path.partition('/')[0]}/999999"
            for method, tail, options in (
                ("GET", "", {}),
                ("PATCH", "", {"json": {}, "headers": {"If-Match": '"1"'}}),
                ("POST", "/transitions", {"json": {"trigger": "submit"}, "headers": {"If-Match": '"1"'}}),
                ("GET", "/events", {}),
            ):
                hidden, gone = (stranger.call(method, p + tail, **options) for p in (path, missing))
                assert (hidden.status_code, gone.status_code) == (404, 404)
                assert hidden.json["detail"] == gone.json["detail"]
            assert stranger.get(path.partition("/")[0], count=1).json == {
                "items": [],
                "next": None,
                "total": 0,
            }
        assert stranger.get(f"notices/{notice['id']}/pdf").status_code == 404
        assert stranger.get("notices", issue=number).json["items"] == []
    linked = {**interview, "unit_id": unit_id("WZ"), "issue_ids": [number]}
    refused = as_user("unit_discipline_b").post("interviews", linked)
    assert (refused.status_code, refused.json["reasons"][0]["field"]) == (422, "issue_ids")


def test_nobody_else_learns_that_someone_complained(as_user: AsUser, issue_in: IssueIn) -> None:
    path = issue_in("SK", state="draft", source="petition", source_doc="信访登记第7号")
    office, unit = as_user("office"), as_user("unit_discipline")
    version = office.get(path).json["version"]
    assert office.patch(path, {"source_doc": "信访登记第8号"}, version).status_code == 200
    assert office.get(path).json["source"] == "petition"
    assert office.get("issues", source="petition").json["items"]
    shown = [
        unit.get(path), unit.get("issues"), unit.get(f"{path}/events"), unit.get("issues", source="daily"),
    ]  # fmt: skip
    assert [answer.status_code for answer in shown] == [200] * 4
    for answer in shown:
        text = answer.get_data(as_text=True)
        assert "petition" not in text
        assert "信访" not in text
    assert shown[0].json["source"] == "daily"
    assert shown[1].json["items"]
    assert shown[3].json["items"]
    hidden = unit.get("issues", source="petition", count=1).json
    assert (hidden["items"], hidden["total"]) == ([], 0)


def test_reviewers_of_the_log_do_not_learn_it_either(
    app: Flask, department: Department, as_user: AsUser, issue_in: IssueIn
) -> None:
    path = issue_in("SK", state="draft", source="petition")
    with app.app_context():
        verified = department.verified()
    for name, trigger, data in (
        ("office", "submit", {"not_clue": True}), ("office2", "verify", verified), ("office_head", "issue", {}),
    ):  # fmt: skip
        assert as_user(name).step(path, trigger, data).status_code == 200
    log = as_user("auditor").get("events", case_type="issue")
    assert log.json["items"]
    assert "petition" not in log.get_data(as_text=True)


def test_who_does_not_know_of_a_petition_cannot_overwrite_it(as_user: AsUser, issue_in: IssueIn) -> None:
    path = issue_in("SK", state="draft", source="petition", source_doc="信访登记第7号")
    unit = as_user("unit_discipline")
    seen = unit.get(path).json
    sent = {"source": seen["source"], "source_doc": seen["source_doc"], "resp_post": "合同管理岗"}
    assert unit.patch(path, sent, seen["version"]).status_code == 200
    kept = as_user("office").get(path).json
    assert (kept["source"], kept["source_doc"], kept["resp_post"]) == (
        "petition", "信访登记第7号", "合同管理岗",
    )  # fmt: skip
    for source in ("petition", "instruction"):
        refused = unit.patch(path, {"source": source}, kept["version"])
        assert (refused.status_code, refused.json["reasons"][0]["field"]) == (422, "source")


def test_the_given_request_id_comes_back(as_user: AsUser) -> None:
    office = as_user("office")
    known = "0b1c2d3e-4f50-4a61-8b72-9c83ad94be05"
    response = office.call("GET", "issues/999999", headers={"X-Request-ID": known})
    assert response.json["request_id"] == known
    for strange in ("a b", "x" * 65, "é", "<script>"):
        response = office.call("GET", "issues/999999", headers={"X-Request-ID": strange})
        assert response.json["request_id"] not in ("", strange)


def test_a_failure_inside_says_only_its_number(
    app: Flask, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = as_user("office")
    monkeypatch.setattr("riskctl.services.ledgers.page", lambda *_: 1 / 0)
    response = office.get("issues")
    assert response.status_code == 500
    assert "division" not in response.get_data(as_text=True)


@pytest.mark.parametrize("name", ["甲.pdf", "../../etc/甲.pdf", "甲;乙=丙.pdf", "100%25 & a b.PDF"])
def test_a_file_comes_back_as_it_went_and_never_opens(as_user: AsUser, name: str) -> None:
    office = as_user("office")
    first, second = (upload(office, name, PDF) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json["id"] != second.json["id"]
    assert first.json["sha256"] == second.json["sha256"]
    assert (first.json["size"], first.json["media_type"]) == (len(PDF), "application/pdf")
    assert "/" not in first.json["name"]
    response = office.get(first.headers["Location"])
    assert (response.status_code, response.data) == (200, PDF)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    ranged = office.call("GET", first.headers["Location"], headers={"Range": "bytes=0-1"})
    assert (ranged.status_code, ranged.data) == (200, PDF)


def upload(caller: Caller, name: str, content: bytes, field: str = "file") -> Any:
    head = f'--limit\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--limit--\r\n"
    return caller.call("POST", "attachments", data=body, content_type="multipart/form-data; boundary=limit")


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("方案.docx", PDF, 422),
        ("图.png", b"<html>", 422),
        ("空.pdf", b"", 422),
        ("程序.exe", b"MZ", 422),
        ("", PDF, 422),
        ("大.pdf", PDF + b"x" * (20 << 20), 413),
    ],
)
def test_a_file_that_is_not_taken_is_refused(
    app: Flask, as_user: AsUser, name: str, content: bytes, status: int
) -> None:
    response = upload(as_user("office"), name, content)
    assert response.status_code == status
    assert response.json["reasons"][0]["field"] == "file"
    with app.app_context():
        assert db.session.scalar(select(func.count(Attachment.id))) == 0


def test_an_upload_without_its_file_is_refused(as_user: AsUser) -> None:
    office = as_user("office")
    assert office.call("POST", "attachments").status_code == 422
    assert upload(office, "甲.pdf", PDF, field="document").status_code == 422


def test_a_file_is_seen_by_its_uploader_and_by_whoever_sees_its_case(
    as_user: AsUser, issue_in: IssueIn
) -> None:
    head, path = as_user("dept_head"), issue_in()
    file = upload(head, "异议.pdf", PDF).json
    where = f"attachments/{file['id']}"
    assert head.get(where).status_code == 200
    assert as_user("office").get(where).status_code == 404
    assert head.get("attachments", count=1).json == {"items": [file], "next": None, "total": 1}
    assert as_user("office").get("attachments").json["items"] == []
    action = next(a for a in head.get(path).json["actions"] if a["trigger"] == "object")
    data = {item["name"]: "认定的数量与台账不一致" for item in action["inputs"] if item["type"] == "text"}
    field = next(item["name"] for item in action["inputs"] if item["type"] == "attachments")
    foreign = as_user("unit_discipline_b")
    stolen = upload(foreign, "别处.pdf", PDF).json["id"]
    refused = head.step(path, "object", {**data, field: [stolen]})
    assert (refused.status_code, refused.json["reasons"][0]["code"]) == (422, "unknown_attachment")
    assert head.step(path, "object", {**data, field: [file["id"]]}).status_code == 200
    assert as_user("office").get(where).data == PDF
    assert foreign.get(where).status_code == 404
    assert foreign.get("attachments/999999").json["detail"] == foreign.get(where).json["detail"]


def test_events_tell_a_life_from_its_beginning(as_user: AsUser, issue_in: IssueIn) -> None:
    path = issue_in()
    events = as_user("office").get(f"{path}/events").json["items"]
    assert [event["trigger"] for event in events] == ["create", "submit", "verify", "issue"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4]
    assert events[0]["prev_hash"] == "0" * 64
    assert [event["prev_hash"] for event in events[1:]] == [event["hash"] for event in events[:-1]]
    assert [(event["from_state"], event["to_state"]) for event in events[1:]] == [
        ("draft", "verifying"), ("verifying", "verifying"), ("verifying", "issued"),
    ]  # fmt: skip
    assert events[0]["changes"]["title"][0] is None


def test_the_log_across_cases_is_newest_first_and_for_those_who_review(
    as_user: AsUser, issue_in: IssueIn
) -> None:
    issue_in()
    office = as_user("office")
    found, after = [], {}
    while True:
        body = office.get("events", limit=2, **after).json
        found += [event["id"] for event in body["items"]]
        if body["next"] is None:
            break
        after = {"after": body["next"]}
    assert found == sorted(set(found), reverse=True)
    assert len(found) == len(office.get("events", limit=200).json["items"]) > 4
    only = office.get("events", case_type="notice").json["items"]
    assert {event["case_type"] for event in only} == {"notice"}
    system = as_user("auditadmin").get("events", limit=200).json["items"]
    assert not {event["case_type"] for event in system} & {"issue", "notice", "risk_point", "interview"}
