"""补录: what was recorded after the day on which it happened, as the events themselves tell it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from riskctl import clock

# Days that a step names beside the one of its event: 签收, 验收, 谈话 and the like. Terms lie ahead and are none.
_AHEAD = frozenset({"redo_on", "until_on"})
# Changes of what is written down, whatever days stand in it: they happen when they are recorded.
_WORDING = frozenset({"edit", "correct", "recount", "link", "accept_import", "seed"})


def happened_on(seq: int, trigger: str, at: Any, changes: Mapping[str, Any]) -> date:
    """The office's day on which it happened: that of the paper, else the one that was filled in, else the day
    of the record. A case that is registered comes into being then, unless it was taken over from an old ledger.
    """
    recorded = clock.local(at).date()
    data, fields = changes.get("data") or {}, changes.get("fields") or {}
    paper = _day((data.get("paper") or {}).get("approved_on"))
    if paper is not None:
        return min(paper, recorded)
    taken_over = trigger == "import" or (fields.get("backfilled") or [None, False])[1] is True
    if trigger in _WORDING or (seq == 1 and not taken_over):
        return recorded
    new = {name: pair[1] for name, pair in fields.items() if isinstance(pair, list) and len(pair) == 2}
    return min(max(_days({**new, **data}), default=recorded), recorded)


def _days(told: Mapping[str, Any]) -> Iterator[date]:
    for name, value in told.items():
        named = name == "held_from" or (name.endswith("_on") and "due" not in name and name not in _AHEAD)
        if named and (day := _day(value)):
            yield day


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
