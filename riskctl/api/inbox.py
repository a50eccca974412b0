"""Messages, zero reports and suggested interviews."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE, fields, validate

from riskctl.api import answers
from riskctl.api.answers import refuses
from riskctl.api.auth import current_actor
from riskctl.api.records import checked_id
from riskctl.models import InterviewSuggestion, Message, ZeroReport
from riskctl.schemas.answers import page_of
from riskctl.schemas.base import MAX_ID, Strict
from riskctl.schemas.inbox import (
    DeclineIn,
    MessageOut,
    ReadIn,
    ReadOut,
    SuggestionOut,
    ZeroReportIn,
    ZeroReportOut,
)
from riskctl.services import interview_suggestions, messages, zero_reports

inbox = Blueprint("messages-api", __name__, url_prefix="/api/v1/messages", description="messages")
reports = Blueprint(
    "zero-reports-api", __name__, url_prefix="/api/v1/zero-reports", description="zero reports"
)
suggestions = Blueprint(
    "suggestions-api",
    __name__,
    url_prefix="/api/v1/interview-suggestions",
    description="suggested interviews",
)


class MessageArgs(Strict):
    """The arguments of the list of messages."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200, error="须在1至200之间"))
    after = fields.Integer(validate=validate.Range(1, MAX_ID, error="翻页标记无效，请从第一页重新查询"))
    unread = fields.Boolean()


class QuarterArgs(Strict):
    """Which quarter, such as 2026Q4; the latest by default."""

    quarter = fields.String(validate=validate.Regexp(r"^[0-9]{4}Q[1-4]$", error="季度须如 2026Q4"))


def _message(found: Message) -> dict[str, Any]:
    return dict(MessageOut().dump(found))


def _report(found: ZeroReport) -> dict[str, Any]:
    return dict(ZeroReportOut().dump(found))


def _suggestion(found: InterviewSuggestion) -> dict[str, Any]:
    shown = dict(SuggestionOut(exclude=("reason",)).dump(found))
    return {**shown, "reason": interview_suggestions.reason_of(found)}


@inbox.route("")
@inbox.arguments(MessageArgs, location="query", unknown=RAISE)
@inbox.response(200, page_of(MessageOut))
@refuses(inbox, 422)
def list_messages(args: dict[str, Any]) -> Response:
    """One's own messages, newest first."""
    found, following = messages.page(
        current_actor(), after=args.get("after"), unread_only=args.get("unread", False), limit=args["limit"]
    )
    return jsonify(items=[_message(each) for each in found], next=str(following) if following else None)


@inbox.route("/read", methods=["POST"])
@inbox.arguments(ReadIn)
@inbox.response(200, ReadOut)
@refuses(inbox, *answers.WITH_BODY)
def read_messages(body: dict[str, Any]) -> Response:
    """Mark messages of one's own as read; how many were not."""
    return jsonify(read=messages.read_all(current_actor(), body["ids"]))


@reports.route("")
@reports.arguments(QuarterArgs, location="query", unknown=RAISE)
@reports.response(200, page_of(ZeroReportOut))
@refuses(reports, 422)
def list_reports(args: dict[str, Any]) -> Response:
    """The zero reports of a quarter over the units that the actor sees, those without an answer first."""
    quarter = args.get("quarter") or next(iter(zero_reports.quarters()), "")
    found = zero_reports.listing(current_actor(), quarter)
    return jsonify(items=[_report(each) for each in found], next=None)


@reports.route("/<int:report_id>/answer", methods=["POST"])
@reports.arguments(ZeroReportIn)
@reports.response(200, ZeroReportOut)
@refuses(reports, 404, *answers.WITH_BODY)
def answer_report(body: dict[str, Any], report_id: int) -> Response:
    """Say once what is new in the quarter."""
    report = zero_reports.answer(current_actor(), checked_id(report_id), body["answer"], body["count"])
    return jsonify(_report(report))


@suggestions.route("")
@suggestions.response(200, page_of(SuggestionOut))
@refuses(suggestions)
def list_suggestions() -> Response:
    """The suggested interviews that wait for the actor's decision."""
    found = interview_suggestions.waiting(current_actor())
    return jsonify(items=[_suggestion(each) for each in found], next=None)


@suggestions.route("/<int:suggestion_id>/decline", methods=["POST"])
@suggestions.arguments(DeclineIn)
@suggestions.response(204)
@refuses(suggestions, 404, *answers.WITH_BODY)
def decline_suggestion(body: dict[str, Any], suggestion_id: int) -> tuple[str, int]:
    """No interview, with the reason."""
    interview_suggestions.decline(current_actor(), checked_id(suggestion_id), body["reason"])
    return "", 204


blueprints = [inbox, reports, suggestions]
