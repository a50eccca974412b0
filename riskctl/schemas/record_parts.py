"""The parts of which the API's records are made, and how a field reads that may not be known yet."""

from typing import Any

from marshmallow import Schema, fields

from riskctl.schemas.answers import ReasonOut


def told(field: type[Any], **options: Any) -> Any:
    """A field that is always there; what is not known yet is null."""
    return field(required=True, allow_none=True, **options)


def maybe_text() -> Any:
    """A text that may be null."""
    return told(fields.String)


def maybe_day() -> Any:
    """A day that may be null."""
    return told(fields.Date)


def maybe_number() -> Any:
    """A whole number that may be null."""
    return told(fields.Integer)


def maybe_moment() -> Any:
    """A moment that may be null."""
    return told(fields.DateTime)


def ids() -> Any:
    """Ids of other records."""
    return fields.List(fields.Integer(), required=True)


def items(item: type[Schema]) -> Any:
    """A list of parts."""
    return fields.List(fields.Nested(item), required=True)


class PersonOut(Schema):
    """Somebody whom a case waits for."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class WaitingOut(Schema):
    """Whom a case waits for: one role and those who hold it now."""

    role = fields.String(required=True)
    role_label = fields.String(required=True)
    users = items(PersonOut)
    since = fields.DateTime(required=True)
    due_on = maybe_day()


class ChoiceOut(Schema):
    """One value of a choice."""

    value = fields.Raw(required=True)
    label = fields.String(required=True)


class InputOut(Schema):
    """One thing that a step collects."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    choices = fields.List(fields.Nested(ChoiceOut))
    fields_ = fields.List(fields.Dict(), data_key="fields")
    default = fields.Raw()
    min = fields.Raw()
    max = fields.Raw()
    min_items = fields.Integer()
    hint = fields.String()


class ActionOut(Schema):
    """One step that leaves the record's state. `paper` is there for whom it concerns: what records that a
    leader signed on paper, the step's own inputs included."""

    trigger = fields.String(required=True)
    label = fields.String(required=True)
    allowed = fields.Boolean(required=True)
    reasons = items(ReasonOut)
    inputs = items(InputOut)
    paper = fields.List(fields.Nested(InputOut))


class ClauseOut(Schema):
    """One clause on which a finding rests."""

    document = fields.String(required=True)
    number = maybe_text()
    clause = maybe_text()
    text = maybe_text()


class PointMeasureOut(Schema):
    """One measure of a risk point."""

    text = fields.String(required=True)
    kind = maybe_text()
    owner_post = maybe_text()
    cycle = maybe_text()


class MissingOut(Schema):
    """A field that is still to be filled in (待补充)."""

    name = fields.String(required=True)
    label = fields.String(required=True)


class ProposalOut(Schema):
    """A change that waits for a decision."""

    id = fields.Integer(required=True)
    source = fields.String(required=True)
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    changes = fields.Dict(required=True)
    level = maybe_text()
    successor_id = maybe_number()
    reason = maybe_text()


class MeasureOut(Schema):
    """One measure of a rectification plan."""

    text = fields.String(required=True)
    owner_post = maybe_text()
    due_on = maybe_day()
    evidence_required = fields.Boolean(required=True)
    done_on = maybe_day()
    evidence = ids()


class MilestoneOut(Schema):
    """A new date of one measure, by its number."""

    measure = fields.Integer(required=True)
    due_on = maybe_day()


class RequirementOut(Schema):
    """One thing that an interview asked for."""

    text = fields.String(required=True)
    due_on = maybe_day()


class ServiceOut(Schema):
    """How a notice reached its unit."""

    method = maybe_text()
    servers = maybe_text()
    receiver = maybe_text()
    at = maybe_day()
    received_on = fields.Date()
    mail_no = fields.String()
    place = fields.String()
    witness = fields.String()
    refusal = fields.String()
    deputy = fields.String()
    note = fields.String()


class SignOffOut(Schema):
    """Somebody asked to agree; without a moment he has not, or not to what stands there now."""

    user_id = fields.Integer(required=True)
    agreed_at = maybe_moment()


class DeskOut(Schema):
    """To whom a case was handed, and who was asked to agree before it moves on."""

    assigned_to = maybe_number()
    assigned_for = maybe_text()
    sign_offs = items(SignOffOut)


class OverrideOut(Schema):
    """A manual colour that shows in the place of the computed one."""

    colour = fields.String(required=True)
    reason = fields.String(required=True)
    until = fields.Date(required=True)
    by_id = fields.Integer(required=True)
    at = fields.DateTime(required=True)
