"""消息, 零报告 and 约谈建议: what the system tells a person, and his answers in one click."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl import clock
from riskctl.errors import InvalidInput, RuleBroken
from riskctl.permissions import Permission
from riskctl.services import interview_suggestions, messages, people, zero_reports
from riskctl.web.access import current_actor, needs, signed_in
from riskctl.web.cases import NAMES
from riskctl.workflows import dictionaries as words

pages = Blueprint("inbox", __name__)


@pages.get("/messages")
@signed_in
def listing() -> str:
    """One's own messages, the newest first, with the day's digest above."""
    actor, given = current_actor(), request.args.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 10 else None
    unread = request.args.get("unread") == "1"
    found, following = messages.page(actor, after=after, unread_only=unread)
    return render_template(
        "inbox/messages.html", messages=found, following=following, only_unread=unread, after=after,
        digest=messages.digest_of(actor, clock.today()), names=NAMES,
    )  # fmt: skip


@pages.post("/messages/<int:message_id>/open")
@signed_in
def open_message(message_id: int) -> Response:
    """Mark it as read, and on to its case."""
    message = messages.read(current_actor(), message_id)
    if message.case_type in NAMES:
        area = NAMES[message.case_type]
        return redirect(url_for("cases.record", area=area, record_id=message.case_id), 303)
    return redirect(url_for("inbox.listing"), 303)


@pages.post("/messages/read")
@signed_in
def read_all() -> Response:
    """Mark all of one's messages as read."""
    messages.read_all(current_actor())
    return redirect(url_for("inbox.listing"), 303)


@pages.get("/zero-reports")
@signed_in
def reports() -> str:
    """零报告 of a quarter over the units that the person sees, those without an answer first."""
    return _reports()


def _reports(error: str = "") -> str:
    actor, quarters = current_actor(), zero_reports.quarters()
    wanted = request.args.get("quarter", "")
    quarter = wanted if wanted in quarters else quarters[0] if quarters else ""
    found = zero_reports.listing(actor, quarter) if quarter else []
    return render_template(
        "inbox/zero_reports.html", reports=found, quarter=quarter, quarters=quarters, answers=words.ZERO_ANSWERS,
        label=zero_reports.label, error=error, names=people.names([r.answered_by_id for r in found if r.answered_by_id]),
        mine=[report for report in found if zero_reports.may_answer(actor, report)],
    )  # fmt: skip


@pages.post("/zero-reports/<int:report_id>")
@needs(Permission.ZERO_REPORT_ANSWER)
def answer(report_id: int) -> Response | tuple[str, int]:
    """本季度无新增, or how many are new."""
    given = request.form.get("count", "").strip()
    count = int(given) if given.isdecimal() and len(given) < 6 else 0
    said = request.form.get("answer", "")
    try:
        report = zero_reports.answer(current_actor(), report_id, said, count if said == "has" else 0)
    except (InvalidInput, RuleBroken) as error:
        return _reports(error.message), error.status
    return redirect(url_for("inbox.reports", quarter=report.quarter), 303)


@pages.post("/suggestions/<int:suggestion_id>/decline")
@needs(Permission.SUGGESTION_DECIDE)
def decline(suggestion_id: int) -> Response | tuple[str, int]:
    """不采纳, with the reason."""
    actor, reason = current_actor(), request.form.get("reason", "")
    try:
        issue = interview_suggestions.decline(actor, suggestion_id, reason)
    except InvalidInput as error:
        found = interview_suggestions.get(actor, suggestion_id)
        return render_template(
            "inbox/decline.html", suggestion=found, reason=reason, error=error.message
        ), 422
    return redirect(url_for("cases.record", area="issues", record_id=issue.id), 303)
