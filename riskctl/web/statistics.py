"""统计: the reports R1 to R10 as pages, as PDF and as workbook; each number leads to the rows behind it."""

import io
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file, url_for

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.permissions import Permission
from riskctl.services.statistics import (
    behind,
    drawings,
    extras,
    frozen,
    periods,
    printing,
    reports,
    scopes,
    sheets,
    statements,
)
from riskctl.services.statistics.shapes import Asked
from riskctl.services.statistics.values import Behind, change
from riskctl.services.transitions import KINDS
from riskctl.web.access import current_actor, needs
from riskctl.web.cases import NAMES
from riskctl.workflows import dictionaries as words

pages = Blueprint("statistics", __name__)
_CODES = "<any({}):code>".format(", ".join(f"'{code}'" for code in reports.REPORTS))
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked() -> Asked:
    """What the address asks for; raises InvalidInput that names the filter."""
    given = request.args
    first, last = given.get("from", ""), given.get("to", "")
    name = f"{first}~{last}" if first or last else given.get("period", "")
    unit = given.get("unit", "")
    if unit and not (unit.isdecimal() and len(unit) < 10):
        raise InvalidInput("单位有误，请从列表中选择", field="unit", code="unit")
    return Asked(
        periods.parse(name) if name else periods.of_month(clock.today()),
        int(unit) if unit else None, _choice("level", words.LEVELS), _choice("severity", words.SEVERITIES),
    )  # fmt: skip


def _choice(name: str, known: dict[str, str]) -> str | None:
    value = request.args.get(name, "")
    if value and value not in known:
        raise InvalidInput(
            f"没有“{value}”，可用：{'、'.join(known.values())}", field=name, code="unknown_choice"
        )
    return value or None


def address(found: Behind) -> str:
    """Where the rows behind a number are shown."""
    filters: dict[str, Any] = dict(found.filters)
    if found.frozen:
        return url_for("statistics.rows", **filters)
    return url_for("cases.ledger", area=NAMES[found.kind], **filters)


def _frame(wanted: Asked) -> dict[str, Any]:
    """What every page of statistics shows around its numbers."""
    actor = current_actor()
    scope = scopes.of(actor, wanted.unit_id)
    kept = {
        "period": wanted.period.key, "unit": wanted.unit_id, "level": wanted.level, "severity": wanted.severity,
    }  # fmt: skip
    return {
        "asked": wanted, "scope": scope, "units": scopes.choices(actor), "offered": periods.offered(clock.today()),
        "kept": {name: value for name, value in kept.items() if value}, "change": change, "address": address,
        "reports": [r for r in reports.REPORTS.values() if statements.may_read(actor, r, scope.unit)],
    }  # fmt: skip


@pages.get("/statistics")
@needs(Permission.CASE_VIEW)
def overview() -> str:
    """The lines of every report, and the year's course."""
    actor, wanted = current_actor(), asked()
    found = statements.overview(actor, wanted)
    return render_template(
        "statistics/overview.html", statements=found, course=extras.course_of(actor, wanted),
        charts=drawings, general=printing.GENERAL, **_frame(wanted),
    )  # fmt: skip


@pages.get(f"/statistics/{_CODES}")
@needs(Permission.CASE_VIEW)
def report(code: str) -> str:
    """One report."""
    actor, wanted = current_actor(), asked()
    return render_template(
        "statistics/report.html", statement=statements.statement(actor, code, wanted),
        heat=extras.heat_of(actor, wanted) if code == "r2" else None,
        copies=extras.copies_of(actor, wanted) if code == "r10" else None, charts=drawings, general=printing.GENERAL,
        likelihoods=words.LIKELIHOODS[::-1], impacts=words.IMPACTS, **_frame(wanted),
    )  # fmt: skip


@pages.get("/statistics/rows")
@needs(Permission.CASE_VIEW)
def rows() -> str:
    """The frozen rows behind a number of a closed month."""
    actor, given = current_actor(), request.args
    unit, after = given.get("unit", ""), given.get("after", "")
    if not all(text.isdecimal() and len(text) < 10 for text in (unit or "0", after or "0")):
        raise InvalidInput("地址有误，请从统计页面重新打开", code="address")
    counted = behind.read(given.get("figure", ""))
    top = scopes.of(actor, int(unit) if unit else None).unit
    narrowed = {name: given[name] for name in frozen.NARROWED if given.get(name)}
    found = frozen.rows(actor, counted, top, narrowed, after=int(after or 0))
    return render_template(
        "statistics/rows.html", counted=counted, top=top, rows=found[: frozen.PAGE], area=NAMES[counted.figure.kind],
        states=KINDS[counted.figure.kind].workflow.states, following=found[frozen.PAGE - 1][0].case_id if len(found) > frozen.PAGE else None, given=given,
    )  # fmt: skip


@pages.get(f"/statistics/{_CODES}/export")
@needs(Permission.LEDGER_EXPORT)
def export(code: str) -> Response:
    """One report as a workbook, its definitions on a sheet of their own."""
    actor, wanted = current_actor(), asked()
    found = statements.statement(actor, code, wanted)
    heat = extras.heat_of(actor, wanted) if code == "r2" else None
    return _file(sheets.workbook(actor, found, heat), f"{printing.title_of(found)}.xlsx", _XLSX)


@pages.get(f"/statistics/{_CODES}/print")
@needs(Permission.CASE_VIEW)
def printed(code: str) -> Response:
    """One report as PDF, with the definitions of its figures."""
    actor, wanted = current_actor(), asked()
    found = statements.statement(actor, code, wanted)
    heat = extras.heat_of(actor, wanted) if code == "r2" else None
    return _file(printing.pdf(actor, found, heat), f"{printing.title_of(found)}.pdf", "application/pdf")


def _file(data: bytes, name: str, media_type: str) -> Response:
    return send_file(io.BytesIO(data), mimetype=media_type, as_attachment=True, download_name=name)
