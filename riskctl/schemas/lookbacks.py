"""Input and output schemas of look-back campaigns, their items and self-check tasks."""

from marshmallow import Schema, fields, validate

from riskctl.schemas.base import Strict, choice, identity, listing, prose
from riskctl.schemas.record_parts import ids, items, maybe_day, maybe_number, maybe_text
from riskctl.schemas.records import CaseRow, SingleOut
from riskctl.workflows import dictionaries as words
from riskctl.workflows.campaign import STATES as CAMPAIGN_STATES
from riskctl.workflows.lookback import STATES as LOOKBACK_STATES
from riskctl.workflows.self_check import STATES as SELF_CHECK_STATES


class Question(Strict):
    """What is asked of every issue that is looked at again."""

    text = prose(200, required=True, filled=True)


class CampaignChange(Strict):
    """Fields of a campaign that may be changed until its seed is published."""

    title = prose(200, filled=True)
    kind = choice(words.CAMPAIGN_KINDS, filled=True)
    programme = prose(4000)
    questions = listing(Question)
    unit_id = identity(filled=True)
    closed_from = fields.Date(allow_none=True)
    closed_to = fields.Date(allow_none=True)
    severity = choice(words.SEVERITIES)
    source = choice(words.SOURCES)
    domain = choice(words.DOMAINS)
    share = fields.Integer(validate=validate.Range(0, 100, error="须在0至100之间"))


class CampaignIn(CampaignChange):
    """A new campaign: its name and the unit with all below it suffice."""

    title = prose(200, required=True, filled=True)
    unit_id = identity(required=True)


class SelfCheckIn(Strict):
    """A task for one unit, in words that do not tell of the issue from which it comes."""

    origin_id = identity(required=True)
    unit_id = identity(required=True)
    title = prose(200, required=True, filled=True)
    content = prose(4000, required=True, filled=True)
    answer_due = fields.Date(allow_none=True)


class QuestionOut(Schema):
    """One question."""

    text = fields.String(required=True)


class AnswerOut(Schema):
    """One question with its answer."""

    question = fields.String(required=True)
    answer = fields.String(required=True)


class CampaignRow(CaseRow):
    """A campaign in a list."""

    state = choice(CAMPAIGN_STATES, required=True)
    title = fields.String(required=True)
    kind = choice(words.CAMPAIGN_KINDS, required=True)
    programme = maybe_text()
    questions = items(QuestionOut)
    closed_from = maybe_day()
    closed_to = maybe_day()
    severity = choice(words.SEVERITIES)
    source = choice(words.SOURCES)
    domain = choice(words.DOMAINS)
    share = fields.Integer(required=True)
    seed = maybe_text()
    seed_source = maybe_text()
    candidate_count = maybe_number()
    obligatory_count = maybe_number()
    candidate_digest = maybe_text()
    drawn_count = maybe_number()
    drawn_on = maybe_day()
    check_due = maybe_day()
    summary = maybe_text()


class CampaignOut(CampaignRow, SingleOut):
    """One campaign."""


class LookbackRow(CaseRow):
    """One drawn issue that is looked at again."""

    state = choice(LOOKBACK_STATES, required=True)
    title = fields.String(required=True)
    campaign_title = fields.String(required=True)
    campaign_id = fields.Integer(required=True)
    issue_id = fields.Integer(required=True)
    inspectors = ids()
    check_due = maybe_day()
    result = choice(words.LOOKBACK_RESULTS)
    finding = maybe_text()
    answers = items(AnswerOut)
    checked_on = maybe_day()
    supplement = maybe_text()
    supplement_due = maybe_day()
    supplement_report = maybe_text()
    reopened_on = maybe_day()


class LookbackOut(LookbackRow, SingleOut):
    """One item with its steps."""


class SelfCheckRow(CaseRow):
    """One unit's task; `origin_id` is null for those who may not know of the issue."""

    state = choice(SELF_CHECK_STATES, required=True)
    title = fields.String(required=True)
    content = fields.String(required=True)
    origin_id = maybe_number()
    answer_due = fields.Date(required=True)
    by_unit = fields.Boolean(required=True)
    finding = choice(words.SELF_CHECK_FINDINGS)
    answer = maybe_text()
    found_issue_id = maybe_number()


class SelfCheckOut(SelfCheckRow, SingleOut):
    """One task with its steps."""
