"""打印与补打: the official print of a signed paper once, after it 副本, each marked, kept and counted."""

import hashlib
import io

from sqlalchemy import func, select

from riskctl.documents.render import render_pdf
from riskctl.errors import NotAllowed, NotFound, NotFromHere
from riskctl.extensions import db
from riskctl.models import Attachment, Notice, NoticePrint
from riskctl.permissions import Actor
from riskctl.services import attachments, audit, drafting, ledgers, notice_contexts


def of_notice(notice: Notice) -> list[NoticePrint]:
    """Every print of the paper, the official one first."""
    query = select(NoticePrint).where(NoticePrint.notice_id == notice.id)
    return list(db.session.scalars(query.order_by(NoticePrint.ordinal)))


def may_print(actor: Actor, notice: Notice) -> bool:
    """Whether the actor may print the paper: who handles the issuer's papers, once it is signed."""
    return (
        notice.sha256 is not None and notice.state != "withdrawn" and drafting.may_draft(actor, notice.issuer)
    )


def take(actor: Actor, notice_id: int) -> NoticePrint:
    """Print the paper: the first time the stored text as it is, later a 副本 made from the same frozen data.
    Raises NotAllowed, NotFromHere. Commits; nothing is locked while a PDF is made."""
    notice: Notice = ledgers.get(actor, "notice", notice_id)
    if notice.sha256 is None or notice.state == "withdrawn":
        raise NotFromHere("签发以后、撤销以前的文书才能打印正式文本", code="not_signed")
    if not may_print(actor, notice):
        raise NotAllowed("正式文本由发文机关的办文人员打印，其他人员可以查看", code="no_permission")
    if not of_notice(notice):
        notice_contexts.pdf_of(actor, notice_id)
        return _noted(actor, notice_id, None)
    kind, frozen = notice.kind, dict(notice.context or {})
    db.session.commit()  # end the reading transaction: nothing is locked while a PDF is made
    return _noted(actor, notice_id, render_pdf(kind, frozen, copy=True))


def _locked(notice_id: int) -> Notice:
    query = select(Notice).where(Notice.id == notice_id).with_for_update(of=Notice)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _noted(actor: Actor, notice_id: int, copy: bytes | None) -> NoticePrint:
    notice = _locked(notice_id)
    ordinal = db.session.scalar(select(func.count()).where(NoticePrint.notice_id == notice.id)) or 0
    if copy is None:
        if ordinal:  # somebody was faster: his is the official one
            return of_notice(notice)[0]
        attachment_id, sha256 = notice.pdf_attachment_id, notice.pdf_sha256
        assert attachment_id is not None
        assert sha256 is not None
    else:
        name = f"{notice.number or notice.title}（副本{ordinal}）.pdf"
        attachment_id = attachments.keep(actor.user_id, name, io.BytesIO(copy)).id
        sha256 = hashlib.sha256(copy).hexdigest()
    made = NoticePrint(
        notice_id=notice.id, ordinal=ordinal, by_id=actor.user_id, attachment_id=attachment_id, sha256=sha256
    )
    db.session.add(made)
    db.session.flush()
    audit.append(
        notice, trigger="reprint" if ordinal else "print_paper", actor_id=actor.user_id,
        before=audit.snapshot(notice), from_state=notice.state, data={"copies": ordinal} if ordinal else {},
    )  # fmt: skip
    db.session.commit()
    return made


def file_of(actor: Actor, notice_id: int, ordinal: int) -> Attachment:
    """The file of a print of a paper that the actor may see; raises NotFound."""
    notice = ledgers.get(actor, "notice", notice_id)
    query = select(Attachment).join(NoticePrint, NoticePrint.attachment_id == Attachment.id)
    found = db.session.scalars(
        query.where(NoticePrint.notice_id == notice.id, NoticePrint.ordinal == ordinal)
    ).one_or_none()
    if found is None:
        raise NotFound("没有这次打印")
    return found
