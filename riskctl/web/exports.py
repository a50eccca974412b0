"""导出台账: why and in which shape, then a job; and the office's own shapes, kept by the administrator."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl.errors import InvalidInput
from riskctl.permissions import Permission
from riskctl.services import ledger_filters, ledgers
from riskctl.services.exchange import ledger_exports, own_shapes, shapes
from riskctl.services.exchange.printed_ledgers import LEDGERS
from riskctl.web.access import current_actor, needs

pages = Blueprint("exports", __name__)
_CASES = {ledger: case_type for case_type, ledger in ledger_exports.LEDGER_OF.items()}
_LEDGER = "/<any('risk-points','issues','interviews'):ledger>/export"


@pages.get(_LEDGER)
@needs(Permission.LEDGER_EXPORT)
def form(ledger: str) -> str:
    """What will be taken out, the reason, the shape."""
    return _form(ledger, None)


def _form(ledger: str, error: InvalidInput | None) -> str:
    case_type, given = _CASES[ledger], _given()
    return render_template(
        "exports/form.html", ledger=ledger, title=LEDGERS[ledger].title, error=error, given=given,
        filters=ledger_exports.in_words(case_type, given), shapes=own_shapes.listing(ledger), form=request.form,
        total=None if given.get("as_of") else ledgers.count(
            current_actor(), case_type, ledger_filters.read(case_type, given), most=ledgers.MOST_COUNTED
        ), most=ledgers.MOST_COUNTED,
    )  # fmt: skip


def _given() -> dict[str, str]:
    # Boxes stand in an address several times.
    found = {name: ",".join(filter(None, request.args.getlist(name))) for name in request.args}
    return {name: value for name, value in found.items() if value}


@pages.post(_LEDGER)
@needs(Permission.LEDGER_EXPORT)
def ask(ledger: str) -> Response | tuple[str, int]:
    """Let the worker write it."""
    chosen = request.form.get("shape", "")
    try:
        job = ledger_exports.ask(
            current_actor(), _CASES[ledger], _given(), reason=request.form.get("reason", ""),
            shape_id=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else None,
        )  # fmt: skip
    except InvalidInput as error:
        return _form(ledger, error), 422
    return redirect(url_for("background.job", job_id=job.id), 303)


@pages.get("/export-shapes")
@needs(Permission.TEMPLATE_MANAGE)
def listing() -> str:
    """The shapes, and the form for another one."""
    return _listing(None)


def _listing(error: InvalidInput | None) -> str:
    return render_template(
        "exports/shapes.html", shapes=own_shapes.listing(), ledgers=LEDGERS, error=error, form=request.form,
        general=shapes.GENERAL, most=shapes.MOST_ROWS,
    )  # fmt: skip


@pages.post("/export-shapes")
@needs(Permission.TEMPLATE_MANAGE)
def add() -> Response | tuple[str, int]:
    """Offer an uploaded workbook."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise InvalidInput("请选择样式文件", field="file", code="required")
        own_shapes.add(
            current_actor(), request.form.get("ledger", ""), request.form.get("name", "").strip(),
            file_name=file.filename, stream=file.stream,
        )  # fmt: skip
    except InvalidInput as error:
        return _listing(error), 422
    return redirect(url_for("exports.listing"), 303)


@pages.post("/export-shapes/<int:shape_id>/withdraw")
@needs(Permission.TEMPLATE_MANAGE)
def withdraw(shape_id: int) -> Response:
    """Offer it no more."""
    own_shapes.withdraw(current_actor(), shape_id)
    return redirect(url_for("exports.listing"), 303)
