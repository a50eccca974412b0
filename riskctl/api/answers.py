"""Which problems a route answers, for the OpenAPI document, and the headers that changes carry."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields

from riskctl.schemas.answers import ProblemOut

View = TypeVar("View", bound=Callable[..., Any])
PROBLEM = "application/problem+json"
_MEANINGS = {
    400: "The body is not valid JSON",
    401: "No valid token",
    403: "The actor lacks the right",
    404: "No such record, or none that the actor may know of",
    409: "The step does not leave the present state, or there is no such step",
    412: "The record was changed since this version",
    413: "The body is too large",
    415: "The body is of another media type",
    422: "The input is wrong, or rules refuse: see `reasons`",
    428: "If-Match is missing",
    500: "A bug; the request id leads to its log entry",
    503: "The database is busy: try again",
}
EVERYWHERE = (401, 403, 500, 503)
WITH_BODY = (400, 413, 415, 422)
CHANGING = (*WITH_BODY, 404, 412, 428)
ETAG = {"ETag": {"description": "The version, for If-Match", "schema": {"type": "string"}}}
LOCATION = {"Location": {"description": "Where the record stands", "schema": {"type": "string"}}}


class IfMatch(Schema):
    """The header that every change carries."""

    class Meta:
        unknown = EXCLUDE

    if_match = fields.String(data_key="If-Match", metadata={"description": "The ETag that was read"})


class StepHeaders(IfMatch):
    """The headers of a step."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        metadata={"description": "The same key and body gives the same answer, done once"},
    )


def refuses(blueprint: Blueprint, *statuses: int) -> Callable[[View], View]:
    """Document these problems for a route, beside those that every route may answer."""

    def mark(view: View) -> View:
        for status in sorted({*statuses, *EVERYWHERE}):
            described = _MEANINGS[status]
            view = blueprint.alt_response(
                status, schema=ProblemOut, content_type=PROBLEM, description=described
            )(view)
        return view

    return mark
