"""When the calendar arrives or a day changes, dates of running cases are counted again, and told of."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from time_machine import travel

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import CalendarChange, Issue
from riskctl.services import arrangements, audit, calendars, notice_drafts, recounts, transitions
from riskctl.services.verification import verify
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
NEW_YEAR = (
    {"day": date(2027, 1, 1), "until": date(2027, 1, 3), "kind": "off", "name": "元旦"},
    {"day": date(2027, 1, 4), "until": None, "kind": "off", "name": "元旦"},
)
SOURCE = "2027年放假安排通知"


@pytest.fixture(autouse=True)
def _late_in_the_year() -> Iterator[None]:
    with travel(datetime(2026, 12, 22, 2, tzinfo=UTC), tick=False):
        yield


def enter_2027(department: Department) -> None:
    arrangement = arrangements.from_rows(2027, NEW_YEAR)
    calendars.import_year(department.actor("sysadmin"), arrangement, source=SOURCE)


def counted(department: Department, **changes: Any) -> Issue:
    """An issued issue whose due date the rule gave."""
    return department.issued(**{"due_on": None, **changes})


def events(issue: Any) -> list[Any]:
    """What was counted again of this record."""
    return [view for view in audit.history(issue.CASE_TYPE, issue.id) if view.event.trigger == "recount"]


def test_a_provisional_date_moves_when_the_calendar_arrives(department: Department) -> None:
    issue = counted(department, rectify_type="staged")
    old, due_original = issue.due_on, issue.due_original
    assert (issue.provisional, issue.due_term) == (True, 60)
    enter_2027(department)
    db.session.refresh(issue)
    # Two weekdays are off now: 1 and 4 January.
    assert (old, issue.due_on) == (date(2027, 3, 16), date(2027, 3, 18))
    assert issue.due_original == due_original
    assert not issue.provisional
    (told,) = events(issue)
    assert told.fields["due_on"] == ["2027-03-16", "2027-03-18"]
    assert told.data["reason"] == f"2027年放假安排（{SOURCE}）"
    assert "step_due_old" not in told.data  # 签收 is due in 2026
    assert verify().problems == []


def test_a_step_moves_with_its_own_term(department: Department) -> None:
    issue = counted(department)
    department.receive(issue)
    assert (issue.step_due_on, issue.step_due_term) == (date(2027, 1, 5), 10)
    enter_2027(department)
    db.session.refresh(issue)
    assert issue.step_due_on == date(2027, 1, 7)
    assert events(issue)[0].data["step_due_new"] == "2027-01-07"


def test_a_typed_date_stands_and_is_certain(department: Department) -> None:
    issue = department.issued(due_on="2027-01-20")
    version = issue.version
    enter_2027(department)
    db.session.refresh(issue)
    assert (issue.due_on, issue.provisional, issue.version) == (date(2027, 1, 20), False, version)
    assert events(issue) == []


def test_the_rectification_lasts_as_long_as_its_issue(department: Department) -> None:
    issue = department.planned(due_on=None)
    assert issue.step_due_on == issue.due_on
    enter_2027(department)
    db.session.refresh(issue)
    assert issue.step_due_on == issue.due_on == date(2027, 2, 4)


def test_a_deadline_is_never_shortened(department: Department) -> None:
    issue = counted(department)
    old = issue.due_on
    worked = {"day": date(2027, 1, 2), "until": date(2027, 1, 3), "kind": "work", "name": "调休"}
    arrangement = arrangements.from_rows(2027, [worked])
    calendars.import_year(department.actor("sysadmin"), arrangement, source=SOURCE)
    db.session.refresh(issue)
    assert (issue.due_on, issue.provisional) == (old, False)
    assert events(issue) == []


def test_a_day_taken_off_in_a_known_year_moves_what_was_counted_over_it(department: Department) -> None:
    issue = department.issue()
    assert issue.step_due_on == date(2026, 12, 25)
    other = department.issue()
    department.take("office", other, "submit", not_clue=True)
    admin = department.actor("sysadmin")
    calendars.set_override(admin, date(2026, 12, 24), is_off=True, reason="防汛应急停工")
    db.session.refresh(issue)
    db.session.refresh(other)
    assert issue.step_due_on == other.step_due_on == date(2026, 12, 28)
    assert events(issue)[0].data["reason"] == "2026年12月24日改为休息：防汛应急停工"
    calendars.set_override(admin, date(2026, 12, 24), is_off=False, reason="险情解除")
    db.session.refresh(issue)
    assert issue.step_due_on == date(2026, 12, 28)
    assert len(events(issue)) == 1


def test_an_unsigned_notice_orders_the_new_date(department: Department) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **{**department.verified(), "due_on": None})
    enter_2027(department)
    notice = notice_drafts.unsigned_of(issue)
    assert notice is not None
    assert notice.rectify_due == issue.due_on == date(2027, 2, 4)
    assert len(events(notice)) == 1
    department.take("office_head", issue, "issue")
    assert issue.due_original == date(2027, 2, 4)


def test_publicity_lasts_as_long_as_its_step(department: Department) -> None:
    with travel(datetime(2026, 12, 30, 2, tzinfo=UTC), tick=False):
        issue = department.planned(severity="serious")
        department.apply(issue)
        department.check(issue)
        department.inspect(issue)
        assert issue.publicity_until == date(2027, 1, 6)
        enter_2027(department)
    db.session.refresh(issue)
    assert issue.publicity_until == issue.step_due_on == date(2027, 1, 8)


def test_what_is_over_stays_as_it_was(department: Department) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    department.take("office2", issue, "void", reason="重复")
    before = (issue.step_due_on, issue.version)
    calendars.set_override(department.actor("sysadmin"), date(2026, 12, 23), is_off=True, reason="停工")
    db.session.refresh(issue)
    assert (issue.step_due_on, issue.version) == before


def test_work_goes_on_where_it_was_stopped_and_twice_is_once(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [department.issue() for _ in range(3)]
    monkeypatch.setattr(recounts, "_BATCH", 2)
    monkeypatch.setattr(calendars, "_BATCHES_AT_ONCE", 1)
    calendars.set_override(department.actor("sysadmin"), date(2026, 12, 24), is_off=True, reason="停工")
    moved = [case for case in cases if events(case)]
    assert moved == cases[:2]
    assert recounts.run(clock.now()) == 1
    assert recounts.run(clock.now()) == 0
    assert [len(events(case)) for case in cases] == [1, 1, 1]
    (change,) = db.session.query(CalendarChange).all()
    assert change.done_at is not None


def test_a_case_that_moved_on_meanwhile_is_counted_from_its_new_step(department: Department) -> None:
    issue = department.issue()
    recounts.announce(date(2026, 12, 24), date(2026, 12, 24), "停工")
    db.session.commit()
    department.take("office", issue, "submit", not_clue=True)
    assert recounts.run(clock.now()) == 0
    assert issue.step_due_on == date(2026, 12, 25)
    assert transitions.waits_for(issue)
