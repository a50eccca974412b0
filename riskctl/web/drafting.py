"""拟制文书: choosing a letter that fits a record or a unit, and its short form."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl.documents.kinds import KINDS
from riskctl.errors import InvalidInput, NotFound, RuleBroken
from riskctl.extensions import db
from riskctl.models import Unit
from riskctl.schemas import cases as schemas
from riskctl.services import drafting, ledgers
from riskctl.services.drafting import Target
from riskctl.web import entry, forms, notice_forms
from riskctl.web.access import current_actor, signed_in
from riskctl.web.cases import AREAS, NAMES, RECORD
from riskctl.web.forms import Form

pages = Blueprint("drafting", __name__)
_UNIT = "/units/<int:record_id>"


@pages.get(_UNIT + "/papers")
@signed_in
def of_unit(record_id: int) -> str:
    """The letters that may be drafted for a unit."""
    unit = _target("units", record_id)
    return render_template("drafting/unit.html", unit=unit, drafts=drafting.offered(current_actor(), unit))


@pages.route(RECORD + "/papers/<kind>", methods=["GET", "POST"])
@signed_in
def draft(area: str, record_id: int, kind: str) -> str | Response | tuple[str, int]:
    """The short form of one letter from a record, and the draft that it makes."""
    return _drafted(_target(area, record_id), kind)


@pages.route(_UNIT + "/papers/<kind>", methods=["GET", "POST"])
@signed_in
def draft_for_unit(record_id: int, kind: str) -> str | Response | tuple[str, int]:
    """The same for a unit."""
    return _drafted(_target("units", record_id), kind)


def _target(area: str, record_id: int) -> Any:
    if area != "units":
        return ledgers.get(current_actor(), AREAS[area].case_type, record_id)
    unit = db.session.get(Unit, record_id)
    if unit is None:
        raise NotFound("没有这个单位")
    return unit


def _drafted(target: Target, kind: str) -> str | Response | tuple[str, int]:
    actor = current_actor()
    inputs = drafting.form(actor, kind, target, request.args)
    if request.method == "GET":
        return _page(target, kind, Form(inputs))
    raw, refused = forms.read(actor, inputs)
    if refused or forms.asks_for_a_row():
        return _page(target, kind, Form(inputs, raw, refused)), 422 if refused else 200
    try:
        data = entry.loaded(schemas.NoticeDraft(), notice_forms.nested(kind, entry.typed(raw)), inputs)
        made = drafting.create(actor, kind, target, data)
    except (RuleBroken, InvalidInput) as error:
        return _page(target, kind, Form(inputs, raw, error.reasons)), 422
    return redirect(url_for("cases.record", area="notices", record_id=made.id), 303)


def _page(target: Target, kind: str, form: Form) -> str:
    if isinstance(target, Unit):
        back, name = url_for("drafting.of_unit", record_id=target.id), target.name
    else:
        area = NAMES[target.CASE_TYPE]
        back, name = url_for("cases.record", area=area, record_id=target.id), target.code
    return render_template(
        "drafting/form.html", kind=KINDS[kind], form=form, back=back, name=name, shown_value=forms.shown
    )
