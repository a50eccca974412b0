"""Transitions per second over HTTP, next to a bare Flask handler that runs the same SQL, and their ratio.

    .venv/bin/python bench/transitions.py [--count 300]

One issue a request: POST /api/v1/issues/{id}/transitions with 报告进展, on SQLite, one gunicorn worker with one
thread, one client on a kept-alive connection. The bare handler replays, statement by statement and with the
same parameters, what the service sent to the database for the same request on a copy of the same database;
what it leaves out is everything else: rules, schemas, the event chain's hashing, JSON of the answer. Both
run in turns, so that a busy machine slows both.
"""

import argparse
import http.client
import json
import os
import pickle
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its transitions.py would hide the library of that name

ROUND = 50
Request = tuple[str, dict[str, str], bytes]


def bare_app() -> Any:
    """A Flask application whose one handler replays recorded SQL; gunicorn starts it."""
    from flask import Flask, jsonify
    from sqlalchemy import create_engine

    from riskctl.extensions import open_sqlite

    folder = Path(os.environ["BENCH_FOLDER"])
    recorded = pickle.loads((folder / "recorded.pickle").read_bytes())
    engine = create_engine(f"sqlite:///{folder / 'bare' / 'riskctl.db'}")
    open_sqlite(engine)
    app = Flask(__name__)

    @app.post("/<int:number>")
    def replay(number: int) -> Any:
        with engine.begin() as connection:
            for statement, parameters, many in recorded[number]:
                result = connection.exec_driver_sql(statement, parameters)
                if not many and result.returns_rows:
                    result.fetchall()
        return jsonify(done=number)

    return app


def _environment(folder: Path, name: str) -> dict[str, str]:
    keys = {f"RISKCTL_{key}_KEY": (folder / key).read_text() for key in ("SECRET", "FIELD", "AUDIT")}
    return {**os.environ, **keys, "RISKCTL_DATA_DIR": str(folder / name), "BENCH_FOLDER": str(folder)}


def _prepare(folder: Path, count: int) -> list[Request]:
    """A database with `count` issues in 整改中, copied for each server; the requests that move them."""
    for key in ("SECRET", "FIELD", "AUDIT"):
        (folder / key).write_text(secrets.token_urlsafe(24))
    os.environ.update(_environment(folder, "recording"))
    from flask_migrate import upgrade

    from riskctl import create_app
    from riskctl.extensions import db
    from riskctl.services import accounts
    from riskctl.services.demo import organization

    app = create_app()
    with app.app_context():
        upgrade()
        organization.make_organization()
        db.session.commit()
        ids = _issues(count)
        token = accounts.create_token(accounts.find("post"))
        db.session.remove()
        db.engine.dispose()
    for name in ("service", "bare"):
        (folder / name).mkdir()
        _copy(folder / "recording" / "riskctl.db", folder / name / "riskctl.db")
    body = json.dumps({"trigger": "report_progress", "data": {"note": "已完成排查，正在修订制度"}}).encode()
    headers = {"Authorization": f"Bearer {token}", "If-Match": '"1"', "Content-Type": "application/json"}
    requests = [(f"/api/v1/issues/{issue_id}/transitions", headers, body) for issue_id in ids]
    (folder / "recorded.pickle").write_bytes(pickle.dumps(_record(app, requests)))
    return requests


def _issues(count: int) -> list[int]:
    from sqlalchemy import select

    from riskctl import clock
    from riskctl.extensions import db
    from riskctl.models import Issue, Unit
    from riskctl.services import accounts, audit

    unit = db.session.scalars(select(Unit).where(Unit.code == "SK")).one()
    office, today = accounts.find("office").id, clock.today()
    made = [
        Issue(
            code=f"WT-BENCH-{number}", state="rectifying", unit_id=unit.id, created_by_id=office, source="daily",
            acted={"create": [office]}, title="制度执行不到位", verbatim="检查发现制度执行不到位。", severity="general",
            rectify_type="deadline", owner_level="department", found_on=today - timedelta(days=20), issued_on=today,
            due_on=today + timedelta(days=30), due_original=today + timedelta(days=30), basis=[], measures=[],
        )
        for number in range(count)
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    audit.append_founding(made, trigger="import", actor_id=office)
    db.session.commit()
    return [issue.id for issue in made]


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)


def _record(app: Any, requests: list[Request]) -> list[list[tuple[str, Any, bool]]]:
    from sqlalchemy import event

    from riskctl.extensions import db

    recorded: list[list[tuple[str, Any, bool]]] = []

    def note(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if not statement.startswith("BEGIN"):  # the replay opens its own transaction
            recorded[-1].append((statement, _plain(parameters), many))

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    app.testing = True  # no line in the log for each request
    client = app.test_client()
    for path, headers, body in requests:
        recorded.append([])
        answer = client.post(path, headers=headers, data=body)
        assert answer.status_code == 200, answer.get_data(as_text=True)
    return recorded


def _plain(parameters: Any) -> Any:
    # Ciphertexts are handed to the driver as memoryviews, which cannot be kept.
    if isinstance(parameters, (list, tuple)):
        return type(parameters)(_plain(value) for value in parameters)
    return bytes(parameters) if isinstance(parameters, memoryview) else parameters


@contextmanager
def _server(folder: Path, name: str, target: str) -> Iterator[http.client.HTTPConnection]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--threads",
        "1",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, target],
        env=_environment(folder, name), cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield _connected(port)
    finally:
        process.terminate()
        process.wait(10)


def _connected(port: int) -> http.client.HTTPConnection:
    for _ in range(100):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return connection
    raise SystemExit("the server did not start")


def _timed(connection: http.client.HTTPConnection, requests: list[Request]) -> float:
    started = time.perf_counter()
    for path, headers, body in requests:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text.decode()
    return time.perf_counter() - started


def main() -> None:
    """Prepare, run both in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    count = parser.parse_args().count
    folder = Path(tempfile.mkdtemp(prefix="riskctl-bench-"))
    try:
        requests = _prepare(folder, count)
        bare = [(f"/{number}", {}, b"") for number in range(count)]
        seconds = [0.0, 0.0]
        with (
            _server(folder, "service", "riskctl:create_app()") as service,
            _server(folder, "bare", "bench.transitions:bare_app()") as handler,
        ):
            for start in range(0, count, ROUND):
                seconds[0] += _timed(service, requests[start : start + ROUND])
                seconds[1] += _timed(handler, bare[start : start + ROUND])
        statements = len(pickle.loads((folder / "recorded.pickle").read_bytes())[-1])
        print(f"service  {count / seconds[0]:8.1f} transitions/s  {seconds[0] / count * 1000:6.2f} ms each")
        print(f"bare     {count / seconds[1]:8.1f} requests/s     {seconds[1] / count * 1000:6.2f} ms each")
        print(f"ratio    {seconds[0] / seconds[1]:8.2f}   ({statements} SQL statements a request)")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
