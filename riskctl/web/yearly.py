"""What is reported and frozen of the ledger: 变更报告 of the month, 年度台账, and the 复核表 on paper."""

import io
from datetime import date, datetime

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.permissions import Permission
from riskctl.services import annual_ledgers, annual_reviews, change_reports, ledgers, people
from riskctl.services.exchange import tables
from riskctl.services.facts import months_before
from riskctl.web.access import current_actor, needs, signed_in

pages = Blueprint("yearly", __name__)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MONTHS_SHOWN = 12


def _month() -> date:
    """The month that the address asks for, else the one before the present."""
    this = clock.today().replace(day=1)
    try:
        given = datetime.strptime(request.args.get("month", ""), "%Y-%m")  # noqa: DTZ007 -- a month, no moment
    except ValueError:
        return months_before(this, 1)
    return given.date()


@pages.get("/change-reports")
@signed_in
def reports() -> str:
    """The reports of a month, and what has changed in the present one so far."""
    actor, month = current_actor(), _month()
    found = change_reports.listing(actor, month)
    this = clock.today().replace(day=1)
    return render_template(
        "change_reports/list.html", month=month, reports=found, due_on=change_reports.due_on(month),
        months=[months_before(this, n) for n in range(1, _MONTHS_SHOWN + 1)], running=change_reports.running(actor),
        running_due=change_reports.due_on(this), units=actor.units(Permission.CHANGE_REPORT),
        names=people.names({report.reported_by_id for report in found if report.reported_by_id}),
    )  # fmt: skip


@pages.post("/change-reports/<int:report_id>/report")
@needs(Permission.CHANGE_REPORT)
def report(report_id: int) -> Redirect:
    """Report a month's changes."""
    found = change_reports.report(current_actor(), report_id)
    return redirect(url_for("yearly.reports", month=f"{found.month:%Y-%m}"), 303)


@pages.get("/change-reports/export")
@needs(Permission.LEDGER_EXPORT)
def export_reports() -> Response:
    """The changes of a month as a workbook."""
    actor, month = current_actor(), _month()
    rows = change_reports.lines(change_reports.listing(actor, month))
    title = f"{month.year}年{month.month}月风险点变更报告"
    data = tables.workbook(actor, title, change_reports.HEADERS, rows)
    return _file(data, f"{title}.xlsx")


def _file(data: bytes, name: str) -> Response:
    return send_file(io.BytesIO(data), mimetype=_XLSX, as_attachment=True, download_name=name)


@pages.get("/annual-ledgers")
@signed_in
def frozen() -> str:
    """Every frozen ledger."""
    found = annual_ledgers.listing()
    names = people.names({ledger.made_by_id for ledger in found if ledger.made_by_id})
    return render_template("annual_ledgers/list.html", ledgers=found, names=names)


@pages.get("/annual-ledgers/<int:year>/<int:number>")
@signed_in
def ledger(year: int, number: int) -> str:
    """One frozen ledger, as far as the person may see its units."""
    return _ledger_page(year, number, None)


def _ledger_page(year: int, number: int, error: InvalidInput | None) -> str:
    actor, found = current_actor(), annual_ledgers.get(year, number)
    given = request.args.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 10 else 0
    rows = annual_ledgers.rows(actor, found, after=after)
    return render_template(
        "annual_ledgers/ledger.html", ledger=found, total=annual_ledgers.count(actor, found), error=error,
        rows=rows[: annual_ledgers.PAGE], after=after,
        following=rows[annual_ledgers.PAGE - 1].position if len(rows) > annual_ledgers.PAGE else None,
        untouched=annual_ledgers.is_untouched(found) if found.row_count <= annual_ledgers.CHECKED_AT_ONCE else None,
    )  # fmt: skip


@pages.get("/annual-ledgers/<int:year>/<int:number>/export")
@needs(Permission.LEDGER_EXPORT)
def export_ledger(year: int, number: int) -> Response | tuple[str, int]:
    """The frozen ledger as offices print it; the reason becomes an event."""
    found = annual_ledgers.get(year, number)
    try:
        data = annual_ledgers.workbook(current_actor(), found, request.args.get("reason", ""))
    except InvalidInput as error:
        return _ledger_page(year, number, error), error.status
    return _file(data, f"{year}年度廉政风险点台账-{number}.xlsx")


@pages.post("/annual-ledgers/<int:year>/correct")
@needs(Permission.ANNUAL_LEDGER_CORRECT)
def correct(year: int) -> Redirect | tuple[str, int]:
    """Freeze the ledger anew beside the one of the year, with the reason."""
    try:
        made = annual_ledgers.correct(current_actor(), year, request.form.get("reason", ""))
    except InvalidInput as error:
        return _ledger_page(year, 1, error), error.status
    return redirect(url_for("yearly.ledger", year=year, number=made.number), 303)


@pages.get("/annual-reviews/<int:review_id>/form")
@signed_in
def form(review_id: int) -> str:
    """年度复核表 on A4: to be signed on paper, or with what was confirmed."""
    review = ledgers.get(current_actor(), "annual_review", review_id)
    signed = people.names({i for i in (review.confirmed_by_id, review.countersigned_by_id) if i})
    return render_template(
        "annual_reviews/form.html", review=review, rows=annual_reviews.shown(review), names=signed
    )
