"""Versions of a risk point: every change of a kind of domain 2.3 makes one, nothing is overwritten.

A point that came by an import has no version until it first changes; then its first one is written down as
it stood, so that a ledger of a million rows is not stored twice on its way in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import ChangeProposal, Event, RiskPoint, RiskPointVersion
from riskctl.permissions import Actor
from riskctl.services import audit, people
from riskctl.services.scope import visible


def frozen(point: RiskPoint) -> dict[str, Any]:
    """The point's content as plain values."""
    return {**audit.snapshot(point), "computed_level": point.computed_level}


def keep_first(point: RiskPoint) -> None:
    """Write down how the point stands as its first version unless it has one; before anything changes."""
    if _last_number(point):
        return
    since = point.approved_on or clock.local(point.created_at).date()
    db.session.add(
        RiskPointVersion(risk_point_id=point.id, number=1, kind="new", valid_from=since, fields=frozen(point))
    )


def add(
    point: RiskPoint,
    kind: str,
    *,
    approved_by: int | None,
    proposal: ChangeProposal | None = None,
    related: Sequence[int] = (),
) -> RiskPointVersion:
    """The next version, as the point stands now; call it after the event that changed the point. No commit."""
    event_id = db.session.scalar(
        select(Event.id)
        .where(Event.case_type == point.CASE_TYPE, Event.case_id == point.id)
        .order_by(Event.seq.desc())
        .limit(1)
    )
    version = RiskPointVersion(
        risk_point_id=point.id, number=_last_number(point) + 1, kind=kind, valid_from=clock.today(),
        fields=frozen(point), related_ids=list(related), event_id=event_id,
        proposal_id=proposal.id if proposal else None, approved_by_id=approved_by,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def _last_number(point: RiskPoint) -> int:
    query = select(RiskPointVersion.number).where(RiskPointVersion.risk_point_id == point.id)
    return db.session.scalar(query.order_by(RiskPointVersion.number.desc()).limit(1)) or 0


@dataclass(frozen=True)
class VersionView:
    """One version as people read it: what differs from the one before, and the points it names."""

    number: int
    kind: str
    valid_from: date
    approved_by: str
    reason: str | None
    changes: list[tuple[str, Any, Any]]
    related: list[RiskPoint]
    fields: dict[str, Any]


# What changes by itself and is no content of a version.
_BESIDE = frozenset({"review_due", "publicity_until", "approved_on", "suggested_level", "suggested_reason"})


def of_point(actor: Actor, point: RiskPoint) -> list[VersionView]:
    """The versions of a point, the latest first; field by field against the one before."""
    query = select(RiskPointVersion).where(RiskPointVersion.risk_point_id == point.id)
    found = list(db.session.scalars(query.order_by(RiskPointVersion.number)))
    names = people.names({v.approved_by_id for v in found if v.approved_by_id})
    related = _related(actor, {i for v in found for i in v.related_ids})
    views = []
    before: dict[str, Any] = {}
    for version in found:
        views.append(
            VersionView(
                number=version.number,
                kind=version.kind,
                valid_from=version.valid_from,
                approved_by=names.get(version.approved_by_id or 0, ""),
                reason=version.proposal.reason if version.proposal else None,
                changes=_differences(before, version.fields) if before else [],
                related=[related[i] for i in version.related_ids if i in related],
                fields=version.fields,
            )
        )
        before = version.fields
    return views[::-1]


def _related(actor: Actor, ids: set[int]) -> dict[int, RiskPoint]:
    query = select(RiskPoint).where(RiskPoint.id.in_(ids), visible(actor, "risk_point"))
    return {point.id: point for point in db.session.scalars(query)} if ids else {}


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    names = [name for name in after if name not in _BESIDE]
    return [(name, before.get(name), after[name]) for name in names if before.get(name) != after[name]]
