"""Input schemas of the four kinds of case: what may be sent on creating and on changing (contract 5)."""

from marshmallow import fields, validate

from riskctl.schemas.base import MAX_ID, Strict, choice, identities, identity, listing, prose
from riskctl.schemas.inputs import LocalDateTime
from riskctl.workflows import dictionaries as words
from riskctl.workflows.indicator import COLOURS
from riskctl.workflows.issue_inputs import MOST_YUAN

WARNING_COLOURS = {colour: words.COLOURS[colour] for colour in COLOURS}


class PointMeasure(Strict):
    """One measure of a risk point."""

    text = prose(1000, required=True, filled=True)
    kind = choice(words.MEASURE_KINDS)
    owner_post = prose(64)
    cycle = prose(64)


def _scale(top: int) -> fields.Integer:
    check = validate.Range(1, top, error=f"须在1至{top}之间")
    return fields.Integer(strict=True, validate=check, allow_none=True)


class RiskPointChange(Strict):
    """Fields of a risk point that may be changed."""

    unit_id = identity(filled=True)
    department = prose(128)
    post = prose(128)
    power_item = prose(255)
    power_type = choice(words.POWER_TYPES)
    process_step = prose(128)
    category = choice(words.CATEGORIES)
    title = prose(255, filled=True)
    manifestation = prose(4000)
    cause = prose(4000)
    likelihood = _scale(5)
    impact = _scale(5)
    discretion = _scale(3)
    measures = listing(PointMeasure)
    resp_post = prose(128)
    dept_head_post = prose(128)
    resp_leader_post = prose(128)
    identified_on = fields.Date(allow_none=True)
    sheet_code = prose(64)


class RiskPointIn(RiskPointChange):
    """A new risk point."""

    unit_id = identity(required=True)
    title = prose(255, required=True, filled=True)
    on_behalf = prose(64)


class Clause(Strict):
    """One clause on which a finding rests."""

    document = prose(200, required=True, filled=True)
    number = prose(100)
    clause = prose(100)
    text = prose(1000)


class IssueMeasure(Strict):
    """One measure of a rectification plan."""

    text = prose(1000, required=True, filled=True)
    owner_post = prose(64, required=True, filled=True)
    due_on = fields.Date(allow_none=True)
    evidence_required = fields.Boolean()
    done_on = fields.Date(allow_none=True)


def _yuan() -> fields.Integer:
    check = validate.Range(0, MOST_YUAN, error="须为不小于0的整数，单位元")
    return fields.Integer(validate=check, allow_none=True)


class IssueChange(Strict):
    """Fields of an issue that may be changed; `reason` goes with a correction after 交办."""

    unit_id = identity(filled=True)
    source = choice(words.SOURCES, filled=True)
    source_doc = prose(200)
    title = prose(200, filled=True)
    verbatim = prose(4000, filled=True)
    domain = choice(words.DOMAINS)
    severity = choice(words.SEVERITIES)
    rectify_type = choice(words.RECTIFY_TYPES)
    found_on = fields.Date()
    risk_point_ids = identities()
    resp_post = prose(64)
    resp_leader_post = prose(64)
    due_on = fields.Date(allow_none=True)
    basis = listing(Clause)
    requirement = prose(4000)
    acceptance_standard = prose(4000)
    goal = prose(4000)
    measures = listing(IssueMeasure)
    joint_unit_ids = identities()
    section_id = identity()
    owner_level = choice(words.OWNER_LEVELS)
    amount_involved = _yuan()
    amount_recovered = _yuan()
    amount_returned = _yuan()
    reason = prose(1000)


class IssueIn(IssueChange):
    """A new issue: unit, source, title, verbatim and the day of the finding suffice."""

    class Meta(IssueChange.Meta):
        exclude = ("reason", "measures", "goal")

    unit_id = identity(required=True)
    source = choice(words.SOURCES, required=True)
    title = prose(200, required=True, filled=True)
    verbatim = prose(4000, required=True, filled=True)
    found_on = fields.Date(required=True)
    on_behalf = prose(64)


class Milestone(Strict):
    """A new date of one measure; without one it goes with the issue."""

    measure = fields.Integer(required=True, validate=validate.Range(1, 200, error="没有这项措施"))
    due_on = fields.Date(allow_none=True)


class ExtensionChange(Strict):
    """Fields of an application for a later date that was not submitted yet."""

    workdays = fields.Integer(validate=validate.Range(1, 500, error="须在1至500之间"))
    reason_code = choice(words.EXTENSION_REASONS, filled=True)
    reason = prose(2000, filled=True)


class ExtensionIn(ExtensionChange):
    """An application for a later date."""

    issue_id = fields.Integer(required=True, validate=validate.Range(1, MAX_ID, error="没有这个编号"))
    workdays = fields.Integer(required=True, validate=validate.Range(1, 500, error="须在1至500之间"))
    reason_code = choice(words.EXTENSION_REASONS, required=True)
    reason = prose(2000, required=True, filled=True)
    milestones = listing(Milestone)


class InterviewChange(Strict):
    """Fields of a proposed interview that may be changed."""

    kind = choice(words.INTERVIEW_KINDS, filled=True)
    unit_id = identity(filled=True)
    subject_post = prose(128, filled=True)
    subject_rank = choice(words.SUBJECT_RANKS, filled=True)
    subject_user_id = identity()
    reason = prose(4000, filled=True)
    basis = prose(255)
    issue_ids = identities()
    # What is planned already: 通知 offers it as the ordinary choice and settles it.
    scheduled_at = LocalDateTime(allow_none=True)
    place = prose(128)
    interviewers = identities()
    recorder = identity()
    materials = prose(1000)
    contact = prose(128)


class InterviewIn(InterviewChange):
    """A proposed interview."""

    kind = choice(words.INTERVIEW_KINDS, required=True)
    unit_id = identity(required=True)
    subject_post = prose(128, required=True, filled=True)
    reason = prose(4000, required=True, filled=True)
    suggestion_id = identity()


class WarningChange(Strict):
    """Fields of a proposed warning that may be changed."""

    colour = choice(WARNING_COLOURS, filled=True)
    facts = prose(4000, filled=True)
    requirement = prose(4000, filled=True)
    reply_due = fields.Date()


class WarningIn(WarningChange):
    """A warning beside a risk point; without `reply_due` the rule's term counts."""

    risk_point_id = identity(required=True)
    colour = choice(WARNING_COLOURS, required=True)
    facts = prose(4000, required=True, filled=True)
    requirement = prose(4000, required=True, filled=True)


class NoticeChange(Strict):
    """Fields of an unsigned notice that may be changed; `parts` is what its kind says beside them."""

    title = prose(200, filled=True)
    basis = listing(Clause)
    enclosures = fields.List(prose(200, filled=True), validate=validate.Length(max=20, error="最多20件"))
    parts = fields.Dict(keys=fields.String(validate=validate.Length(max=32)))
    main_to = prose(255, filled=True)
    copy_to = prose(255)
    contact = prose(64)
    phone = prose(32)
    requirements = prose(4000)
    rectify_due = fields.Date(allow_none=True)


class NoticeDraft(NoticeChange):
    """A notice drafted by hand from the page of its record."""

    title = prose(200)
    main_to = prose(255)
    issuer_id = identity()


class NoticeIn(NoticeDraft):
    """A notice drafted by hand: an order for problems of one unit, or a letter from one record."""

    kind = prose(32, required=True, filled=True)
    issue_ids = fields.List(identity(required=True), validate=validate.Length(1, 50, error="须为1至50项"))
    interview_id = identity()
    risk_point_id = identity()
    unit_id = identity()
