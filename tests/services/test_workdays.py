"""Working days: the official calendar, the administrator's word, and years that nobody has announced yet."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, event

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import CalendarDay, User
from riskctl.permissions import Actor, Role
from riskctl.services import arrangements, audit, calendars, workdays
from riskctl.services.verification import verify
from riskctl.services.workdays import DueDate

_DAYS = st.dates(date(2016, 1, 1), date(2030, 12, 31))
_AROUND = st.dates(date(2026, 11, 1), date(2027, 3, 31))
NEW_YEAR = (
    {"day": date(2027, 1, 1), "until": None, "kind": "off", "name": "元旦"},
    {"day": date(2027, 1, 3), "until": None, "kind": "work", "name": "元旦调休"},
    {"day": date(2027, 2, 6), "until": date(2027, 2, 12), "kind": "off", "name": "春节"},
)
# The calendar is only read: one database serves all the examples.
_many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def admin(session: Any) -> Actor:
    """Whoever keeps the calendar."""
    user = User(username="calendar_keeper", name="系统管理员")
    session.add(user)
    session.commit()
    return Actor(user.id, user.name, ((Role.SYSADMIN, None),))


@pytest.fixture
def queries(session: Any) -> Iterator[list[str]]:
    """The statements that reach the database."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-02-11", 5, "2026-02-25"),
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-04-28", 5, "2026-05-08"),
        ("2026-09-18", 10, "2026-10-09"),
        ("2026-09-29", 5, "2026-10-12"),
        ("2026-11-23", 15, "2026-12-14"),
    ],
)
def test_terms_of_the_official_calendar(session: Any, start: str, n: int, expected: str) -> None:
    due = workdays.add_workdays(date.fromisoformat(start), n)
    assert due == DueDate(date.fromisoformat(expected), provisional=False)


@pytest.mark.parametrize(
    ("year", "count", "weekend_work"),
    [
        (2018, 250, ["02-11", "02-24", "04-08", "04-28", "09-29", "09-30", "12-29"]),
        (2025, 248, ["01-26", "02-08", "04-27", "09-28", "10-11"]),
        (2026, 248, ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]),
    ],
)
def test_years_of_the_official_calendar(session: Any, year: int, count: int, weekend_work: list[str]) -> None:
    days = [date(year, 1, 1) + timedelta(n) for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1)]
    worked = [day for day in days if workdays.is_workday(day)]
    assert len(worked) == count
    assert [f"{day:%m-%d}" for day in worked if day.weekday() >= 5] == weekend_work
    assert workdays.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


def test_a_year_without_a_calendar_counts_weekdays_and_says_so(session: Any) -> None:
    assert workdays.add_workdays(date(2027, 10, 1), 3) == DueDate(date(2027, 10, 6), provisional=True)
    assert workdays.roll(date(2027, 10, 2)) == DueDate(date(2027, 10, 4), provisional=True)
    assert workdays.roll(date(2027, 10, 1)) == DueDate(date(2027, 10, 1), provisional=True)
    assert workdays.is_provisional(date(2027, 10, 1))
    assert not workdays.is_provisional(date(2026, 10, 1))


def test_a_term_into_such_a_year_is_provisional(session: Any) -> None:
    assert workdays.add_workdays(date(2026, 12, 30), 1) == DueDate(date(2026, 12, 31), provisional=False)
    assert workdays.add_workdays(date(2026, 12, 30), 2).provisional


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-10-01", "2026-10-08"), ("2026-10-08", "2026-10-08"), ("2026-10-10", "2026-10-10")],
)
def test_a_day_off_moves_to_the_next_working_day(session: Any, day: str, expected: str) -> None:
    assert workdays.roll(date.fromisoformat(day)).on == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [("2026-02-13", "2026-02-25", 3), ("2026-02-25", "2026-02-13", -3), ("2026-02-13", "2026-02-13", 0)],
)
def test_days_left_and_days_over(session: Any, start: str, end: str, left: int) -> None:
    assert workdays.workdays_between(date.fromisoformat(start), date.fromisoformat(end)) == left


