"""人工定色: the form by which 机关纪委 shows another colour than the computed one."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from riskctl.errors import InvalidInput, NotFromHere, Reason, RuleBroken
from riskctl.permissions import Permission
from riskctl.services import colour_overrides, ledgers, urgency
from riskctl.services.transitions import CaseRef
from riskctl.web import forms
from riskctl.web.access import current_actor, needs
from riskctl.web.cases import AREAS, RECORD
from riskctl.web.forms import Form

pages = Blueprint("colours", __name__)


@pages.get(RECORD + "/colour")
@needs(Permission.COLOUR_OVERRIDE)
def show(area: str, record_id: int) -> str:
    """The colour as computed, the manual one if any, and the form for another."""
    return _page(area, record_id, Form(colour_overrides.inputs()))


@pages.post(RECORD + "/colour")
@needs(Permission.COLOUR_OVERRIDE)
def save(area: str, record_id: int) -> Response | tuple[str, int]:
    """Set the colour; what is refused comes back with everything that was typed."""
    actor, inputs = current_actor(), colour_overrides.inputs()
    raw, _ = forms.read(actor, inputs)
    try:
        colour_overrides.set_colour(actor, CaseRef(AREAS[area].case_type, record_id), raw)
    except (RuleBroken, InvalidInput, NotFromHere) as error:
        said = error.reasons or [Reason(error.code, error.message)]
        return _page(area, record_id, Form(inputs, raw, said)), error.status
    return redirect(url_for("cases.record", area=area, record_id=record_id), 303)


@pages.post(RECORD + "/colour/lift")
@needs(Permission.COLOUR_OVERRIDE)
def lift(area: str, record_id: int) -> Response:
    """Show the computed colour again."""
    colour_overrides.lift(current_actor(), CaseRef(AREAS[area].case_type, record_id))
    return redirect(url_for("cases.record", area=area, record_id=record_id), 303)


def _page(area: str, record_id: int, form: Form) -> str:
    record = ledgers.get(current_actor(), AREAS[area].case_type, record_id)
    return render_template(
        "cases/colour.html", name=area, record=record, form=form, urgency=urgency.of(record),
        shown_value=forms.shown,
    )  # fmt: skip
