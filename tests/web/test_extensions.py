"""延期 in the pages: asked from the issue's page, decided, and shown with both dates."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from time_machine import travel

from riskctl.models import Issue
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with travel(datetime(2026, 9, 7, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def issue_id(app: Flask, department: Department) -> int:
    """An issue in rectification, due on 23 October."""
    with app.app_context():
        issue: Issue = department.planned(due_on=None)
        return issue.id


def test_asked_checked_granted_in_few_clicks(sign_in: SignIn, issue_id: int) -> None:
    head = sign_in("dept_head")
    page = head.open(f"/issues/{issue_id}")
    assert "最多 15 个工作日，最迟于2026年10月20日申请" in page.text
    link = f"/extensions/new?issue={issue_id}"
    assert link in page.links()
    page = head.open(link)
    assert "现整改期限2026年10月23日，本次最多15个工作日" in page.text
    page = head.submit("", workdays="10", reason_code="joint", reason="需会同财政部门核定")
    assert "申请延至2026-11-06" in page.text
    record = head.path
    assert "尚未办结" in head.open(f"/issues/{issue_id}").text
    unit = sign_in("unit_discipline")
    unit.open(record)
    unit.submit("/transitions/check", opinion="属实")
    leader = sign_in("leader")
    leader.open(record)
    page = leader.submit("/transitions/approve")
    assert "批准延至2026-11-06" in page.text
    page = leader.open(f"/issues/{issue_id}")
    assert "11月6日" in page.text
    assert "（原定 2026年10月23日）" in page.text
    assert "延期整改申请的批复" in page.text
    row = leader.open("/issues").text
    assert "2026-11-06 原定 2026-10-23" in row
    listed = leader.open("/extensions").text
    for told in ("第1次", "已批准", "2026-10-23", "2026-11-06"):
        assert told in listed


def test_a_refused_form_keeps_what_was_typed(sign_in: SignIn, issue_id: int) -> None:
    head = sign_in("dept_head")
    head.open(f"/extensions/new?issue={issue_id}")
    page = head.submit("", expect=422, workdays="16", reason_code="joint", reason="需会同财政部门核定")
    assert "本次最多可延期15个工作日" in page.text
    assert "需会同财政部门核定" in page.text
    page = head.submit("", expect=422, workdays="", reason_code="", reason="")
    assert "延期（工作日）" in page.text


def test_the_page_says_why_it_is_too_late(sign_in: SignIn, issue_id: int) -> None:
    with travel(datetime(2026, 10, 21, 2, tzinfo=UTC), tick=False):
        page = sign_in("dept_head").open(f"/issues/{issue_id}")
        assert "申请延期 暂不能办理：须在到期3个工作日前申请，最迟应于2026年10月20日申请" in page.text


def test_the_list_leads_to_the_form_and_the_draft_can_be_changed(sign_in: SignIn, issue_id: int) -> None:
    post = sign_in("post")
    post.open("/extensions/new")
    page = post.submit("", issue_id=str(issue_id), workdays="5", reason_code="objective", reason="汛期")
    assert "拟申请" in page.text
    post.open(f"{post.path}/edit")
    page = post.submit("", workdays="6")
    assert "申请延至2026-11-02" in page.text


def test_who_does_not_rectify_sees_no_button(sign_in: SignIn, issue_id: int) -> None:
    page = sign_in("leader").open(f"/issues/{issue_id}")
    assert not [link for link in page.links() if "/extensions/new" in link]
