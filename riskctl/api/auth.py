"""What every API call passes before its view: the bearer token's user, and a body that can be read."""

import json
from typing import NoReturn

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from riskctl.errors import NotSignedIn
from riskctl.extensions import db
from riskctl.permissions import Actor
from riskctl.services import accounts

MAX_JSON = 2 << 20
OPEN = "api-docs.openapi_json"
UPLOAD = "attachments-api.upload"


def current_actor() -> Actor:
    """The actor behind the bearer token; raises NotSignedIn."""
    if "api_actor" not in g:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn("请在 Authorization 头中提供 Bearer 令牌", code="no_token")
        g.api_actor = accounts.actor_of(accounts.user_of_token(token.strip()))
        # Whoever sends a large body slowly must not hold SQLite's write lock while it arrives.
        db.session.rollback()
    actor: Actor = g.api_actor
    return actor


def guard(app: Flask) -> None:
    """Check every API call before its view runs, and keep the answers out of caches."""

    @app.before_request
    def _check() -> None:
        # Deny by default: of what stands under /api/ only the document is open.
        if request.path.startswith("/api/") and request.endpoint not in (None, OPEN):
            current_actor()
            if request.method in ("POST", "PATCH"):
                _check_body()

    @app.after_request
    def _keep_out(response: Response) -> Response:
        if request.path.startswith("/api/"):
            response.headers["Cache-Control"] = "no-store"
        return response


def _check_body() -> None:
    if request.endpoint == UPLOAD:
        if request.content_length and request.mimetype != "multipart/form-data":
            raise UnsupportedMediaType
        return
    request.max_content_length = MAX_JSON
    body = request.get_data(cache=True)
    if body and not request.is_json:
        raise UnsupportedMediaType
    if body:
        _refuse_unreadable(body)


def _refuse_unreadable(body: bytes) -> None:
    # Nesting without end, NaN or half a surrogate pair would fail later, deep in a library.
    try:
        parsed = json.loads(body, parse_constant=_refuse_constant)
        json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadRequest from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
