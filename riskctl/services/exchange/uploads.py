"""An uploaded ledger between preview and confirmation."""

from collections.abc import Mapping
from typing import IO, Any

from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import Attachment, ImportUpload, Unit
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import attachments, organization
from riskctl.services.exchange import importing, planning
from riskctl.services.exchange.importing import Outcome
from riskctl.services.exchange.planning import Plan

PERMISSIONS = {"risk-points": Permission.RISK_POINT_IMPORT, "issues": Permission.ISSUE_IMPORT}


def receive(
    actor: Actor, ledger: str, name: str, stream: IO[bytes], *, options: Mapping[str, Any]
) -> ImportUpload:
    """Keep the file and check that it can be read; raises InvalidInput. Commits."""
    if not allowed(actor, PERMISSIONS[ledger]):
        raise NotAllowed("您的岗位不能导入台账", code="no_permission")
    stored = attachments.keep(actor.user_id, name, stream)
    upload = ImportUpload(
        user_id=actor.user_id, attachment_id=stored.id, ledger=ledger, options=dict(options)
    )
    db.session.add(upload)
    db.session.flush()
    plan_of(actor, upload)
    db.session.commit()
    return upload


def get(actor: Actor, upload_id: int) -> ImportUpload:
    """One's own upload; raises NotFound."""
    upload = db.session.get(ImportUpload, upload_id)
    if upload is None or upload.user_id != actor.user_id:
        raise NotFound("没有这次导入，或不是您上传的")
    return upload


def plan_of(actor: Actor, upload: ImportUpload) -> Plan:
    """What this import will do as things stand now."""
    unit = _unit(actor, upload)
    data = attachments.path_of(db.session.get_one(Attachment, upload.attachment_id)).read_bytes()
    return planning.make_plan(
        data, upload.ledger, unit=unit, root=organization.root(),
        create_units=bool(upload.options.get("create_units")), mapping=upload.options.get("mapping") or {},
    )  # fmt: skip


def _unit(actor: Actor, upload: ImportUpload) -> Unit | None:
    given = upload.options.get("unit_id")
    permission = PERMISSIONS[upload.ledger]
    if given is None:
        if actor.units(permission) is not None:
            raise InvalidInput("请选择导入到哪个单位", field="unit_id", code="required")
        return None
    unit = db.session.get(Unit, given)
    if unit is None or not allowed(actor, permission, given):
        raise InvalidInput("没有这个单位，或不在您的职责范围内", field="unit_id", code="unknown_unit")
    return unit


def map_columns(actor: Actor, upload: ImportUpload, mapping: Mapping[str, str | None]) -> None:
    """Say what headers mean; used for this upload and remembered for the unit. Commits."""
    upload.options = {**upload.options, "mapping": {**(upload.options.get("mapping") or {}), **mapping}}
    importing.remember(_unit(actor, upload) or organization.root(), upload.ledger, mapping)
    db.session.commit()


def confirm(actor: Actor, upload: ImportUpload, *, skip_bad_rows: bool) -> Outcome:
    """Carry the import out, once."""
    if upload.result is not None:
        raise InvalidInput("这次导入已经完成，不能重复确认", code="done")
    plan = plan_of(actor, upload)
    outcome = importing.carry_out(
        actor, plan, draft=bool(upload.options.get("draft")), skip_bad_rows=skip_bad_rows
    )
    upload.result = {
        name: getattr(outcome, name) for name in ("read", "created", "unchanged", "changed", "refused")
    }
    db.session.commit()
    return outcome
