"""Who has a task handed to him and who was asked to agree: the open rows, read once a session."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from riskctl import clock, crypto
from riskctl.extensions import db
from riskctl.models import Assignment, Case, SignOff
from riskctl.models.base import canonical
from riskctl.services import audit

_KEY = "desk"


class Desk:
    """The open assignments and sign-offs. Few cases have any, so lists need not ask for each case."""

    def __init__(self) -> None:
        self._assigned = {
            (row.case_type, row.case_id): row
            for row in db.session.scalars(select(Assignment).where(Assignment.ended_at.is_(None)))
        }
        self._asked: dict[tuple[str, int], list[SignOff]] = defaultdict(list)
        query = select(SignOff).where(SignOff.ended_at.is_(None)).order_by(SignOff.id)
        for row in db.session.scalars(query):
            self._asked[row.case_type, row.case_id].append(row)

    def assignment(self, record: Case) -> Assignment | None:
        """To whom the case was handed in its present state."""
        return self._assigned.get((record.CASE_TYPE, record.id))

    def sign_offs(self, record: Case) -> Sequence[SignOff]:
        """Who was asked to agree in the case's present state."""
        return self._asked.get((record.CASE_TYPE, record.id), ())


def desk() -> Desk:
    """The desk of this session."""
    cache = db.session().info
    if _KEY not in cache:
        cache[_KEY] = Desk()
    found: Desk = cache[_KEY]
    return found


def forget() -> None:
    """Read anew at the next question."""
    db.session().info.pop(_KEY, None)


def seen(record: Case) -> str:
    """The digest of what somebody who agrees now has seen."""
    return crypto.digest(canonical(audit.snapshot(record)).encode())


def agreed(record: Case) -> list[int]:
    """Those whose agreement still stands: nothing of the case was changed since."""
    rows = [row for row in desk().sign_offs(record) if row.agreed_at is not None]
    digest = seen(record) if rows else ""
    return [row.user_id for row in rows if row.digest == digest]


def not_agreed(record: Case) -> list[int]:
    """Those who were asked and have not agreed to what stands there now."""
    asked = [row.user_id for row in desk().sign_offs(record)]
    done = agreed(record) if asked else []
    return [user_id for user_id in asked if user_id not in done]


def clear(record: Case) -> None:
    """The case has left its state: nobody has it any more, nobody is asked. No commit."""
    found = [*desk().sign_offs(record), desk().assignment(record)]
    for row in found:
        if row is not None:
            row.ended_at = clock.now()
    if any(found):
        db.session.flush()
        forget()


def agree(record: Case, user_id: int, at: datetime) -> None:
    """同意: he signs what stands there now. No commit."""
    for row in desk().sign_offs(record):
        if row.user_id == user_id:
            row.agreed_at, row.digest = at, seen(record)


def voided(record: Case) -> list[int]:
    """Those whose agreement no longer holds because the case was changed; they are asked anew. No commit."""
    rows = [row for row in desk().sign_offs(record) if row.agreed_at is not None]
    digest = seen(record) if rows else ""
    lost = [row for row in rows if row.digest != digest]
    for row in lost:
        row.agreed_at = row.digest = None
    return [row.user_id for row in lost]
