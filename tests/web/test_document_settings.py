"""依据条款库, 发文机关 and 文书核验 as pages: what is chosen, kept on a refusal, and told to anybody."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import Issue, Notice
from riskctl.services import notice_contexts
from riskctl.web import throttle
from tests.department import Department
from tests.web.pages import PageClient, values_of

SignIn = Callable[[str], PageClient]


@pytest.fixture(autouse=True)
def _nobody_asked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_seen", {})


def test_a_clause_is_entered_chosen_at_the_verification_and_free_entry_stays(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    office = sign_in("office")
    office.open("/basis-clauses")
    refused = office.submit("/basis-clauses", document="", clause="第九条", expect=422)
    assert "第九条" in refused.html
    office.submit("/basis-clauses", document="物资管理规定", clause="第九条", text="每半年盘点一次。")
    assert "《物资管理规定》" in office.page.text
    assert "登记条款" not in sign_in("leader").open("/basis-clauses").text
    with app.app_context():
        issue = department.issue(by="office2")
        department.take("office2", issue, "submit", not_clue=True)
        issue_id = issue.id
    office.open(f"/issues/{issue_id}")
    action = f"/issues/{issue_id}/transitions/verify"
    page = office.submit(
        action, expect=200, **{"basis-0-document": "会议纪要", "add": "basis-library", "basis-library": "1"}
    )
    values = values_of(page.form(action))
    assert [values[f"basis-{n}-document"] for n in (0, 1)] == ["会议纪要", "物资管理规定"]
    assert values["basis-1-text"] == "每半年盘点一次。"
    office.submit(
        action, severity="general", rectify_type="deadline", requirement="整改。", acceptance_standard="到位。",
        resp_leader_post="主要负责人", not_clue="1",
    )  # fmt: skip
    with app.app_context():
        assert [c["document"] for c in db.session.get_one(Issue, issue_id).basis] == [
            "会议纪要",
            "物资管理规定",
        ]


def test_an_issuer_is_changed_on_its_page(app: Flask, department: Department, sign_in: SignIn) -> None:
    admin = sign_in("sysadmin")
    admin.open("/issuers")
    assert "锦水机纪" in admin.page.text
    admin.open("/issuers/1")
    kept = admin.submit("", expect=422, word="锦水党组", contact="办公室")
    assert "其他发文机关" in kept.text
    assert 'value="办公室"' in kept.html
    admin.submit("", word="锦水机纪", phone="0000-1111111")
    assert "0000-1111111" in admin.page.text
    assert "增加发文机关" not in sign_in("leader").open("/issuers").text


def test_a_code_is_typed_and_a_file_compared_by_anybody(app: Flask, department: Department) -> None:
    with app.app_context():
        department.issued()
        notice = db.session.scalars(select(Notice).where(Notice.document_class == "G")).one()
        code = notice.verification_code or ""
        _, data = notice_contexts.pdf_of(department.actor("office"), notice.id)
    somebody = PageClient(app)
    somebody.open("/verify")
    somebody.path = f"/verify/{code}"
    response = somebody.client.get("/verify", query_string={"code": f"{code[:8].lower()} {code[8:]}"})
    assert response.headers["Location"] == f"/verify/{code}"
    page = somebody.open(f"/verify/{code}")
    assert "真实有效" in page.text
    assert "比选" not in page.html
    for content, status, said in (
        (data, 200, "一致："),
        (data[:-9], 200, "不一致："),
        (b"MZ", 422, "不是 PDF"),
    ):
        page = somebody.submit("", status, file=(io.BytesIO(content), "整改通知书.pdf"))
        assert said in page.text
        somebody.path = f"/verify/{code}"


def test_who_tries_codes_one_after_the_other_is_stopped(app: Flask, department: Department) -> None:
    client = app.test_client()
    answers = [client.get("/verify/ABCDEF0123456789").status_code for _ in range(61)]
    assert answers == [404] * 60 + [429]
