"""What the pages about the past show: a record as of a day with its life up to then, and what was entered later."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from riskctl.permissions import Actor
from riskctl.services import audit, field_words, past_lists, record_pages, views
from riskctl.services.audit import EventView
from riskctl.services.ledger_tables import MODELS
from riskctl.services.past import Past
from riskctl.services.past_filters import PastQuery
from riskctl.services.transitions import KINDS


@dataclass(frozen=True)
class PastRecord:
    """A record as of a day, in words: what stands in its head, its fields, its life up to then, 补录."""

    past: Past
    title: str
    unit: str
    fields: list[tuple[str, Any]]
    history: list[dict[str, Any]]
    late: list[dict[str, Any]]


def record(actor: Actor, past: Past) -> PastRecord:
    """A record as of a day, for its page; the latest event first."""
    told = field_words.of(past.record.CASE_TYPE, past.fields)
    history, _ = record_pages.told_history(_events(actor, past, past.history), past.record)
    late, _ = record_pages.told_history(_events(actor, past, past.late), past.record)
    title = told.get("title") or told.get("subject_post") or ("", getattr(past.record, "title", ""))
    return PastRecord(
        past, str(title[1]), str(told["unit_id"][1]) if "unit_id" in told else past.record.unit.name,
        [line for name, line in told.items() if name not in ("title", "unit_id")], history[::-1], late[::-1],
    )  # fmt: skip


def plain(actor: Actor, past: Past) -> dict[str, Any]:
    """A record as of a day, for the API: no steps, no version to act on."""
    return {
        "id": past.record.id, "code": past.record.code, "as_of": past.day.isoformat(), "state": past.state,
        "state_label": past.state_label, "state_since": audit.plain(past.since), **views.named(past.record, past.fields),
        "recorded_later": _events(actor, past, past.late),
    }  # fmt: skip


def listed(actor: Actor, case_type: str, query: PastQuery) -> dict[str, Any]:
    """A page of a ledger as of a day, for the API."""
    found, model = past_lists.page(actor, case_type, query), MODELS[case_type]
    states = KINDS[case_type].workflow.states
    items = []
    for row in found.items:
        fields = {n: audit.plain(getattr(row, n)) for n in model.TRACKED if n not in views.SINGLE_ONLY}
        told = {n: v for n, v in views.named(model, fields).items() if n not in views.SINGLE_ONLY}
        items.append({
            "id": row.id, "code": row.code, "as_of": query.day.isoformat(), "state": row.state,
            "state_label": states.get(row.state, row.state), "state_since": audit.plain(row.state_since),
            "colour": row.colour, "due_on": audit.plain(row.due_on), "unit_name": row.unit.name, **told,
            "recorded_later": row.id in found.late,
        })  # fmt: skip
    return {"items": items, "next": str(found.next) if found.next else None}


def _events(actor: Actor, past: Past, found: Sequence[EventView]) -> list[dict[str, Any]]:
    shown = [views.event(actor, view) for view in found]
    return [views.without_secrets(actor, past.record, entry) for entry in shown]
