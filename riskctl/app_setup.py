"""What create_app() does, step by step: settings, extensions, request ids and headers, health."""

import re
import sys
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from riskctl import clock, crypto, request_id
from riskctl.config import BadSetting, Settings
from riskctl.extensions import csrf, db, login, migrate, open_sqlite, writing

Presenter = Callable[[Exception], Any]
_CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SAFE = ("GET", "HEAD", "OPTIONS")
_requests = Counter("riskctl_requests", "Requests served", ["method", "status"])
_seconds = Histogram("riskctl_request_seconds", "Seconds to serve a request", ["method"])
log = structlog.get_logger()


def configure(app: Flask, settings: Settings) -> None:
    """Settings into Flask and into the modules that are keyed once."""
    from riskctl.documents import fonts, render
    from riskctl.services import attachments, job_files, links, outbox

    _log_as_json()
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(f"RISKCTL_DATA_DIR 不能建立：{settings.data_dir}，请改正上级目录的权限") from error
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.idle_minutes),
        # A file in a form may come with others and with the form itself.
        MAX_CONTENT_LENGTH=(settings.max_upload_mb * 3 + 2) << 20,
        MAX_FORM_MEMORY_SIZE=4 << 20,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        BOOTSTRAP_SERVE_LOCAL=True,
        TESTING=settings.testing,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["riskctl.settings"] = settings
    clock.use_time_zone(settings.time_zone)
    crypto.configure(settings)
    attachments.configure(settings)
    job_files.configure(settings)
    links.configure(settings.public_url)
    outbox.configure(settings)
    render.configure(settings.preprinted_mm)
    for missing in fonts.check():
        log.warning("no font for documents", missing=missing)


def _log_as_json() -> None:
    """One JSON line an entry on standard error, where the service manager collects it."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def bind_extensions(app: Flask, settings: Settings) -> None:
    """Database, migrations, login, CSRF."""
    db.init_app(app)
    migrations = Path(app.root_path).parent / "migrations"
    migrate.init_app(app, db, directory=str(migrations), render_as_batch=True, compare_type=True)
    login.init_app(app)
    csrf.init_app(app)
    if settings.database_url.startswith("sqlite"):
        with app.app_context():
            open_sqlite(db.engine)


def follow_requests(app: Flask) -> None:
    """An id for each request, the writing flag, security headers, one log line without case text."""

    @app.before_request
    def _begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _PLAIN_ID.fullmatch(given) else uuid.uuid4().hex[:16]
        g.started = time.perf_counter()
        request_id.current.set(g.request_id)
        writing.set(request.method not in _SAFE)

    @app.after_request
    def _finish(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Request-ID"] = g.get("request_id", "")
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        _requests.labels(request.method, response.status_code).inc()
        _seconds.labels(request.method).observe(seconds)
        if not app.testing:
            log.info(
                "request", id=g.get("request_id"), method=request.method, endpoint=request.endpoint,
                status=response.status_code, ms=round(seconds * 1000),
            )  # fmt: skip
        return response

    @app.teardown_request
    def _end(error: BaseException | None) -> None:
        writing.set(True)
        request_id.current.set("")


def add_health(app: Flask) -> None:
    """/healthz (alive), /readyz (database and migration head), /metrics."""

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        try:
            found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except SQLAlchemyError:
            return jsonify(status="database"), 503
        wanted = migration_head(app)
        ready = found == wanted
        return jsonify(status="ok" if ready else "migrate", head=found, wanted=wanted), 200 if ready else 503

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def migration_head(app: Flask) -> str:
    """The newest revision, as the one line of migrations/current-head says."""
    path = Path(app.root_path).parent / "migrations" / "current-head"
    return path.read_text(encoding="utf-8").strip()


def handle_errors(app: Flask, problem: Presenter, page: Presenter) -> None:
    """One handler for every error: a problem document under /api/, a page elsewhere."""

    # Also by its own name: Flask prefers the handler of the closer class, which flask-smorest has registered.
    @app.errorhandler(HTTPException)
    @app.errorhandler(Exception)
    def handle(error: Exception) -> Any:
        return problem(error) if request.path.startswith("/api/") else page(error)