def test_the_administrator_has_the_first_word(admin: Actor) -> None:
    calendars.set_override(admin, date(2026, 3, 3), is_off=True, reason="防汛应急停工")
    calendars.set_override(admin, date(2026, 3, 7), is_off=False, reason="调休上班")
    calendars.set_override(admin, date(2027, 1, 1), is_off=True, reason="元旦放假")
    assert workdays.add_workdays(date(2026, 3, 2), 1).on == date(2026, 3, 4)
    assert workdays.add_workdays(date(2026, 3, 6), 1).on == date(2026, 3, 7)
    assert not workdays.is_workday(date(2027, 1, 1))
    assert not workdays.is_provisional(date(2027, 1, 1))


def test_a_later_word_replaces_the_earlier_and_both_are_told(admin: Actor) -> None:
    day = date(2026, 3, 3)
    calendars.set_override(admin, day, is_off=True, reason="停水检修")
    calendars.set_override(admin, day, is_off=False, reason="检修取消")
    assert workdays.is_workday(day)
    told = audit.history("calendar", day.toordinal())
    assert [view.fields["is_off"] for view in told] == [[None, True], [True, False]]
    assert told[1].data["reason"] == "检修取消"
    assert verify().problems == []


def test_what_another_process_said_counts_from_the_next_transaction(admin: Actor, session: Any) -> None:
    day = date(2026, 3, 3)
    assert workdays.is_workday(day)
    session.commit()
    with db.engine.begin() as other:
        other.execute(CalendarDay.__table__.insert().values(day=day, is_off=True, reason="停水检修"))
    assert not workdays.is_workday(day)
    session.commit()
    with db.engine.begin() as other:
        other.execute(delete(CalendarDay))
    assert workdays.is_workday(day)


def test_a_list_of_days_asks_once(session: Any, queries: list[str]) -> None:
    for n in range(30):
        workdays.workdays_between(date(2026, 3, 1), date(2026, 3, 1) + timedelta(n))
    assert sum("calendar_day" in statement for statement in queries) == 1


