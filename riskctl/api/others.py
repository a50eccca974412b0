"""Units, attachments, events, and the PDF of a notice."""

import io
from typing import Any

from flask import Response, jsonify, request, send_file
from flask_smorest import Blueprint
from marshmallow import fields, validate

from riskctl.api.auth import current_actor
from riskctl.api.collections import checked_id
from riskctl.downloads import as_download
from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import Unit, User
from riskctl.schemas.base import MAX_ID, Strict, clean_text
from riskctl.services import attachments, event_log, ledgers, notice_contexts, organization, views

units = Blueprint("units-api", __name__, url_prefix="/api/v1/units", description="units")
files = Blueprint("attachments-api", __name__, url_prefix="/api/v1/attachments", description="attachments")
events = Blueprint("events-api", __name__, url_prefix="/api/v1/events", description="events")
papers = Blueprint("notice-pdf", __name__, url_prefix="/api/v1/notices", description="notices as paper")


class UnitArgs(Strict):
    """The arguments of the list of units."""

    kind = fields.String(validate=validate.Length(max=60))
    mine = fields.Boolean()
    q = fields.String(validate=[validate.Length(max=100), clean_text])
    limit = fields.Integer(validate=validate.Range(1, 200, error="须在1至200之间"))
    after = fields.Integer(validate=validate.Range(0, MAX_ID))


class EventArgs(Strict):
    """The arguments of the list of events."""

    limit = fields.Integer(validate=validate.Range(1, 200, error="须在1至200之间"))
    after = fields.Integer(validate=validate.Range(0, MAX_ID))
    case_type = fields.String(validate=[validate.Length(max=32), clean_text])


def unit_view(unit: Unit) -> dict[str, Any]:
    """A unit as plain data."""
    shown = {name: getattr(unit, name) for name in ("id", "code", "name", "kind", "parent_id")}
    return {**shown, "covers": [covered.id for covered in unit.covers]}


@units.route("")
@units.arguments(UnitArgs, location="query")
@units.response(200)
def list_units(args: dict[str, Any]) -> dict[str, Any]:
    """The organisation, or with mine=1 the actor's own units, his 处室 or 直属单位 first."""
    actor = current_actor()
    kinds = args.get("kind", "").split(",") if args.get("kind") else []
    if args.get("mine"):
        mine = organization.home_units(db.session.get_one(User, actor.user_id))
        return {"items": [unit_view(u) for u in mine if not kinds or u.kind in kinds], "next": None}
    after, limit = args.get("after", 0), args.get("limit", 100)
    found, following = organization.list_units(kind=kinds, q=args.get("q", ""), after=after, limit=limit)
    return {"items": [unit_view(unit) for unit in found], "next": str(following) if following else None}


@units.route("/<int:unit_id>")
@units.response(200)
def one_unit(unit_id: int) -> dict[str, Any]:
    """One unit."""
    current_actor()
    unit = db.session.get(Unit, checked_id(unit_id))
    if unit is None:
        raise NotFound("没有这个单位")
    return unit_view(unit)


class FileIn(Strict):
    """An upload."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})


@files.route("", methods=["POST"])
@files.arguments(FileIn, location="files")
@files.response(201)
def upload(data: dict[str, Any]) -> Response:
    """Keep a file; the same bytes may come twice."""
    actor = current_actor()
    given = request.files.get("file")
    if given is None or not given.filename:
        raise InvalidInput("请用 multipart 的 file 字段上传一个文件", field="file", code="required")
    stored = attachments.store(actor.user_id, given.filename, given.stream)
    body = {name: getattr(stored, name) for name in ("id", "sha256", "size", "media_type", "name")}
    return Response(
        jsonify(body).get_data(),
        201,
        {"Location": f"/api/v1/attachments/{stored.id}"},
        mimetype="application/json",
    )


@files.route("/<int:attachment_id>")
@files.response(200, content_type="application/octet-stream")
def download(attachment_id: int) -> Response:
    """The bytes, always as a download."""
    found = ledgers.attachment(current_actor(), checked_id(attachment_id))
    return as_download(found)


@events.route("")
@events.arguments(EventArgs, location="query")
@events.response(200)
def list_events(args: dict[str, Any]) -> dict[str, Any]:
    """Every event that the actor may read, newest first: his own cases', or all for auditors."""
    actor = current_actor()
    found, following = event_log.page(
        actor, case_type=args.get("case_type"), after=args.get("after"), limit=args.get("limit", 50)
    )
    return {
        "items": [views.event(actor, view) for view in found],
        "next": str(following) if following else None,
    }


@papers.route("/<int:notice_id>/pdf")
@papers.response(200, content_type="application/pdf")
def pdf(notice_id: int) -> Response:
    """The notice as PDF; a draft as preview."""
    notice, data = notice_contexts.pdf_of(current_actor(), checked_id(notice_id))
    name = f"{notice.number or notice.code}.pdf"
    return send_file(io.BytesIO(data), mimetype="application/pdf", as_attachment=True, download_name=name)


blueprints = [units, files, events, papers]
