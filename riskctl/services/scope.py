"""Which rows an actor may know of: conditions for the query, never a filter behind it."""

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, false, func, or_, select, true, union
from sqlalchemy.orm import aliased

from riskctl.models import (
    AnnualReview,
    Campaign,
    Extension,
    Interview,
    Issue,
    Issuer,
    Lookback,
    Notice,
    RiskPoint,
    RiskWarning,
    RoleGrant,
    SelfCheck,
    Unit,
)
from riskctl.models.issue import issue_joint_unit
from riskctl.models.notice import notice_issue
from riskctl.permissions import Actor, Permission, Role

_UNISSUED = ("draft", "verifying", "void")


def _within(column: Any, units: frozenset[int] | None) -> ColumnElement[bool]:
    if units is None:
        return true()
    return column.in_(units) if units else false()


def _issues(actor: Actor) -> ColumnElement[bool]:
    seen = actor.units(Permission.CASE_VIEW)
    joint = select(issue_joint_unit.c.issue_id).where(_within(issue_joint_unit.c.unit_id, seen))
    mine = Issue.created_by_id == actor.user_id
    # Before 交办 only those who handle drafts see it; a draft of 驻厅组 is its own.
    residents = select(RoleGrant.user_id).where(RoleGrant.role == Role.RESIDENT)
    foreign = and_(Issue.state == "draft", Issue.created_by_id.in_(residents))
    early = and_(_within(Issue.unit_id, actor.units(Permission.DRAFT_VIEW)), ~foreign)
    if Role.RESIDENT in actor.roles:
        early = _within(Issue.unit_id, actor.units(Permission.DRAFT_VIEW))
    later = or_(_within(Issue.unit_id, seen), Issue.id.in_(joint))
    clue = _within(Issue.unit_id, actor.units(Permission.CLUE_VIEW))
    return and_(
        or_(mine, and_(Issue.state.in_(_UNISSUED), early), and_(Issue.state.not_in(_UNISSUED), later)),
        or_(Issue.restricted.is_(False), clue),
    )


def _risk_points(actor: Actor) -> ColumnElement[bool]:
    return or_(
        _within(RiskPoint.unit_id, actor.units(Permission.CASE_VIEW)),
        RiskPoint.created_by_id == actor.user_id,
    )


# Before these are behind it, its subject does not know of an interview, nor of one that was called off.
UNTOLD = ("proposed", "approved", "cancelled")


def _interviews(actor: Actor) -> ColumnElement[bool]:
    subject = and_(
        Interview.subject_user_id == actor.user_id,
        Interview.state.not_in(UNTOLD),
    )
    seen = _within(Interview.unit_id, actor.units(Permission.INTERVIEW_VIEW))
    # A person never follows the preparation of an interview with himself.
    other = or_(Interview.subject_user_id.is_(None), Interview.subject_user_id != actor.user_id)
    return or_(subject, and_(other, or_(seen, Interview.created_by_id == actor.user_id)))


# What a person gets to see of an interview with him: what is addressed to him, and what he signs.
_TO_SUBJECT = (
    "interview_notice",
    "inquiry_notice",
    "reminder_letter",
    "admonition",
    "interview_record",
    "admonition_record",
)


def _notices(actor: Actor) -> ColumnElement[bool]:
    restricted = (
        select(func.count())
        .select_from(notice_issue.join(Issue, Issue.id == notice_issue.c.issue_id))
        .where(notice_issue.c.notice_id == Notice.id, Issue.restricted.is_(True))
        .correlate(Notice)
        .scalar_subquery()
    )
    unsigned = Notice.state.in_(("draft", "checking"))
    early = and_(unsigned, _within(Notice.unit_id, actor.units(Permission.DRAFT_VIEW)))
    later = and_(~unsigned, _within(Notice.unit_id, actor.units(Permission.CASE_VIEW)))
    mine = Notice.created_by_id == actor.user_id
    clue = _within(Notice.unit_id, actor.units(Permission.CLUE_VIEW))
    # A draft of 驻厅组 is not for 党组 (domain 1.1); those who know of clues are those who may check it.
    theirs = Notice.issuer_id.in_(select(Issuer.id).where(Issuer.signer_role == Role.RESIDENT))
    hidden = or_(and_(unsigned, theirs), _of_clues(), restricted > 0)
    return or_(
        and_(Notice.interview_id.is_not(None), _of_interview(actor, unsigned)),
        and_(
            Notice.interview_id.is_(None),
            or_(early, later, mine, _told_to_all(actor)),
            or_(~hidden, clue, and_(mine, restricted == 0)),
        ),
    )


