"""What the API tells of a case, field by field (contract 3 and 5), for its OpenAPI document."""

from typing import Any

from marshmallow import Schema, fields

from riskctl.schemas.answers import ReasonOut
from riskctl.schemas.base import choice
from riskctl.workflows import dictionaries as words
from riskctl.workflows.interview import STATES as INTERVIEW_STATES
from riskctl.workflows.issue import STATES as ISSUE_STATES
from riskctl.workflows.notice import STATES as NOTICE_STATES
from riskctl.workflows.risk_point import STATES as RISK_POINT_STATES


def _told(field: type[Any], **options: Any) -> Any:
    # Every field is always there; what is not known yet is null.
    return field(required=True, allow_none=True, **options)


def _text() -> Any:
    return _told(fields.String)


def _day() -> Any:
    return _told(fields.Date)


def _number() -> Any:
    return _told(fields.Integer)


def _moment() -> Any:
    return _told(fields.DateTime)


def _ids() -> Any:
    return fields.List(fields.Integer(), required=True)


def _items(item: type[Schema]) -> Any:
    return fields.List(fields.Nested(item), required=True)


class PersonOut(Schema):
    """Somebody whom a case waits for."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class WaitingOut(Schema):
    """Whom a case waits for: one role and those who hold it now."""

    role = fields.String(required=True)
    role_label = fields.String(required=True)
    users = _items(PersonOut)
    since = fields.DateTime(required=True)
    due_on = _day()


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
    """One step that leaves the record's state."""

    trigger = fields.String(required=True)
    label = fields.String(required=True)
    allowed = fields.Boolean(required=True)
    reasons = _items(ReasonOut)
    inputs = _items(InputOut)


