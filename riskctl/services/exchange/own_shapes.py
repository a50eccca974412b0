"""自定义导出样式: uploading the office's own workbooks, and which there are of a ledger."""

import io
from typing import IO

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import Attachment, ExportShape
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import attachments, audit
from riskctl.services.exchange import shapes
from riskctl.services.exchange.printed_ledgers import LEDGERS

_LONGEST_NAME = 64


def listing(ledger: str | None = None) -> list[ExportShape]:
    """The shapes that are offered, of one ledger or of all."""
    query = select(ExportShape).where(ExportShape.withdrawn_at.is_(None))
    if ledger is not None:
        query = query.where(ExportShape.ledger == ledger)
    return list(db.session.scalars(query.order_by(ExportShape.ledger, ExportShape.id)))


def get(shape_id: int) -> ExportShape:
    """One shape that is offered; raises NotFound."""
    found = db.session.get(ExportShape, shape_id)
    if found is None or found.withdrawn_at is not None:
        raise NotFound("没有这个导出样式，或已停用")
    return found


def data_of(shape: ExportShape) -> bytes:
    """The workbook as it was uploaded."""
    return attachments.path_of(db.session.get_one(Attachment, shape.attachment_id)).read_bytes()


def add(actor: Actor, ledger: str, name: str, *, file_name: str, stream: IO[bytes]) -> ExportShape:
    """Offer a workbook as the shape of a ledger; raises InvalidInput that names what is wrong with it. Commits."""
    _require(actor)
    if ledger not in LEDGERS:
        raise InvalidInput("请选择台账", field="ledger", code="unknown_choice")
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InvalidInput(f"请填写样式名称，不超过{_LONGEST_NAME}字", field="name", code="required")
    data = stream.read(shapes.MAX_BYTES + 1)
    shapes.check(data, LEDGERS[ledger])
    stored = attachments.keep(actor.user_id, file_name, io.BytesIO(data))
    shape = ExportShape(ledger=ledger, name=name, attachment_id=stored.id, entered_by_id=actor.user_id)
    db.session.add(shape)
    db.session.flush()
    told = {"ledger": ledger, "name": name, "sha256": stored.sha256}
    _log(shape, "create", actor, told)
    db.session.commit()
    return shape


def withdraw(actor: Actor, shape_id: int) -> None:
    """Offer it no more. Commits."""
    _require(actor)
    shape = get(shape_id)
    shape.withdrawn_at = clock.now()
    _log(shape, "withdraw", actor, {"name": shape.name})
    db.session.commit()


def _log(shape: ExportShape, trigger: str, actor: Actor, told: dict[str, str]) -> None:
    audit.append_for(
        "export_shape", shape.id, trigger, actor_id=actor.user_id, changes={"fields": {}, "data": told}
    )


def _require(actor: Actor) -> None:
    if not allowed(actor, Permission.TEMPLATE_MANAGE):
        raise NotAllowed("您的岗位不能管理导出样式", code="no_permission")
