"""R10: risk points and plans whose words were copied, with the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint, Unit
from riskctl.permissions import Actor
from riskctl.services.scope import visible
from riskctl.services.statistics import likeness, sources
from riskctl.workflows.risk_point import IN_LEDGER

# The latest are compared; nobody reads more, and memory stays bounded.
COMPARED = 2000
_SHOWN = 20
_RECORDS = 8


@dataclass(frozen=True)
class Copied:
    """Records with nearly the same words: one of the texts, how many, and the first of them with their units."""

    text: str
    number: int
    records: Sequence[tuple[int, str, str]]


def points(actor: Actor, top: Unit) -> list[Copied]:
    """Risk points in the ledger with nearly the same 表现形式."""
    query = select(RiskPoint.id, RiskPoint.code, Unit.name, RiskPoint.manifestation).join(
        Unit, Unit.id == RiskPoint.unit_id
    )
    scope = (
        RiskPoint.state.in_(IN_LEDGER),
        visible(actor, "risk_point"),
        sources.below(RiskPoint.unit_id, top),
    )
    rows = db.session.execute(query.where(*scope).order_by(RiskPoint.id.desc()).limit(COMPARED)).all()
    return _found([(row[0], row[1], row[2], row[3] or "") for row in rows])


def plans(actor: Actor, top: Unit) -> list[Copied]:
    """Issues with nearly the same measures."""
    query = select(Issue.id, Issue.code, Unit.name, Issue.measures).join(Unit, Unit.id == Issue.unit_id)
    scope = (
        Issue.state.not_in(("draft", "void", "transferred")),
        visible(actor, "issue"),
        sources.below(Issue.unit_id, top),
    )
    rows = db.session.execute(query.where(*scope).order_by(Issue.id.desc()).limit(COMPARED)).all()
    return _found([(row[0], row[1], row[2], _measures(row[3])) for row in rows])


def _measures(measures: Any) -> str:
    return "；".join(str(measure.get("text", "")) for measure in measures or ())


def _found(rows: Sequence[tuple[int, str, str, str]]) -> list[Copied]:
    by_id = {row[0]: row for row in rows}
    groups = likeness.groups((row[0], row[3]) for row in rows)
    return [
        Copied(by_id[ids[0]][3], len(ids), [by_id[id_][:3] for id_ in ids[:_RECORDS]])
        for ids in groups[:_SHOWN]
    ]
