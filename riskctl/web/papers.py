"""Files and papers: attachments as downloads, notices as PDF."""

import io

from flask import Blueprint, Response, request, send_file

from riskctl.downloads import as_download
from riskctl.services import ledgers, notice_contexts
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
