"""打印台账: what the list shows under its filters, on paper, as a job."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl.documents.kinds import KINDS
from riskctl.errors import InvalidInput
from riskctl.permissions import Permission
from riskctl.services import ledger_prints, ledgers
from riskctl.web import filters
from riskctl.web.access import current_actor, needs

pages = Blueprint("ledger_prints", __name__)
_LISTS = {"risk-points": "risk_point", "issues": "issue"}
_PRINT = "/<any({}):area>/print".format(", ".join(f"'{name}'" for name in _LISTS))


@pages.get(_PRINT)
@needs(Permission.LEDGER_EXPORT)
def form(area: str) -> str:
    """What will be printed, on which paper, and why."""
    return _page(area, None)


@pages.post(_PRINT)
@needs(Permission.LEDGER_EXPORT)
def ask(area: str) -> Redirect | tuple[str, int]:
    """Let the worker print; the address carries the filters of the list."""
    case_type = _LISTS[area]
    query = filters.read(case_type)
    said = filters.said(case_type, query)
    try:
        job = ledger_prints.ask(current_actor(), case_type, query, said, request.form)
    except InvalidInput as error:
        return _page(area, error), error.status
    return redirect(url_for("background.job", job_id=job.id), 303)


@pages.app_template_global()
def filtered(path: str) -> str:
    """An address with the filters of the list that is shown."""
    return filters.addressed(path, {**filters.given()})


def _page(area: str, error: InvalidInput | None) -> str:
    case_type = _LISTS[area]
    query = filters.read(case_type)
    return render_template(
        "ledger_prints/form.html", area=area, title=KINDS[ledger_prints.FORMS[case_type]].title, error=error,
        papers=ledger_prints.PAPERS, total=ledgers.count(current_actor(), case_type, query),
        said=filters.said(case_type, query), most=ledger_prints.MOST,
    )  # fmt: skip
