"""GET /api/v1/statistics/{report}: the lines of a report, each figure with its fraction."""

from datetime import UTC, datetime

import time_machine
from flask import Flask

from tests.department import Department
from tests.services import counted_cases


def test_the_lines_of_a_report(app: Flask, department: Department) -> None:
    with time_machine.travel(datetime(2026, 11, 10, 2, tzinfo=UTC), tick=False):
        with app.app_context():
            counted_cases.history(department)
        unit, none = (
            {"Authorization": f"Bearer {department.token(name)}"} for name in ("unit_discipline", "sysadmin")
        )
        client = app.test_client()
        answer = client.get("/api/v1/statistics/r4?period=2026", headers=unit)
        lines = {line["code"]: line for line in answer.json["lines"]}
        assert lines["completion"]["now"] == {
            "value": 71.4,
            "text": "71.4%",
            "numerator": 5,
            "denominator": 7,
        }
        assert lines["completion"]["average"]["denominator"] == 9
        listed = client.get(
            "/api/v1/issues?figure=completion.all.2026&count=1&unit=" + str(answer.json["unit_id"]),
            headers=unit,
        )
        assert listed.json["total"] == 7
        for path, status in (
            ("r4?period=2026-13", 422), ("r4?level=huge", 422), ("r4?unit=1", 403), ("r7", 200), ("r11", 404),
        ):  # fmt: skip
            assert client.get(f"/api/v1/statistics/{path}", headers=unit).status_code == status, path
        assert client.get("/api/v1/statistics/r4", headers=none).status_code == 403
        assert client.get("/api/v1/issues?figure=points.hits.2026", headers=unit).status_code == 422
