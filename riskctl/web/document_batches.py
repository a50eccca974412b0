"""批量打印文书: what was ticked on a list, or all that its filters leave, as one job."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl.errors import InvalidInput
from riskctl.services import document_batches
from riskctl.services.document_batches import Choice
from riskctl.web import filters
from riskctl.web.access import current_actor, signed_in

pages = Blueprint("document_batches", __name__)
# The lists whose documents may be printed many at once.
_LISTS = {"notices": "notice", "risk-points": "risk_point", "issues": "issue"}
_LIST = "/<any({}):area>".format(", ".join(f"'{name}'" for name in _LISTS))


@pages.post(_LIST + "/documents")
@signed_in
def ask(area: str) -> Redirect:
    """Put the documents together; the address carries the filters of the list."""
    actor, case_type = current_actor(), _LISTS[area]
    if request.form.get("which") == "filtered":
        ids = document_batches.filtered(actor, case_type, filters.read(case_type))
    else:
        ids = _ticked()
    kind = request.form.get("kind", "") if case_type != "notice" else ""
    job = document_batches.ask(actor, Choice(case_type, ids, kind), request.form.get("shape", ""))
    return redirect(url_for("background.job", job_id=job.id), 303)


@pages.app_template_global()
def printable(area: str) -> Mapping[str, str] | None:
    """The documents that may be printed of the cases of a list; None where the list has none."""
    return document_batches.kinds(_LISTS[area]) if area in _LISTS else None


def _ticked() -> list[int]:
    given = request.form.getlist("id")
    if not all(value.isascii() and value.isdecimal() and len(value) < 10 for value in given):
        raise InvalidInput("所选的记录有误，请回到列表重新勾选", field="id")
    return [int(value) for value in given]
