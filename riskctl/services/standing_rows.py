"""A case as it stood, as one flat row: the columns by which ledgers filter and statistics count.

A few columns follow from others and are no part of the chain (the term of the step, what is done of the plan).
A case that did not change since has them still; one that did, in the frozen row before; else they are worked out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import ColourOverride, Event, SnapshotRow
from riskctl.models.base import UtcDateTime
from riskctl.models.issue import first_milestone, lacking_evidence, progress_of
from riskctl.services import colours, rules, sealed_texts
from riskctl.services.ledger_tables import DUE, MODELS
from riskctl.services.rebuilding import Stand, end_of
from riskctl.services.transitions import KINDS
from riskctl.services.workdays import add_workdays
from riskctl.workflows import colours as table

# Columns that stand in the row as the chain holds them.
_TOLD: Mapping[str, tuple[str, ...]] = {
    "issue": (
        "section_id", "source", "domain", "severity", "rectify_type", "owner_level", "outcome", "found_on",
        "issued_on", "received_on", "due_original", "evaluation_due", "closed_on", "sham_found_on", "reopen_count",
        "return_count", "restricted", "backfilled", "amount_involved", "amount_recovered",
    ),
    "risk_point": ("level", "category", "power_type", "likelihood", "impact", "identified_on", "approved_on"),
    "interview": ("kind", "subject_rank", "scheduled_at", "held_from", "signed_on", "conclusion"),
}  # fmt: skip
# Columns that follow from others.
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "issue": ("step_due_on", "progress", "milestone_due", "evidence_lacking"),
    "risk_point": ("step_due_on", "computed_level", "self_check_due", "inspection_due"),
    "interview": ("step_due_on",),
}
# The kinds that are frozen each month.
FROZEN = tuple(_TOLD)


def of(
    case_type: str, stands: Mapping[int, Stand], day: date, end: datetime | None = None
) -> list[dict[str, Any]]:
    """The rows of these cases as they showed at the end of the day, or at a moment of it, in the order given."""
    codes, besides = _besides(case_type, stands)
    manual = _manual(case_type, stands, day, end or end_of(day))
    marks = colours.marks_on(day)
    made = []
    for id_, stand in stands.items():
        row = {
            "case_id": id_, "seq": stand.seq, "code": codes[id_], "state": stand.state,
            "state_since": stand.state_since, "created_on": stand.created_on,
            "due_on": typed("due_on", stand.told.fields.get(DUE[case_type])),
            **{name: typed(name, stand.told.fields.get(name)) for name in ("unit_id", *_TOLD[case_type])},
            **besides[id_],
        }  # fmt: skip
        made.append({**row, **_colours(case_type, row, marks, manual.get(id_))})
    return made


def typed(name: str, value: Any) -> Any:
    """A plain value of the chain as the row's column holds it."""
    if not isinstance(value, str):
        return value
    column = SnapshotRow.__table__.columns[name].type
    kind = datetime if isinstance(column, UtcDateTime) else column.python_type
    return kind.fromisoformat(value) if kind in (date, datetime) else value


def _besides(case_type: str, stands: Mapping[int, Stand]) -> tuple[dict[int, str], dict[int, dict[str, Any]]]:
    model, names = MODELS[case_type], _BESIDE[case_type]
    last = select(Event.case_id, func.max(Event.seq)).where(
        Event.case_type == case_type, Event.case_id.in_(stands)
    )
    latest = {id_: seq for id_, seq in db.session.execute(last.group_by(Event.case_id))}  # noqa: C416
    columns = [getattr(model, name) for name in names]
    live = {
        row.id: row
        for row in db.session.execute(select(model.id, model.code, *columns).where(model.id.in_(stands)))
    }
    measures = _measures(stands[i] for i in stands if case_type == "issue" and latest[i] != stands[i].seq)
    found = {}
    source: Any
    for id_, stand in stands.items():
        if latest[id_] == stand.seq:
            source = live[id_]
        elif stand.row is not None and stand.row.seq == stand.seq:
            source = stand.row
        else:
            source = SimpleNamespace(**_worked_out(stand, live[id_], measures.get(id_)))
        found[id_] = {name: getattr(source, name) for name in names}
    return {id_: row.code for id_, row in live.items()}, found


def _measures(stands: Iterable[Stand]) -> dict[int, Any]:
    digests = {stand.id: sealed_texts.digest_of(stand.told.fields.get("measures")) for stand in stands}
    texts = sealed_texts.opened_of_many("issue", {d for d in digests.values() if d}) if digests else {}
    return {id_: texts.get(digest or "", []) for id_, digest in digests.items()}


def _worked_out(stand: Stand, live: Any, measures: Any) -> dict[str, Any]:
    found = dict.fromkeys(_BESIDE[stand.case_type])
    found["step_due_on"] = typed("step_due_on", stand.step_due_on) or _step_due(stand)
    if stand.case_type == "issue":
        readable: Sequence[Any] = measures if isinstance(measures, list) else []
        found |= {
            "progress": progress_of(readable), "milestone_due": first_milestone(readable),
            "evidence_lacking": lacking_evidence(readable),
        }  # fmt: skip
    if stand.case_type == "risk_point":
        found["computed_level"] = live.computed_level
    return found


def _step_due(stand: Stand) -> date | None:
    terms: Mapping[str, int] = KINDS[stand.case_type].workflow.terms
    if stand.case_type == "issue":
        given = stand.told.fields.get("rules_at")
        terms = rules.value("issue_terms", datetime.fromisoformat(given) if given else stand.state_since)
    term = terms.get(stand.state)
    return None if term is None else add_workdays(clock.local(stand.state_since).date(), term).on


def _manual(case_type: str, stands: Mapping[int, Stand], day: date, end: datetime) -> dict[int, str]:
    query = select(ColourOverride.case_id, ColourOverride.colour).where(
        ColourOverride.case_type == case_type, ColourOverride.case_id.in_(stands), ColourOverride.at < end,
        ColourOverride.until >= day, (ColourOverride.lifted_at.is_(None)) | (ColourOverride.lifted_at >= end),
    )  # fmt: skip
    return {row.case_id: row.colour for row in db.session.execute(query.order_by(ColourOverride.id))}


def _colours(
    case_type: str, row: Mapping[str, Any], marks: table.Marks, manual: str | None
) -> dict[str, Any]:
    first = row["due_on"] if row.get("reopen_count") else row.get("due_original") or row["due_on"]
    record = SimpleNamespace(
        **{**row, "CASE_TYPE": case_type, DUE[case_type]: row["due_on"], "first_due": first}
    )
    found = table.worst(record, marks)
    shown = {"colour": manual or found.colour if found else None}
    if case_type == "issue":
        original = table.worst(record, marks, instead=colours.ORIGINAL)
        shown["original_colour"] = original.colour if original else None
    return shown
