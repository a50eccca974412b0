"""Migrations: up from nothing, down again, and the schema that they make is the models'."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import DBAPIError

from riskctl.app_setup import migration_head
from riskctl.extensions import db
from riskctl.models import event_triggers
from riskctl.models.search import PREFIX

MIGRATIONS = Path(__file__).parents[2] / "migrations"
SCRIPTS = ScriptDirectory(str(MIGRATIONS))


def _tables() -> set[str]:
    # The text index is made for each database in its own way and stands in no model.
    found = inspect(db.engine).get_table_names()
    return {name for name in found if not name.startswith(PREFIX)} - {"alembic_version"}


def _modelled(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not (name or "").startswith(PREFIX)


def _triggers() -> set[str]:
    on_postgresql = db.engine.dialect.name == "postgresql"
    query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal" if on_postgresql else (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )  # fmt: skip
    with db.engine.connect() as connection:
        return set(connection.scalars(text(query)))


def test_up_from_nothing_makes_every_table(empty_app: Flask) -> None:
    upgrade()
    assert _tables() == set(db.metadata.tables)


def test_up_again_changes_nothing(empty_app: Flask) -> None:
    upgrade()
    upgrade()
    assert _tables() == set(db.metadata.tables)


def test_each_revision_goes_down_and_up_again(empty_app: Flask) -> None:
    upgrade()
    for _ in SCRIPTS.walk_revisions():
        downgrade()
    assert _tables() == set()
    assert _triggers() == set()
    upgrade()
    assert _tables() == set(db.metadata.tables)
    assert _triggers() == set(event_triggers.names())


def test_the_schema_is_that_of_the_models(empty_app: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _modelled}
        )
        assert compare_metadata(context, db.metadata) == []


def test_every_check_of_the_models_is_in_the_schema(empty_app: Flask) -> None:
    # Alembic compares no CHECK; a dictionary that grew would be found by the first insert only.
    upgrade()
    for name, table in db.metadata.tables.items():
        modelled = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        found = {
            str(check["name"]): str(check["sqltext"])
            for check in inspect(db.engine).get_check_constraints(name)
        }
        assert modelled == set(found), name
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                words = set(str(constraint.sqltext).split("'")[1::2])
                assert words == set(found[str(constraint.name)].split("'")[1::2]), constraint.name


@pytest.mark.parametrize(
    ("table", "verb"), [("event", "UPDATE event SET at = at"), ("seal", "DELETE FROM seal")]
)
def test_events_and_seals_are_guarded_after_migrating(empty_app: Flask, table: str, verb: str) -> None:
    upgrade()
    assert _triggers() == set(event_triggers.names())
    moment = "2026-01-01 00:00:00+00:00"
    with db.engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO event (case_type, case_id, seq, at, trigger, changes, request_id, prev_hash, hash, mac)"
            f" VALUES ('unit', 1, 1, '{moment}', 'create', '{{}}', '', '', '', '')"
        ))  # fmt: skip
        connection.execute(text(
            "INSERT INTO seal (at, hash_name, event_count, root, prev_hash, hash, public_key, signature)"
            f" VALUES ('{moment}', 'sha256', 1, '', '', '', '', '')"
        ))  # fmt: skip
    with pytest.raises(DBAPIError, match=f"{table} rows are never changed"), db.engine.begin() as connection:
        connection.execute(text(verb))


def test_the_head_file_names_the_newest_revision(empty_app: Flask) -> None:
    assert SCRIPTS.get_heads() == [migration_head(empty_app)], "two branches would be two heads"
    numbers = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
    for script in SCRIPTS.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_readyz_waits_for_the_migration(empty_app: Flask) -> None:
    client = empty_app.test_client()
    assert client.get("/readyz").status_code == 503
    db.session.remove()  # as the end of a request does, here in the test's own context
    upgrade()
    assert client.get("/readyz").json["status"] == "ok"


def test_a_busy_database_is_not_waited_for_for_ever(
    empty_app: Flask, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    original: Callable[..., Any] = db.engine.dialect.do_execute

    def record(cursor: Any, statement: str, parameters: Any, context: Any = None) -> Any:
        seen.append(statement)
        return original(cursor, statement, parameters, context)

    monkeypatch.setattr(db.engine.dialect, "do_execute", record)
    upgrade()
    assert any("lock_timeout" in statement for statement in seen) == (database_kind == "postgresql")
