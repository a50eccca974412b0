"""Coverage follows only the tests of what the gate measures: tracing would double the time of all the others."""

from collections.abc import Iterator
from typing import Any

import pytest

# The rules themselves, and the services that take the steps of a case: a test of these is a test of the gate.
_FOLDER = "tests/workflows/"
_SERVICES = (
    "deadlines", "desk_acts", "drafting", "extensions", "interviews", "issue_journeys", "issuers", "meetings",
    "notices", "paper", "proxies", "refusals", "risk_points", "rules", "separation_of_duties", "service",
    "signing_conditions", "taking_back", "todo", "warnings",
)  # fmt: skip
_FILES = ("tests/api/test_records.py", *(f"tests/services/test_{name}.py" for name in _SERVICES))


def _is_measured(item: pytest.Item) -> bool:
    return item.nodeid.startswith((_FOLDER, *_FILES)) and "postgresql" not in item.nodeid


def _coverage(config: pytest.Config) -> Any:
    """pytest-cov's control of the measuring, or None where nothing is measured."""
    return getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[object]:
    """Reading the tests needs no tracing: what is measured is imported already, together with the conftest."""
    if measuring := _coverage(session.config):
        measuring.pause()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Trace this test with its fixtures, or not at all."""
    measuring = _coverage(item.config) if _is_measured(item) else None
    if measuring:
        measuring.resume()
    try:
        return (yield)
    finally:
        if measuring:
            measuring.pause()
