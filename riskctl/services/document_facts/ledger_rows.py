"""The rows of ledger prints (class T) as plain data: columns of domain 6.1 no. 14 and 15. A long ledger is read and
printed in parts; each row needs its record with unit, measures and indicators only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Indicator, Issue, Notice, RiskPoint, Unit
from riskctl.services import colours
from riskctl.services.document_facts.point_forms import measures_text
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue import OVER, STATES


def _lines(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


def point_row(number: int, point: RiskPoint, indicators: Sequence[str] = ()) -> dict[str, Any]:
    """One line of 风险点台账; `indicators` are the names of those that watch the point."""
    score = f"{point.likelihood}×{point.impact}" if point.likelihood and point.impact else ""
    return {
        "number": number, "code": point.code, "post": _lines(point.unit.name, point.department, point.post),
        "power": _lines(point.power_item, point.process_step), "category": words.CATEGORIES.get(point.category or "", ""),
        "risk": _lines(point.title, point.manifestation), "score": score,
        "level": words.LEVELS.get(point.level or "", ""), "measures": measures_text(point.measures or []),
        "indicators": "\n".join(indicators),
        "responsible": _lines(point.resp_post, point.dept_head_post, point.resp_leader_post),
        "review_due": point.review_due.isoformat() if point.review_due else "", "over": False,
    }  # fmt: skip


def issue_row(number: int, issue: Issue, *, knows_petitions: bool = False) -> dict[str, Any]:
    """One line of 问题整改台账; a closed one is grey (domain 3.4)."""
    source = "daily" if issue.source == "petition" and not knows_petitions else issue.source
    colour = colours.colour_of(issue)
    original = issue.due_original
    moved = f"原定{original.isoformat()}" if original and original != issue.due_on else None
    return {
        "number": number, "code": issue.code, "unit": _lines(issue.unit.name, *(u.name for u in issue.joint_units)),
        "source": words.SOURCES[source], "problem": _lines(issue.title, issue.verbatim),
        "severity": words.SEVERITIES.get(issue.severity or "", ""), "measures": measures_text(issue.measures or []),
        "due": _lines(issue.due_on.isoformat() if issue.due_on else None, moved),
        "responsible": _lines(issue.resp_leader_post, issue.resp_post),
        "progress": _lines(STATES[issue.state], f"{issue.progress}%" if issue.measures else None),
        "colour": words.COLOURS[colour] if colour else "",
        "closed": _lines(issue.closed_on.isoformat() if issue.closed_on else None, issue.closure_no),
        "over": issue.state in OVER,
    }  # fmt: skip


def indicator_names(points: Iterable[RiskPoint]) -> Mapping[int, list[str]]:
    """The names of the active indicators of these points, in one query."""
    ids = [point.id for point in points]
    query = select(Indicator.risk_point_id, Indicator.name).where(
        Indicator.risk_point_id.in_(ids), Indicator.active.is_(True)
    )
    found: dict[int, list[str]] = {}
    for point_id, name in db.session.execute(query.order_by(Indicator.id)):
        found.setdefault(point_id, []).append(name)
    return found


def _form(notice: Notice, rows: list[dict[str, Any]]) -> dict[str, Any]:
    until = (notice.issued_on or clock.today()).isoformat()
    return {"form": {"unit": notice.unit.name, "until": until, "paper": "A4", "rows": rows}}


def _below(notice: Notice, model: type[Any]) -> Any:
    below = select(Unit.id).where((Unit.id == notice.unit_id) | Unit.path.contains(f"/{notice.unit_id}/"))
    return select(model).where(model.unit_id.in_(below)).options(joinedload(model.unit)).order_by(model.code)


def _points(notice: Notice) -> dict[str, Any]:
    query = _below(notice, RiskPoint).where(RiskPoint.state.not_in(("draft", "void", "cancelled")))
    found = list(db.session.scalars(query))
    names = indicator_names(found)
    return _form(notice, [point_row(n, p, names.get(p.id, ())) for n, p in enumerate(found, 1)])


def _issues(notice: Notice) -> dict[str, Any]:
    # What is not ordered yet stands on no unit's ledger.
    hidden = Issue.state.not_in(("draft", "verifying", "void", "transferred")) & Issue.restricted.is_(False)
    query = _below(notice, Issue).where(hidden)
    return _form(notice, [issue_row(n, i) for n, i in enumerate(db.session.scalars(query), 1)])


FACTS = {"risk_ledger": _points, "issue_ledger": _issues}