def _of_clues() -> ColumnElement[bool]:
    """移送函 and 移送清单, and what belongs to them: they tell of a clue also when the issue is back."""
    letter = aliased(Notice)
    letters = select(letter.id).where(letter.kind == "clue_transfer")
    belongs = and_(Notice.parent_id.is_not(None), Notice.parent_id.in_(letters))
    return or_(Notice.kind.in_(("clue_transfer", "transfer_list")), belongs)


def _of_interview(actor: Actor, unsigned: ColumnElement[bool]) -> ColumnElement[bool]:
    """Never wider than the interview; its subject sees what is signed and meant for him."""
    subject = select(Interview.id).where(Interview.subject_user_id == actor.user_id)
    meant = and_(~unsigned, Notice.kind.in_(_TO_SUBJECT))
    return and_(
        Notice.interview_id.in_(select(Interview.id).where(_interviews(actor))),
        or_(Notice.interview_id.not_in(subject), meant),
    )


def _told_to_all(actor: Actor) -> ColumnElement[bool]:
    """通报 of the department, once it went out: every unit is its addressee."""
    if actor.units(Permission.CASE_VIEW) == frozenset():
        return false()
    department = select(Unit.id).where(Unit.kind == "organ")
    out = Notice.state.in_(("sent", "received", "replied", "archived"))
    return and_(Notice.kind == "bulletin", out, Notice.unit_id.in_(department))


def _extensions(actor: Actor) -> ColumnElement[bool]:
    # Never wider than its issue.
    return Extension.issue_id.in_(select(Issue.id).where(_issues(actor)))


def _annual_reviews(actor: Actor) -> ColumnElement[bool]:
    return _within(AnnualReview.unit_id, actor.units(Permission.CASE_VIEW))


def _warnings(actor: Actor) -> ColumnElement[bool]:
    # A proposal is known to its author and to those who handle drafts; a unit learns of what went out.
    unsent = RiskWarning.state.in_(("proposed", "void"))
    early = and_(unsent, _within(RiskWarning.unit_id, actor.units(Permission.DRAFT_VIEW)))
    later = and_(~unsent, _within(RiskWarning.unit_id, actor.units(Permission.CASE_VIEW)))
    return or_(early, later, RiskWarning.created_by_id == actor.user_id)


def _campaigns(actor: Actor) -> ColumnElement[bool]:
    # The draw can be checked by anybody: once published, a campaign is open to all who see cases at all. Its
    # list names to each only the issues that he may see.
    planned = _within(Campaign.unit_id, actor.units(Permission.CAMPAIGN_MANAGE))
    anywhere = actor.units(Permission.CASE_VIEW) != frozenset()
    return or_(Campaign.state.not_in(("draft", "cancelled")) if anywhere else false(), planned)


def _lookbacks(actor: Actor) -> ColumnElement[bool]:
    return Lookback.issue_id.in_(select(Issue.id).where(_issues(actor)))


def _self_checks(actor: Actor) -> ColumnElement[bool]:
    # The unit's own task only; the issue from which it came is another unit's.
    return or_(
        _within(SelfCheck.unit_id, actor.units(Permission.CASE_VIEW)),
        SelfCheck.created_by_id == actor.user_id,
    )


_SCOPES = {
    "issue": _issues, "risk_point": _risk_points, "interview": _interviews, "notice": _notices,
    "campaign": _campaigns, "lookback": _lookbacks, "self_check": _self_checks,
    "extension": _extensions,
    "annual_review": _annual_reviews,
    "warning": _warnings,
}  # fmt: skip


# The kinds whose lists grow long, with what beside the unit makes a row somebody's.
_OWN: dict[str, tuple[Any, tuple[str, ...]]] = {"issue": (Issue, ("created_by_id",)), "risk_point": (RiskPoint, ("created_by_id",)),
        "interview": (Interview, ("created_by_id", "subject_user_id"))}  # fmt: skip


def reach(actor: Actor, case_type: str) -> CompoundSelect[Any] | None:
    """The ids of all rows that could be visible to the actor, each part of the union by an index of its own; None
    where that is no help: he sees every unit, or the kind is short. Wider than `visible`, never instead of it."""
    if case_type not in _OWN or any(units is None for _, units in actor.grants):
        return None
    model, names = _OWN[case_type]
    units = frozenset(unit for _, covered in actor.grants for unit in covered or ())
    parts: list[Any] = [select(model.id).where(_within(model.unit_id, units))]
    parts += [select(model.id).where(getattr(model, name) == actor.user_id) for name in names]
    if model is Issue:
        parts.append(select(issue_joint_unit.c.issue_id).where(_within(issue_joint_unit.c.unit_id, units)))
    return union(*parts)


def visible(actor: Actor, case_type: str) -> ColumnElement[bool]:
    """The condition under which the actor may know of a row of this kind."""
    return _SCOPES[case_type](actor)
