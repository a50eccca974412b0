"""Callers of the API on the demo department."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from riskctl.services import accounts
from tests.api.caller import Caller
from tests.department import Department


@pytest.fixture
def as_user(app: Flask, department: Department) -> Callable[[str], Caller]:
    """A caller with the token of this person, the same one within a test."""
    made: dict[str, Caller] = {}

    def find(username: str) -> Caller:
        if username not in made:
            made[username] = Caller(app, department.token(username))
        return made[username]

    return find


@pytest.fixture
def unit_id(app: Flask, department: Department) -> Callable[[str], int]:
    """The id of a unit by its code."""

    def find(code: str) -> int:
        with app.app_context():
            return department.unit(code).id

    return find


@pytest.fixture
def users(app: Flask, department: Department) -> Callable[..., list[int]]:
    """The ids of these people."""

    def find(*usernames: str) -> list[int]:
        with app.app_context():
            return [accounts.find(username).id for username in usernames]

    return find


@pytest.fixture
def issue_in(app: Flask, department: Department) -> Callable[..., str]:
    """The address of a new issue that was issued (or, with state="draft", registered) in a unit."""

    def make(unit: str = "SK", state: str = "issued", **changes: Any) -> str:
        with app.app_context():
            if state == "draft":
                return f"issues/{department.issue(unit, **changes).id}"
            return f"issues/{department.issued(unit, **changes).id}"

    return make
