"""The versions of a risk point."""

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from riskctl.api.answers import refuses
from riskctl.api.auth import current_actor
from riskctl.api.records import checked_id
from riskctl.schemas.base import choice
from riskctl.schemas.record_parts import items, maybe_text
from riskctl.services import ledgers, risk_point_versions
from riskctl.workflows import dictionaries as words

versions_of = Blueprint(
    "risk-point-versions", __name__, url_prefix="/api/v1/risk-points", description="versions of risk points"
)


class VersionOut(Schema):
    """One version: the point as it stood from a day on."""

    number = fields.Integer(required=True)
    kind = choice(words.CHANGE_KINDS, required=True)
    valid_from = fields.Date(required=True)
    reason = maybe_text()
    related_ids = fields.List(fields.Integer(), required=True)
    fields_ = fields.Dict(required=True, data_key="fields")


class VersionsOut(Schema):
    """All versions, the latest first."""

    items = items(VersionOut)


@versions_of.route("/<int:record_id>/versions")
@versions_of.response(200, VersionsOut)
@refuses(versions_of, 404)
def versions(record_id: int) -> Response:
    """Every version of a risk point; none while it has not changed since it was imported."""
    actor = current_actor()
    point = ledgers.get(actor, "risk_point", checked_id(record_id))
    found = [
        {
            "number": view.number, "kind": view.kind, "valid_from": view.valid_from.isoformat(),
            "reason": view.reason, "related_ids": [related.id for related in view.related], "fields": view.fields,
        }
        for view in risk_point_versions.of_point(actor, point)
    ]  # fmt: skip
    return jsonify({"items": found})


blueprints = [versions_of]
