"""What the documents tell that belong to another document."""

from typing import Any

from riskctl.extensions import db
from riskctl.models import Notice


def _revocation(notice: Notice) -> dict[str, Any]:
    revoked = db.session.get_one(Notice, notice.parent_id)
    successor = db.session.get(Notice, revoked.superseded_by_id) if revoked.superseded_by_id else None
    return {"revoked": _named(revoked), "successor": _named(successor) if successor else None}


def _named(notice: Notice) -> dict[str, str]:
    return {
        "title": notice.title,
        "number": notice.number or "",
        "issued_on": notice.issued_on.isoformat() if notice.issued_on else "",
    }


FACTS = {"revocation_notice": _revocation}
