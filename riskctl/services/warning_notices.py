"""The 廉政风险预警通知书 of an 橙 or 红 warning: drafted with it, and answered with it."""

from sqlalchemy import select

from riskctl.documents.contexts import Warned
from riskctl.extensions import db
from riskctl.models import Issuer, Notice, RiskWarning
from riskctl.permissions import Actor, Role
from riskctl.services import cases, notice_drafts
from riskctl.services.kinds import Move
from riskctl.workflows import dictionaries as words
from riskctl.workflows.notice import NOTICE

KIND = "warning_notice"


def draft(actor: Actor, warning: RiskWarning) -> Notice:
    """The notice in 拟稿 for whoever handles 文书; never numbered by itself. No commit."""
    notice = notice_drafts.create(
        kind=KIND,
        unit=warning.unit,
        issuer=_issuer(actor),
        issues=[],
        drafter_id=actor.user_id,
        fields={
            "title": f"关于{warning.risk_point.title}的廉政风险预警通知书"[:200],
            "requirements": warning.requirement,
            "rectify_due": warning.reply_due,
            "risk_point_id": warning.risk_point_id,
        },
    )
    cases.start(notice, NOTICE.terms["draft"])
    return notice


def told_of(warning: RiskWarning) -> Warned:
    """What the letter tells of the warning."""
    point = warning.risk_point
    return {
        "title": point.title,
        "code": point.code,
        "level": words.LEVELS.get(point.level or point.computed_level or "", ""),
        "colour": words.COLOURS[warning.colour],
        "facts": warning.facts,
    }


def _issuer(actor: Actor) -> Issuer:
    # What 驻厅组 warns of goes out in its own name.
    role = Role.RESIDENT if Role.RESIDENT in actor.roles else Role.OFFICE_HEAD
    return db.session.scalars(
        select(Issuer).where(Issuer.signer_role == role).order_by(Issuer.id).limit(1)
    ).one()


def of_notice(notice: Notice) -> RiskWarning | None:
    """The warning that the notice tells of."""
    if notice.kind != KIND:
        return None
    return db.session.scalars(select(RiskWarning).where(RiskWarning.notice_id == notice.id)).first()


def _notice(warning: RiskWarning) -> Notice | None:
    return db.session.get(Notice, warning.notice_id) if warning.notice_id else None


def replied(move: Move) -> None:
    """The reply to the warning is the reply to its notice."""
    notice = _notice(move.record)
    if notice is not None and notice.state == "received":
        move.inner(notice, "reply", {"reply": move.record.reply, "replied_on": move.record.replied_on})


def answered(move: Move) -> None:
    """The reply to the notice is the reply to its warning."""
    warning = of_notice(move.record)
    if warning is not None and warning.state == "open":
        data = {"reply": move.data["reply"], "replied_on": move.record.replied_on}
        move.inner(warning, "reply", data)


def settled(move: Move) -> None:
    """A notice that nobody signed before its warning was settled is not signed any more."""
    notice = _notice(move.record)
    if notice is not None and notice.state in ("draft", "checking"):
        move.inner(notice, "discard", {"reason": f"预警 {move.record.code} 已办结"})
