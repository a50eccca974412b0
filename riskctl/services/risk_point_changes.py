"""动态调整: what proposing and approving a change does to a risk point, and what must hold before it
(domain 2.3). The steps that these belong to stand in EFFECTS and FOLLOW_UPS of risk_points.py."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import or_, select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import ChangeProposal, Issue, RiskPoint, RiskWarning, Unit
from riskctl.models.issue import issue_risk_point
from riskctl.services import audit, check_cycles, grading, numbers, risk_point_versions as versions, rules
from riskctl.services.duties import Roster
from riskctl.services.facts import months_before
from riskctl.services.kinds import Move
from riskctl.workflows import dictionaries as words, grading as law
from riskctl.workflows.issue import SETTLED
from riskctl.workflows.risk_point import IN_LEDGER, RISK_POINT
from riskctl.workflows.warning import OPEN

_TARGETS = 200
# What the points of a 拆分 take over from the one that they are made from.
_TAKEN_OVER = (
    "unit_id", "department", "post", "power_item", "power_type", "process_step", "category", "manifestation",
    "cause", "likelihood", "impact", "discretion", "measures", "resp_post", "dept_head_post", "resp_leader_post",
)  # fmt: skip


def next_review(day: date) -> date:
    """Every point is reviewed each year by 31 December (domain 2.3); one entered in Q4, the year after."""
    return date(day.year + (day.month >= 10), 12, 31)


def affirmed(move: Move) -> None:
    """复核维持: what was still to be filled in came with it, and the next review is due a year later. A level
    that stands keeps the rule it was worked out under."""
    point = move.record
    if point.computed_level is None:
        grading.compute(point)
    point.review_due = next_review(move.today)
    if point.state == "active":
        point.step_due_on = point.review_due


def proposed(move: Move) -> None:
    """提出变更: old and new side by side; nothing changes before the approval."""
    point, data = move.record, move.data
    new = {name.removeprefix("new_"): value for name, value in data.items() if name.startswith("new_")}
    hits = law.hits_after(point, data)
    if hits != (point.rule_hits or []):
        new["rule_hits"] = hits
    level = _level_after(point, new)
    db.session.add(
        ChangeProposal(
            risk_point=point,
            source="review",
            kind=_kind(data["kind"], point.level, level),
            changes={
                name: {"old": audit.plain(getattr(point, name)), "new": audit.plain(value)}
                for name, value in new.items()
            },
            level=level,
            successor_id=data.get("successor"),
            parts=data.get("parts") or None,
            reason=data["reason"],
            proposed_by_id=move.actor.user_id,
            proposed_at=move.now,
        )
    )


def _level_after(point: RiskPoint, new: dict[str, Any]) -> str | None:
    after = {name: new.get(name, getattr(point, name)) for name in ("likelihood", "impact", "rule_hits")}
    if not {*after} & {*new}:
        return point.level
    return grading.level_of(after["likelihood"], after["impact"], after["rule_hits"] or ())


def _kind(said: str, before: str | None, after: str | None) -> str:
    """What is proposed by its effect: a lower level is a 降级 whatever it was called, and is held to its rules."""
    if said in ("cancel", "merge", "split"):
        return said
    if law.is_lower(after, before):
        return "downgrade"
    if law.is_lower(before, after):
        return "upgrade"
    return "change" if said in ("upgrade", "downgrade") else said


def open_proposal(point: RiskPoint, source: str = "review") -> ChangeProposal | None:
    """The undecided proposal of this source, if there is one."""
    for proposal in reversed(point.proposals):
        if proposal.source == source and proposal.decision is None:
            return proposal
    return None


def take_over(point: RiskPoint, proposal: ChangeProposal) -> None:
    """What was proposed is what stands there now; the version before is kept."""
    versions.keep_first(point)
    for name, change in proposal.changes.items():
        setattr(point, name, change["new"])
    if {"likelihood", "impact", "rule_hits"} & set(proposal.changes):
        grading.compute(point)
        before, point.level = point.level, point.computed_level or point.level
        if point.level != before:
            check_cycles.schedule(point, clock.today())


def taken_back(move: Move) -> None:
    """取回 of a proposed change: it is not decided, it is no more."""
    if proposal := open_proposal(move.record):
        _decide(move, proposal, "superseded")


def approved(move: Move) -> None:
    """同意变更: the proposal takes effect and the next review is a year later."""
    if proposal := open_proposal(move.record):
        take_over(move.record, proposal)
        proposal.parts = move.data.get("parts") or proposal.parts
        move.record.review_due = next_review(move.today)
        _decide(move, proposal, "approved")


def rejected(move: Move) -> None:
    """不同意变更: the proposal is decided, the point stays as it was."""
    if proposal := open_proposal(move.record):
        _decide(move, proposal, "rejected")


def cancelled(move: Move) -> None:
    """移出台账: the document that abolished the post or the power is kept, or the point it was merged into."""
    versions.keep_first(move.record)
    move.record.review_due = None
    if proposal := open_proposal(move.record):
        proposal.document_no = move.data.get("cancel_document")
        proposal.successor_id = move.data.get("successor")
        _decide(move, proposal, "approved")


def _decide(move: Move, proposal: ChangeProposal, decision: str) -> None:
    proposal.decision, proposal.decided_at = decision, move.now
    proposal.decided_by_id = move.actor.user_id


# --- follow-ups: the version that the step made --------------------------------------------------


def entered(move: Move) -> None:
    """新增: a point that went into the ledger has its first version."""
    if move.record.state == "active":
        versions.add(move.record, "new", approved_by=move.actor.user_id)


def changed(move: Move) -> None:
    """The version that an approved change made; a 拆分 makes its new points as drafts first."""
    proposal = _decided(move.record)
    made = [_part(move, proposal, part) for part in proposal.parts or ()] if proposal.kind == "split" else []
    versions.add(
        move.record, proposal.kind, approved_by=move.actor.user_id, proposal=proposal,
        related=[point.id for point in made],
    )  # fmt: skip


def left(move: Move) -> None:
    """The last version: the point left the ledger, by itself or into another."""
    proposal = _decided(move.record)
    related = [proposal.successor_id] if proposal.successor_id else []
    versions.add(
        move.record, proposal.kind, approved_by=move.actor.user_id, proposal=proposal, related=related
    )


def _decided(point: RiskPoint) -> ChangeProposal:
    return next(p for p in reversed(point.proposals) if p.source == "review" and p.decision == "approved")


def _part(move: Move, proposal: ChangeProposal, part: dict[str, Any]) -> RiskPoint:
    """A draft made from the split point; whoever proposed the split goes on with it."""
    point = move.record
    author = proposal.proposed_by_id
    draft = RiskPoint(
        **{name: getattr(point, name) for name in _TAKEN_OVER},
        code=numbers.case_codes("LF", point.unit)[0],
        state=RISK_POINT.initial,
        title=part["title"],
        created_by_id=author,
        acted={"create": [author]},
        identified_on=move.today,
    )
    for name in ("post", "manifestation"):
        if part.get(name):
            setattr(draft, name, part[name])
    grading.compute(draft)
    db.session.add(draft)
    db.session.flush()
    audit.append(
        draft, trigger="create", actor_id=move.actor.user_id, before=None, from_state=None,
        data={"split_from": point.code},
    )  # fmt: skip
    return draft


# --- facts ---------------------------------------------------------------------------------------


def why_not_lower(point: RiskPoint, roster: Roster) -> str | None:
    """What stands against a 降级: two consecutive clean cycles and no open issue (domain 2.3).

    A clean time is the months of the rule `clean_months`; with 12 it holds at least two cycles of a 高
    (checked each quarter) and of a 中 (each half-year) by the slower of their checks.
    """
    months = rules.value("clean_months")
    since = months_before(clock.today(), months)
    if point.approved_on is None or point.approved_on > since:
        return f"在册不满{months}个月"
    warned = select(RiskWarning.id).where(
        RiskWarning.risk_point_id == point.id,
        RiskWarning.state.not_in(("proposed", "void")),
        or_(
            RiskWarning.state.in_(OPEN),
            RiskWarning.created_at >= clock.from_local(datetime.combine(since, time())),
        ),
    )
    if db.session.scalar(warned.limit(1)) is not None:
        return f"近{months}个月内有预警"
    linked = (
        select(Issue.code)
        .join(issue_risk_point, issue_risk_point.c.issue_id == Issue.id)
        .where(
            issue_risk_point.c.risk_point_id == point.id,
            Issue.state != "void",
            or_(Issue.state.not_in(SETTLED), Issue.found_on >= since),
        )
    )
    code = db.session.scalar(linked.order_by(Issue.id.desc()).limit(1))
    return f"近{months}个月内有关联问题或有问题未办结（{code}）" if code else None


def merge_targets(point: RiskPoint, roster: Roster) -> tuple[tuple[int, str], ...]:
    """The points into which this one may be merged: those of the same 处室 or 直属单位 in the ledger."""
    top = numbers.top_unit(point.unit)
    query = (
        select(RiskPoint.id, RiskPoint.code, RiskPoint.title)
        .join(Unit, Unit.id == RiskPoint.unit_id)
        .where(
            Unit.path.startswith(top.path), RiskPoint.state.in_(IN_LEDGER), RiskPoint.id != point.id
        )
        .order_by(RiskPoint.unit_id != point.unit_id, RiskPoint.id)
        .limit(_TARGETS)
    )  # fmt: skip
    return tuple((row.id, f"{row.code} {row.title[:40]}") for row in db.session.execute(query))


def _proposal_lowers(point: RiskPoint, roster: Roster) -> bool:
    proposal = open_proposal(point)
    return proposal is not None and law.is_lower(proposal.level, point.level)


def _of_proposal(name: str) -> Any:
    def value(point: RiskPoint, roster: Roster) -> Any:
        proposal = open_proposal(point)
        return getattr(proposal, name) if proposal else None

    return value


FACTS = {
    "forced_rules": lambda point, roster: law.forced(grading.rule_on()),
    "why_not_lower": why_not_lower,
    "merge_targets": merge_targets,
    "proposal_kind": _of_proposal("kind"),
    "proposal_lowers": _proposal_lowers,
    "proposed_successor": _of_proposal("successor_id"),
    "proposed_parts": _of_proposal("parts"),
}


def told(proposal: ChangeProposal) -> dict[str, Any]:
    """A proposal as plain data."""
    return {
        "id": proposal.id, "source": proposal.source, "kind": proposal.kind, "changes": proposal.changes,
        "reason": proposal.reason, "level": proposal.level, "successor_id": proposal.successor_id,
        "kind_label": words.CHANGE_KINDS[proposal.kind],
    }  # fmt: skip
