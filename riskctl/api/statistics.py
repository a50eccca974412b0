"""The reports of statistics as JSON: each figure with numerator, denominator and what it is compared with."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from riskctl import clock
from riskctl.api.answers import refuses
from riskctl.api.auth import current_actor
from riskctl.schemas.base import MAX_ID, Strict
from riskctl.services.statistics import periods, statements
from riskctl.services.statistics.shapes import Asked, Line, Statement
from riskctl.services.statistics.values import Value
from riskctl.workflows import dictionaries as words

blueprint = Blueprint("statistics-api", __name__, url_prefix="/api/v1/statistics", description="statistics")


class StatisticsArgs(Strict):
    """What is asked for: the period (2026-10, 2026Q3, 2026, or two days with ~ between), unit, levels."""

    period = fields.String(validate=validate.Length(max=21), metadata={"pattern": "^[0-9Q~-]+$"})
    unit = fields.Integer(validate=validate.Range(1, MAX_ID))
    level = fields.String(validate=validate.OneOf(list(words.LEVELS)))
    severity = fields.String(validate=validate.OneOf(list(words.SEVERITIES)))


class ValueOut(Schema):
    """One number; null where it is hidden or unknown."""

    value = fields.Float(allow_none=True)
    numerator = fields.Integer(allow_none=True)
    denominator = fields.Integer(allow_none=True)
    text = fields.String()


class LineOut(Schema):
    """One figure with its definition."""

    code = fields.String()
    label = fields.String()
    unit = fields.String()
    definition = fields.String()
    now = fields.Nested(ValueOut)
    before = fields.Nested(ValueOut)
    year_before = fields.Nested(ValueOut)
    average = fields.Nested(ValueOut, allow_none=True)


class StatementOut(Schema):
    """One report; `figure` of a list's filter is code, part (hits or all) and period with points between."""

    report = fields.String()
    title = fields.String()
    period = fields.String()
    unit_id = fields.Integer()
    origin = fields.String()
    lines = fields.List(fields.Nested(LineOut))


@blueprint.route("/<report>")
@blueprint.arguments(StatisticsArgs, location="query", unknown=RAISE)
@blueprint.response(200, StatementOut)
@refuses(blueprint, 403, 404, 422)
def one_report(args: dict[str, Any], report: str) -> Response:
    """The lines of one report (r1 to r8, r10), as far as the actor may see them."""
    given = args.get("period")
    period = periods.parse(given) if given else periods.of_month(clock.today())
    asked = Asked(period, args.get("unit"), args.get("level"), args.get("severity"))
    return jsonify(_statement(statements.statement(current_actor(), report, asked)))


def _statement(found: Statement) -> dict[str, Any]:
    return {
        "report": found.report.code, "title": found.report.title, "period": found.asked.period.key,
        "unit_id": found.scope.unit.id, "origin": found.origin, "lines": [_line(line) for line in found.lines],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    figure = line.figure
    return {
        "code": figure.code, "label": figure.label, "unit": figure.unit, "definition": figure.definition,
        "now": _value(line.now), "before": _value(line.before), "year_before": _value(line.year_before),
        "average": _value(line.average) if line.average is not None else None,
    }  # fmt: skip


def _value(value: Value) -> dict[str, Any]:
    shown = value.known and not value.hidden
    number = value.number
    return {
        "value": None if number is None else float(number), "text": value.text,
        "numerator": value.top if shown else None, "denominator": value.bottom if shown else None,
    }  # fmt: skip
