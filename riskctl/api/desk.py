"""What is done about who has a case, and steps of several cases at once."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from riskctl.api import answers
from riskctl.api.answers import refuses
from riskctl.api.auth import current_actor
from riskctl.api.problems import told
from riskctl.api.records import answer, checked_id, version_of_request
from riskctl.schemas.answers import ReasonOut
from riskctl.schemas.base import MAX_ID, Strict, clean_text, identities, identity, prose
from riskctl.services import batches, desk_acts, views
from riskctl.services.transitions import CaseRef


class AssignmentIn(Strict):
    """转办: to whom and why."""

    to = identity(required=True)
    reason = prose(desk_acts.MOST_REASON, required=True, filled=True)


class AgreementIn(Strict):
    """会签: everyone who must agree, instead of those asked before; nobody lifts it."""

    users = identities()


class ItemIn(Strict):
    """One case of a batch, at the version that was read."""

    id = identity(required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))
    data = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)


class BatchIn(Strict):
    """One step for several cases."""

    trigger = fields.String(required=True, validate=[validate.Length(max=64), clean_text])
    items = fields.List(
        fields.Nested(ItemIn), required=True,
        validate=validate.Length(1, batches.MOST, error=f"须为1至{batches.MOST}项"),
    )  # fmt: skip


class RefusalOut(Schema):
    """Why one case of a batch stayed as it was."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    reasons = fields.List(fields.Nested(ReasonOut))


class OutcomeOut(Schema):
    """What became of one case: its state and version after the step, or the problem."""

    id = fields.Integer(required=True)
    status = fields.Integer(required=True)
    code = fields.String()
    state = fields.String()
    state_label = fields.String()
    version = fields.Integer()
    problem = fields.Nested(RefusalOut)


class BatchOut(Schema):
    """One result for each item, in their order."""

    items = fields.List(fields.Nested(OutcomeOut), required=True)


def outcome(found: batches.Outcome) -> dict[str, Any]:
    """One result as plain data."""
    if found.error is not None:
        problem = told(found.error)
        return {"id": found.id, "status": problem["status"], "problem": problem}
    record = found.record
    assert record is not None
    row = {"code": record.code, "state": record.state, "state_label": views.state_label(record)}
    return {"id": found.id, "status": 200, **row, "version": record.version}


def add_batch(blueprint: Blueprint, case_type: str) -> None:
    """The route of steps of several cases."""

    @blueprint.route("/transitions", methods=["POST"])
    @blueprint.arguments(BatchIn)
    @blueprint.response(200, BatchOut)
    @refuses(blueprint, *answers.WITH_BODY)
    def batch(body: dict[str, Any]) -> Response:
        """Take one step of several cases: each is judged by its own rules, and done whole or not at all."""
        done = batches.take_each(current_actor(), case_type, body["trigger"], body["items"])
        return jsonify({"items": [outcome(found) for found in done]})


def add_desk(blueprint: Blueprint, case_type: str, single: type[Schema]) -> None:
    """The routes of 催办, 转办 and 会签."""

    @blueprint.route("/<int:record_id>/urge", methods=["POST"])
    @blueprint.response(200, single, headers=answers.ETAG)
    @refuses(blueprint, 404, *answers.WITH_BODY)
    def urge(record_id: int) -> Response:
        """Urge those whom the case waits for; once a day for each case."""
        actor = current_actor()
        record = desk_acts.urge(actor, CaseRef(case_type, checked_id(record_id)))
        return answer(views.single(actor, record))

    @blueprint.route("/<int:record_id>/assignment", methods=["POST"])
    @blueprint.arguments(answers.IfMatch, location="headers")
    @blueprint.arguments(AssignmentIn)
    @blueprint.response(200, single, headers=answers.ETAG)
    @refuses(blueprint, *answers.CHANGING)
    def assign(_headers: dict[str, Any], body: dict[str, Any], record_id: int) -> Response:
        """Hand the awaited step to another person of the same duty."""
        actor, ref = current_actor(), CaseRef(case_type, checked_id(record_id))
        version = version_of_request()
        record = desk_acts.hand_over(actor, ref, body["to"], reason=body["reason"], version=version)
        return answer(views.single(actor, record))

    @blueprint.route("/<int:record_id>/agreement", methods=["POST"])
    @blueprint.arguments(answers.IfMatch, location="headers")
    @blueprint.arguments(AgreementIn)
    @blueprint.response(200, single, headers=answers.ETAG)
    @refuses(blueprint, *answers.CHANGING)
    def ask(_headers: dict[str, Any], body: dict[str, Any], record_id: int) -> Response:
        """Say who must agree before the step counts."""
        actor, ref = current_actor(), CaseRef(case_type, checked_id(record_id))
        record = desk_acts.ask_agreement(actor, ref, body.get("users", []), version=version_of_request())
        return answer(views.single(actor, record))
