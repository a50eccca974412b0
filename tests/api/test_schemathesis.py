"""The service against its own OpenAPI document: generated calls find no 5xx and no undocumented answer."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from riskctl import create_app
from riskctl.extensions import db
from tests.api.caller import ROOT
from tests.api.test_lists import fill
from tests.conftest import Databases, settings_for
from tests.department import Department

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip
EXAMPLES = 12


@pytest.fixture
def database_kind() -> str:
    """The answers' form does not depend on the database."""
    return "sqlite"


@pytest.fixture(scope="module")
def served(_sqlite: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo department with a few cases of each kind and a file, kept while this module runs."""
    from tests.conftest import _found_department, _migrate

    folder: Path = tmp_path_factory.mktemp("schemathesis")
    empty = _sqlite.template("migrated", lambda url: _migrate(url, folder))
    source = _sqlite.template("department", lambda url: _found_department(url, folder), base=empty)
    name = _sqlite.copy_of(source)
    app = create_app(settings_for(_sqlite.url(name), folder / "data"))
    department = Department(app)
    fill(app, department, 4)
    with app.app_context():
        department.issued()
    token = department.token("office")
    app.extensions["test.token"] = token
    app.test_client().post(
        f"{ROOT}/attachments",
        data={"file": (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "a.pdf")},
        headers={"Authorization": f"Bearer {token}"},
    )
    yield app
    with app.app_context():
        db.engine.dispose()
    _sqlite.drop(name)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
def test_every_answer_is_documented(served: Flask, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", served)
    headers = {"Authorization": f"Bearer {served.extensions['test.token']}"}
    tried = 0
    for operation in (result.ok() for result in schema.get_all_operations()):
        call = _calling(operation.as_strategy(generation_mode=mode), headers)
        try:
            call()
        except Unsatisfiable:
            continue  # nothing can be wrong with a call that takes nothing
        tried += 1
    assert tried > 20


def _calling(cases: Any, headers: dict[str, str]) -> Callable[[], None]:
    @hypothesis.seed(20260301)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=cases)
    def call(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    return call
