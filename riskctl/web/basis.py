"""依据条款库: who may see cases reads it, 机关纪委 keeps it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl.errors import InvalidInput
from riskctl.models import BasisClause
from riskctl.permissions import Permission
from riskctl.services import basis_clauses
from riskctl.web import forms
from riskctl.web.access import current_actor, needs
from riskctl.web.forms import Form

pages = Blueprint("basis", __name__)


@pages.get("/basis-clauses")
@needs(Permission.CASE_VIEW)
def listing() -> str:
    """The clauses, with search and paging, and the form for another one."""
    return _listing(Form(basis_clauses.inputs()))


def _listing(form: Form) -> str:
    given = request.args.get("after", "")
    asked: dict[str, Any] = {
        "q": request.args.get("q", "").strip()[:50],
        "domain": request.args.get("domain", ""),
        "all_times": request.args.get("all") == "1",
    }
    after = int(given) if given.isdecimal() and len(given) < 10 else 0
    found, following = basis_clauses.listing(**asked, after=after)
    return render_template(
        "basis/list.html", clauses=found, following=following, asked=asked, form=form, shown_value=forms.shown
    )


@pages.post("/basis-clauses")
@needs(Permission.BASIS_MANAGE)
def create() -> Response | tuple[str, int]:
    """Enter a clause."""
    inputs = basis_clauses.inputs()
    raw, _ = forms.read(current_actor(), inputs)
    try:
        basis_clauses.save(current_actor(), None, raw)
    except InvalidInput as error:
        return _listing(Form(inputs, raw, error.reasons)), 422
    return redirect(url_for("basis.listing"), 303)


@pages.get("/basis-clauses/<int:clause_id>")
@needs(Permission.BASIS_MANAGE)
def edit(clause_id: int) -> str:
    """The form of one clause."""
    found = basis_clauses.get(clause_id)
    return _edit(found, Form(basis_clauses.inputs(found)))


def _edit(found: BasisClause, form: Form) -> str:
    return render_template("basis/edit.html", clause=found, form=form, shown_value=forms.shown)


@pages.post("/basis-clauses/<int:clause_id>")
@needs(Permission.BASIS_MANAGE)
def change(clause_id: int) -> Response | tuple[str, int]:
    """Change a clause, or say until when it holds."""
    found = basis_clauses.get(clause_id)
    inputs = basis_clauses.inputs(found)
    raw, _ = forms.read(current_actor(), inputs)
    try:
        basis_clauses.save(current_actor(), found, raw)
    except InvalidInput as error:
        return _edit(found, Form(inputs, raw, error.reasons)), 422
    return redirect(url_for("basis.listing"), 303)
