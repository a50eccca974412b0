"""会议纪要: noting a meeting, and approving by it what waits for the body that met."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl.errors import InvalidInput
from riskctl.models.desk import BODIES
from riskctl.permissions import Permission
from riskctl.services import batches, meetings, people
from riskctl.web import cases, forms
from riskctl.web.access import current_actor, needs
from riskctl.web.forms import Form

pages = Blueprint("minutes", __name__)


@pages.get("/minutes")
@needs(Permission.MINUTES_RECORD)
def listing() -> str:
    """The meetings, and the form for a new one."""
    return _listing(Form(meetings.inputs()))


def _listing(form: Form) -> str:
    return render_template(
        "minutes/list.html", meetings=meetings.latest(), form=form, bodies=BODIES, shown_value=forms.shown
    )


@pages.post("/minutes")
@needs(Permission.MINUTES_RECORD)
def create() -> Response | tuple[str, int]:
    """Note a meeting's minutes."""
    actor, inputs = current_actor(), meetings.inputs()
    raw, refused = forms.read(actor, inputs)
    if refused:
        return _listing(Form(inputs, raw, refused)), 422
    try:
        made = meetings.record(actor, raw)
    except InvalidInput as error:
        return _listing(Form(inputs, raw, error.reasons)), 422
    return redirect(url_for("minutes.one", minutes_id=made.id), 303)


@pages.get("/minutes/<int:minutes_id>")
@needs(Permission.MINUTES_RECORD)
def one(minutes_id: int) -> str:
    """One meeting: what it has approved, and what waits for it."""
    return _one(minutes_id, [])


def _one(minutes_id: int, refused: list[tuple[str, str]]) -> str:
    actor, found = current_actor(), meetings.get(minutes_id)
    return render_template(
        "minutes/one.html", minutes=found, bodies=BODIES, waiting=meetings.waiting(actor, found),
        approved=meetings.approved(actor, found), refused=refused, url_of=cases.url_of,
        names=people.names({found.chair_id, found.recorded_by_id}), most=batches.MOST,
    )  # fmt: skip


@pages.post("/minutes/<int:minutes_id>")
@needs(Permission.MINUTES_RECORD)
def decide(minutes_id: int) -> Response | tuple[str, int]:
    """Approve the chosen cases; what its own rules refuse is told with the reason."""
    actor, found = current_actor(), meetings.get(minutes_id)
    codes = {(t.record.CASE_TYPE, t.record.id): t.record.code for t in meetings.waiting(actor, found)}
    chosen = [key for value in request.form.getlist("case") if (key := _key(value))]
    done = meetings.decide(actor, found, chosen)
    refused = [
        (codes.get((case_type, case_id), f"{case_id}"), str(outcome.error))
        for (case_type, case_id, _), outcome in zip(chosen, done, strict=False)
        if outcome.error is not None
    ]
    if refused:
        return _one(minutes_id, refused), 422
    return redirect(url_for("minutes.one", minutes_id=minutes_id), 303)


def _key(value: str) -> tuple[str, int, int] | None:
    # "issue:17:4": kind, id and the version that the page showed.
    parts = value.split(":")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 10 for part in parts[1:]):
        return None
    return parts[0], int(parts[1]), int(parts[2])
