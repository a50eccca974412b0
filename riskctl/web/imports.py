"""Import in three steps: file, what was recognised and what will happen, result."""

import io
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl.errors import InvalidInput
from riskctl.models import ImportUpload
from riskctl.services import organization
from riskctl.services.exchange import importing, uploads
from riskctl.services.exchange.columns import normalise
from riskctl.services.exchange.planning import COLUMNS
from riskctl.services.fact_labels import LABELS
from riskctl.web.access import current_actor, signed_in

pages = Blueprint("imports", __name__)
TITLES = {"risk-points": "导入风险点台账", "issues": "导入问题台账"}
_SHOWN = 200


@pages.get("/import/<any('risk-points','issues'):ledger>")
@signed_in
def start(ledger: str) -> str:
    """Choose the file."""
    return _start_page(ledger, None)


def _start_page(ledger: str, error: InvalidInput | None) -> str:
    actor = current_actor()
    units = actor.units(uploads.PERMISSIONS[ledger])
    return render_template(
        "imports/start.html", ledger=ledger, title=TITLES[ledger], error=error,
        units=organization.unit_choices(actor, units), whole=units is None, form=request.form,
    )  # fmt: skip


@pages.post("/import/<any('risk-points','issues'):ledger>")
@signed_in
def upload(ledger: str) -> Redirect | tuple[str, int]:
    """Read the file; a file that cannot be read comes back with what is wrong with it."""
    given, form = request.files.get("file"), request.form
    unit = form.get("unit_id", "")
    options = {
        "unit_id": int(unit) if unit.isdecimal() else None,
        "create_units": "create_units" in form,
        "draft": "draft" in form,
    }
    try:
        if given is None or not given.filename:
            raise InvalidInput("请选择文件", field="file", code="required")
        made = uploads.receive(current_actor(), ledger, given.filename, given.stream, options=options)
    except InvalidInput as error:
        return _start_page(ledger, error), 422
    return redirect(url_for("imports.preview", upload_id=made.id), 303)


@pages.get("/import/<int:upload_id>")
@signed_in
def preview(upload_id: int) -> str:
    """What was recognised, each column changeable, and what will happen row by row."""
    return _preview_page(uploads.get(current_actor(), upload_id), None)


def _preview_page(found: ImportUpload, error: InvalidInput | None) -> str:
    plan = uploads.plan_of(current_actor(), found)
    fields = {name: LABELS.get(name, _NAMES.get(name, name)) for name in COLUMNS[found.ledger]}
    return render_template(
        "imports/preview.html", upload=found, plan=plan, title=TITLES[found.ledger], fields=fields, error=error,
        rows=plan.rows[:_SHOWN], normalise=normalise,
        counts=[(name, plan.count(name)) for name in ("新增", "无变化", "变更建议", "拒绝")],
    )  # fmt: skip


_NAMES = {"sequence": "序号（不导入）", "unit": "单位", "progress": "整改进展"}


@pages.post("/import/<int:upload_id>/columns")
@signed_in
def columns(upload_id: int) -> Redirect:
    """Say what the columns mean."""
    actor = current_actor()
    found = uploads.get(actor, upload_id)
    known = COLUMNS[found.ledger]
    mapping: dict[str, Any] = {
        key.removeprefix("column-"): value if value in known else None
        for key, value in request.form.items()
        if key.startswith("column-")
    }
    uploads.map_columns(actor, found, mapping)
    return redirect(url_for("imports.preview", upload_id=upload_id), 303)


@pages.post("/import/<int:upload_id>/confirm")
@signed_in
def confirm(upload_id: int) -> Redirect | tuple[str, int]:
    """Carry the import out."""
    actor = current_actor()
    found = uploads.get(actor, upload_id)
    try:
        uploads.confirm(actor, found, skip_bad_rows="skip_bad_rows" in request.form)
    except InvalidInput as error:
        return _preview_page(uploads.get(actor, upload_id), error), 422
    return redirect(url_for("imports.result", upload_id=upload_id), 303)


@pages.get("/import/<int:upload_id>/result")
@signed_in
def result(upload_id: int) -> str:
    """What was done."""
    found = uploads.get(current_actor(), upload_id)
    return render_template("imports/result.html", upload=found, title=TITLES[found.ledger])


@pages.get("/import/<int:upload_id>/refused.xlsx")
@signed_in
def refused(upload_id: int) -> Response:
    """The refused rows with their reasons."""
    actor = current_actor()
    plan = uploads.plan_of(actor, uploads.get(actor, upload_id))
    data = io.BytesIO(importing.refused_workbook(plan))
    return send_file(data, as_attachment=True, download_name="未导入的行.xlsx")
