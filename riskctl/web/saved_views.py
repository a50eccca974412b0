"""Saved views on a ledger's page: each is an address, the default one opens by itself."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from riskctl.models import SavedView
from riskctl.permissions import Actor
from riskctl.services import saved_views
from riskctl.web import filters


def address_of(area: str, view: SavedView) -> str:
    """The ledger as the view shows it."""
    return filters.addressed(url_for("cases.ledger", area=area), {**view.params, "view": str(view.id)})


def opening(actor: Actor, area: str, case_type: str) -> Response | None:
    """Where a ledger goes that is opened without a question."""
    view = None if request.args else saved_views.default(actor, case_type)
    return redirect(address_of(area, view), 303) if view else None


def context(actor: Actor, area: str, case_type: str) -> dict[str, object]:
    """What the ledger's page shows of the views."""
    asked, default = saved_views.question(case_type, filters.given()), saved_views.default(actor, case_type)
    views = saved_views.listed(actor, case_type)
    here = request.args.get("view", "")
    return {
        "views": [(view, address_of(area, view)) for view in views],
        "view": next((v for v in views if str(v.id) == here and v.params == asked), None),
        "default_view_id": default.id if default else None,
        "may_share": saved_views.may_share(actor),
        # The same question, printed as three lists.
        "three_lists_url": filters.addressed(url_for("three_lists.show"), asked)
        if case_type == "issue"
        else "",
        "save_url": filters.addressed(url_for("saved_views.save", area=area), asked),
    }
