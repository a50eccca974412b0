"""One collection of cases as a blueprint: list, create, read, change, step, events (contract 3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema

from riskctl.api.auth import current_actor
from riskctl.errors import InvalidInput, VersionMissing
from riskctl.schemas.base import MAX_ID, ListArgs, RecordOut, TransitionIn
from riskctl.services import idempotency, ledgers, views
from riskctl.services.ledgers import Query
from riskctl.services.transitions import CaseRef

_EQUAL = ("state", "level", "source", "severity", "category", "kind")
_LINKS = ("issue", "interview", "risk_point")
# Which filters a kind has; another one is refused rather than silently ignored.
_FILTERS: Mapping[str, frozenset[str]] = {
    "issue": frozenset({"state", "source", "severity", "risk_point"}),
    "risk_point": frozenset({"state", "level", "category"}),
    "interview": frozenset({"state", "kind", "issue"}),
    "notice": frozenset({"state", "kind", "issue", "interview", "risk_point"}),
}


@dataclass(frozen=True)
class Collection:
    """What a collection is made of; `create` and `edit` are the services of its kind."""

    name: str
    case_type: str
    schema_in: type[Schema]
    schema_change: type[Schema]
    create: Callable[..., Any]
    edit: Callable[..., Any]


def version_of_request() -> int:
    """The version that If-Match names; raises VersionMissing without it, InvalidInput for nonsense."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionMissing("修改须带 If-Match 头，值为读取记录时的 ETag", code="no_if_match")
    text = given.removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise InvalidInput("If-Match 不是有效的版本号", field="If-Match", code="bad_version")
    return int(text)


def checked_id(record_id: int) -> int:
    """An id that a database can hold; a larger one belongs to no record."""
    return record_id if record_id <= MAX_ID else 0


def query_of(case_type: str, args: dict[str, Any]) -> Query:
    """List arguments as a query; raises InvalidInput on a filter that the kind does not have."""
    foreign = [n for n in (*_EQUAL, *_LINKS) if n in args and n not in _FILTERS[case_type]]
    if foreign:
        raise InvalidInput(f"这个台账没有“{foreign[0]}”筛选项", field=foreign[0], code="unknown_filter")
    return Query(
        equal={name: args[name].split(",") for name in _EQUAL if args.get(name)},
        linked={name: args[name] for name in _LINKS if args.get(name)},
        **{n: args[n] for n in ("unit", "q", "due_before", "overdue", "sort", "limit", "after") if n in args},
    )


def answer(record: Any, status: int = 200) -> Response:
    """A single record with its ETag."""
    response = jsonify(views.single(current_actor(), record))
    response.status_code = status
    response.headers["ETag"] = f'"{record.version}"'
    return response


def make_blueprint(collection: Collection) -> Blueprint:
    """The collection's routes under /api/v1/<name>."""
    name, case_type = collection.name, collection.case_type
    blueprint = Blueprint(name, __name__, url_prefix=f"/api/v1/{name}", description=name)

    @blueprint.route("")
    class Many(MethodView):
        @blueprint.arguments(ListArgs, location="query")
        @blueprint.response(200)
        def get(self, args: dict[str, Any]) -> dict[str, Any]:
            actor = current_actor()
            query = query_of(case_type, args)
            page = ledgers.page(actor, case_type, query)
            body = {"items": [views.row(actor, item) for item in page.items], "next": page.next}
            if args.get("count"):
                body["total"] = ledgers.count(actor, case_type, query)
            return body

        @blueprint.arguments(collection.schema_in)
        @blueprint.response(201, RecordOut)
        def post(self, data: dict[str, Any]) -> Response:
            record = collection.create(current_actor(), data)
            response = answer(record, 201)
            response.headers["Location"] = f"/api/v1/{name}/{record.id}"
            return response

    @blueprint.route("/<int:record_id>")
    class One(MethodView):
        @blueprint.response(200, RecordOut)
        def get(self, record_id: int) -> Response:
            return answer(ledgers.get(current_actor(), case_type, checked_id(record_id)))

        @blueprint.arguments(collection.schema_change)
        @blueprint.response(200, RecordOut)
        def patch(self, data: dict[str, Any], record_id: int) -> Response:
            actor = current_actor()
            version = version_of_request()
            return answer(collection.edit(actor, checked_id(record_id), data, version=version))

    @blueprint.route("/<int:record_id>/transitions", methods=["POST"])
    @blueprint.arguments(TransitionIn)
    @blueprint.response(200, RecordOut)
    def step(body: dict[str, Any], record_id: int) -> Response:
        actor = current_actor()
        ref = CaseRef(case_type, checked_id(record_id))
        key = request.headers.get("Idempotency-Key", "")
        # A repeated call is answered before its version, which the first one made stale.
        stored = idempotency.answer(actor, key, ref, body) if key else None
        if stored is not None:
            return _stored(stored)
        record = idempotency.fire(actor, ref, body, key=key, version=version_of_request)
        response = answer(record)
        if key:
            idempotency.keep(actor, key, response.get_json())
        return response

    @blueprint.route("/<int:record_id>/events")
    @blueprint.response(200)
    def events(record_id: int) -> dict[str, Any]:
        actor = current_actor()
        record = ledgers.get(actor, case_type, checked_id(record_id))
        return {"items": views.history(actor, record, limit=10_000), "next": None}

    return blueprint


def _stored(body: dict[str, Any]) -> Response:
    response = jsonify(body)
    response.headers["ETag"] = f'"{body["version"]}"'
    return response
