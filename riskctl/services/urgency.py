"""Everything that is told about one record's colour: the computed one and why, the manual one, the original."""

from dataclasses import dataclass
from typing import Any

from riskctl.models import Case, ColourOverride, Issue
from riskctl.services import colours, people
from riskctl.services.audit import plain
from riskctl.services.yellow_spells import yellow_count


@dataclass(frozen=True)
class Urgency:
    """One record's colour as its page tells it."""

    computed: str | None
    why: str
    manual: ColourOverride | None
    manual_by: str
    original: str | None
    yellow_count: int


def of(record: Case) -> Urgency:
    """What there is to tell of the record's colour today."""
    row, manual = colours.computed(record), colours.override_of(record)
    issue = record if isinstance(record, Issue) else None
    return Urgency(
        computed=row.colour if row else None,
        why=row.why if row else "",
        manual=manual if row else None,
        manual_by=people.names([manual.by_id]).get(manual.by_id, "") if manual else "",
        original=colours.original_of(issue) if issue else None,
        yellow_count=yellow_count(issue) if issue else 0,
    )


def told(record: Case) -> dict[str, Any]:
    """The same as plain data, beside the colours that every row has."""
    found = of(record)
    manual = found.manual and {
        "colour": found.manual.colour, "reason": found.manual.reason, "until": plain(found.manual.until),
        "by_id": found.manual.by_id, "at": plain(found.manual.at),
    }  # fmt: skip
    counted = {"yellow_count": found.yellow_count} if isinstance(record, Issue) else {}
    return {"colour_why": found.why, "colour_override": manual, **counted}
