"""整改问题: registering, editing, and what each step does beside moving the state (EFFECTS)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Extension, Issue, Unit
from riskctl.permissions import Actor, Permission, Role, allowed
from riskctl.services import (
    audit,
    cases,
    clue_letters,
    deadlines,
    desk,
    duties,
    interview_suggestions,
    issue_effects,
    issue_links,
    ledgers,
    lookbacks,
    notice_contexts,
    notice_drafts,
    numbers,
    rules,
    sustaining,
)
from riskctl.services.directory import directory
from riskctl.services.duties import Roster
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind
from riskctl.services.workdays import add_workdays
from riskctl.workflows import dictionaries as words
from riskctl.workflows.extension import OPEN
from riskctl.workflows.issue import ISSUE

# What each step stamps on the issue before it moves.
EFFECTS = {
    "verify": issue_effects.verified,
    "issue": issue_effects.issued,
    "recall": issue_effects.unverified,
    "accept_objection": issue_effects.unverified,
    "send_back": issue_effects.unverified,
    "sign_receipt": issue_effects.received,
    "object": issue_effects.objected,
    "submit_plan": issue_effects.planned,
    "report_progress": issue_effects.progress,
    "apply_closure": issue_effects.applied,
    "accept_directly": issue_effects.accepted_directly,
    "record_done": issue_effects.done_at_once,
    "pass_inspection": issue_effects.passed,
    "conclude": issue_effects.concluded,
    "close": issue_effects.closed,
    "return_rectification": issue_effects.returned,
    "reopen": issue_effects.reopened,
    "transfer": issue_effects.transferred,
    "return_from_transfer": issue_effects.back_from_transfer,
    "take_back": issue_effects.taken_back,
}
# What the step then does to linked records.
FOLLOW_UPS = {
    "verify": issue_links.verified,
    "issue": issue_links.issued,
    "sign_receipt": issue_links.received,
    "object": issue_links.received,
    "submit_plan": issue_links.replied,
    "recall": issue_links.withdraw_notice,
    "accept_objection": issue_links.withdraw_notice,
    "void": issue_links.discard_notice,
    "transfer": issue_links.transferred,
    "return_from_transfer": clue_letters.returned,
    "close": issue_links.settled,
    "pass_inspection": issue_links.settled,
    "return_rectification": interview_suggestions.after_return,
    "reopen": issue_links.reopened,
}

# Who may register from which source (domain 3.2); 机关纪委 and 驻厅组 from any.
_COMMISSIONER_SOURCES = frozenset({"self_check", "branch_check", "daily"})
_UNIT_SOURCES = _COMMISSIONER_SOURCES | {"special_check", "duty_report", "evaluation", "warning", "bulletin"}
_AUDITOR_SOURCES = frozenset({"audit", "inspection_tour"})


def sources_for(actor: Actor) -> dict[str, str]:
    """The sources from which the actor may register a problem, with their words."""
    if actor.roles & {Role.OFFICE, Role.RESIDENT}:
        return dict(words.SOURCES)
    open_to: set[str] = set()
    for role, sources in (
        (Role.COMMISSIONER, _COMMISSIONER_SOURCES),
        (Role.UNIT_DISCIPLINE, _UNIT_SOURCES),
        (Role.AUDITOR, _AUDITOR_SOURCES),
    ):
        if role in actor.roles:
            open_to |= sources
    return {key: label for key, label in words.SOURCES.items() if key in open_to}


def create(actor: Actor, data: Mapping[str, Any]) -> Issue:
    """Register a problem as a draft; raises NotAllowed, or InvalidInput that names the field."""
    unit = cases.unit_within(actor, Permission.ISSUE_REGISTER, data["unit_id"])
    _refuse_source(actor, data["source"])
    _refuse_bad_dates(data)
    fields = dict(data)
    proxy = cases.proxy(actor, unit, fields.pop("on_behalf", None))
    fields["owner_level"] = _owner_level(unit, fields.get("owner_level"))
    _resolve_links(actor, fields)
    issue = Issue(
        **fields,
        code=numbers.case_codes("WT", unit)[0],
        state=ISSUE.initial,
        created_by_id=actor.user_id,
        acted={**proxy.acted, "create": [actor.user_id]},
    )
    cases.start(issue, rules.value("issue_terms")["draft"])
    db.session.add(issue)
    db.session.flush()
    audit.append(
        issue, trigger="create", actor_id=actor.user_id, before=None, from_state=None, data=proxy.told
    )
    db.session.commit()
    return issue


def edit(
    actor: Actor, issue_id: int, data: Mapping[str, Any], *, version: int, reason: str | None = None
) -> Issue:
    """Change fields that the state leaves open; after 交办 only 机关纪委, and only with a reason."""
    issue: Issue = cases.load_for_edit(actor, Issue, issue_id, version)
    if not allowed(actor, Permission.ISSUE_EDIT, issue.unit_id):
        raise NotAllowed("您的岗位不能修改这条问题", code="no_permission")
    fields = dict(data)
    _keep_petition(actor, issue, fields)
    if "source" in fields and fields["source"] != ledgers.shown(actor, issue, "source"):
        _refuse_source(actor, fields["source"])
    correcting = issue.state in ISSUE.corrections and not _is_own_plan(issue, fields)
    if correcting:
        _refuse_correction(actor, issue, reason)
    cases.refuse_locked(ISSUE, issue, fields, correcting=correcting)
    _refuse_bad_dates({"found_on": issue.found_on, "due_on": issue.due_on, **fields})
    if "unit_id" in fields:
        cases.unit_within(actor, Permission.ISSUE_REGISTER, fields["unit_id"])
    if "owner_level" in fields:
        unit = db.session.get_one(Unit, fields.get("unit_id", issue.unit_id))
        fields["owner_level"] = _owner_level(unit, fields["owner_level"])
    _resolve_links(actor, fields)
    if "due_on" in fields:
        cases.fix_due(issue)
    cases.apply_changes(actor, issue, fields, trigger="correct" if correcting else "edit", reason=reason)
    if issue.verified_at and issue.state == "verifying":
        issue.verified_at = None  # what was verified is no longer what stands there
    db.session.commit()
    return issue


def _refuse_source(actor: Actor, source: str) -> None:
    if source not in sources_for(actor):
        raise InvalidInput(
            f"您的岗位不能登记来源为“{words.SOURCES[source]}”的问题", field="source", code="source"
        )


def _keep_petition(actor: Actor, issue: Issue, fields: dict[str, Any]) -> None:
    # Who sees 日常监督 in its place and sends it back with the rest of the form has not changed it.
    if issue.source == "petition" and not ledgers.knows_petitions(actor):
        if fields.get("source") == "daily":
            del fields["source"]
        fields.pop("source_doc", None)


def _is_own_plan(issue: Issue, fields: Mapping[str, Any]) -> bool:
    return set(fields) <= ISSUE.editable.get(issue.state, frozenset())


def _refuse_correction(actor: Actor, issue: Issue, reason: str | None) -> None:
    if not allowed(actor, Permission.ISSUE_CORRECT, issue.unit_id):
        raise NotAllowed("交办后的更正由机关纪委办理", code="correction")
    if not (reason or "").strip():
        raise InvalidInput("交办后的更正须写明理由", field="reason", code="required")


def _refuse_bad_dates(data: Mapping[str, Any]) -> None:
    found, due = data.get("found_on"), data.get("due_on")
    if found and found > clock.today():
        raise InvalidInput("发现日期不能晚于今天", field="found_on", code="future")
    if found and due and due < found:
        raise InvalidInput("整改期限不能早于发现日期", field="due_on", code="before_finding")


def _owner_level(unit: Unit, wanted: str | None) -> str:
    if wanted == "unit" and directory().in_department(unit):
        raise InvalidInput("处室没有单位纪委，问题须列入厅级台账", field="owner_level", code="owner_level")
    return wanted or "department"


def _resolve_links(actor: Actor, fields: dict[str, Any]) -> None:
    if "risk_point_ids" in fields:
        fields["risk_points"] = cases.linked_points(actor, fields.pop("risk_point_ids") or [])
    if "joint_unit_ids" in fields:
        fields["joint_units"] = cases.units_by_id(fields.pop("joint_unit_ids") or [], "joint_unit_ids")
    if fields.get("section_id"):
        cases.units_by_id([fields["section_id"]], "section_id")
    for name in ("basis", "measures"):
        if name in fields:
            fields[name] = audit.plain(fields[name] or [])


def _due_in(issue: Issue) -> date | None:
    if issue.state == "sustaining":
        # From when it entered: a missed quarter stays missed when a calendar is counted again.
        return sustaining.next_report(clock.local(issue.state_since).date())
    return issue.due_on if issue.state == "rectifying" else None


def _in(workdays: int) -> date:
    return add_workdays(clock.today(), workdays).on


def _inspectors(issue: Issue, roster: Roster) -> list[tuple[int, str]]:
    step = ISSUE.step(issue, "pass_inspection")
    agreed = desk.agreed(issue)
    # Where inspectors were asked to agree, those who did are the inspectors.
    able = [h.user_id for h in roster.inspectors(step)]
    return duties.people([user_id for user_id in able if not agreed or user_id in agreed])


def _open_extension(issue: Issue) -> str | None:
    query = select(Extension.code).where(Extension.issue_id == issue.id, Extension.state.in_(OPEN))
    return db.session.scalars(query).first()


def _unprintable(issue: Issue) -> str | None:
    notice = notice_drafts.unsigned_of(issue)
    return notice_contexts.unprintable(notice) if notice else None


KIND = CaseKind(
    model=Issue,
    workflow=ISSUE,
    effects=EFFECTS,
    follow_ups=FOLLOW_UPS,
    facts={
        **COMMON,
        "due_default": lambda issue, roster: _in(deadlines.rectify_term(issue)),
        "due_rule": lambda issue, roster: deadlines.told(issue),
        "redo_default": lambda issue, roster: _in(deadlines.rule_of(issue, "redo_term")),
        "open_extension": lambda issue, roster: _open_extension(issue),
        "inspectors": _inspectors,
        "lookback": lambda issue, roster: lookbacks.standing(issue),
        "unprintable": lambda issue, roster: _unprintable(issue),
        "why_unprintable": lambda issue, roster: notice_contexts.why_unprintable,
        "missing_parts": lambda issue, roster: notice_drafts.missing_parts_of_issue(issue),
    },
    due_in=_due_in,
    counted="due_on",
    recounted=issue_links.recounted,
    restarts=frozenset({"verify"}),
)
