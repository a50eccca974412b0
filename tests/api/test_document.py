"""The OpenAPI document: complete, so that a program needs nothing else."""

from typing import Any

import pytest
from flask import Flask

from tests.api.caller import ROOT

CHANGES = {"patch", "post"}


@pytest.fixture
def database_kind() -> str:
    """The document does not depend on the database."""
    return "sqlite"


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    """The document as it is served, to anybody."""
    found: dict[str, Any] = app.test_client().get(f"{ROOT}/openapi.json").json
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


def test_every_route_is_in_the_document(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        (rule.rule.replace("<int:", "<").replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ROOT) and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, method, _ in operations(document)} == routes


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        answers = operation["responses"]
        wanted = {"401", "403", "500", "503"}
        wanted |= {"404"} if "{" in path else set()
        wanted |= {"400", "413", "415", "422"} if method in CHANGES else set()
        assert wanted <= set(answers), (path, method)
        assert "default" not in answers
        for status, answer in answers.items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (path, method, status)
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ProblemOut"}
                assert answer["description"]


def test_changes_describe_their_headers_and_conflicts(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        headers = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
        if path.endswith("}/transitions"):  # a batch carries its versions in its items
            assert headers == {"If-Match", "Idempotency-Key"}
            assert {"409", "412", "428"} <= set(operation["responses"])
        elif method == "patch" or path.endswith(("/assignment", "/agreement")):
            assert headers == {"If-Match"}
            assert {"412", "428"} <= set(operation["responses"])
        else:
            assert headers == set()
        if method in CHANGES and not path.endswith("/urge"):  # nothing can be said with it
            assert operation["requestBody"]["required"]


def test_a_token_is_asked_for(document: dict[str, Any]) -> None:
    assert document["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def test_lists_describe_their_filters_and_only_theirs(document: dict[str, Any]) -> None:
    def filters(collection: str) -> set[str]:
        return {p["name"] for p in document["paths"][f"{ROOT}/{collection}"]["get"]["parameters"]}

    shared = {
        "colour",
        "state",
        "unit",
        "q",
        "due_before",
        "overdue",
        "figure",
        "sort",
        "limit",
        "after",
        "count",
    }
    days = {
        f"{name}_{end}" for name in ("found", "issued", "due", "original", "closed") for end in ("from", "to")
    }
    amounts = {f"{name}_{end}" for name in ("involved", "recovered") for end in ("min", "max")}
    assert filters("issues") == shared | days | amounts | {
        "source", "severity", "level", "risk_point", "domain", "rectify_type", "owner_level", "outcome", "resp_post",
        "reopened", "overdue_original", "closed_in_time", "as_of",
    }  # fmt: skip
    assert filters("risk-points") == shared | {
        "level", "category", "power_type", "likelihood", "impact", "post", "resp_post", "identified_from", "identified_to",
        "due_from", "due_to", "as_of",
    }  # fmt: skip
    assert filters("interviews") == shared | {
        "kind", "issue", "conclusion", "subject_rank", "subject_post", "scheduled_from", "scheduled_to", "due_from", "due_to", "as_of",
    }  # fmt: skip
    assert filters("notices") == shared | {"kind", "issue", "interview", "risk_point"}
