"""Keeping, deleting and choosing the saved views of a ledger."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from riskctl.services import saved_views as services
from riskctl.web import cases, filters, saved_views
from riskctl.web.access import current_actor, signed_in

pages = Blueprint("saved_views", __name__)


@pages.post(cases.LEDGER + "/views")
@signed_in
def save(area: str) -> Response:
    """Keep what the list shows under a name; the address carries the question."""
    form, case_type = request.form, cases.AREAS[area].case_type
    view = services.save(
        current_actor(), case_type, form.get("name", ""), filters.given(), shared="shared" in form
    )
    return redirect(saved_views.address_of(area, view), 303)


@pages.post(cases.LEDGER + "/views/<int:view_id>/delete")
@signed_in
def remove(area: str, view_id: int) -> Response:
    """Delete one's own view."""
    services.remove(current_actor(), cases.AREAS[area].case_type, view_id)
    return redirect(url_for("cases.ledger", area=area, view=0), 303)


@pages.post(cases.LEDGER + "/views/<int:view_id>/default")
@signed_in
def open_with(area: str, view_id: int) -> Response:
    """Open the ledger with this view from now on, or with none."""
    wanted = view_id if request.form.get("on") == "1" else None
    services.open_with(current_actor(), cases.AREAS[area].case_type, wanted)
    return redirect(url_for("cases.ledger", area=area, view=None if wanted else 0), 303)
