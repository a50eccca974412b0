"""Import in three steps: file, what was recognised and what will happen, result."""

import io
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl.errors import InvalidInput
from riskctl.models import ImportUpload
from riskctl.services import organization
from riskctl.services.exchange import progress, uploads
from riskctl.services.exchange.columns import normalise
from riskctl.services.exchange.planning import (
    CHANGED,
    COLUMNS,
    NEW,
    REFUSED,
    SAME,
    Corrections,
    Plan,
    PlannedRow,
)
from riskctl.services.fact_labels import LABELS
from riskctl.web.access import current_actor, signed_in

pages = Blueprint("imports", __name__)
TITLES = {"risk-points": "导入风险点台账", "issues": "导入问题台账"}
_ACTIONS = {"new": NEW, "same": SAME, "changed": CHANGED, "refused": REFUSED}
_ON_A_PAGE = 100
# Where the word for a column of a sheet is not the word for the field of a record.
_NAMES = {
    "risk-points": {"sequence": "序号（不导入）", "unit": "单位", "title": "风险点", "level": "风险等级",
                    "measures": "防控措施"},
    "issues": {"sequence": "序号（不导入）", "unit": "责任单位", "title": "问题标题", "progress": "整改进展",
               "measures": "整改措施"},
}  # fmt: skip


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
    given = request.files.get("file")
    try:
        if given is None or not given.filename:
            raise InvalidInput("请选择文件", field="file", code="required")
        made = uploads.receive(current_actor(), ledger, given.filename, given.stream, options=_options())
    except InvalidInput as error:
        return _start_page(ledger, error), error.status
    return redirect(url_for("imports.preview", upload_id=made.id), 303)


def _options() -> dict[str, Any]:
    form = request.form
    return {
        "unit_id": _number(form.get("unit_id", "")),
        "header_row": _number(form.get("header_row", "")),
        "create_units": "create_units" in form,
        "draft": "draft" in form,
    }


def _number(text: str) -> int | None:
    # Nine digits: larger than any row or unit, and still an integer of the database.
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@pages.get("/import/<int:upload_id>")
@signed_in
def preview(upload_id: int) -> str | Redirect:
    """What was recognised, each column changeable, and what will happen row by row."""
    found = uploads.get(current_actor(), upload_id)
    if found.result is not None:
        return redirect(url_for("imports.result", upload_id=upload_id), 303)
    return _preview_page(found, None)


def _preview_page(found: ImportUpload, error: InvalidInput | None) -> str:
    plan = uploads.plan_of(current_actor(), found)
    shown = _ACTIONS.get(request.args.get("show", ""))
    rows = [row for row in plan.rows if shown is None or row.action == shown]
    page = max(_number(request.args.get("page", "")) or 1, 1)
    return render_template(
        "imports/preview.html", upload=found, plan=plan, title=TITLES[found.ledger], error=error,
        fields={name: _NAMES[found.ledger].get(name) or LABELS[name] for name in COLUMNS[found.ledger]},
        name=uploads.name_of(found), normalise=normalise, shown=request.args.get("show", ""), page=page,
        pages=-(-len(rows) // _ON_A_PAGE), rows=_one_page(rows, page), headers=_headers(plan),
        counts=[(key, action, plan.count(action)) for key, action in _ACTIONS.items()],
    )  # fmt: skip


def _one_page(rows: list[PlannedRow], page: int) -> list[PlannedRow]:
    return rows[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]


def _headers(plan: Plan) -> dict[str, Any]:
    """Each header once, whatever the number of sheets that have it."""
    found: dict[str, Any] = {}
    for table in plan.tables:
        for column in table.columns:
            found.setdefault(normalise(column.header), column)
    return found


@pages.post("/import/<int:upload_id>/columns")
@signed_in
def columns(upload_id: int) -> Redirect | tuple[str, int]:
    """Say what the columns mean, where the headers stand, which sheets to take."""
    actor = current_actor()
    found = uploads.get(actor, upload_id)
    try:
        uploads.correct(actor, found, _corrections(COLUMNS[found.ledger]))
    except InvalidInput as error:
        return _preview_page(uploads.get(actor, upload_id), error), 422
    return redirect(url_for("imports.preview", upload_id=upload_id), 303)


def _corrections(known: dict[str, tuple[str, ...]]) -> Corrections:
    form = request.form
    mapping = {
        key.removeprefix("column-"): value if value in known else None
        for key, value in form.items()
        if key.startswith("column-")
    }
    sheets = {key.removeprefix("sheet-"): name for key, name in form.items() if key.startswith("sheet-")}
    rows = {name: _number(form.get(f"header-{n}", "")) for n, name in sheets.items()}
    left_out = [name for n, name in sheets.items() if f"take-{n}" not in form]
    return Corrections(mapping, {name: row for name, row in rows.items() if row}, left_out)


@pages.post("/import/<int:upload_id>/confirm")
@signed_in
def confirm(upload_id: int) -> Redirect | tuple[str, int]:
    """Carry the import out."""
    actor = current_actor()
    try:
        uploads.confirm(actor, upload_id, skip_bad_rows="skip_bad_rows" in request.form)
    except InvalidInput as error:
        found = uploads.get(actor, upload_id)
        page = _preview_page(found, error) if found.result is None else _result_page(found, error)
        return page, 422
    return redirect(url_for("imports.result", upload_id=upload_id), 303)


@pages.get("/import/<int:upload_id>/progress")
@signed_in
def how_far(upload_id: int) -> dict[str, int]:
    """How far the import is; asked by the page that waits for it."""
    uploads.get(current_actor(), upload_id)
    done, total = progress.seen(upload_id)
    return {"done": done, "total": total}


@pages.get("/import/<int:upload_id>/result")
@signed_in
def result(upload_id: int) -> str:
    """What was done."""
    return _result_page(uploads.get(current_actor(), upload_id), None)


def _result_page(found: ImportUpload, error: InvalidInput | None) -> str:
    return render_template("imports/result.html", upload=found, title=TITLES[found.ledger], error=error)


@pages.get("/import/<int:upload_id>/refused.xlsx")
@signed_in
def refused(upload_id: int) -> Response:
    """The refused rows with their reasons."""
    actor = current_actor()
    data = io.BytesIO(uploads.refused_rows(actor, uploads.get(actor, upload_id)))
    return send_file(data, as_attachment=True, download_name="未导入的行.xlsx")
