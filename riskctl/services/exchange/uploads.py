"""An uploaded ledger between preview and confirmation."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from sqlalchemy import select

from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.extensions import db
from riskctl.models import Attachment, ImportUpload, Unit
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import attachments, organization
from riskctl.services.exchange import importing, planning, progress
from riskctl.services.exchange.columns import normalise
from riskctl.services.exchange.importing import Outcome
from riskctl.services.exchange.planning import NEW, Corrections, Plan
from riskctl.services.exchange.workbook import MAX_MB, read_workbook

PERMISSIONS = {"risk-points": Permission.RISK_POINT_IMPORT, "issues": Permission.ISSUE_IMPORT}


def receive(
    actor: Actor, ledger: str, name: str, stream: IO[bytes], *, options: Mapping[str, Any]
) -> ImportUpload:
    """Keep the file and check that it can be read; raises InvalidInput. Commits."""
    if not allowed(actor, PERMISSIONS[ledger]):
        raise NotAllowed("您的岗位不能导入台账", code="no_permission")
    # Read as a workbook first: what is wrong with a workbook is said in its own words.
    data = stream.read((MAX_MB << 20) + 1)
    sheets = read_workbook(data)
    _refuse_misnamed(name, data)
    kept = dict(options)
    if row := kept.pop("header_row", None):
        kept["header_rows"] = {sheet.name: row for sheet in sheets}
    _plan(actor, ledger, kept, data)
    stored = attachments.keep(actor.user_id, name, io.BytesIO(data))
    upload = ImportUpload(user_id=actor.user_id, attachment_id=stored.id, ledger=ledger, options=kept)
    db.session.add(upload)
    db.session.commit()
    return upload


def _refuse_misnamed(name: str, data: bytes) -> None:
    # What is no workbook was read as CSV: without this a PDF named .xlsx is told that it has no header row.
    ending = name.rsplit(".", 1)[-1].strip().lower()
    if ending in ("xlsx", "xls") and not data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InvalidInput(
            f"文件内容与扩展名不符：名为“.{ending}”，内容却不是；请用原程序另存后再上传",
            field="file", code="type_mismatch",
        )  # fmt: skip


def get(actor: Actor, upload_id: int) -> ImportUpload:
    """One's own upload; raises NotFound."""
    upload = db.session.get(ImportUpload, upload_id)
    if upload is None or upload.user_id != actor.user_id:
        raise NotFound("没有这次导入，或不是您上传的")
    return upload


def name_of(upload: ImportUpload) -> str:
    """The name of the file as it was uploaded."""
    return db.session.get_one(Attachment, upload.attachment_id).name


def plan_of(actor: Actor, upload: ImportUpload) -> Plan:
    """What this import will do as things stand now."""
    file = attachments.path_of(db.session.get_one(Attachment, upload.attachment_id))
    return _plan(actor, upload.ledger, upload.options, file.read_bytes())


def _plan(actor: Actor, ledger: str, options: Mapping[str, Any], data: bytes) -> Plan:
    changed = Corrections(
        options.get("mapping") or {}, options.get("header_rows") or {}, tuple(options.get("left_out") or ())
    )
    return planning.make_plan(
        data, ledger, unit=_unit(actor, ledger, options), root=organization.root(),
        create_units=bool(options.get("create_units")), changed=changed,
    )  # fmt: skip


def _unit(actor: Actor, ledger: str, options: Mapping[str, Any]) -> Unit | None:
    given = options.get("unit_id")
    permission = PERMISSIONS[ledger]
    if given is None:
        if actor.units(permission) is not None:
            raise InvalidInput("请选择导入到哪个单位", field="unit_id", code="required")
        return None
    unit = db.session.get(Unit, given)
    if unit is None or not allowed(actor, permission, given):
        raise InvalidInput("没有这个单位，或不在您的职责范围内", field="unit_id", code="unknown_unit")
    return unit


