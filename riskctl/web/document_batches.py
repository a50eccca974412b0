"""批量打印文书: what was ticked on the list of documents, or all that its filters leave, as one job."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl.errors import InvalidInput
from riskctl.services import document_batches
from riskctl.web import filters
from riskctl.web.access import current_actor, signed_in

pages = Blueprint("document_batches", __name__)


@pages.post("/notices/print")
@signed_in
def ask() -> Redirect:
    """Put the documents together; the address carries the filters of the list."""
    actor = current_actor()
    if request.form.get("which") == "filtered":
        ids = document_batches.chosen(actor, filters.read("notice"))
    else:
        ids = _ticked()
    job = document_batches.ask(actor, ids, request.form.get("shape", ""))
    return redirect(url_for("background.job", job_id=job.id), 303)


def _ticked() -> list[int]:
    given = request.form.getlist("id")
    if not all(value.isascii() and value.isdecimal() and len(value) < 10 for value in given):
        raise InvalidInput("所选的文书有误，请回到列表重新勾选", field="id")
    return [int(value) for value in given]
