"""系统 → 工作日历: entering a year by file and by rows, single days, and the warning of a missing year."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from time_machine import travel

from riskctl.models import Issue
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]
SOURCE = "国务院办公厅关于2027年部分节假日安排的通知"
WARNING = "尚未录入2027年放假安排"


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with travel(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False):
        yield


def year_file(day: str = "2027-01-01") -> tuple[io.BytesIO, str]:
    """A file of the year with one day off."""
    days = [{"name": "元旦", "date": day, "isOffDay": True}]
    return io.BytesIO(json.dumps({"year": 2027, "days": days}).encode()), "2027.json"


def test_those_who_keep_the_calendar_are_warned_until_it_is_there(sign_in: SignIn) -> None:
    for username, start in (("sysadmin", "/units"), ("office", "/todo")):
        page = sign_in(username).open(start)
        assert WARNING in page.text
        assert "/calendar?year=2027" in page.links()
    assert WARNING not in sign_in("leader").open("/todo").text
    admin = sign_in("sysadmin")
    admin.open("/calendar?year=2027")
    admin.submit("/calendar/years?year=2027", source=SOURCE, file=year_file())
    assert WARNING not in admin.open("/units").text


def test_a_year_is_typed_in_rows(sign_in: SignIn) -> None:
    admin = sign_in("sysadmin")
    page = admin.open("/calendar?year=2027")
    assert "暂定" in page.text
    typed = {"days-0-day": "2027-01-01", "days-0-until": "2027-01-03", "days-7-day": "2027-01-09"}
    page = admin.submit("/calendar/years?year=2027", source=SOURCE, **typed)
    assert f"正式安排，依据：{SOURCE}。系统管理员于2026-11-24 10:00录入" in page.text
    assert "1休" in page.text
    assert "9班" in page.text
    assert "调休上班" in page.html


def test_a_bad_file_is_refused_and_nothing_is_half_written(sign_in: SignIn) -> None:
    admin = sign_in("sysadmin")
    admin.open("/calendar?year=2027")
    page = admin.submit("/calendar/years?year=2027", expect=422, source=SOURCE, file=year_file("2026-12-31"))
    assert "第1项 date：2026-12-31 不在2027年" in page.text
    page = admin.submit("/calendar/years?year=2027", expect=422, source=SOURCE)
    assert "放假和调休" in page.text
    assert "暂定" in admin.open("/calendar?year=2027").text


def test_a_year_that_is_there_is_replaced_on_confirmation(sign_in: SignIn) -> None:
    admin = sign_in("office")
    admin.open("/calendar?year=2027")
    admin.submit("/calendar/years?year=2027", source=SOURCE, file=year_file())
    page = admin.submit("/calendar/years?year=2027", expect=422, source=SOURCE, file=year_file("2027-01-04"))
    assert "2027-01-01：休（元旦） → 无安排" in page.text
    assert "2027-01-04：无安排 → 休（元旦）" in page.text
    page = admin.submit("/calendar/years?year=2027", expect=422, reason="通知更正")
    assert "须勾选确认" in page.text
    page = admin.submit("/calendar/years?year=2027", reason="通知更正", replace="1")
    assert "4休" in page.text


def test_a_single_day_moves_what_was_counted_over_it(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    with app.app_context():
        issue: Issue = department.issue()
        issue_id = issue.id
    admin = sign_in("sysadmin")
    admin.open("/calendar")
    page = admin.submit("/calendar/days?year=2026", expect=422, day="2026-11-26", kind="off")
    assert "理由：必填" in page.text
    page = admin.submit("/calendar/days?year=2026", reason="防汛应急停工")
    assert "2026-11-26休息防汛应急停工" in page.text
    page = sign_in("office").open(f"/issues/{issue_id}")
    assert "11月30日" in page.text
    assert "重新推算期限 系统" in page.text
    assert "2026年11月26日改为休息：防汛应急停工" in page.text


def test_a_row_can_be_added_and_a_strange_year_is_brought_near(sign_in: SignIn) -> None:
    admin = sign_in("sysadmin")
    page = admin.open("/calendar?year=9999")
    assert "2100年工作日历" in page.text
    admin.open("/calendar?year=2027")
    page = admin.submit("/calendar/years?year=2027", add="days", source="依据")
    assert "录入放假安排" in page.text