def correct(actor: Actor, upload: ImportUpload, changed: Corrections) -> None:
    """Say what headers mean, where they stand and which sheets to leave out; raises InvalidInput, and changes
    nothing, when the file cannot be read so. What headers mean is remembered for the unit. Commits."""
    _refuse_done(upload)
    options = {
        **upload.options,
        "mapping": {**(upload.options.get("mapping") or {}), **changed.mapping},
        "header_rows": dict(changed.header_rows),
        "left_out": list(changed.left_out),
    }
    file = attachments.path_of(db.session.get_one(Attachment, upload.attachment_id))
    _refuse_twice(_plan(actor, upload.ledger, options, file.read_bytes()), changed.mapping)
    upload.options = options
    unit = _unit(actor, upload.ledger, options) or organization.root()
    importing.remember(unit, upload.ledger, changed.mapping)
    db.session.commit()


def _refuse_twice(plan: Plan, mapping: Mapping[str, str | None]) -> None:
    for table in plan.tables:
        headers: dict[str, str] = {}
        for column in table.columns:
            field = mapping.get(normalise(column.header))
            if field and headers.setdefault(field, column.header) != column.header:
                raise InvalidInput(
                    f"工作表“{table.sheet}”的“{headers[field]}”和“{column.header}”指定了同一含义："
                    "请把其中一列改为其他含义或不导入",
                    field="columns", code="column_twice",
                )  # fmt: skip


def _refuse_done(upload: ImportUpload) -> None:
    if upload.result is not None:
        raise InvalidInput("这次导入已经完成，不能重复确认；如需再次导入请重新选择文件", code="done")


def confirm(actor: Actor, upload_id: int, *, skip_bad_rows: bool) -> Outcome:
    """Carry the import out, once, as things stand now, and keep the refused rows as they were. Commits."""
    get(actor, upload_id)
    try:
        with progress.noted(upload_id) as note:
            return _confirm(actor, upload_id, note, skip_bad_rows=skip_bad_rows)
    except InvalidInput:
        db.session.rollback()  # the page that says why is read from what stands in the database
        raise


def _confirm(
    actor: Actor, upload_id: int, note: Callable[[int, int], None], *, skip_bad_rows: bool
) -> Outcome:
    importing.wait_for_others()
    own = select(ImportUpload).where(ImportUpload.id == upload_id).with_for_update()
    upload = db.session.scalars(own.execution_options(populate_existing=True)).one()
    _refuse_done(upload)
    plan = plan_of(actor, upload)
    if not plan.rows:
        raise InvalidInput("没有可以导入的行：请检查工作表和表头行的选择", code="no_rows")
    draft = bool(upload.options.get("draft"))
    total, done = plan.count(NEW), 0

    def count(rows: int) -> None:
        nonlocal done
        done += rows
        note(done, total)

    outcome = importing.write(actor, plan, draft=draft, skip_bad_rows=skip_bad_rows, progress=count)
    upload.result = {**vars(outcome), "refused_file": _kept_refusals(actor, plan), "told": _told(plan)}
    db.session.commit()
    return outcome


def _kept_refusals(actor: Actor, plan: Plan) -> int | None:
    if not plan.refusals:
        return None
    book = io.BytesIO(importing.refused_workbook(plan))
    return attachments.keep(actor.user_id, "未导入的行.xlsx", book).id


def _told(plan: Plan) -> Sequence[str]:
    return [f"工作表“{row.row.sheet}”第{row.row.number}行：{row.kept_because}" for row in plan.kept][:200]


def refused_rows(actor: Actor, upload: ImportUpload) -> bytes:
    """The refused rows with their reasons: of the import that was carried out, else of what it would do."""
    if upload.result is None:
        return importing.refused_workbook(plan_of(actor, upload))
    if not upload.result.get("refused_file"):
        raise NotFound("这次导入没有被拒绝的行")
    kept = db.session.get_one(Attachment, upload.result["refused_file"])
    return attachments.path_of(kept).read_bytes()
