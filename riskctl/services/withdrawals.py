"""撤销: a paper that went out is taken back by another one, the 撤销通知 (domain 4.4); its number stays its own."""

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import Notice
from riskctl.services import papers, system_account
from riskctl.services.kinds import Move
from riskctl.services.papers import Subject

KIND = "revocation_notice"


def withdrawn(move: Move) -> None:
    """Draft the 撤销通知 of a paper that its unit holds already; before its dispatch it is only 作废. The system is
    its drafter until somebody takes it over (SOD-4). No commit."""
    notice: Notice = move.record
    if not notice.service.get("at") or notice.kind == KIND:
        return
    papers.draft(
        KIND,
        Subject(notice.unit, parent=notice),
        system_account.user_id(),
        issuer=notice.issuer,
        fields={
            "title": f"关于撤销《{notice.title}》的通知"[:200],
            "requirements": move.data["reason"],
            "main_to": notice.main_to,
            "copy_to": notice.copy_to,
        },
    )


def revoked_by(notice: Notice) -> str | None:
    """The number of the signed 撤销通知 that took the paper back."""
    query = select(Notice.number).where(
        Notice.parent_id == notice.id,
        Notice.kind == KIND,
        Notice.number.is_not(None),
        Notice.state != "withdrawn",
    )
    return db.session.scalars(query.order_by(Notice.id.desc()).limit(1)).first()