@pytest.mark.parametrize("reason", ["", "  ", "长" * 256])
def test_an_override_needs_a_reason_that_fits(admin: Actor, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        calendars.set_override(admin, date(2026, 3, 3), is_off=True, reason=reason)
    assert refused.value.reasons[0].field == "reason"
    assert db.session.get(CalendarDay, date(2026, 3, 3)) is None


@pytest.mark.parametrize("n", [-1, 2001])
def test_terms_beyond_reason_are_refused(session: Any, n: int) -> None:
    with pytest.raises(InvalidInput, match="工作日数"):
        workdays.add_workdays(date(2026, 3, 3), n)


def test_the_end_of_time_is_refused_in_words(session: Any) -> None:
    with pytest.raises(InvalidInput, match="可计算的范围"):
        workdays.add_workdays(date.max, 1)


@pytest.fixture
def entered(admin: Actor) -> None:
    """2027 as the office entered it, and single days that an administrator changed in 2026 and 2027."""
    year = arrangements.from_rows(2027, NEW_YEAR)
    calendars.import_year(admin, year, source="放假安排通知")
    calendars.set_override(admin, date(2026, 12, 10), is_off=True, reason="防汛应急停工")
    calendars.set_override(admin, date(2027, 1, 9), is_off=False, reason="补班")


def test_an_entered_year_is_official_to_its_plain_weekdays(entered: None) -> None:
    assert workdays.add_workdays(date(2026, 12, 30), 2) == DueDate(date(2027, 1, 3), provisional=False)
    assert not workdays.is_provisional(date(2027, 7, 7))
    assert workdays.is_provisional(date(2028, 1, 3))
    assert [workdays.is_official(year) for year in (2026, 2027, 2028)] == [True, True, False]


def test_single_days_beat_the_entered_year(entered: None) -> None:
    assert workdays.is_workday(date(2027, 1, 3))  # a Sunday worked for 元旦
    assert workdays.is_workday(date(2027, 1, 9))
    assert workdays.add_workdays(date(2026, 12, 9), 1).on == date(2026, 12, 11)
    assert workdays.workdays_between(date(2026, 12, 31), date(2027, 1, 9)) == 7
    assert workdays.workdays_between(date(2026, 12, 9), date(2026, 12, 11)) == 1


def test_an_entered_year_replaces_the_delivered_one(admin: Actor) -> None:
    days = [{"day": date(2026, 2, 16), "until": None, "kind": "off", "name": "春节"}]
    calendars.import_year(admin, arrangements.from_rows(2026, days), source="更正")
    assert workdays.is_workday(date(2026, 10, 1))
    assert not workdays.is_workday(date(2026, 2, 14))
    counted = sum(workdays.is_workday(date(2026, 1, 1) + timedelta(n)) for n in range(365))
    assert workdays.workdays_between(date(2025, 12, 31), date(2026, 12, 31)) == counted


@pytest.mark.parametrize(
    ("due", "n", "last"),
    [("2026-12-14", 3, "2026-12-09"), ("2026-10-09", 3, "2026-09-29"), ("2026-12-14", 0, "2026-12-14")],
)
def test_the_last_day_before_a_deadline(session: Any, due: str, n: int, last: str) -> None:
    assert workdays.last_day_before(date.fromisoformat(due), n) == date.fromisoformat(last)


@_many
@given(start=_AROUND, a=st.integers(1, 40), b=st.integers(0, 40))
def test_adding_twice_is_adding_the_sum(entered: None, start: date, a: int, b: int) -> None:
    first = workdays.add_workdays(start, a)
    both = workdays.add_workdays(start, a + b)
    assert workdays.add_workdays(first.on, b).on == both.on
    assert workdays.is_workday(both.on)
    assert workdays.workdays_between(start, both.on) == a + b


@_many
@given(start=_AROUND, later=st.integers(0, 20), n=st.integers(0, 40))
def test_a_later_start_never_ends_earlier(entered: None, start: date, later: int, n: int) -> None:
    end = workdays.add_workdays(start, n).on
    assert workdays.add_workdays(start + timedelta(later), n).on >= end
    assert workdays.add_workdays(start, n + 2).on > end


@_many
@given(due=_AROUND, n=st.integers(0, 20))
def test_the_last_day_leaves_just_enough(entered: None, due: date, n: int) -> None:
    last = workdays.last_day_before(due, n)
    assert workdays.workdays_between(last, due) == n
    assert workdays.workdays_between(last + timedelta(1), due) == n - workdays.is_workday(last + timedelta(1))


@_many
@given(start=_DAYS, n=st.integers(1, 60))
def test_counting_back_gives_the_term(session: Any, start: date, n: int) -> None:
    due = workdays.add_workdays(start, n).on
    assert due > start
    assert workdays.is_workday(due)
    assert workdays.workdays_between(start, due) == n
    assert workdays.workdays_between(due, start) == -n


@_many
@given(start=_DAYS, n=st.integers(0, 60), more=st.integers(0, 20))
def test_a_longer_term_never_ends_earlier(session: Any, start: date, n: int, more: int) -> None:
    assert workdays.add_workdays(start, n + more).on >= workdays.add_workdays(start, n).on


@_many
@given(a=_DAYS, b=st.integers(0, 90), c=st.integers(0, 90))
def test_spans_add_up(session: Any, a: date, b: int, c: int) -> None:
    middle, end = a + timedelta(b), a + timedelta(b + c)
    assert workdays.workdays_between(a, end) == (
        workdays.workdays_between(a, middle) + workdays.workdays_between(middle, end)
    )
