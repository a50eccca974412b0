"""Messages, zero reports and suggested interviews over the API."""

from datetime import date

from flask import Flask
from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import ZeroReport
from riskctl.services import accounts, interview_suggestions, messages
from riskctl.services.messages import Telling
from tests.api.caller import Caller
from tests.department import Department


def caller(app: Flask, department: Department, username: str) -> Caller:
    return Caller(app, department.token(username))


def test_messages_are_one_s_own(app: Flask, department: Department) -> None:
    with app.app_context():
        head = accounts.find("dept_head").id
        messages.post_all(Telling([head], f"k{n}", f"第{n}条", due_on=date(2026, 12, 14)) for n in range(3))
        db.session.commit()
    mine, other = caller(app, department, "dept_head"), caller(app, department, "leader")
    first = mine.get("messages", limit=2).json
    assert [item["text"] for item in first["items"]] == ["第2条", "第1条"]
    assert [item["text"] for item in mine.get("messages", after=first["next"]).json["items"]] == ["第0条"]
    number = first["items"][0]["id"]
    assert other.get("messages").json["items"] == []
    assert other.post("messages/read", {"ids": [number]}).json == {"read": 0}
    assert mine.post("messages/read", {"ids": [number]}).json == {"read": 1}
    assert mine.post("messages/read", {"ids": []}).status_code == 422
    assert first["items"][0]["due_on"] == "2026-12-14"
    assert len(mine.get("messages", unread="true").json["items"]) == 2
    assert mine.get("messages", unreed="true").status_code == 422


def test_a_zero_report_is_answered_once(app: Flask, department: Department) -> None:
    with app.app_context():
        db.session.add(
            ZeroReport(unit_id=department.unit("SK").id, quarter="2026Q3", due_on=date(2026, 10, 13))
        )
        db.session.commit()
        number = db.session.scalars(select(ZeroReport.id)).one()
    head = caller(app, department, "dept_head")
    assert [item["answer"] for item in head.get("zero-reports").json["items"]] == [None]
    assert head.get("zero-reports", quarter="2026Q9").status_code == 422
    address = f"zero-reports/{number}/answer"
    assert head.post(address, {"answer": "has"}).status_code == 422
    assert caller(app, department, "dept_head_b").post(address, {"answer": "none"}).status_code == 404
    assert caller(app, department, "office").post(address, {"answer": "none"}).status_code == 403
    assert head.post(address, {"answer": "has", "count": 2}).json["count"] == 2
    assert head.post(address, {"answer": "none"}).status_code == 422


def test_a_suggestion_is_taken_up_or_declined(app: Flask, department: Department) -> None:
    with app.app_context():
        issue = department.planned()
        issue_id, unit_id, code = issue.id, issue.unit_id, issue.code
        for spell in ("a", "b"):
            interview_suggestions.suggest(issue, "red", spell)
        db.session.commit()
    office = caller(app, department, "office")
    first, second = office.get("interview-suggestions").json["items"]
    assert (first["issue_id"], first["kind"]) == (issue_id, "warning")
    assert code in first["reason"]
    assert caller(app, department, "leader").get("interview-suggestions").json["items"] == []
    body = {
        "unit_id": unit_id, "kind": first["kind"], "reason": first["reason"], "subject_post": "单位主要负责人",
        "issue_ids": [issue_id], "suggestion_id": first["id"],
    }  # fmt: skip
    assert office.post("interviews", body).json["state"] == "proposed"
    assert office.post("interviews", body).status_code == 404
    decline = f"interview-suggestions/{second['id']}/decline"
    assert caller(app, department, "leader").post(decline, {"reason": "不必"}).status_code == 403
    assert office.post(decline, {"reason": " "}).status_code == 422
    assert office.post(decline, {"reason": "已当面提醒"}).status_code == 204
    assert office.get("interview-suggestions").json["items"] == []
