"""Reminders and the overdue ladder: who is told on which working day, once, and anew after a return."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import InterviewSuggestion, Issue, Message, Notice, Reminder, User
from riskctl.services import red_cases, ticking
from riskctl.services.reminders import remind
from riskctl.services.workdays import add_workdays, is_workday
from tests.department import Department

# A Tuesday; thirty working days on it is Tuesday 2026-07-14 (端午 19 to 21 June lies between).
START = datetime(2026, 6, 2, 1, tzinfo=clock.now().tzinfo)
DUE = date(2026, 7, 15)


@pytest.fixture(autouse=True)
def traveller(session: Any) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as started:
        yield started


def at(day: date, hour: int = 9) -> datetime:
    return clock.from_local(datetime.combine(day, time(hour)))


def told(since: int = 0) -> list[tuple[str, str]]:
    """Who was told what, in order, after the message of this id."""
    query = select(User.username, Message.text).join(Message, Message.user_id == User.id)
    rows = db.session.execute(query.where(Message.id > since).order_by(Message.id)).all()
    return [(name, text) for name, text in rows]


def last_id() -> int:
    return db.session.scalar(select(func.max(Message.id))) or 0


def run(traveller: time_machine.Traveller, day: date) -> list[tuple[str, str]]:
    """The round at nine of this day, and what it told."""
    before = last_id()
    traveller.move_to(at(day))
    remind(clock.now())
    red_cases.propose(clock.now())
    return told(before)


def planned(department: Department) -> Issue:
    issue = department.planned(due_on=DUE.isoformat())
    assert issue.step_due_on == DUE
    return issue


def workdays(start: date, end: date) -> list[date]:
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if is_workday(day)]


def test_each_stage_reaches_its_people_on_its_day(
    department: Department, traveller: time_machine.Traveller
) -> None:
    planned(department)
    seen: dict[str, set[str]] = {}
    for day in workdays(date(2026, 6, 29), date(2026, 7, 31)):
        for name, text in run(traveller, day):
            if "待办事项" in text:  # the letter that waits for the office has a term of its own
                assert day > date(2026, 7, 22)
                continue
            seen.setdefault(f"{day:%m-%d} {text}", set()).add(name)
    mine, range_ = "您有1件整改事项", "您负责的范围内有1件整改事项"
    assert seen == {
        f"07-01 {mine}将于7月15日到期，还有10个工作日": {"dept_head", "post"},
        f"07-08 {mine}将于7月15日到期，还有5个工作日": {"dept_head", "post"},
        f"07-10 {mine}将于7月15日到期，还有3个工作日": {"dept_head", "post"},
        f"07-14 {mine}将于7月15日到期，还有1个工作日": {"dept_head", "post"},
        f"07-15 {mine}今天到期": {"dept_head", "post"},
        f"07-16 {mine}已逾期1个工作日": {"dept_head"},
        f"07-20 {mine}已逾期3个工作日": {"dept_head"},
        f"07-20 {range_}已逾期3个工作日": {"unit_discipline", "unit_discipline2"},
        f"07-22 {mine}已逾期5个工作日": {"dept_head"},
        f"07-22 {range_}已逾期5个工作日": {"unit_discipline", "unit_discipline2", "leader"},
        f"07-29 {mine}已逾期10个工作日": {"dept_head"},
        f"07-29 {range_}已逾期10个工作日": {
            "unit_discipline", "unit_discipline2", "leader", "office", "office2",
        },
        f"07-30 {mine}已逾期11个工作日": {"dept_head"},
        f"07-30 {range_}已逾期11个工作日": {
            "unit_discipline", "unit_discipline2", "leader", "office", "office2",
        },
    }  # fmt: skip
    letters = db.session.scalars(select(Notice).where(Notice.kind == "supervision_letter")).all()
    assert [(letter.state, letter.rectify_due) for letter in letters] == [("draft", date(2026, 7, 29))]
    suggestions = db.session.scalars(select(InterviewSuggestion)).all()
    assert [(s.ground, s.kind, s.decided_at) for s in suggestions] == [("red", "warning", None)]


def test_no_message_holds_anything_of_the_case(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = planned(department)
    for text in {text for _, text in run(traveller, DUE)}:
        assert issue.title not in text
        assert issue.code not in text
    message = db.session.scalars(select(Message)).first()
    assert message is not None
    assert (message.case_type, message.case_id, message.due_on) == ("issue", issue.id, DUE)


def test_a_day_off_is_quiet_and_nothing_of_it_is_lost(
    department: Department, traveller: time_machine.Traveller
) -> None:
    planned(department)
    run(traveller, date(2026, 7, 9))
    assert run(traveller, date(2026, 7, 11)) == []  # Saturday; the stage of Friday 10 July waits
    assert {text for _, text in run(traveller, date(2026, 7, 13))} == {
        "您有1件整改事项将于7月15日到期，还有2个工作日"
    }


def test_after_days_without_a_worker_one_message_of_the_present_stage(
    department: Department, traveller: time_machine.Traveller
) -> None:
    planned(department)
    run(traveller, date(2026, 6, 30))
    found = run(traveller, date(2026, 7, 24))
    assert sorted(name for name, _ in found) == sorted({name for name, _ in found})
    assert {text for _, text in found} == {
        "您有1件整改事项已逾期7个工作日", "您负责的范围内有1件整改事项已逾期7个工作日",
    }  # fmt: skip
    assert (
        db.session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == "supervision_letter"))
        == 1
    )


def test_the_same_round_again_tells_nobody(department: Department, traveller: time_machine.Traveller) -> None:
    planned(department)
    assert run(traveller, date(2026, 7, 15)) != []
    assert run(traveller, date(2026, 7, 15)) == []
    traveller.move_to(at(date(2026, 7, 15), 15))
    assert remind(clock.now()) == 0


def test_submission_ends_it_and_a_return_begins_anew(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = planned(department)
    assert run(traveller, date(2026, 7, 16)) != []
    department.apply(issue)
    assert issue.step_due_on == date(2026, 7, 23)  # 初审, five working days
    assert run(traveller, date(2026, 7, 20)) == [  # three days left of the check: its people alone
        (name, "您有1件整改事项将于7月23日到期，还有3个工作日")
        for name in ("unit_discipline", "unit_discipline2")
    ]
    department.take(
        "unit_discipline", issue, "return_rectification", reason_code="evidence_thin", reason="佐证不足",
        redo_on="2026-07-27",
    )  # fmt: skip
    assert issue.due_on == date(2026, 7, 27)
    # Three days left is behind it on the day of its return only if it came after that day.
    assert {text for _, text in run(traveller, date(2026, 7, 22))} == {
        "您有1件整改事项将于7月27日到期，还有3个工作日"
    }
    assert run(traveller, date(2026, 7, 28)) != []  # and the ladder again, from its first rung
    assert db.session.scalars(select(Reminder.stage).order_by(Reminder.id)).all()[-1] == -1


def test_what_arrived_after_the_boundary_is_not_late_news(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.issued()
    assert issue.step_due_on == date(2026, 6, 4)
    assert run(traveller, date(2026, 6, 2)) == []  # two days left: the stage of three days was before it came
    found = run(traveller, date(2026, 6, 3))
    assert {name for name, text in found if "整改事项" in text} == {"dept_head", "post"}


def test_what_is_due_on_a_day_off_is_due_on_the_next_working_day(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = planned(department)
    issue.due_on = issue.step_due_on = date(2026, 7, 18)  # a Saturday
    db.session.commit()
    assert {text for _, text in run(traveller, date(2026, 7, 20))} == {"您有1件整改事项今天到期"}
    assert "已逾期1个工作日" in run(traveller, date(2026, 7, 21))[0][1]


def test_other_kinds_remind_those_on_whom_their_step_falls(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    due = issue.step_due_on
    assert due == add_workdays(START.date(), 3).on
    found = run(traveller, add_workdays(due, 5).on)  # late, but on the desk of 机关纪委: nobody above is told
    assert {name for name, _ in found} == {"office2"}  # who submitted it may not verify it
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0


def test_a_tick_says_what_it_did(department: Department, traveller: time_machine.Traveller) -> None:
    planned(department)
    traveller.move_to(at(date(2026, 7, 22)))
    said = ticking.tick()
    assert "到期提醒 1 项" in said
    assert "每日汇总" in said
