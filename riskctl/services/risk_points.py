"""风险点: identifying, editing, and what each step does beside moving the state (EFFECTS)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import ChangeProposal, Issue, RiskPoint
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import (
    audit,
    cases,
    grading,
    indicators,
    issue_links,
    numbers,
    point_warnings,
    risk_point_changes,
    risk_point_effects,
    risk_point_versions as versions,
    warnings,
)
from riskctl.services.duties import Roster
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind, Move
from riskctl.workflows.issue import SETTLED
from riskctl.workflows.risk_point import RISK_POINT

# What each step stamps on the point before it moves.
EFFECTS = {
    "submit": risk_point_effects.computed,
    "pass_unit": risk_point_effects.reviewed,
    "grade": risk_point_effects.graded,
    "register": risk_point_effects.registered,
    "warn": point_warnings.warned,
    "confirm_problem": point_warnings.confirmed,
    "link_issue": risk_point_effects.linked,
    "affirm": risk_point_changes.affirmed,
    "keep": risk_point_changes.affirmed,
    "propose_change": risk_point_changes.proposed,
    "approve_change": risk_point_changes.approved,
    "reject_change": risk_point_changes.rejected,
    "cancel": risk_point_changes.cancelled,
    "take_back": risk_point_changes.taken_back,
}


def _changed(move: Move) -> None:
    risk_point_changes.changed(move)
    point_warnings.warned_still(move)


# The version that a step made, once its event is there to be named, and what becomes of indicators and warnings.
FOLLOW_UPS = {
    "pass_unit": indicators.from_review,
    "grade": risk_point_changes.entered,
    "register": risk_point_changes.entered,
    "lift_warning": point_warnings.warnings_lifted,
    "confirm_problem": point_warnings.warnings_confirmed,
    **dict.fromkeys(("resume", "keep", "reject_change"), point_warnings.warned_still),
    "approve_change": _changed,
    "cancel": risk_point_changes.left,
}


def create(actor: Actor, data: Mapping[str, Any]) -> RiskPoint:
    """Note a risk point as a draft; raises NotAllowed, or InvalidInput that names the field."""
    unit = cases.unit_within(actor, Permission.RISK_POINT_CREATE, data["unit_id"])
    fields = dict(data)
    proxy = cases.proxy(actor, unit, fields.pop("on_behalf", None))
    point = RiskPoint(
        **{**fields, "measures": audit.plain(fields.get("measures") or [])},
        code=numbers.case_codes("LF", unit)[0],
        state=RISK_POINT.initial,
        created_by_id=actor.user_id,
        acted={**proxy.acted, "create": [actor.user_id]},
    )
    grading.compute(point)
    point.identified_on = point.identified_on or clock.today()
    db.session.add(point)
    db.session.flush()
    audit.append(
        point, trigger="create", actor_id=actor.user_id, before=None, from_state=None, data=proxy.told
    )
    db.session.commit()
    return point


def edit(actor: Actor, point_id: int, data: Mapping[str, Any], *, version: int) -> RiskPoint:
    """Change a draft, or fill in what a point in the ledger still lacks; raises NotAllowed, RuleBroken."""
    point: RiskPoint = cases.load_for_edit(actor, RiskPoint, point_id, version)
    if not allowed(actor, Permission.RISK_POINT_EDIT, point.unit_id):
        raise NotAllowed("您的岗位不能修改这个风险点", code="no_permission")
    cases.refuse_locked(RISK_POINT, point, data, correcting=False)
    if point.state != "draft":
        _refuse_overwriting(point, data)
    if "unit_id" in data:
        cases.unit_within(actor, Permission.RISK_POINT_CREATE, data["unit_id"])
    cases.apply_changes(actor, point, data, trigger="edit")
    if {"likelihood", "impact"} & set(data):
        grading.compute(point)
    db.session.commit()
    return point


def _refuse_overwriting(point: RiskPoint, data: Mapping[str, Any]) -> None:
    taken = [name for name, value in data.items() if getattr(point, name) and getattr(point, name) != value]
    if taken:
        raise InvalidInput(
            "在册风险点已有的内容只能通过复核变更，此处仅可补填空缺项", field=taken[0], code="needs_review"
        )


def decide_import_change(
    actor: Actor, point_id: int, proposal_id: int, *, accept: bool, version: int
) -> RiskPoint:
    """Take over or refuse what a re-imported ledger says of a point, in whatever state the point is."""
    point: RiskPoint = cases.load_for_edit(actor, RiskPoint, point_id, version)
    if not allowed(actor, Permission.CHANGE_DECIDE, point.unit_id):
        raise NotAllowed("变更建议由机关纪委处理", code="no_permission")
    proposal = db.session.get(ChangeProposal, proposal_id)
    if proposal is None or proposal.risk_point_id != point.id or proposal.decision is not None:
        raise InvalidInput("没有这项待处理的变更建议", code="no_proposal")
    if accept:
        versions.keep_first(point)
        values = {name: change["new"] for name, change in proposal.changes.items()}
        cases.apply_changes(actor, point, values, trigger="accept_import", reason=proposal.reason)
        if {"likelihood", "impact"} & set(values):
            grading.compute(point)
        versions.add(point, "change", approved_by=actor.user_id, proposal=proposal)
    else:
        audit.append(
            point, trigger="refuse_import", actor_id=actor.user_id, before=audit.snapshot(point),
            from_state=point.state, data={"proposal": proposal.id},
        )  # fmt: skip
    proposal.decision = "approved" if accept else "rejected"
    proposal.decided_by_id, proposal.decided_at = actor.user_id, clock.now()
    db.session.commit()
    return point


def _duplicate(point: RiskPoint, roster: Roster) -> str | None:
    query = select(RiskPoint.code).where(
        RiskPoint.id != point.id,
        RiskPoint.unit_id == point.unit_id,
        RiskPoint.post == point.post,
        RiskPoint.power_item == point.power_item,
        RiskPoint.title == point.title,
        RiskPoint.state.not_in(("void", "cancelled", "draft")),
    )
    return db.session.scalars(query.limit(1)).first()


def _open_warnings(point: RiskPoint, roster: Roster) -> int:
    return len(point.open_warnings)


def _warning_facts(point: RiskPoint, roster: Roster) -> str | None:
    found = point.open_warnings
    return found[-1].facts if found else None


def _linkable(point: RiskPoint, roster: Roster) -> list[tuple[int, str]]:
    query = (
        select(Issue.id, Issue.code, Issue.title)
        .where(Issue.unit_id == point.unit_id, Issue.state.not_in({*SETTLED, "draft", "verifying"}))
        .order_by(Issue.id.desc())
        .limit(50)
    )
    return [(row.id, f"{row.code} {row.title[:40]}") for row in db.session.execute(query)]


def _warning_colours(point: RiskPoint, roster: Roster) -> tuple[tuple[str, str], ...]:
    return warnings.colours_for(roster.actor, point.unit_id)


def _due_in(point: RiskPoint) -> date | None:
    if point.state == "warned":
        return min((warning.reply_due for warning in point.open_warnings), default=None)
    return point.review_due if point.state == "active" else None


KIND = CaseKind(
    model=RiskPoint,
    workflow=RISK_POINT,
    effects=EFFECTS,
    follow_ups=FOLLOW_UPS,
    facts={
        **COMMON,
        **risk_point_changes.FACTS,
        "duplicate": _duplicate,
        "open_warnings": _open_warnings,
        "warning_facts": _warning_facts,
        "warning_colours": _warning_colours,
        "has_indicator": lambda point, roster: bool(indicators.of_point(point.id)),
        "problem_title": lambda point, roster: risk_point_effects.problem_title(point),
        "linkable_issues": _linkable,
        "unsettled_issues": lambda point, roster: issue_links.unsettled_issues(point.id),
    },
    # Its warnings are answered and lifted as records of their own.
    carried=lambda point: point.state == "warned",
    due_in=_due_in,
)
