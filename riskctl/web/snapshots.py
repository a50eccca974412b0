"""月度快照: every ledger as it was frozen at each month's end, and corrections beside it."""

from datetime import date, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.permissions import Permission
from riskctl.services import background, findings, freezing, people, snapshots
from riskctl.services.transitions import KINDS
from riskctl.web.access import current_actor, needs, signed_in
from riskctl.web.cases import NAMES

pages = Blueprint("snapshots", __name__)


@pages.get("/snapshots")
@signed_in
def listing() -> str:
    """Every monthly snapshot, the latest month first."""
    found = snapshots.listing()
    names = people.names({head.made_by_id for head in found if head.made_by_id})
    return render_template(
        "past/snapshots.html", heads=found, names=names, kinds=findings.LABELS,
        due=snapshots.last_day(clock.today().replace(day=1)),
    )  # fmt: skip


@pages.get("/snapshots/<case_type>/<month>")
@signed_in
def show(case_type: str, month: str) -> str:
    """One kind's snapshot of a month, with every correction beside it, as far as the person may see its rows."""
    return _page(case_type, _month(month), None)


def _page(case_type: str, month: date, error: InvalidInput | None) -> str:
    heads = snapshots.numbers(case_type, month)
    counted = {head.number: snapshots.counts(current_actor(), head) for head in heads}
    return render_template(
        "past/snapshot.html", heads=heads, counted=counted, error=error, kind=findings.LABELS[case_type], month=month,
        last_day=snapshots.last_day(month), states=KINDS[case_type].workflow.states, area=NAMES[case_type],
        names=people.names({head.made_by_id for head in heads if head.made_by_id}),
        untouched={
            h.number: snapshots.is_untouched(h) for h in heads if h.row_count <= snapshots.CHECKED_AT_ONCE
        },
    )  # fmt: skip


@pages.post("/snapshots/<case_type>/<month>/correct")
@needs(Permission.ANNUAL_LEDGER_CORRECT)
def correct(case_type: str, month: str) -> Response | tuple[str, int]:
    """Ask for a correction beside what stands; the worker makes it."""
    actor, reason, first = current_actor(), request.form.get("reason", "").strip(), _month(month)
    try:
        freezing.check_correction(actor, case_type, first, reason)
    except InvalidInput as error:
        return _page(case_type, first, error), error.status
    label = f"更正{first.year}年{first.month}月{findings.LABELS[case_type]}快照"
    params = {"case_type": case_type, "month": first.isoformat(), "reason": reason}
    job = background.ask(actor, "correct_snapshot", label, params)
    return redirect(url_for("background.job", job_id=job.id), 303)


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 -- a month, no moment
    except ValueError:
        abort(404)
