"""Errors as application/problem+json; pages have web/pages.py."""

from typing import Any

from flask import Response, g, json
from werkzeug.exceptions import HTTPException

from riskctl.error_words import describe, log
from riskctl.extensions import db
from riskctl.services import views


def told(error: Exception) -> dict[str, Any]:
    """The error as plain data, whether it answers a whole request or one item of it."""
    status, code, title, sentence, reasons = describe(error)
    body: dict[str, Any] = {
        "type": f"urn:riskctl:{code}", "title": title, "status": status, "detail": sentence,
    }  # fmt: skip
    if reasons:
        body["reasons"] = [views.reason(item) for item in reasons]
    return body


def problem(error: Exception) -> Response:
    """The error as a problem document."""
    db.session.rollback()
    body = {**told(error), "request_id": g.get("request_id", "")}
    status = body["status"]
    if status >= 500:
        log.error("failure", id=g.get("request_id"), exc_info=error)
    response = Response(json.dumps(body), status=status, content_type="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, HTTPException) and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response
