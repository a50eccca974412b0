"""A program that calls the API with somebody's token, and looks at the form of every answer."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

ROOT = "/api/v1"
_INNER_WORDS = ("Traceback", "sqlalchemy", "psycopg", "sqlite3", "SELECT ", "INSERT ")


class Caller:
    """Calls as one person; without a token as nobody."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.call("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.call("POST", path, json=body, headers=headers)

    def patch(self, path: str, body: Any, version: Any = None) -> TestResponse:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self.call("PATCH", path, json=body, headers=headers)

    def step(
        self, path: str, trigger: str, data: Any = None, *, version: Any = None, key: str = ""
    ) -> TestResponse:
        """Take a step; without a version at the record's present one."""
        if version is None:
            version = self.get(path).json["version"]
        headers = {"If-Match": f'"{version}"'} | ({"Idempotency-Key": key} if key else {})
        return self.call(
            "POST", f"{path}/transitions", json={"trigger": trigger, "data": data or {}}, headers=headers
        )

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        address = path if path.startswith("/") else f"{ROOT}/{path}"
        headers = {**self._headers, **options.pop("headers", {})}
        response = self._client.open(address, method=method, headers=headers, buffered=True, **options)
        assert response.headers["X-Request-ID"]
        assert response.headers["Cache-Control"] == "no-store"
        if response.status_code >= 400:
            check_problem(response)
        return response


def check_problem(response: TestResponse) -> None:
    """A refusal is a problem document that tells the caller what he needs and nothing of the inside."""
    assert response.content_type == "application/problem+json"
    body = response.json
    assert {"type", "title", "status", "detail", "request_id"} <= set(body)
    assert set(body) <= {"type", "title", "status", "detail", "request_id", "reasons"}
    assert body["status"] == response.status_code
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert body["title"]
    assert body["detail"]
    for reason in body.get("reasons", []):
        assert set(reason) in ({"code", "message"}, {"code", "message", "field"})
        assert reason["message"]
    text = response.get_data(as_text=True)
    assert not [word for word in _INNER_WORDS if word in text]
