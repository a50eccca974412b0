"""The command line on a database of the test's own; what depends on the database is tested with the services."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from riskctl.cli import main
from tests.conftest import TEST_KEY

Riskctl = Callable[..., Result]


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of an installation."""
    return {
        "RISKCTL_DATABASE_URL": database_url,
        "RISKCTL_DATA_DIR": str(tmp_path / "data"),
        "RISKCTL_SECRET_KEY": TEST_KEY,
        "RISKCTL_FIELD_KEY": TEST_KEY + "f",
        "RISKCTL_AUDIT_KEY": TEST_KEY + "a",
    }


@pytest.fixture
def riskctl(environment: dict[str, str]) -> Riskctl:
    """Run a command as an operator does."""

    def run(*arguments: str | Path, **changes: str | None) -> Result:
        return CliRunner(env={**environment, **changes}).invoke(main, [str(word) for word in arguments])

    return run
