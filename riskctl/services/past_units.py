"""A unit as of a past day: what it was called and where it belonged, from its events."""

from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import NotFound
from riskctl.extensions import db
from riskctl.models import Event, Unit
from riskctl.services import past
from riskctl.services.rebuilding import end_of

_FIELDS = ("code", "name", "kind", "parent_id")


def plain(unit: Unit, day: date) -> dict[str, Any]:
    """The unit as it stood at the end of the day, for the API; raises NotFound when it was not there yet."""
    past.refuse_before_start(day)
    query = (
        select(Event).where(Event.case_type == "unit", Event.case_id == unit.id).order_by(Event.seq.desc())
    )
    found = {name: getattr(unit, name) for name in _FIELDS}
    for event in db.session.scalars(query):
        if event.at < end_of(day):
            break
        if event.seq == 1:
            founded = clock.local(event.at).date().isoformat()
            raise NotFound(f"{day.isoformat()}还没有这个单位：{unit.name}于{founded}设立", code="not_yet")
        # What a later event changed was what it says it had been.
        fields = event.changes.get("fields") or {}
        found |= {name: pair[0] for name, pair in fields.items() if name in _FIELDS}
    return {"id": unit.id, **found, "as_of": day.isoformat()}
