"""What the API tells of a yearly review."""

from marshmallow import Schema, fields

from riskctl.schemas.base import choice
from riskctl.schemas.record_parts import items, maybe_day, maybe_number
from riskctl.schemas.records import CaseRow, SingleOut
from riskctl.workflows.annual_review import RESULTS, STATES


class ResultOut(Schema):
    """What was confirmed of one point."""

    risk_point_id = fields.Integer(required=True)
    result = choice(RESULTS, required=True)
    reason = fields.String(required=True)


class AnnualReviewRow(CaseRow):
    """A yearly review in a list."""

    state = choice(STATES, required=True)
    title = fields.String(required=True)
    year = fields.Integer(required=True)
    results = items(ResultOut)
    confirmed_by_id = maybe_number()
    confirmed_on = maybe_day()
    countersigned_by_id = maybe_number()
    countersigned_on = maybe_day()
    on_paper = fields.Boolean(required=True)


class AnnualReviewOut(AnnualReviewRow, SingleOut):
    """One yearly review."""
