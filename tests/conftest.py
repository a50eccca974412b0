"""Databases and applications for every layer; each test has a database of its own.

`app` is an application on a fresh, migrated database, once on SQLite and once on PostgreSQL; `session` is its
database session inside an application context. A test that asks for `department` finds the organisation and
the accounts of the demo there. Folders whose tests do not depend on the database override `database_kind`.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import settings

from riskctl import app_setup, create_app
from riskctl.config import Settings
from riskctl.extensions import db
from riskctl.services.demo import organization as demo_organization
from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.department import PASSWORD, Department
from tests.measured import pytest_collection, pytest_runtest_protocol
from tests.network import closed_network

__all__ = ["closed_network", "pytest_collection", "pytest_runtest_protocol"]

# Nothing in the suite is timed: a shared machine makes any limit a lie.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

TEST_KEY = "test-only-" + "k" * 22


def settings_for(url: str, data_dir: Path, **changes: Any) -> Settings:
    """Settings of a test application, with keys that are plainly marked."""
    values = {
        "data_dir": data_dir, "database_url": url, "secret_key": TEST_KEY, "field_key": TEST_KEY + "f",
        "audit_key": TEST_KEY + "a", "testing": True, "public_url": "http://riskctl.test",
    }  # fmt: skip
    return Settings(**{**values, **changes})


def _migrate(url: str, data_dir: Path) -> None:
    with create_app(settings_for(url, data_dir)).app_context():
        upgrade()
        db.engine.dispose()


def _found_department(url: str, data_dir: Path) -> None:
    with create_app(settings_for(url, data_dir)).app_context():
        demo_organization.make_organization()
        demo_organization.set_demo_passwords(PASSWORD)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with SqliteDatabases(tmp_path_factory.mktemp("sqlite")) as databases:
        yield databases


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[Databases]:
    # Not below pytest's own folder: the next run of pytest closes that to all but its owner, while as root
    # the server runs as another user, and would fall over in the middle of this run.
    folder = tempfile.TemporaryDirectory(prefix="riskctl-pg-")
    with folder as path, PostgresDatabases(Path(path)) as databases:
        yield databases


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """The database on which the test runs."""
    kind: str = request.param
    return kind


@pytest.fixture
def databases(request: pytest.FixtureRequest, database_kind: str) -> Databases:
    """The server (or folder) of this kind that makes databases."""
    found: Databases = request.getfixturevalue(f"_{database_kind}")
    return found


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> str:
    """A database of this test's own: migrated, and with the department where the test asks for it."""
    empty = databases.template("migrated", lambda url: _migrate(url, tmp_path))
    source = empty
    if "department" in request.fixturenames:
        source = databases.template("department", lambda url: _found_department(url, tmp_path), base=empty)
    # Always the same address: the application and the statements that its engine has compiled serve again.
    return databases.url(databases.copy_of(source, "current"))


@pytest.fixture(scope="session")
def _apps() -> dict[tuple[Any, ...], Flask]:
    return {}


@pytest.fixture
def make_app(
    database_url: str, tmp_path: Path, _apps: dict[tuple[Any, ...], Flask]
) -> Iterator[Callable[..., Flask]]:
    """Applications on this test's database, with other settings where a test needs them."""
    used: list[Flask] = []

    def make(**changes: Any) -> Flask:
        settings = settings_for(database_url, tmp_path / "data", **changes)
        key = (database_url, *sorted(changes.items()))
        if key in _apps:
            app_setup.configure(_apps[key], settings)
        else:
            _apps[key] = create_app(settings)
        used.append(_apps[key])
        return _apps[key]

    yield make
    for application in used:
        with application.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application of this test."""
    return make_app()


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The database session, inside an application context. Not for tests with a client: a request would
    share this context."""
    with app.app_context():
        yield db.session
        db.session.remove()


@pytest.fixture
def department(app: Flask) -> Department:
    """The demo's organisation and accounts, and ways to get cases into a state."""
    return Department(app)
