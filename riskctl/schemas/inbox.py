"""What the API answers and takes of messages, zero reports and suggested interviews."""

from marshmallow import Schema, fields, validate

from riskctl.schemas.base import Strict, choice, identity, prose
from riskctl.workflows import dictionaries as words


class MessageOut(Schema):
    """A message; it carries no content of its case."""

    id = fields.Integer(required=True)
    text = fields.String(required=True)
    case_type = fields.String(required=True, allow_none=True)
    case_id = fields.Integer(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    urgent = fields.Boolean(required=True)
    at = fields.DateTime(required=True)
    read_at = fields.DateTime(required=True, allow_none=True)


class ReadIn(Strict):
    """Which messages were read."""

    ids = fields.List(
        identity(required=True), required=True, validate=validate.Length(1, 200, error="须为1至200项")
    )


class ReadOut(Schema):
    """How many had not been read before."""

    read = fields.Integer(required=True)


class ZeroReportOut(Schema):
    """A unit's answer for a quarter; `answer` is null until it is given."""

    id = fields.Integer(required=True)
    unit_id = fields.Integer(required=True)
    quarter = fields.String(required=True)
    due_on = fields.Date(required=True)
    answer = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True)
    answered_by_id = fields.Integer(required=True, allow_none=True)
    answered_at = fields.DateTime(required=True, allow_none=True)


class ZeroReportIn(Strict):
    """The answer; `count` is how many are new, 0 with `none`."""

    answer = choice(words.ZERO_ANSWERS, required=True)
    count = fields.Integer(
        load_default=0, strict=True, validate=validate.Range(0, 9999, error="须在0至9999之间")
    )


class SuggestionOut(Schema):
    """An interview that the system suggests; whoever proposes it names `id` as `suggestion_id`."""

    id = fields.Integer(required=True)
    issue_id = fields.Integer(required=True)
    kind = fields.String(required=True)
    ground = fields.String(required=True)
    reason = fields.String(required=True)
    at = fields.DateTime(required=True)


class DeclineIn(Strict):
    """Why there is no interview."""

    reason = prose(500, required=True, filled=True)
