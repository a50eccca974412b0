"""修改, 补充, 更正: changing a record beside its steps, as far as its state leaves it open."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from riskctl.errors import EditedMeanwhile, InvalidInput, NotAllowed, Reason, RuleBroken
from riskctl.models import Case, Notice
from riskctl.permissions import Actor
from riskctl.schemas import cases as schemas, lookbacks as lookback_schemas
from riskctl.services import (
    campaigns,
    extensions,
    interviews,
    issues,
    ledgers,
    notices,
    record_pages,
    risk_points,
    warnings,
)
from riskctl.web import entry, forms, notice_forms
from riskctl.web.access import current_actor, signed_in
from riskctl.web.cases import AREAS, RECORD
from riskctl.web.forms import Form

pages = Blueprint("edits", __name__)

_SCHEMAS: dict[str, type[Schema]] = {
    "issue": schemas.IssueChange,
    "risk_point": schemas.RiskPointChange,
    "interview": schemas.InterviewChange,
    "notice": schemas.NoticeChange,
    "extension": schemas.ExtensionChange,
    "campaign": lookback_schemas.CampaignChange,
    "warning": schemas.WarningChange,
}
_NOTES = {
    "修改": "只列出现在可以修改的内容；每次修改都留在全过程中。",
    "补充": "只列出尚缺的内容；已有内容的变更通过复核办理。",
    "更正": "交办后的更正须写明理由，前后内容都留在全过程中。",
}
_PATH = RECORD + "/edit"


@pages.get(_PATH)
@signed_in
def edit(area: str, record_id: int) -> str:
    """The form with what stands there now."""
    actor = current_actor()
    record = ledgers.get(actor, AREAS[area].case_type, record_id)
    return _page(area, record, Form(_inputs(actor, record)))


@pages.post(_PATH)
@signed_in
def save(area: str, record_id: int) -> Response | tuple[str, int]:
    """Change the record; what is refused comes back with everything that was typed."""
    actor = current_actor()
    record = ledgers.get(actor, AREAS[area].case_type, record_id)
    inputs = _inputs(actor, record)
    raw, _ = forms.read(actor, inputs)
    if forms.asks_for_a_row():
        return _page(area, record, Form(inputs, raw)), 200
    try:
        _save(actor, record, entry.loaded(_SCHEMAS[AREAS[area].case_type](), _typed(record, raw), inputs))
    except (RuleBroken, InvalidInput, EditedMeanwhile) as error:
        record = ledgers.get(actor, AREAS[area].case_type, record_id)
        said = error.reasons or [Reason(error.code, f"{error.message}。{record_pages.latest(record)}")]
        return _page(area, record, Form(inputs, raw, said)), error.status
    return redirect(url_for("cases.record", area=area, record_id=record_id), 303)


def _typed(record: Case, raw: dict[str, Any]) -> dict[str, Any]:
    typed = entry.typed(raw)
    return notice_forms.nested(record.kind, typed) if isinstance(record, Notice) else typed


def _inputs(actor: Actor, record: Case) -> list[Any]:
    found = entry.editable(actor, record)
    if not found:
        raise NotAllowed("现在没有您可以修改的内容", code="nothing_to_edit")
    return found


def _save(actor: Actor, record: Case, data: dict[str, Any]) -> None:
    version = forms.version()
    if record.CASE_TYPE == "issue":
        reason = data.pop("reason", None)
        issues.edit(actor, record.id, data, version=version, reason=reason)
    elif record.CASE_TYPE == "risk_point":
        risk_points.edit(actor, record.id, {k: v for k, v in data.items() if v}, version=version)
    elif record.CASE_TYPE == "interview":
        interviews.edit(actor, record.id, data, version=version)
    elif record.CASE_TYPE == "extension":
        extensions.edit(actor, record.id, data, version=version)
    elif record.CASE_TYPE == "campaign":
        campaigns.edit(actor, record.id, data, version=version)
    elif record.CASE_TYPE == "warning":
        warnings.edit(actor, record.id, data, version=version)
    else:
        notices.edit(actor, record.id, data, version=version)


def _page(area: str, record: Case, form: Form) -> str:
    label = entry.edit_label(current_actor(), record) or "修改"
    return render_template(
        "cases/edit.html", name=area, record=record, form=form, label=label, note=_NOTES[label],
        shown_value=forms.shown,
    )  # fmt: skip
