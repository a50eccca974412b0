"""系统 → 规则配置: what is in force, and letting another value hold from a day on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from time_machine import travel

from riskctl.services import rules
from riskctl.workflows.rules import RULES
from tests.department import Department
from tests.web.pages import PageClient, values_of

SignIn = Callable[[str], PageClient]


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with travel(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False):
        yield


def test_every_rule_is_listed_in_words_and_its_own_form_is_taken_as_it_stands(
    app: Flask, sign_in: SignIn
) -> None:
    office = sign_in("office")
    page = office.open("/rules")
    for rule in RULES.values():
        assert rule.label in page.text
    assert "立行立改：5 工作日" in page.text
    assert "其他：30 工作日" in page.text
    for name in RULES:
        office.open(f"/rules/{name}")
        office.submit("", effective_from="2026-12-01", reason="维持不变")
        assert "未施行" in office.page.text, name
    with app.app_context():
        assert [n for n, rule in RULES.items() if rules.history(n)[0].value != rule.default] == []


def test_the_table_of_deadlines_is_edited_in_rows(app: Flask, sign_in: SignIn) -> None:
    office = sign_in("office")
    office.open("/rules/issue_deadlines")
    page = office.submit("", **{"value-0-days": "10", "effective_from": "2026-11-24", "reason": "办公会议定"})
    assert "自2026年11月24日起施行" in page.text
    assert "立行立改：10 工作日" in page.text
    with app.app_context():
        assert rules.value("issue_deadlines")[0] == {"rectify_type": "immediate", "days": 10}
    page = office.submit("", expect=422, **{"value-5-severity": "grave", "reason": "漏了其他情形"})
    assert "最后一行须不限条件" in page.text


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("extension", {"times": "99"}, "最多几次"),
        ("redo_term", {"value": "0"}, "须为1至60的整数"),
        ("reminder_days", {"value": "1、5"}, "由大到小"),
        ("redo_term", {"effective_from": "2026-11-23"}, "施行日期"),
        ("redo_term", {"reason": ""}, "依据：必填"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(
    app: Flask, sign_in: SignIn, name: str, typed: dict[str, str], said: str
) -> None:
    office = sign_in("office")
    office.open(f"/rules/{name}")
    page = office.submit("", expect=422, **{"reason": "办公会议定", **typed})
    assert said in page.text
    kept = values_of(page.form(""))
    assert {field: kept[field] for field in typed} == typed
    with app.app_context():
        assert rules.version(name) is None


def test_a_new_issue_is_under_the_new_rule_and_an_old_one_shows_its_own(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    with app.app_context():
        old = department.issued(due_on=None).id
    office = sign_in("office")
    office.open("/rules/issue_deadlines")
    typed = {"value-5-days": "20", "effective_from": "2026-11-25", "reason": "办公会议定"}
    office.submit("", **typed)
    with travel(datetime(2026, 11, 25, 2, tzinfo=UTC), tick=False):
        with app.app_context():
            new = department.issued(due_on=None).id
        office = sign_in("office")
        page = office.open(f"/issues/{old}")
        assert "整改期限规则：30个工作日，系统交付时的规则" in page.text
        page = office.open(f"/issues/{new}")
        assert "整改期限规则：20个工作日，自2026年11月25日起施行" in page.text


def test_no_such_rule(sign_in: SignIn) -> None:
    sign_in("office").open("/rules/none", status=404)
