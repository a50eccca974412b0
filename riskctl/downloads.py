"""How a stored file leaves the service, by page or by API: always as a download."""

from flask import Response, send_file

from riskctl.models import Attachment
from riskctl.services import attachments


def as_download(found: Attachment) -> Response:
    """A stored file as a download that no browser opens in place."""
    response = send_file(
        attachments.path_of(found), mimetype=found.media_type, as_attachment=True, download_name=found.name,
        conditional=False,
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
