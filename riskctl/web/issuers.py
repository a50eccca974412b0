"""发文机关: seen by all who are signed in, set up by 系统管理员 or 机关纪委."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from riskctl.errors import InvalidInput
from riskctl.models import Issuer
from riskctl.permissions import ROLE_LABELS, Permission
from riskctl.services import issuers
from riskctl.web import forms
from riskctl.web.access import current_actor, needs
from riskctl.web.forms import Form

pages = Blueprint("issuers", __name__)


@pages.get("/issuers")
@needs(Permission.ORGANIZATION_VIEW)
def listing() -> str:
    """Every issuer, and the form for another one."""
    return _listing(Form(issuers.inputs()))


def _listing(form: Form) -> str:
    return render_template(
        "issuers/list.html", issuers=issuers.listing(), form=form, role_labels=ROLE_LABELS,
        shown_value=forms.shown,
    )  # fmt: skip


@pages.post("/issuers")
@needs(Permission.ISSUER_MANAGE)
def create() -> Response | tuple[str, int]:
    """Set up an issuer."""
    inputs = issuers.inputs()
    raw, _ = forms.read(current_actor(), inputs)
    try:
        issuers.save(current_actor(), None, raw)
    except InvalidInput as error:
        return _listing(Form(inputs, raw, error.reasons)), 422
    return redirect(url_for("issuers.listing"), 303)


@pages.get("/issuers/<int:issuer_id>")
@needs(Permission.ISSUER_MANAGE)
def edit(issuer_id: int) -> str:
    """The form of one issuer."""
    found = issuers.get(issuer_id)
    return _edit(found, Form(issuers.inputs(found)))


def _edit(found: Issuer, form: Form) -> str:
    return render_template("issuers/edit.html", issuer=found, form=form, shown_value=forms.shown)


@pages.post("/issuers/<int:issuer_id>")
@needs(Permission.ISSUER_MANAGE)
def change(issuer_id: int) -> Response | tuple[str, int]:
    """Change an issuer."""
    found = issuers.get(issuer_id)
    inputs = issuers.inputs(found)
    raw, _ = forms.read(current_actor(), inputs)
    try:
        issuers.save(current_actor(), found, raw)
    except InvalidInput as error:
        return _edit(found, Form(inputs, raw, error.reasons)), 422
    return redirect(url_for("issuers.listing"), 303)
