"""Units, attachments, events, and the PDF of a notice."""

import io
from contextlib import closing
from typing import Any

from flask import Response, jsonify, request, send_file
from flask_smorest import Blueprint
from marshmallow import RAISE, fields, validate

from riskctl.api import answers
from riskctl.api.answers import refuses
from riskctl.api.auth import current_actor
from riskctl.api.records import checked_id
from riskctl.downloads import as_download
from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.models import Unit, User
from riskctl.models.organization import UNIT_KINDS
from riskctl.schemas.answers import AttachmentOut, EventOut, UnitOut, page_of
from riskctl.schemas.base import MAX_ID, Strict, clean_text
from riskctl.services import (
    attachments,
    event_log,
    ledgers,
    notice_contexts,
    organization,
    past,
    past_units,
    views,
)
from riskctl.services.ledger_tables import MODELS

units = Blueprint("units-api", __name__, url_prefix="/api/v1/units", description="units")
files = Blueprint("attachments-api", __name__, url_prefix="/api/v1/attachments", description="attachments")
events = Blueprint("events-api", __name__, url_prefix="/api/v1/events", description="events")
papers = Blueprint("notice-pdf", __name__, url_prefix="/api/v1/notices", description="notices as paper")


class PageArgs(Strict):
    """The arguments of a list that is paged by id."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200, error="须在1至200之间"))
    after = fields.Integer(validate=validate.Range(1, MAX_ID, error="翻页标记无效，请从第一页重新查询"))


class UnitArgs(PageArgs):
    """The arguments of the list of units; `kind` may name several, separated by commas."""

    kind = fields.String(validate=validate.Length(max=60))
    mine = fields.Boolean()
    q = fields.String(validate=[validate.Length(max=100), clean_text])
    count = fields.Boolean()


class EventArgs(PageArgs):
    """The arguments of the list of events."""

    case_type = fields.String(
        validate=validate.OneOf(
            [*MODELS, event_log.INDICATOR, *event_log.SYSTEM], error="没有这种记录，可用：{choices}"
        )
    )


def _page(items: list[dict[str, Any]], following: int | None) -> dict[str, Any]:
    return {"items": items, "next": str(following) if following else None}


@units.route("")
@units.arguments(UnitArgs, location="query", unknown=RAISE)
@units.response(200, page_of(UnitOut))
@refuses(units, 422)
def list_units(args: dict[str, Any]) -> Response:
    """The organisation, or with mine=1 the actor's own units, his 处室 or 直属单位 first."""
    actor = current_actor()
    wanted = {"kind": _kinds(args.get("kind")), "q": args.get("q", "").strip()}
    if args.get("mine"):
        mine = organization.home_units(db.session.get_one(User, actor.user_id), **wanted)
        body = _page([views.unit(unit) for unit in mine], None)
    else:
        found, following = organization.list_units(**wanted, after=args.get("after", 0), limit=args["limit"])
        body = _page([views.unit(unit) for unit in found], following)
    if args.get("count"):
        body["total"] = len(body["items"]) if args.get("mine") else organization.count_units(**wanted)
    return jsonify(body)


def _kinds(given: str | None) -> list[str]:
    kinds = given.split(",") if given else []
    if strange := [kind for kind in kinds if kind not in UNIT_KINDS]:
        raise InvalidInput(
            f"没有“{strange[0]}”这种单位类别，可用：{'、'.join(UNIT_KINDS)}",
            field="kind",
            code="unknown_choice",
        )
    return kinds


@units.route("/<int:unit_id>")
@units.response(200, UnitOut)
@refuses(units, 404, 422)
def one_unit(unit_id: int) -> Response:
    """One unit; with `?as_of=YYYY-MM-DD` as it was called and where it belonged at the end of that day. Its cases
    of that day are in the lists: `?as_of=…&unit=…`."""
    unit = db.session.get(Unit, checked_id(unit_id))
    if unit is None:
        raise NotFound("没有这个单位")
    if given := request.args.get("as_of"):
        return jsonify(past_units.plain(unit, past.day_of(given)))
    return jsonify(views.unit(unit))


class FileIn(Strict):
    """An upload."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class FilesArgs(PageArgs):
    """The arguments of the list of one's own uploads."""

    count = fields.Boolean()


@files.route("")
@files.arguments(FilesArgs, location="query", unknown=RAISE)
@files.response(200, page_of(AttachmentOut))
@refuses(files, 422)
def list_uploads(args: dict[str, Any]) -> Response:
    """The actor's own uploads, newest first; those of a case come with the case."""
    actor = current_actor()
    found, following = attachments.uploads(actor.user_id, after=args.get("after"), limit=args["limit"])
    body = _page([views.attachment(stored) for stored in found], following)
    if args.get("count"):
        body["total"] = attachments.count_uploads(actor.user_id)
    return jsonify(body)


@files.route("", methods=["POST"])
@files.arguments(FileIn, location="files")
@files.response(201, AttachmentOut, headers=answers.LOCATION)
@refuses(files, *answers.WITH_BODY)
def upload(data: dict[str, Any]) -> Response:
    """Keep a file; the same bytes may come twice."""
    given = request.files["file"]
    if not given.filename:
        raise InvalidInput("请用 multipart 的 file 字段上传一个文件", field="file", code="required")
    with closing(given):
        stored = attachments.store(current_actor().user_id, given.filename, given.stream)
    response = jsonify(views.attachment(stored))
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/attachments/{stored.id}"
    return response


_BYTES = {"type": "string", "format": "binary"}


@files.route("/<int:attachment_id>")
@files.response(200, _BYTES, content_type="*/*")
@refuses(files, 404)
def download(attachment_id: int) -> Response:
    """The bytes, always as a download."""
    found = ledgers.attachment(current_actor(), checked_id(attachment_id))
    return as_download(found)


@events.route("")
@events.arguments(EventArgs, location="query", unknown=RAISE)
@events.response(200, page_of(EventOut))
@refuses(events, 422)
def list_events(args: dict[str, Any]) -> Response:
    """Every event that the actor may read, newest first: those of cases that he sees, for auditors."""
    actor = current_actor()
    found, following = event_log.page(
        actor, case_type=args.get("case_type"), after=args.get("after"), limit=args["limit"]
    )
    return jsonify(_page([views.event(actor, view) for view in found], following))


@papers.route("/<int:notice_id>/pdf")
@papers.response(200, _BYTES, content_type="application/pdf")
@refuses(papers, 404, 422)
def pdf(notice_id: int) -> Response:
    """The notice as PDF; a draft as preview."""
    notice, data = notice_contexts.pdf_of(current_actor(), checked_id(notice_id))
    name = f"{notice.number or notice.code}.pdf"
    return send_file(io.BytesIO(data), mimetype="application/pdf", as_attachment=True, download_name=name)


blueprints = [units, files, events, papers]
