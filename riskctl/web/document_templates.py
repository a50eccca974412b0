"""系统 → 文书模板: the template of every document, its versions, a form for the next one and a preview."""

import difflib
import io
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl import clock
from riskctl.documents import samples, template_language, template_words
from riskctl.documents.kinds import KINDS
from riskctl.errors import EditedMeanwhile, InvalidInput, Reason
from riskctl.permissions import Permission
from riskctl.schemas import inputs as schemas
from riskctl.services import document_templates as templates, notice_contexts, people
from riskctl.web import forms
from riskctl.web.access import current_actor, needs
from riskctl.web.forms import Form
from riskctl.workflows.engine import Input

pages = Blueprint("document_templates", __name__)

_CLASSES = {"G": "公文", "F": "表格", "T": "台账"}


def _inputs(source: str) -> list[Input]:
    return [
        Input("source", "模板内容", max_length=template_language.MOST_SOURCE, default=source),
        Input("effective_from", "施行日期", "date", min=clock.today(), default=clock.today()),
        Input("reason", "修改理由", max_length=255, hint="例：按机关纪委2026年第5次会议意见修改反馈要求"),
    ]


@pages.get("/document-templates")
@needs(Permission.TEMPLATE_MANAGE)
def listing() -> str:
    """Every document with the version of its template that is in force."""
    by_class = {
        label: [kind for kind in KINDS.values() if kind.document_class == name]
        for name, label in _CLASSES.items()
    }
    return render_template("document_templates/list.html", by_class=by_class, overview=templates.overview())


@pages.get("/document-templates/<kind>")
@needs(Permission.TEMPLATE_MANAGE)
def show(kind: str) -> str:
    """One template: its text in a form, the data that it may use, its versions; ?from= starts from another."""
    templates.kind_of(kind)
    start = _number(request.args.get("from"))
    begun = templates.version(kind, start) if start is not None else templates.newest(kind)
    return _page(kind, Form(_inputs(begun.source)), begun=begun)


def _number(given: str | None) -> int | None:
    return int(given) if given and given.isdecimal() and len(given) < 7 else None


def _page(kind: str, form: Form, **more: Any) -> str:
    history = templates.history(kind)
    return render_template(
        "document_templates/one.html", kind=templates.kind_of(kind), form=form, history=history,
        in_force=templates.in_force(kind), based_on=history[0].number, classes=_CLASSES,
        names=people.names({v.entered_by_id for v in history if v.entered_by_id}), shown_value=forms.shown,
        data=list(template_words.rows(samples.sample(kind))), filters=template_language.FILTERS,
        records=templates.records(current_actor(), kind), chosen=request.form.get("record", ""), **more,
    )  # fmt: skip


@pages.post("/document-templates/<kind>")
@needs(Permission.TEMPLATE_MANAGE)
def save(kind: str) -> str | Redirect | tuple[str, int]:
    """Give the document another template; what is refused comes back with everything that was typed."""
    form, clean = _read(kind)
    if form.reasons:
        form.reasons += templates.faults(kind, form.values["source"])
        return _page(kind, form), 422
    try:
        templates.save(current_actor(), kind, **clean, based_on=_number(request.form.get("based_on")) or 0)
    except InvalidInput as error:
        return _page(kind, Form(form.inputs, form.values, error.reasons)), 422
    except EditedMeanwhile as error:
        said = [Reason(error.code, error.message, "source")]
        return _page(kind, Form(form.inputs, form.values, said)), 412
    return redirect(url_for("document_templates.show", kind=kind), 303)


def _read(kind: str) -> tuple[Form, dict[str, Any]]:
    templates.kind_of(kind)
    inputs = _inputs("")
    raw, _ = forms.read(current_actor(), inputs)
    clean, reasons = schemas.load(inputs, raw)
    return Form(inputs, raw, reasons), clean


@pages.post("/document-templates/<kind>/preview")
@needs(Permission.TEMPLATE_MANAGE)
def preview(kind: str) -> Response | tuple[str, int]:
    """What was typed as PDF, on the sample data or on a record that the person may see; nothing is stored."""
    form, _ = _read(kind)
    try:
        data = notice_contexts.told_to(current_actor(), kind, _number(request.form.get("record")))
        return _pdf(kind, templates.preview(kind, form.values["source"], data))
    except InvalidInput as error:
        return _page(kind, Form(form.inputs, form.values, error.reasons)), 422


def _pdf(kind: str, data: bytes) -> Response:
    name = f"{KINDS[kind].title}（预览）.pdf"
    return send_file(io.BytesIO(data), mimetype="application/pdf", download_name=name)


@pages.get("/document-templates/<kind>/versions/<int:number>")
@needs(Permission.TEMPLATE_MANAGE)
def version(kind: str, number: int) -> str:
    """One version beside another one: what differs, line by line."""
    found, history = templates.version(kind, number), templates.history(kind)
    other = _number(request.args.get("with"))
    before = templates.version(kind, max(0, number - 1) if other is None else other)
    return render_template(
        "document_templates/version.html", kind=templates.kind_of(kind), found=found, before=before, history=history,
        lines=_differences(before.source, found.source),
        names=people.names({found.entered_by_id} if found.entered_by_id else set()),
    )  # fmt: skip


@pages.get("/document-templates/<kind>/versions/<int:number>/pdf")
@needs(Permission.TEMPLATE_MANAGE)
def version_pdf(kind: str, number: int) -> Response:
    """One version on the sample data."""
    return _pdf(kind, templates.preview(kind, templates.version(kind, number).source))


def _differences(before: str, after: str) -> list[tuple[str, str]]:
    lines = difflib.ndiff(before.strip().splitlines(), after.strip().splitlines())
    return [(line[0].strip(), line[2:]) for line in lines if line[0] != "?"]
