"""One collection of cases as a blueprint: list, create, read, change, step, events (contract 3)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema

from riskctl.api import answers, desk
from riskctl.api.answers import refuses
from riskctl.api.auth import current_actor
from riskctl.api.records import answer, checked_id, version_of_request
from riskctl.schemas.answers import EventOut, page_of
from riskctl.schemas.base import ColourIn, TransitionIn
from riskctl.services import (
    colour_overrides,
    idempotency,
    ledger_filters,
    ledgers,
    past,
    past_filters,
    past_pages,
    record_reads,
    views,
)
from riskctl.services.transitions import CaseRef


@dataclass(frozen=True)
class Collection:
    """What a collection is made of: its schemas on creating and changing, in lists and alone, and the
    services of its kind. What steps alone create or change has None in its place."""

    name: str
    case_type: str
    inputs: tuple[type[Schema] | None, type[Schema] | None]
    outputs: tuple[type[Schema], type[Schema]]
    services: tuple[Callable[..., Any] | None, Callable[..., Any] | None]


def make_blueprint(collection: Collection) -> Blueprint:
    """The collection's routes under /api/v1/<name>."""
    url = f"/api/v1/{collection.name}"
    blueprint = Blueprint(collection.name, __name__, url_prefix=url, description=collection.name)
    _add_list(blueprint, collection)
    _add_record(blueprint, collection)
    _add_transitions(blueprint, collection)
    _add_events(blueprint, collection)
    _add_colour(blueprint, collection)
    desk.add_batch(blueprint, collection.case_type)
    desk.add_desk(blueprint, collection.case_type, collection.outputs[1])
    return blueprint


def _add_list(blueprint: Blueprint, collection: Collection) -> None:
    case_type, (row, single) = collection.case_type, collection.outputs
    schema, make = collection.inputs[0], collection.services[0]

    @blueprint.route("")
    class Many(MethodView):
        @blueprint.arguments(ledger_filters.arguments(case_type), location="query", unknown=RAISE)
        @blueprint.response(200, page_of(row))
        @refuses(blueprint, 404, 422)
        def get(self, args: dict[str, Any]) -> Response:
            """A page of the ledger, as far as the actor may see it. Where there is `as_of=YYYY-MM-DD`, the ledger as
            it stood at the end of that day, the newest first: items carry their fields then, with `as_of` and
            whether something was `recorded_later` about days up to it in place of version and actions."""
            actor = current_actor()
            if args.get("as_of"):
                dated = past_filters.read(case_type, request.args.to_dict())
                return jsonify(past_pages.listed(actor, case_type, dated))
            query = ledger_filters.query_of(case_type, args)
            page = ledgers.page(actor, case_type, query)
            body: dict[str, Any] = {
                "items": [views.row(actor, item) for item in page.items],
                "next": page.next,
            }
            if args.get("count"):
                body["total"] = ledgers.count(actor, case_type, query)
            return jsonify(body)

        if make is not None:

            @blueprint.arguments(schema)
            @blueprint.response(201, single, headers={**answers.ETAG, **answers.LOCATION})
            @refuses(blueprint, 404, *answers.WITH_BODY)
            def post(self, data: dict[str, Any]) -> Response:
                """A new record."""
                actor = current_actor()
                record = make(actor, data)
                response = answer(views.single(actor, record), 201)
                response.headers["Location"] = f"{blueprint.url_prefix}/{record.id}"
                return response


def _add_record(blueprint: Blueprint, collection: Collection) -> None:
    schema, change = collection.inputs[1], collection.services[1]

    @blueprint.route("/<int:record_id>")
    class One(MethodView):
        @blueprint.response(200, collection.outputs[1], headers=answers.ETAG)
        @refuses(blueprint, 404, 422)
        def get(self, record_id: int) -> Response:
            """One record, with whom it waits for and what may be done; with `?as_of=YYYY-MM-DD` as it stood at
            the end of that day: its fields then, no actions, and in `recorded_later` what was entered
            afterwards about days up to it."""
            actor = current_actor()
            record = ledgers.get(actor, collection.case_type, checked_id(record_id))
            record_reads.note(actor, record)
            if given := request.args.get("as_of"):
                return jsonify(past_pages.plain(actor, past.of(actor, record, past.day_of(given))))
            return answer(views.single(actor, record))

        if change is not None:

            @blueprint.arguments(answers.IfMatch, location="headers")
            @blueprint.arguments(schema)
            @blueprint.response(200, collection.outputs[1], headers=answers.ETAG)
            @refuses(blueprint, *answers.CHANGING)
            def patch(self, _headers: dict[str, Any], data: dict[str, Any], record_id: int) -> Response:
                """Change fields that the state leaves open."""
                actor = current_actor()
                version = version_of_request()
                record = change(actor, checked_id(record_id), data, version=version)
                return answer(views.single(actor, record))


def _add_transitions(blueprint: Blueprint, collection: Collection) -> None:
    @blueprint.route("/<int:record_id>/transitions", methods=["POST"])
    @blueprint.arguments(answers.StepHeaders, location="headers")
    @blueprint.arguments(TransitionIn)
    @blueprint.response(200, collection.outputs[1], headers=answers.ETAG)
    @refuses(blueprint, 409, *answers.CHANGING)
    def step(_headers: dict[str, Any], body: dict[str, Any], record_id: int) -> Response:
        """Take one step; `actions` of the record say which there are and what they need."""
        ref = CaseRef(collection.case_type, checked_id(record_id))
        key = request.headers.get("Idempotency-Key", "").strip()
        return answer(idempotency.step(current_actor(), ref, body, key=key, version=version_of_request))


def _add_colour(blueprint: Blueprint, collection: Collection) -> None:
    @blueprint.route("/<int:record_id>/colour")
    class Colour(MethodView):
        @blueprint.arguments(ColourIn)
        @blueprint.response(200, collection.outputs[1], headers=answers.ETAG)
        @refuses(blueprint, 404, 409, *answers.WITH_BODY)
        def post(self, body: dict[str, Any], record_id: int) -> Response:
            """Show another colour than the computed one, until a day and for a reason."""
            actor, ref = current_actor(), CaseRef(collection.case_type, checked_id(record_id))
            return answer(views.single(actor, colour_overrides.set_colour(actor, ref, body)))

        @blueprint.response(200, collection.outputs[1], headers=answers.ETAG)
        @refuses(blueprint, 404, 409)
        def delete(self, record_id: int) -> Response:
            """Show the computed colour again."""
            actor, ref = current_actor(), CaseRef(collection.case_type, checked_id(record_id))
            return answer(views.single(actor, colour_overrides.lift(actor, ref)))


def _add_events(blueprint: Blueprint, collection: Collection) -> None:
    @blueprint.route("/<int:record_id>/events")
    @blueprint.response(200, page_of(EventOut))
    @refuses(blueprint, 404)
    def events(record_id: int) -> Response:
        """The case's whole life, oldest first, with hashes."""
        actor = current_actor()
        record = ledgers.get(actor, collection.case_type, checked_id(record_id))
        return jsonify({"items": views.history(actor, record, limit=None), "next": None})
