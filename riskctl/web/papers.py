"""Files and papers: attachments as downloads, notices as PDF."""

import io

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from riskctl.downloads import as_download
from riskctl.services import attachments, ledgers, notice_contexts, prints
from riskctl.web.access import current_actor, signed_in

pages = Blueprint("papers", __name__)


@pages.get("/attachments/<int:attachment_id>")
@signed_in
def attachment(attachment_id: int) -> Response:
    """An attachment of a case that the person may see; never opened in place."""
    return as_download(ledgers.attachment(current_actor(), attachment_id))


@pages.get("/notices/<int:notice_id>/pdf")
@signed_in
def pdf(notice_id: int) -> Response:
    """The notice as PDF: in the browser to look at, with ?download=1 to keep."""
    notice, data = notice_contexts.pdf_of(current_actor(), notice_id)
    name = f"{notice.number or notice.title}.pdf"
    keep = request.args.get("download") == "1"
    return send_file(io.BytesIO(data), mimetype="application/pdf", as_attachment=keep, download_name=name)


@pages.post("/notices/<int:notice_id>/prints")
@signed_in
def print_paper(notice_id: int) -> Redirect:
    """Print the signed paper: the official text once, then 副本."""
    made = prints.take(current_actor(), notice_id)
    return redirect(url_for("papers.printed", notice_id=notice_id, ordinal=made.ordinal), 303)


@pages.get("/notices/<int:notice_id>/prints/<int:ordinal>")
@signed_in
def printed(notice_id: int, ordinal: int) -> Response:
    """The file of one print, opened to be sent to the printer."""
    found = prints.file_of(current_actor(), notice_id, ordinal)
    return send_file(attachments.path_of(found), mimetype="application/pdf", download_name=found.name)
