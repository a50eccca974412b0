"""Signing in and out, lock-out, the first password, CSRF, and what a stranger sees."""

from collections.abc import Callable

import pytest
from flask import Flask

from riskctl.extensions import db
from riskctl.services import accounts
from tests.department import PASSWORD, Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


def test_a_stranger_is_sent_to_the_login_and_back(app: Flask, department: Department) -> None:
    client = PageClient(app)
    answer = client.client.get("/issues?state=draft")
    assert answer.status_code == 303
    client.open(answer.headers["Location"])
    page = client.submit("/login", username="office", password=PASSWORD)
    assert "问题整改台账" in page.text
    assert "环节：登记" in page.text


@pytest.mark.parametrize(
    "wanted", ["//evil.test/x", "https://evil.test", "/\\evil.test", "javascript:alert(1)"]
)
def test_the_way_back_never_leads_elsewhere(app: Flask, department: Department, wanted: str) -> None:
    client = PageClient(app)
    client.client.get("/login")
    client.open("/login")
    page = client.submit("/login", username="office", password=PASSWORD, next=wanted, expect=303)
    assert page.location == "/todo"


def test_a_wrong_password_tells_nothing_and_locks_in_the_end(app: Flask, department: Department) -> None:
    client = PageClient(app)
    client.open("/login")
    unknown = client.submit("/login", username="nobody", password="x", expect=401).text
    for _ in range(5):
        assert client.submit("/login", username="office", password="wrong", expect=401).text == unknown
    page = client.submit("/login", username="office", password=PASSWORD, expect=429)
    assert "已锁定至" in page.text


def test_the_first_password_must_be_changed(app: Flask, department: Department) -> None:
    with app.app_context():
        _, first = accounts.create_user(username="newcomer", name="新任纪检委员", unit=None)
        db.session.commit()
    client = PageClient(app)
    client.open("/login")
    client.submit("/login", username="newcomer", password=first, expect=303)
    assert client.client.get("/todo").headers["Location"].endswith("/password")
    client.open("/password")
    page = client.submit("", old_password=first, new_password="short", again="short", expect=422)
    assert "至少10位" in page.text
    client.submit("", old_password=first, new_password="Better-2026-x", again="Better-2026-y", expect=422)
    client.submit("", old_password=first, new_password="Better-2026-x", again="Better-2026-x")
    assert "目前没有需要您处理的事项" in client.open("/todo").text


def test_signing_out_ends_the_session(sign_in: SignIn) -> None:
    client = sign_in("office")
    client.open("/todo")
    client.submit("/logout", expect=303)
    assert client.client.get("/todo").status_code == 303


def test_a_form_without_its_token_is_refused(sign_in: SignIn) -> None:
    client = sign_in("office")
    answer = client.client.post("/logout", data={})
    assert answer.status_code == 400
    assert "页面已过期" in answer.get_data(as_text=True)
    client.open("/todo")


@pytest.mark.parametrize(
    ("username", "there", "absent"),
    [
        ("office", ["待办", "风险点台账", "导入台账", "导入问题台账", "审计日志"], []),
        ("post", ["待办", "问题整改台账", "导入台账"], ["导入问题台账", "审计日志"]),
        ("leader", ["看板", "文书"], ["导入台账", "审计日志"]),
        ("sysadmin", ["组织机构", "人员账号"], ["待办", "问题整改台账", "审计日志"]),
        ("auditadmin", ["审计日志"], ["待办", "风险点台账"]),
    ],
)
def test_the_menu_holds_what_the_person_may_open(
    sign_in: SignIn, username: str, there: list[str], absent: list[str]
) -> None:
    client = sign_in(username)
    menu = client.open("/units").menu()
    assert set(there) <= set(menu)
    assert not set(absent) & set(menu)
    for link in {href for href in client.page.links() if href.startswith("/") and "after=" not in href}:
        assert client.client.get(link).status_code in (200, 303), link


def test_every_page_says_what_must_not_be_entered(sign_in: SignIn) -> None:
    page = sign_in("office").open("/todo")
    assert "本系统为非涉密系统，严禁录入国家秘密和检举控告人信息" in page.html
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_an_unknown_address_is_a_page(sign_in: SignIn) -> None:
    page = sign_in("office").open("/nowhere", 404)
    assert "请求编号" in page.text
    assert "返回首页" in page.text
