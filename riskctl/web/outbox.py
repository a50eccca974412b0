"""外发通知: how the deliveries by mail and to the office-automation system stand; trying again."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from riskctl.models.outbox import CHANNELS
from riskctl.permissions import Permission
from riskctl.services import delivery, people
from riskctl.web.access import needs

pages = Blueprint("outbox", __name__)


@pages.get("/outbox")
@needs(Permission.DELIVERY_MANAGE)
def listing() -> str:
    """What waits, and what has failed."""
    rows = delivery.troubled()
    return render_template(
        "inbox/outbox.html", state=delivery.state(), rows=rows, channels=CHANNELS, most=delivery.MOST_ATTEMPTS,
        names=people.names([row.user_id for row in rows if row.user_id]),
    )  # fmt: skip


@pages.post("/outbox/<int:row_id>/retry")
@needs(Permission.DELIVERY_MANAGE)
def retry(row_id: int) -> Response:
    """Try again what was given up."""
    delivery.retry(row_id)
    return redirect(url_for("outbox.listing"), 303)
