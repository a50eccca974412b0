"""Copies of the running database to a file and back: SQLite's own backup, or PostgreSQL's own tools."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect, text

from riskctl.errors import InvalidInput, RiskctlError
from riskctl.extensions import db, writing

_JOBS = "riskctl_jobs"  # the queue of the jobs: nothing in it is worth keeping

_SECONDS = 15.0


def kind() -> str:
    """sqlite or postgresql."""
    return db.engine.dialect.name


def revision() -> str:
    """The migration of the running database; empty when it has none."""
    token = writing.set(False)  # who only looks does not wait for writers
    try:
        with db.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""
    finally:
        writing.reset(token)


def dump(path: Path) -> None:
    """Copy the database as it is at one moment, while others go on working."""
    if kind() == "sqlite":
        with closing(_live()) as live, closing(sqlite3.connect(path)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--exclude-schema={_JOBS}", f"--file={path}")


def _live() -> sqlite3.Connection:
    return sqlite3.connect(str(db.engine.url.database), timeout=_SECONDS)


def refuse_broken(path: Path) -> None:
    """Look into a copy before it replaces anything; raises InvalidInput when it cannot be used."""
    if kind() == "sqlite":
        try:
            with closing(sqlite3.connect(path)) as copy:
                found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
        if found != "ok":
            raise InvalidInput(
                f"备份中的数据库不完整（{found}），未做任何改动：请换用另一份备份", code="damaged"
            )
    else:
        _run("pg_restore", "--list", str(path), connected=False)


def load(path: Path) -> None:
    """Put the copy in the place of the running database, in one transaction."""
    db.session.rollback()
    db.engine.dispose()
    if kind() == "sqlite":
        # Through SQLite and not by moving files: another process may hold the database open.
        try:
            with closing(sqlite3.connect(path)) as copy, closing(_live()) as live:
                copy.backup(live, progress=_give_up(time.monotonic() + _SECONDS))
                live.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            raise RiskctlError(
                f"数据库正被使用（{error}），未恢复：请先停止服务和后台任务再试", code="busy"
            ) from error
        return
    _refuse_others()
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        str(path),
    )
    db.session.execute(text(f"CREATE SCHEMA IF NOT EXISTS {_JOBS}"))
    db.session.commit()


def _refuse_others() -> None:
    # pg_restore waits for every lock for ever, and people would go on writing into what goes away.
    others = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with db.engine.connect() as connection:
        count = connection.scalar(others)
    db.engine.dispose()
    if count:
        raise RiskctlError(
            f"数据库正被使用（另有{count}个连接），未恢复：请先停止服务和后台任务再试", code="busy"
        )


def _give_up(deadline: float) -> Callable[[int, int, int], None]:
    # Python's backup() waits for a locked database for ever.
    def check(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise sqlite3.OperationalError("database is locked")

    return check


def _run(tool: str, *options: str, connected: bool = True) -> None:
    program = shutil.which(tool)
    if program is None:
        raise RiskctlError(
            f"没有找到 {tool}：请安装与数据库同版本的 postgresql-client，或按 docs/operations.md 在数据库服务器上备份",
            code="no_tool",
        )
    url = db.engine.url.set(drivername="postgresql", password=None)
    # The password goes through the environment: a command line is seen by every user of the machine.
    secret = {"PGPASSWORD": str(db.engine.url.password)} if db.engine.url.password else {}
    target = (f"--dbname={url.render_as_string()}",) if connected else ()
    done = subprocess.run(  # noqa: S603 -- PostgreSQL's own tools, no shell
        [program, *target, *options],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **secret},
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [""]
        raise RiskctlError(f"{tool} 没有成功，数据未改动：{said[-1]}", code="tool_failed")
