"""Indicators of risk points and their readings."""

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import RAISE

from riskctl.api import answers
from riskctl.api.answers import refuses
from riskctl.api.auth import current_actor
from riskctl.api.records import answer, checked_id, version_of_request
from riskctl.models import Indicator
from riskctl.schemas.answers import page_of
from riskctl.schemas.monitoring import (
    EnteredOut,
    IndicatorArgs,
    IndicatorChange,
    IndicatorIn,
    IndicatorOut,
    ReadingArgs,
    ReadingIn,
    ReadingOut,
)
from riskctl.services import breaches, indicators, readings
from riskctl.services.audit import plain
from riskctl.workflows import indicator as law

indicators_api = Blueprint("indicators", __name__, url_prefix="/api/v1/indicators", description="indicators")
_NAMES = (
    "id", "code", "risk_point_id", "name", "source", "measure_unit", "direction", "frequency", "active", "version",
)  # fmt: skip


def _shown(found: Indicator) -> dict[str, Any]:
    limits = {name: None if value is None else law.number(value) for name, value in found.thresholds.items()}
    told = {name: getattr(found, name) for name in _NAMES}
    return {**told, **limits, "next_reading_due": plain(found.next_reading_due)}


@indicators_api.route("")
class Many(MethodView):
    @indicators_api.arguments(IndicatorArgs, location="query", unknown=RAISE)
    @indicators_api.response(200, page_of(IndicatorOut))
    @refuses(indicators_api, 422)
    def get(self, args: dict[str, Any]) -> Response:
        """Indicators of the points that the actor may see, in order of id."""
        found, following = indicators.page(
            current_actor(), risk_point=args.get("risk_point"), unit=args.get("unit"),
            after=args.get("after", 0), limit=args["limit"],
        )  # fmt: skip
        return jsonify(
            {"items": [_shown(each) for each in found], "next": str(following) if following else None}
        )

    @indicators_api.arguments(IndicatorIn)
    @indicators_api.response(201, IndicatorOut, headers={**answers.ETAG, **answers.LOCATION})
    @refuses(indicators_api, *answers.WITH_BODY)
    def post(self, data: dict[str, Any]) -> Response:
        """A new indicator; thresholds that contradict its direction are refused."""
        found = indicators.create(current_actor(), data)
        response = answer(_shown(found), 201)
        response.headers["Location"] = f"{indicators_api.url_prefix}/{found.id}"
        return response


@indicators_api.route("/<int:indicator_id>")
class One(MethodView):
    @indicators_api.response(200, IndicatorOut, headers=answers.ETAG)
    @refuses(indicators_api, 404)
    def get(self, indicator_id: int) -> Response:
        """One indicator."""
        return answer(_shown(indicators.get(current_actor(), checked_id(indicator_id))))

    @indicators_api.arguments(answers.IfMatch, location="headers")
    @indicators_api.arguments(IndicatorChange)
    @indicators_api.response(200, IndicatorOut, headers=answers.ETAG)
    @refuses(indicators_api, *answers.CHANGING)
    def patch(self, _headers: dict[str, Any], data: dict[str, Any], indicator_id: int) -> Response:
        """Change an indicator; readings that stand are not judged anew."""
        version = version_of_request()
        found = indicators.edit(current_actor(), checked_id(indicator_id), data, version=version)
        return answer(_shown(found))


@indicators_api.route("/<int:indicator_id>/readings")
class Readings(MethodView):
    @indicators_api.arguments(ReadingArgs, location="query", unknown=RAISE)
    @indicators_api.response(200, page_of(ReadingOut))
    @refuses(indicators_api, 404, 422)
    def get(self, args: dict[str, Any], indicator_id: int) -> Response:
        """Readings, newest first, each with its corrections."""
        found, following = readings.page(
            current_actor(), checked_id(indicator_id), before=args.get("after"), limit=args["limit"]
        )
        return jsonify({"items": [readings.plain(each) for each in found], "next": plain(following)})

    @indicators_api.arguments(ReadingIn(many=True))
    @indicators_api.response(201, EnteredOut)
    @refuses(indicators_api, *answers.WITH_BODY, 404)
    def post(self, data: list[dict[str, Any]], indicator_id: int) -> Response:
        """Up to 10,000 readings, all or none; the field of each reason names the reading by its index."""
        batch = readings.values((each["at"], each["value"]) for each in data)
        number = readings.enter(current_actor(), checked_id(indicator_id), batch)
        response = jsonify({"entered": number, "warning_ids": breaches.open_ids(indicator_id)})
        response.status_code = 201
        return response


blueprints = [indicators_api]
