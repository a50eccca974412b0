"""People at pages: a client that lints every page it opens."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.department import PASSWORD, Department
from tests.web.pages import PageClient


@pytest.fixture
def database_kind() -> str:
    """Pages are the same over both databases."""
    return "sqlite"


@pytest.fixture
def sign_in(app: Flask, department: Department) -> Callable[[str], PageClient]:
    """Sign a person in; each has a browser of his own."""

    def enter(username: str) -> PageClient:
        client = PageClient(app)
        client.open("/login")
        client.submit("/login", username=username, password=PASSWORD, expect=303)
        return client

    return enter
