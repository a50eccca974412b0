"""Acts on the cases that were ticked in a ledger: chosen there, confirmed here, told as a table."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl.errors import Reason
from riskctl.schemas import inputs as schemas
from riskctl.services import selections
from riskctl.services.selections import Prepared
from riskctl.web import cases, forms
from riskctl.web.access import current_actor, signed_in
from riskctl.web.forms import Form
from riskctl.web.three_lists import ticked

pages = Blueprint("selections", __name__)
_SELECTION = cases.LEDGER + "/selection"


@pages.post(_SELECTION + "/ask")
@signed_in
def ask(area: str) -> Response:
    """From the ledger's boxes to the page that asks what is still needed."""
    ids, act = ticked(), request.form.get("act", "")
    if act == "three_lists":
        return redirect(url_for("three_lists.show", id=ids), 303)
    return redirect(url_for("selections.show", area=area, act=act, id=ids), 303)


@pages.get(_SELECTION)
@signed_in
def show(area: str) -> str:
    """What the act would be for each of the cases, and what it asks."""
    prepared = _prepared(area)
    return _page(area, prepared, Form(prepared.inputs))


@pages.post(_SELECTION)
@signed_in
def perform(area: str) -> Response | tuple[str, int]:
    """Do it, each case by its own rules; what is missing for all comes back with what was typed."""
    actor, prepared = current_actor(), _prepared(area)
    raw, refused = forms.read(actor, prepared.inputs)
    refused += schemas.load(prepared.inputs, raw)[1]
    if prepared.act == "step" and not prepared.trigger:
        refused.append(Reason("trigger", "请先选择要办理的步骤"))
    if forms.asks_for_a_row() or refused:
        shown = [] if forms.asks_for_a_row() else refused
        return _page(area, prepared, Form(prepared.inputs, raw, shown)), 422 if shown else 200
    run = selections.perform(actor, prepared, _versions(prepared), raw)
    return redirect(url_for("selections.outcome", run_id=run.id), 303)


@pages.get("/selections/<int:run_id>")
@signed_in
def outcome(run_id: int) -> str:
    """What was done, what was refused, and why."""
    run = selections.outcome(current_actor(), run_id)
    name = cases.NAMES[run.case_type]
    done = sum(1 for row in run.rows if row["ok"])
    return render_template("cases/outcome.html", run=run, name=name, area=cases.AREAS[name], done=done)


def _prepared(area: str) -> Prepared:
    values = request.values
    return selections.prepare(
        current_actor(),
        cases.AREAS[area].case_type,
        values.get("act", ""),
        ticked(),
        values.get("trigger", ""),
    )


def _versions(prepared: Prepared) -> dict[int, int]:
    given = {c.record.id: request.form.get(f"version-{c.record.id}", "") for c in prepared.candidates}
    return {i: int(text) for i, text in given.items() if text.isdecimal() and len(text) < 10}


def _page(area: str, prepared: Prepared, form: Form) -> str:
    able = sum(1 for candidate in prepared.candidates if not candidate.why_not)
    return render_template(
        "cases/selection.html", name=area, area=cases.AREAS[area], prepared=prepared, form=form, able=able,
        shown_value=forms.shown, acts=selections.ACTS, ids=[c.record.id for c in prepared.candidates],
    )  # fmt: skip
