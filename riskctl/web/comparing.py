"""差异对比: two days of one record, or two records of a kind, field by field."""

from typing import Any

from flask import Blueprint, render_template, request

from riskctl import clock
from riskctl.errors import InvalidInput
from riskctl.models import Case
from riskctl.services import differences, ledgers, past
from riskctl.web.access import current_actor, signed_in
from riskctl.web.cases import AREAS, RECORD

pages = Blueprint("comparing", __name__)


@pages.get(RECORD + "/compare")
@signed_in
def compare(area: str, record_id: int) -> str | tuple[str, int]:
    """What differs between two days of a record, or between it and another one of its kind."""
    found = ledgers.get(current_actor(), AREAS[area].case_type, record_id)
    given = {name: request.args.get(name, "").strip() for name in ("from", "to", "with")}
    shown: dict[str, Any] = {}
    error: InvalidInput | None = None
    try:
        shown = _compared(found, given)
    except InvalidInput as refused:
        error = refused
    page = render_template(
        "past/compare.html", name=area, area_title=AREAS[area].title, record=found, given=given, error=error,
        since=clock.local(found.created_at).date(), **shown,
    )  # fmt: skip
    return (page, 422) if error else page


def _compared(found: Case, given: dict[str, str]) -> dict[str, Any]:
    actor = current_actor()
    if given["with"]:
        other = differences.other_of(actor, found, given["with"])
        return {"heads": (found.code, other.code), "lines": differences.of_records(actor, found, other)}
    if not (given["from"] or given["to"]):
        return {}
    today = clock.today().isoformat()
    days = sorted(past.day_of(given[name] or today, name) for name in ("from", "to"))
    sides = [past.of(actor, found, day) for day in days]
    return {
        "heads": tuple(f"{day.isoformat()} 终了" for day in days),
        "lines": differences.of_days(*sides),
    }
