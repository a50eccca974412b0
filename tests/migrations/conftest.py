"""An application on an empty database, on both kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from riskctl import create_app
from riskctl.extensions import db
from tests.conftest import settings_for
from tests.databases import Databases


@pytest.fixture
def empty_app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """Nothing was migrated yet; the application's context is open."""
    name = databases.template(f"empty_{tmp_path.name}", lambda url: None)
    app = create_app(settings_for(databases.url(name), tmp_path / "data"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(name)