class CaseRow(Schema):
    """What every case carries."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    state_label = fields.String(required=True)
    state_since = fields.DateTime(required=True)
    version = fields.Integer(required=True)
    due_on = _day()
    step_due_on = _day()
    provisional = fields.Boolean(required=True)
    colour = choice(words.COLOURS)
    unit_id = fields.Integer(required=True)
    unit_name = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    created_by_id = fields.Integer(required=True)


class SingleOut(Schema):
    """What a single record carries beside its fields."""

    waits_for = _items(WaitingOut)
    actions = _items(ActionOut)


class ClauseOut(Schema):
    """One clause on which a finding rests."""

    document = fields.String(required=True)
    number = _text()
    clause = _text()
    text = _text()


class PointMeasureOut(Schema):
    """One measure of a risk point."""

    text = fields.String(required=True)
    kind = _text()
    owner_post = _text()
    cycle = _text()


class MissingOut(Schema):
    """A field that is still to be filled in (待补充)."""

    name = fields.String(required=True)
    label = fields.String(required=True)


class ProposalOut(Schema):
    """A change that waits for a decision."""

    id = fields.Integer(required=True)
    source = fields.String(required=True)
    kind = fields.String(required=True)
    changes = fields.Dict(required=True)
    reason = _text()


class RiskPointRow(CaseRow):
    """A risk point in a list."""

    state = choice(RISK_POINT_STATES, required=True)
    department = _text()
    post = _text()
    power_item = _text()
    power_type = _text()
    process_step = _text()
    category = choice(words.CATEGORIES)
    title = fields.String(required=True)
    manifestation = _text()
    cause = _text()
    likelihood = _number()
    impact = _number()
    discretion = _number()
    computed_level = choice(words.LEVELS)
    level = choice(words.LEVELS)
    level_reason = _text()
    measures = _items(PointMeasureOut)
    resp_post = _text()
    dept_head_post = _text()
    resp_leader_post = _text()
    review_due = _day()
    identified_on = _day()
    approved_on = _day()
    minute_no = _text()
    publicity_until = _day()
    sheet_code = _text()
    cancel_document = _text()
    missing = _items(MissingOut)
    proposals = _items(ProposalOut)


class RiskPointOut(RiskPointRow, SingleOut):
    """One risk point."""


class MeasureOut(Schema):
    """One measure of a rectification plan."""

    text = fields.String(required=True)
    owner_post = _text()
    due_on = _day()
    evidence_required = fields.Boolean(required=True)
    done_on = _day()
    evidence = _ids()


class IssueRow(CaseRow):
    """An issue in a list."""

    state = choice(ISSUE_STATES, required=True)
    source = choice(words.SOURCES, required=True)
    source_doc = _text()
    title = fields.String(required=True)
    verbatim = fields.String(required=True)
    domain = _text()
    severity = choice(words.SEVERITIES)
    rectify_type = choice(words.RECTIFY_TYPES)
    found_on = fields.Date(required=True)
    risk_point_ids = _ids()
    resp_post = _text()
    resp_leader_post = _text()
    due_original = _day()
    basis = _items(ClauseOut)
    requirement = _text()
    acceptance_standard = _text()
    goal = _text()
    joint_unit_ids = _ids()
    section_id = _number()
    owner_level = choice(words.OWNER_LEVELS, required=True)
    measures = _items(MeasureOut)
    outcome = _text()
    reopen_count = fields.Integer(required=True)
    return_count = fields.Integer(required=True)
    issued_on = _day()
    received_on = _day()
    publicity_until = _day()
    closed_on = _day()
    closure_no = _text()
    restricted = fields.Boolean(required=True)
    backfilled = fields.Boolean(required=True)
    sheet_code = _text()
    progress = fields.Integer(required=True)


class IssueOut(IssueRow, SingleOut):
    """One issue."""


class RequirementOut(Schema):
    """One thing that an interview asked for."""

    text = fields.String(required=True)
    due_on = _day()


class InterviewRow(CaseRow):
    """An interview in a list: without what was said."""

    state = choice(INTERVIEW_STATES, required=True)
    kind = choice(words.INTERVIEW_KINDS, required=True)
    subject_post = fields.String(required=True)
    subject_rank = choice(words.SUBJECT_RANKS, required=True)
    subject_user_id = _number()
    reason = fields.String(required=True)
    basis = _text()
    issue_ids = _ids()
    approval = _text()
    scheduled_at = _moment()
    place = _text()
    interviewers = _ids()
    recorder = _number()
    materials = _text()
    contact = _text()
    held_from = _moment()
    held_to = _moment()
    present = _text()
    requirements = _items(RequirementOut)
    refusal = _text()
    signed_on = _day()
    report_due = _day()
    conclusion = _text()


class InterviewOut(InterviewRow, SingleOut):
    """One interview, with what was said."""

    content = _text()
    statement = _text()
    attitude = _text()
    subject_opinion = _text()
    reply = _text()
    report = _text()
    evaluation = _text()


class ServiceOut(Schema):
    """How a notice reached its unit."""

    method = _text()
    servers = _text()
    receiver = _text()
    at = _day()
    received_on = fields.Date()


class NoticeRow(CaseRow):
    """A notice in a list. `drafter`, `checker` and `signer` are ids of users."""

    state = choice(NOTICE_STATES, required=True)
    kind = fields.String(required=True)
    issuer_id = fields.Integer(required=True)
    title = fields.String(required=True)
    main_to = fields.String(required=True)
    copy_to = _text()
    basis = _items(ClauseOut)
    requirements = _text()
    plan_due = _day()
    rectify_due = _day()
    enclosures = fields.List(fields.String(), required=True)
    contact = _text()
    phone = _text()
    drafter = fields.Integer(required=True)
    checker = _number()
    signer = _number()
    service = fields.Nested(ServiceOut, required=True)
    supersedes = _number()
    superseded_by = _number()
    number = _text()
    issued_on = _day()
    issue_ids = _ids()
    interview_id = _number()
    risk_point_id = _number()
    reply_due = _day()
    reply_waived = fields.Boolean(required=True)
    replied_on = _day()
    sealed_on = _day()
    sha256 = _text()
    pdf_sha256 = _text()
    verification_code = _text()


class NoticeOut(NoticeRow, SingleOut):
    """One notice."""
