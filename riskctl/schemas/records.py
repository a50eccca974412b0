"""What the API tells of a case, field by field (contract 3 and 5), for its OpenAPI document."""

from marshmallow import Schema, fields

from riskctl.schemas.base import choice
from riskctl.schemas.record_parts import (
    ActionOut,
    ClauseOut,
    DeskOut,
    MeasureOut,
    MilestoneOut,
    MissingOut,
    OverrideOut,
    PointMeasureOut,
    ProposalOut,
    RequirementOut,
    ServiceOut,
    WaitingOut,
    ids,
    items,
    maybe_day,
    maybe_moment,
    maybe_number,
    maybe_text,
)
from riskctl.workflows import dictionaries as words
from riskctl.workflows.extension import STATES as EXTENSION_STATES
from riskctl.workflows.interview import STATES as INTERVIEW_STATES
from riskctl.workflows.issue import STATES as ISSUE_STATES
from riskctl.workflows.notice import STATES as NOTICE_STATES
from riskctl.workflows.risk_point import STATES as RISK_POINT_STATES
from riskctl.workflows.warning import KINDS as WARNING_KINDS, STATES as WARNING_STATES


class CaseRow(Schema):
    """What every case carries."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    state_label = fields.String(required=True)
    state_since = fields.DateTime(required=True)
    version = fields.Integer(required=True)
    due_on = maybe_day()
    step_due_on = maybe_day()
    provisional = fields.Boolean(required=True)
    # What shows; `computed_colour` beside it stays while a manual one runs.
    colour = choice(words.COLOURS)
    computed_colour = choice(words.COLOURS)
    unit_id = fields.Integer(required=True)
    unit_name = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    created_by_id = fields.Integer(required=True)


class SingleOut(Schema):
    """What a single record carries beside its fields."""

    waits_for = items(WaitingOut)
    desk = fields.Nested(DeskOut, required=True)
    actions = items(ActionOut)
    colour_why = fields.String(required=True)
    colour_override = fields.Nested(OverrideOut, required=True, allow_none=True)


class RiskPointRow(CaseRow):
    """A risk point in a list."""

    state = choice(RISK_POINT_STATES, required=True)
    department = maybe_text()
    post = maybe_text()
    power_item = maybe_text()
    power_type = maybe_text()
    process_step = maybe_text()
    category = choice(words.CATEGORIES)
    title = fields.String(required=True)
    manifestation = maybe_text()
    cause = maybe_text()
    likelihood = maybe_number()
    impact = maybe_number()
    discretion = maybe_number()
    computed_level = choice(words.LEVELS)
    level = choice(words.LEVELS)
    level_reason = maybe_text()
    measures = items(PointMeasureOut)
    resp_post = maybe_text()
    dept_head_post = maybe_text()
    resp_leader_post = maybe_text()
    review_due = maybe_day()
    identified_on = maybe_day()
    approved_on = maybe_day()
    minute_no = maybe_text()
    publicity_until = maybe_day()
    sheet_code = maybe_text()
    cancel_document = maybe_text()
    rule_hits = fields.List(fields.String(), required=True, allow_none=True)
    suggested_level = choice(words.LEVELS)
    suggested_reason = maybe_text()
    grading_rule = fields.Dict(required=True, allow_none=True)
    manager_level = maybe_text()
    successor_id = maybe_number()
    missing = items(MissingOut)
    proposals = items(ProposalOut)


class RiskPointOut(RiskPointRow, SingleOut):
    """One risk point."""


class IssueRow(CaseRow):
    """An issue in a list."""

    state = choice(ISSUE_STATES, required=True)
    source = choice(words.SOURCES, required=True)
    source_doc = maybe_text()
    title = fields.String(required=True)
    verbatim = fields.String(required=True)
    domain = maybe_text()
    severity = choice(words.SEVERITIES)
    rectify_type = choice(words.RECTIFY_TYPES)
    found_on = fields.Date(required=True)
    risk_point_ids = ids()
    resp_post = maybe_text()
    resp_leader_post = maybe_text()
    due_original = maybe_day()
    basis = items(ClauseOut)
    requirement = maybe_text()
    acceptance_standard = maybe_text()
    goal = maybe_text()
    joint_unit_ids = ids()
    section_id = maybe_number()
    owner_level = choice(words.OWNER_LEVELS, required=True)
    measures = items(MeasureOut)
    outcome = maybe_text()
    amount_involved = maybe_number()
    amount_recovered = maybe_number()
    amount_returned = maybe_number()
    reopen_count = fields.Integer(required=True)
    return_count = fields.Integer(required=True)
    issued_on = maybe_day()
    received_on = maybe_day()
    publicity_until = maybe_day()
    closed_on = maybe_day()
    closure_no = maybe_text()
    rules_at = maybe_moment()
    restricted = fields.Boolean(required=True)
    backfilled = fields.Boolean(required=True)
    sheet_code = maybe_text()
    progress = fields.Integer(required=True)
    original_colour = choice(words.COLOURS)
    sham_found_on = maybe_day()
    evaluation_due = maybe_day()


class IssueOut(IssueRow, SingleOut):
    """One issue. `recurrence_of`: codes of earlier ones on the same risk point and domain."""

    yellow_count = fields.Integer(required=True)
    recurrence_of = fields.List(fields.String(), required=True)


class InterviewRow(CaseRow):
    """An interview in a list: without what was said."""

    state = choice(INTERVIEW_STATES, required=True)
    kind = choice(words.INTERVIEW_KINDS, required=True)
    subject_post = fields.String(required=True)
    subject_rank = choice(words.SUBJECT_RANKS, required=True)
    subject_user_id = maybe_number()
    reason = fields.String(required=True)
    basis = maybe_text()
    issue_ids = ids()
    approval = maybe_text()
    scheduled_at = maybe_moment()
    place = maybe_text()
    interviewers = ids()
    recorder = maybe_number()
    materials = maybe_text()
    contact = maybe_text()
    held_from = maybe_moment()
    held_to = maybe_moment()
    present = maybe_text()
    requirements = items(RequirementOut)
    refusal = maybe_text()
    signed_on = maybe_day()
    report_due = maybe_day()
    conclusion = maybe_text()


class InterviewOut(InterviewRow, SingleOut):
    """One interview, with what was said."""

    content = maybe_text()
    statement = maybe_text()
    attitude = maybe_text()
    subject_opinion = maybe_text()
    reply = maybe_text()
    report = maybe_text()
    evaluation = maybe_text()


class ExtensionRow(CaseRow):
    """An application for a later date, in a list."""

    state = choice(EXTENSION_STATES, required=True)
    title = fields.String(required=True)
    issue_id = fields.Integer(required=True)
    ordinal = fields.Integer(required=True)
    workdays = fields.Integer(required=True)
    reason_code = choice(words.EXTENSION_REASONS, required=True)
    reason = fields.String(required=True)
    milestones = items(MilestoneOut)
    due_original = maybe_day()
    due_before = fields.Date(required=True)
    due_asked = fields.Date(required=True)
    due_granted = maybe_day()
    decided_on = maybe_day()


class ExtensionOut(ExtensionRow, SingleOut):
    """One application for a later date."""


class NoticeRow(CaseRow):
    """A notice in a list. `drafter`, `checker` and `signer` are ids of users."""

    state = choice(NOTICE_STATES, required=True)
    kind = fields.String(required=True)
    document_class = choice({"G": "公文", "F": "表单", "T": "台账"}, required=True)
    issuer_id = fields.Integer(required=True)
    title = fields.String(required=True)
    main_to = fields.String(required=True)
    copy_to = maybe_text()
    basis = items(ClauseOut)
    requirements = maybe_text()
    parts = fields.Dict(keys=fields.String(), required=True)
    plan_due = maybe_day()
    rectify_due = maybe_day()
    enclosures = fields.List(fields.String(), required=True)
    contact = maybe_text()
    phone = maybe_text()
    drafter = fields.Integer(required=True)
    checker = maybe_number()
    signer = maybe_number()
    service = fields.Nested(ServiceOut, required=True)
    supersedes = maybe_number()
    superseded_by = maybe_number()
    number = maybe_text()
    issued_on = maybe_day()
    issue_ids = ids()
    interview_id = maybe_number()
    risk_point_id = maybe_number()
    parent_id = maybe_number()
    reply_due = maybe_day()
    reply_waived = fields.Boolean(required=True)
    replied_on = maybe_day()
    sealed_on = maybe_day()
    sha256 = maybe_text()
    pdf_sha256 = maybe_text()
    verification_code = maybe_text()


class NoticeOut(NoticeRow, SingleOut):
    """One notice."""


class WarningRow(CaseRow):
    """A warning in a list; its `colour` is the one in which it was opened."""

    state = choice(WARNING_STATES, required=True)
    colour = choice(words.COLOURS, required=True)
    kind = choice(WARNING_KINDS, required=True)
    title = fields.String(required=True)
    risk_point_id = fields.Integer(required=True)
    indicator_id = maybe_number()
    facts = fields.String(required=True)
    requirement = fields.String(required=True)
    reply_due = fields.Date(required=True)
    replied_on = maybe_day()
    result = maybe_text()
    settled_on = maybe_day()
    issue_id = maybe_number()
    notice_id = maybe_number()


class WarningOut(WarningRow, SingleOut):
    """One warning, with its reply."""

    reply = maybe_text()
