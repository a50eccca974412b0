"""The tick twice, at once, killed in the middle, during a migration, and under a clock that was set back."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Digest, InterviewSuggestion, Issue, Message, Notice, Reminder, TickMark
from riskctl.services import reminders, schema, ticking
from riskctl.services.schema import Migrating
from riskctl.services.verification import verify
from riskctl.services.workdays import add_workdays
from tests.conftest import TEST_KEY
from tests.department import Department

CASES = 6


@pytest.fixture
def late(app: Flask, department: Department) -> str:
    """Issues that turn red on one day; the moment of the tick on that day."""
    with app.app_context():
        issue = department.planned()
        due = issue.step_due_on
        for _ in range(CASES - 1):
            department.issued()
        query = select(Issue).order_by(Issue.id)
        for found in db.session.scalars(query):
            found.step_due_on = found.due_on = due
        db.session.commit()
        db.session.remove()
    return f"{add_workdays_of(app, due, 11)}T09:00"


def add_workdays_of(app: Flask, start: date, n: int) -> date:
    with app.app_context():
        return add_workdays(start, n).on


def counts() -> dict[str, int]:
    models = (Reminder, Message, Digest, InterviewSuggestion, Notice)
    return {m.__name__: db.session.scalar(select(func.count()).select_from(m)) or 0 for m in models}


def letters() -> int:
    return db.session.scalar(select(func.count()).where(Notice.kind == "supervision_letter")) or 0


def complete() -> None:
    """Everything is there, and once."""
    found = counts()
    assert (letters(), found["InterviewSuggestion"]) == (CASES, CASES)
    told = select(Message.user_id, Message.case_id).where(Message.case_type == "issue")
    pairs = db.session.execute(told).all()
    assert len(pairs) == len(set(pairs))
    assert len({case_id for _, case_id in pairs}) == CASES
    days = db.session.execute(select(Digest.user_id, Digest.day)).all()
    assert len(days) == len(set(days))
    assert {user_id for user_id, _ in pairs} <= {user_id for user_id, _ in days}
    assert verify().problems == []


def test_twice_changes_nothing_more(app: Flask, late: str) -> None:
    with app.app_context():
        ticking.tick(late)
        first = counts()
        complete()
        assert ticking.tick(late) == "没有新的事项"
        assert counts() == first


def test_at_once_from_two_machines(app: Flask, late: str) -> None:
    barrier = Barrier(2)

    def run() -> None:
        with app.app_context():
            barrier.wait()
            ticking.tick(late)
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(run), pool.submit(run)]:
            done.result()
    with app.app_context():
        complete()


def test_what_failed_in_the_middle_is_completed(
    app: Flask, late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "_BATCH", 2)
    act, seen = reminders._act_on, []

    def failing(record: Any, stage: int) -> None:
        seen.append(record.id)
        if len(seen) == 4:
            raise RuntimeError("the power went")
        act(record, stage)

    with app.app_context():
        monkeypatch.setattr(reminders, "_act_on", failing)
        with pytest.raises(RuntimeError):
            ticking.tick(late)
        db.session.rollback()
        assert counts()["Reminder"] == 2  # whole batches, and no half one
        assert letters() == 2
        monkeypatch.setattr(reminders, "_act_on", act)
        ticking.tick(late)
        complete()


_KILLED = """
import os, signal, sys
from riskctl import create_app
from riskctl.services import reminders, ticking
reminders._BATCH, act, seen = 2, reminders._act_on, []
def dying(record, stage):
    act(record, stage)
    seen.append(record.id)
    if len(seen) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
reminders._act_on = dying
with create_app().app_context():
    ticking.tick(sys.argv[1])
"""


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_was_killed_in_the_middle_is_completed(app: Flask, late: str, database_url: str) -> None:
    settings = app.extensions["riskctl.settings"]
    env = {
        **os.environ, "RISKCTL_DATABASE_URL": database_url, "RISKCTL_DATA_DIR": str(settings.data_dir),
        "RISKCTL_SECRET_KEY": TEST_KEY, "RISKCTL_FIELD_KEY": TEST_KEY + "f", "RISKCTL_AUDIT_KEY": TEST_KEY + "a",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", _KILLED, late], env=env, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with app.app_context():
        assert counts()["Reminder"] == 2
        ticking.tick(late)
        complete()


def test_during_a_migration_it_does_nothing_and_says_so(app: Flask, late: str) -> None:
    with app.app_context():
        before = counts()
        current = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        db.session.commit()
        with pytest.raises(Migrating, match=f"现为0000，应为{current}"):
            ticking.tick(late)
        assert counts() == before
        assert db.session.scalars(select(TickMark)).all() == []
        db.session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": current})
        db.session.commit()
        ticking.tick(late)
        complete()


def test_one_that_begins_meanwhile_stops_it(app: Flask, late: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def begins() -> None:
        asked.append(1)
        if len(asked) > 2:
            raise Migrating("正在升级")

    monkeypatch.setattr(schema, "require_current", begins)
    with app.app_context():
        with pytest.raises(Migrating):
            ticking.tick(late)
        assert counts()["Message"] == 0
        assert db.session.get(TickMark, "tick") is None


def test_under_a_clock_set_back_no_day_has_come(app: Flask, late: str) -> None:
    with app.app_context():
        assert "到期提醒" in ticking.tick(late)
        first = counts()
        earlier = clock.from_local(clock.local(clock.now()).replace(tzinfo=None))
        said = ticking.tick()
        assert said.startswith("时钟早于上次办理时间（")
        assert "请核对系统时间" in said
        assert counts() == first
        mark = db.session.get_one(TickMark, "tick")
        assert mark.at > earlier + timedelta(days=1)  # it stands where it stood
        assert "恢复办理" in ticking.accept_clock()
        assert "时钟" not in ticking.tick()


def test_a_small_difference_between_two_clocks_is_none(app: Flask, department: Department) -> None:
    with app.app_context():
        ticking.tick("2026-12-01T09:00")
        assert "时钟" not in ticking.tick("2026-12-01T08:56")
        assert "时钟" in ticking.tick("2026-12-01T08:54")
