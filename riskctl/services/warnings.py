"""预警: what each step of a warning does beside moving it, to its point and to its notice.

A fact is entered once: lifting the last open warning lifts the point's, and the reverse. Each function looks
only for records that the step still concerns, so that a step which came from the other record finds nothing
left to do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from riskctl import clock
from riskctl.errors import NotAllowed
from riskctl.extensions import db
from riskctl.models import RiskPoint, RiskWarning
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import audit, cases, check_cycles, numbers, risk_point_effects, rules, warning_notices
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind, Move
from riskctl.workflows import dictionaries as words
from riskctl.workflows.indicator import COLOURS
from riskctl.workflows.warning import FORMAL, WARNING


@dataclass(frozen=True)
class Opening:
    """What a warning is opened with; `reply_due` None asks for the reply within the rule's term."""

    colour: str
    facts: str
    requirement: str
    kind: str = "manual"
    reply_due: date | None = None
    indicator_id: int | None = None
    proposed: bool = False


def reply_term(colour: str) -> int:
    """The working days within which a warning of this colour asks for its reply."""
    term: int = rules.value("warning_reply_days")[colour]
    return term


def may_open(actor: Actor, colour: str, unit_id: int) -> bool:
    """Whether the actor opens a warning of this colour himself; others propose it (domain 1.2)."""
    formal = colour in FORMAL
    return allowed(actor, Permission.WARNING_OPEN_FORMAL if formal else Permission.WARNING_OPEN, unit_id)


def colours_for(actor: Actor | None, unit_id: int) -> tuple[tuple[str, str], ...]:
    """The colours in which the actor may open a warning, with their words; all where nobody is named."""
    return tuple(
        (colour, words.COLOURS[colour])
        for colour in COLOURS
        if actor is None or may_open(actor, colour, unit_id)
    )


def begin(actor: Actor, point: RiskPoint, opening: Opening) -> RiskWarning:
    """A new warning beside the point with its founding event, and its notice where it is a formal one.
    Moves no point; no commit."""
    state = "proposed" if opening.proposed else "open"
    warning = RiskWarning(
        code=numbers.case_codes("YJ", point.unit)[0], state=state, risk_point=point, unit=point.unit,
        kind=opening.kind, colour=opening.colour, facts=opening.facts, requirement=opening.requirement,
        reply_due=opening.reply_due, indicator_id=opening.indicator_id, created_by_id=actor.user_id,
        acted={"create": [actor.user_id]},
    )  # fmt: skip
    with db.session.no_autoflush:  # nothing is written before its days are counted
        if opening.reply_due is None:
            cases.count_due(warning, "reply_due", clock.today(), reply_term(opening.colour))
        if opening.proposed:
            cases.start(warning, WARNING.terms["proposed"])
        else:
            cases.time_step(warning, clock.today(), fixed=warning.reply_due)
    db.session.add(warning)
    db.session.flush()
    audit.append(warning, trigger="create", actor_id=actor.user_id, before=None, from_state=None)
    if state == "open":
        _draft_notice(actor, warning)
    return warning


def _draft_notice(actor: Actor, warning: RiskWarning) -> None:
    if warning.colour in FORMAL:
        before = audit.snapshot(warning)
        warning.notice_id = warning_notices.draft(actor, warning).id
        db.session.flush()
        audit.append(
            warning, trigger="draft_notice", actor_id=actor.user_id, before=before, from_state=warning.state
        )


def edit(actor: Actor, warning_id: int, data: Mapping[str, Any], *, version: int) -> RiskWarning:
    """Change a proposal that nobody has decided on; raises NotAllowed, or RuleBroken for a warning that is
    out. Commits."""
    warning: RiskWarning = cases.load_for_edit(actor, RiskWarning, warning_id, version)
    if warning.created_by_id != actor.user_id:
        raise NotAllowed("拟预警只能由提出人修改", code="no_permission")
    cases.refuse_locked(WARNING, warning, data, correcting=False)
    cases.apply_changes(actor, warning, data, trigger="edit")
    db.session.commit()
    return warning


# --- effects --------------------------------------------------------------------------------------


def _replied(move: Move) -> None:
    move.record.replied_on = move.data.get("replied_on", move.today)


def _returned(move: Move) -> None:
    move.record.replied_on = None


def _settled(move: Move) -> None:
    move.record.settled_on = move.today


def _confirmed(move: Move) -> None:
    """A confirmed problem becomes an issue that is already filled in, unless the point's step made it."""
    warning: RiskWarning = move.record
    if "issue" not in move.data:
        issue = risk_point_effects.problem_issue(move, warning.risk_point, warning.code)
        move.data["issue"] = issue.id
    warning.issue_id = move.data["issue"]
    warning.result = "确认为问题"
    _settled(move)


def _approved(move: Move) -> None:
    cases.fix_due(move.record)


EFFECTS = {
    "approve": _approved, "reply": _replied, "return_reply": _returned, "lift": _settled, "reject": _settled, "confirm": _confirmed,
}  # fmt: skip

# --- what the step does to the point and to the notice ----------------------------------------------


def _went_out(move: Move) -> None:
    warning: RiskWarning = move.record
    point = _locked(warning.risk_point)
    _draft_notice(move.actor, warning)
    if point.state == "active":
        move.inner(point, "warn", told_of(warning))


def told_of(warning: RiskWarning) -> dict[str, Any]:
    """What the point's own step says of a warning that stands already."""
    return {"warning": warning.id, "colour": warning.colour, "facts": warning.facts}


def _answered(move: Move) -> None:
    warning_notices.replied(move)


def _lifted(move: Move) -> None:
    warning: RiskWarning = move.record
    point = _locked(warning.risk_point)
    if point.state == "warned" and not point.open_warnings:
        move.inner(point, "lift_warning", {"warning": warning.id, "result": move.data["result"]})
    check_cycles.look_again(point, move.today)
    warning_notices.settled(move)


def _became_issue(move: Move) -> None:
    warning: RiskWarning = move.record
    point = _locked(warning.risk_point)
    if point.state == "warned":
        move.inner(point, "confirm_problem", {"warning": warning.id, "issue": warning.issue_id})
    warning_notices.settled(move)


def _locked(point: RiskPoint) -> RiskPoint:
    # Two people who lift the last two warnings at once: the second must see that his is the last.
    db.session.flush()
    db.session.refresh(point, with_for_update={"of": RiskPoint})
    db.session.expire(point, ["warnings"])
    return point


FOLLOW_UPS = {"approve": _went_out, "reply": _answered, "lift": _lifted, "confirm": _became_issue}


def _due_in(warning: RiskWarning) -> date | None:
    return warning.reply_due if warning.state == "open" else None


KIND = CaseKind(
    model=RiskWarning,
    workflow=WARNING,
    effects=EFFECTS,
    follow_ups=FOLLOW_UPS,
    facts={
        **COMMON,
        "warning_facts": lambda warning, roster: warning.facts,
        "problem_title": lambda warning, roster: risk_point_effects.problem_title(warning.risk_point),
    },
    due_in=_due_in,
    counted="reply_due",
)
