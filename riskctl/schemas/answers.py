"""What the API answers, for its OpenAPI document: problems, pages of a list, units, attachments, events."""

from functools import cache
from typing import Any

from marshmallow import Schema, fields


class ReasonOut(Schema):
    """One reason of a refusal."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    field = fields.String()


class ProblemOut(Schema):
    """application/problem+json."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    request_id = fields.String(required=True)
    reasons = fields.List(fields.Nested(ReasonOut))


class UnitOut(Schema):
    """A unit of the organisation."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    parent_id = fields.Integer(required=True, allow_none=True)
    covers = fields.List(fields.Integer(), required=True)


class AttachmentOut(Schema):
    """A stored file; its bytes are behind its address."""

    id = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    media_type = fields.String(required=True)
    name = fields.String(required=True)


class EventOut(Schema):
    """One event of a chain. `changes` holds [old, new] of each field, `data` what the step collected."""

    id = fields.Integer(required=True)
    case_type = fields.String(required=True)
    case_id = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    trigger = fields.String(required=True)
    label = fields.String(required=True)
    from_state = fields.String(required=True, allow_none=True)
    to_state = fields.String(required=True, allow_none=True)
    changes = fields.Dict(required=True)
    data = fields.Dict(required=True)
    prev_hash = fields.String(required=True)
    hash = fields.String(required=True)


@cache
def page_of(item: type[Schema]) -> Schema:
    """A page of a list: its items, the cursor of the next page, and the total where it was asked for."""
    parts: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(required=True, allow_none=True),
        "total": fields.Integer(),
    }
    name = f"{item.__name__.removesuffix('Out').removesuffix('Row')}Page"
    return Schema.from_dict(parts, name=name)()
