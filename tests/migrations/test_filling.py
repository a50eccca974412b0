"""Migrations that work new columns out of the rows that an office has already."""

from datetime import UTC, date, datetime
from typing import Any

import time_machine
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import MetaData, Table, insert

from riskctl.extensions import db

BEFORE = "0003"  # the last revision without them
LONG_AGO, LATER = date(2026, 3, 2), date(2026, 12, 15)


def _table(name: str) -> Table:
    return Table(name, MetaData(), autoload_with=db.engine)


def _insert(name: str, **values: Any) -> None:
    """A row with something in every column that must have a value."""
    table = _table(name)
    filler = {"INTEGER": 1, "BOOLEAN": False, "JSON": [], "DATE": LONG_AGO, "TEXT": "文", "VARCHAR": "字"}
    moments = dict.fromkeys(("DATETIME", "TIMESTAMP"), datetime(2026, 3, 2, tzinfo=UTC))
    needed = {c.name: {**filler, **moments}[c.type.__visit_name__] for c in table.c if not c.nullable}
    with db.engine.begin() as connection:
        connection.execute(insert(table), {**needed, **values})


def _issue(number: int, **values: Any) -> None:
    common = {"id": number, "code": f"WT-{number}", "source": "daily", "owner_level": "department"}
    _insert("issue", **common, **{"state": "rectifying", **values})


@time_machine.travel(datetime(2026, 11, 24, 1, tzinfo=UTC), tick=False)
def test_progress_milestones_and_quarters_come_out_of_what_is_there(empty_app: Flask) -> None:
    upgrade(revision=BEFORE)
    _insert("unit", id=1, kind="department", parent_id=None)
    _insert("user", id=1)
    done = {"text": "已改", "due_on": LONG_AGO.isoformat(), "done_on": LONG_AGO.isoformat()}
    still_open = {"text": "在改", "due_on": LATER.isoformat(), "done_on": None}
    _issue(1, measures=[done, done, still_open, {"text": "无期限"}])
    _issue(2, measures=[], step_due_on=LATER)
    _issue(3, state="sustaining", measures=[done], step_due_on=LONG_AGO)
    upgrade()
    columns = ("progress", "milestone_due", "step_due_on")
    with db.engine.connect() as connection:
        issue = _table("issue")
        rows = connection.execute(issue.select().order_by(issue.c.id)).mappings()
        found = [tuple(row[name] for name in columns) for row in rows]
    assert found == [(50, LATER, None), (0, None, LATER), (100, None, date(2026, 12, 31))]
