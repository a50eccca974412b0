"""Entering a year's official arrangement: what is taken, what is refused, and who hears of a missing year."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from time_machine import travel

from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import CalendarChange, CalendarDay, CalendarYear, Message
from riskctl.services import arrangements, audit, calendars, workdays
from riskctl.services.verification import verify
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
DAY = {"name": "元旦", "date": "2027-01-01", "isOffDay": True}
SOURCE = "国务院办公厅放假安排通知"


def year_file(*days: Any, year: Any = 2027) -> str:
    """The shape in which people pass a year on."""
    return json.dumps({"$schema": "…", "year": year, "papers": [], "days": list(days)})


def test_a_year_is_entered_with_who_and_by_what(department: Department) -> None:
    given = year_file(DAY, {"name": "元旦", "date": "2027-01-03", "isOffDay": False})
    row = calendars.import_year(department.actor("sysadmin"), arrangements.from_json(given), source=SOURCE)
    assert (row.year, row.source, len(row.days)) == (2027, SOURCE, 2)
    assert not workdays.is_workday(date(2027, 1, 1))
    assert workdays.is_workday(date(2027, 1, 3))
    shown = calendars.year_of(2027)
    assert (shown.official, shown.entered_by) == (True, "系统管理员")
    assert shown.worked == workdays.workdays_between(date(2026, 12, 31), date(2027, 12, 31))
    week = shown.months[0].weeks[0]
    assert week[4] == (date(2027, 1, 1), "off", "元旦")
    assert week[6] == (date(2027, 1, 3), "work", "元旦")
    (told,) = audit.history("calendar", 2027)
    assert (told.event.trigger, told.fields["source"]) == ("import_year", [None, SOURCE])
    assert verify().problems == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("元旦 1月1日", "不是 JSON"),
        ("[" * 100_000, "不是 JSON"),
        ("[]", "缺少 year 或 days"),
        ('{"year": 2027}', "缺少 year 或 days"),
        (year_file(DAY, year="2027"), "year：须为"),
        (year_file(DAY, year=True), "year：须为"),
        (year_file(DAY, year=1789), "year：须为"),
        (year_file(), "没有任何一天"),
        (year_file(DAY, 7), "第2项 须含"),
        (year_file({**DAY, "date": "2027-02-30"}), "第1项 date：须为"),
        (year_file({"name": "元旦", "isOffDay": True}), "第1项 date：须为"),
        (year_file({**DAY, "date": "2026-12-31"}), "第1项 date：2026-12-31 不在2027年，请改正日期或改用2026年的文件"),
        (year_file({**DAY, "isOffDay": "yes"}), "第1项 isOffDay：休息填 true，上班填 false"),
        (year_file({**DAY, "name": " "}), "第1项 name：填节日名称"),
        (year_file({**DAY, "name": "长" * 33}), "第1项 name：名称不超过32字"),
        (year_file(DAY, DAY), "第2项 date：2027-01-01 与第1项重复"),
        ("x" * 200_001, "文件过大"),
    ],
)  # fmt: skip
def test_a_bad_file_names_entry_field_and_cure(given: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        arrangements.from_json(given)
    assert said in "；".join(reason.message for reason in refused.value.reasons)
    assert db.session.get(CalendarYear, 2027) is None


def test_every_bad_entry_is_named_at_once() -> None:
    with pytest.raises(InvalidInput, match="3处错误") as refused:
        arrangements.from_json(year_file({**DAY, "date": "?"}, DAY, DAY, 5))
    assert len(refused.value.reasons) == 3


@pytest.mark.parametrize(
    ("year", "row", "said"),
    [
        (None, {}, "年份"),
        (2027, {"until": date(2026, 12, 31)}, "第1行 至"),
        (2027, {"until": date(2029, 1, 1)}, "第1行 至"),
        (2027, {"day": date(2026, 12, 31), "until": date(2027, 1, 1)}, "第1项 date：2026-12-31 不在2027年"),
    ],
)
def test_bad_rows_are_named(year: Any, row: dict[str, Any], said: str) -> None:
    typed = {"day": date(2027, 1, 1), "until": None, "kind": "off", "name": "元旦", **row}
    with pytest.raises(InvalidInput) as refused:
        arrangements.from_rows(year, [typed])
    assert said in refused.value.reasons[0].message


def test_a_year_that_is_there_says_what_differs_and_is_replaced_on_confirmation(
    department: Department,
) -> None:
    admin = department.actor("sysadmin")
    calendars.import_year(admin, arrangements.from_json(year_file(DAY)), source=SOURCE)
    with pytest.raises(InvalidInput, match="内容相同"):
        calendars.import_year(admin, arrangements.from_json(year_file(DAY)), source=SOURCE)
    other = arrangements.from_json(year_file({**DAY, "date": "2027-01-04"}))
    with pytest.raises(InvalidInput) as refused:
        calendars.import_year(admin, other, source=SOURCE)
    assert refused.value.code == "already_imported"
    assert [reason.message for reason in refused.value.reasons] == [
        "2027-01-01：休（元旦） → 无安排", "2027-01-04：无安排 → 休（元旦）",
    ]  # fmt: skip
    with pytest.raises(InvalidInput, match="替换理由"):
        calendars.import_year(admin, other, source=SOURCE, replace=True)
    db.session.rollback()
    assert workdays.is_workday(date(2027, 1, 4))
    calendars.import_year(admin, other, source=SOURCE, reason="通知更正", replace=True)
    assert workdays.is_workday(date(2027, 1, 1))
    assert audit.history("calendar", 2027)[-1].data["reason"] == "通知更正"


def test_another_source_alone_asks_for_confirmation_too(department: Department) -> None:
    admin, same = department.actor("office"), arrangements.from_json(year_file(DAY))
    calendars.import_year(admin, same, source=SOURCE)
    with pytest.raises(InvalidInput) as refused:
        calendars.import_year(admin, same, source="正式通知")
    assert [reason.message for reason in refused.value.reasons] == [f"依据：{SOURCE} → 正式通知"]


@pytest.mark.parametrize("source", ["", " ", "长" * 201])
def test_a_year_needs_its_source(department: Department, source: str) -> None:
    with pytest.raises(InvalidInput, match="依据"):
        calendars.import_year(
            department.actor("sysadmin"), arrangements.from_json(year_file(DAY)), source=source
        )
    assert db.session.scalar(select(func.count()).select_from(CalendarYear)) == 0


@pytest.mark.parametrize(
    "username", ["post", "dept_head", "unit_discipline", "leader", "secadmin", "auditor"]
)
def test_nobody_else_touches_the_calendar(department: Department, username: str) -> None:
    actor = department.actor(username)
    with pytest.raises(NotAllowed):
        calendars.import_year(actor, arrangements.from_json(year_file(DAY)), source=SOURCE)
    with pytest.raises(NotAllowed):
        calendars.set_override(actor, date(2026, 12, 10), is_off=True, reason="停工")
    assert db.session.scalar(select(func.count()).select_from(CalendarDay)) == 0
    assert db.session.scalar(select(func.count()).select_from(CalendarChange)) == 0


def test_the_form_shows_what_was_entered(department: Department) -> None:
    rows = [
        {"day": date(2027, 2, 6), "until": date(2027, 2, 12), "kind": "off", "name": "春节"},
        {"day": date(2027, 2, 14), "until": date(2027, 2, 14), "kind": "work", "name": "春节"},
    ]
    calendars.import_year(department.actor("office"), arrangements.from_rows(2027, rows), source=SOURCE)
    assert calendars.as_form(2027) == rows
    assert calendars.as_form(2028) == []


@pytest.mark.parametrize(
    ("day", "missing"),
    [("2026-11-14", None), ("2026-11-15", 2027), ("2026-12-31", 2027), ("2027-01-01", 2027), ("2025-12-01", None)],
)  # fmt: skip
def test_a_missing_year_is_warned_of_from_the_middle_of_november(day: str, missing: int | None) -> None:
    assert calendars.missing_year(date.fromisoformat(day)) == missing


def test_those_who_keep_the_calendar_are_told_once_a_year(department: Department) -> None:
    with travel(datetime(2026, 11, 14, 2, tzinfo=UTC)):
        assert calendars.remind(datetime.now(UTC)) == 0
    with travel(datetime(2026, 11, 16, 2, tzinfo=UTC)):
        assert calendars.remind(datetime.now(UTC)) == 3
    with travel(datetime(2026, 12, 1, 2, tzinfo=UTC)):
        assert calendars.remind(datetime.now(UTC)) == 0
    told = db.session.scalars(select(Message)).all()
    names = ("sysadmin", "office", "office2")
    assert {message.user_id for message in told} == {department.actor(name).user_id for name in names}
    assert "尚未录入2027年放假安排" in told[0].text
    calendars.import_year(department.actor("office"), arrangements.from_json(year_file(DAY)), source=SOURCE)
    with travel(datetime(2026, 12, 1, 2, tzinfo=UTC)):
        assert calendars.missing_year() is None
