"""后台任务: how far long work is, giving it up, and what came of it; and the seals with their check."""

import re
from datetime import date

from flask import Blueprint, Response, abort, json, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl.errors import InvalidInput
from riskctl.models.job import JOB_STATES
from riskctl.permissions import Permission
from riskctl.services import background, job_files, seal_book, seals
from riskctl.web.access import current_actor, needs, signed_in

pages = Blueprint("background", __name__)


@pages.get("/jobs")
@signed_in
def listing() -> str:
    """What one asked for."""
    return render_template("background/list.html", jobs=background.mine(current_actor()), states=JOB_STATES)


@pages.get("/jobs/<int:job_id>")
@signed_in
def job(job_id: int) -> str:
    """How far it is; without scripts the page is opened anew every few seconds."""
    found = background.get(current_actor(), job_id)
    return render_template("background/job.html", job=found, states=JOB_STATES)


@pages.get("/jobs/<int:job_id>/progress")
@signed_in
def progress(job_id: int) -> dict[str, object]:
    """How far it is, for the page that shows it."""
    found = background.get(current_actor(), job_id)
    return {"state": found.state, "done": found.done, "total": found.total}


@pages.get("/jobs/<int:job_id>/file")
@signed_in
def file(job_id: int) -> Response:
    """What it made, for the one who asked and as long as he may see all that it holds."""
    found = job_files.get(current_actor(), job_id)
    response = send_file(found.path, as_attachment=True, download_name=found.name, conditional=False)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/jobs/<int:job_id>/cancel")
@signed_in
def cancel(job_id: int) -> Redirect:
    """Give it up."""
    background.cancel(current_actor(), job_id)
    return redirect(url_for("background.job", job_id=job_id), 303)


@pages.get("/seals")
@needs(Permission.AUDIT_VIEW)
def sealed() -> str:
    """封存: every seal, to be taken away, and the check of all events."""
    return _seals(None)


def _seals(error: InvalidInput | None) -> str:
    given = request.args.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 10 else None
    found, following = seal_book.page(current_actor(), after)
    return render_template(
        "background/seals.html", seals=found, following=following, months=seal_book.months(), error=error
    )


@pages.get("/seals/<int:seal_id>.json")
@needs(Permission.AUDIT_VIEW)
def seal_file(seal_id: int) -> Response:
    """The seal with its members, to be kept elsewhere."""
    seal = seal_book.get(current_actor(), seal_id)
    text = json.dumps(seals.export_seal(seal), ensure_ascii=False, indent=1)
    headers = {
        "Content-Disposition": f"attachment; filename=seal-{seal.id}.json",
        "Cache-Control": "no-store",
    }
    return Response(text, content_type="application/json", headers=headers)


@pages.get("/seals/month/<month>")
@needs(Permission.AUDIT_VIEW)
def month_sheet(month: str) -> str:
    """封存单 of a month: printed, signed, lodged with 驻厅组."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        abort(404)
    sheet = seal_book.month_sheet(current_actor(), date.fromisoformat(f"{month}-01"))
    return render_template("background/month.html", sheet=sheet)


@pages.post("/seals/check")
@needs(Permission.AUDIT_VIEW)
def check() -> Redirect | tuple[str, int]:
    """Let the worker check everything, against a seal that was kept elsewhere where one is given."""
    file = request.files.get("seal")
    try:
        if file is not None and file.filename:
            asked = seal_book.ask_check(current_actor(), file.filename, file.stream)
        else:
            asked = seal_book.ask_check(current_actor())
    except InvalidInput as error:
        return _seals(error), 422
    return redirect(url_for("background.job", job_id=asked.id), 303)
