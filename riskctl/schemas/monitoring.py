"""Indicators and readings over the API."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from riskctl.schemas.base import MAX_ID, Strict, choice, identity, prose
from riskctl.schemas.inputs import LocalDateTime
from riskctl.schemas.record_parts import items, maybe_day, maybe_text, told
from riskctl.workflows import indicator as law


def _kept(value: Decimal) -> None:
    if wrong := law.wrong_number(value):
        raise ValidationError(wrong)


def _number(**options: Any) -> fields.Decimal:
    told: dict[str, Any] = {"minimum": -(10**13), "maximum": 10**13}
    messages: dict[str, Any] = {"invalid": "须为数字", "special": "须为有限的数"}
    return fields.Decimal(validate=_kept, error_messages=messages, metadata=told, **options)


class IndicatorChange(Strict):
    """What may be changed of an indicator."""

    name = prose(128, filled=True)
    source = prose(128)
    measure_unit = prose(16)
    direction = choice(law.DIRECTIONS, filled=True)
    frequency = choice(law.FREQUENCIES, filled=True)
    blue = _number(allow_none=True)
    yellow = _number(allow_none=True)
    orange = _number(allow_none=True)
    red = _number(allow_none=True)
    active = fields.Boolean()


class IndicatorIn(IndicatorChange):
    """A new indicator of a risk point."""

    risk_point_id = identity(required=True)
    name = prose(128, required=True, filled=True)
    direction = choice(law.DIRECTIONS, required=True)


class IndicatorArgs(Strict):
    """The arguments of the list of indicators."""

    risk_point = fields.Integer(validate=validate.Range(1, MAX_ID))
    unit = fields.Integer(validate=validate.Range(1, MAX_ID))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200, error="须在1至200之间"))
    after = fields.Integer(validate=validate.Range(1, MAX_ID, error="翻页标记无效，请从第一页重新查询"))


class IndicatorOut(Schema):
    """An indicator; thresholds are decimals as text."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    risk_point_id = fields.Integer(required=True)
    name = fields.String(required=True)
    source = maybe_text()
    measure_unit = maybe_text()
    direction = choice(law.DIRECTIONS, required=True)
    frequency = choice(law.FREQUENCIES, required=True)
    blue = maybe_text()
    yellow = maybe_text()
    orange = maybe_text()
    red = maybe_text()
    active = fields.Boolean(required=True)
    next_reading_due = maybe_day()
    version = fields.Integer(required=True)


class ReadingIn(Strict):
    """One reading."""

    at = LocalDateTime(required=True)
    value = _number(required=True)


class ReadingArgs(Strict):
    """The arguments of the list of readings, newest first; `after` is the moment at which the last page ended."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200, error="须在1至200之间"))
    after = LocalDateTime()


class CorrectionOut(Schema):
    """A correction beside a reading."""

    value = fields.String(required=True)
    reason = fields.String(required=True)
    at = fields.DateTime(required=True)


class ReadingOut(Schema):
    """A reading: the value in force, and the one that was entered."""

    id = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    value = fields.String(required=True)
    entered_value = fields.String(required=True)
    corrections = items(CorrectionOut)


class EnteredOut(Schema):
    """How many readings were taken, and the warnings of the indicator that are open now."""

    entered = fields.Integer(required=True)
    warning_ids = told(fields.List, cls_or_instance=fields.Integer())
