"""看板: counts by stage, level and lateness, and the 5 × 5 heat map, each figure with the list behind it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from riskctl.extensions import db
from riskctl.models import RiskPoint
from riskctl.permissions import Actor
from riskctl.services import ledgers
from riskctl.services.ledgers import Query
from riskctl.services.scope import visible
from riskctl.services.transitions import KINDS
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue import ISSUE, SETTLED
from riskctl.workflows.risk_point import IN_LEDGER


@dataclass(frozen=True)
class Board:
    """The figures of one actor's scope."""

    issue_states: list[tuple[str, str, int]]
    severities: list[tuple[str, str, int]]
    issue_colours: list[tuple[str, str, int]]
    point_colours: list[tuple[str, str, int]]
    point_states: list[tuple[str, str, int]]
    levels: list[tuple[str, str, int]]
    overdue: int
    open_issues: int
    grid: dict[tuple[int, int], int]
    unscored: int
    points: int
    open_states: tuple[str, ...] = tuple(state for state in ISSUE.states if state not in SETTLED)
    ledger_states: tuple[str, ...] = IN_LEDGER

    @property
    def all_issues(self) -> int:
        """Every issue in the ledger, whatever its state."""
        return sum(number for _, _, number in self.issue_states)

    @property
    def all_points(self) -> int:
        """Every risk point, drafts and those taken out of the ledger too."""
        return sum(number for _, _, number in self.point_states)

    def heat(self, number: int) -> int:
        """The shade of a cell, 0 to 4: its share of the fullest cell."""
        most = max(self.grid.values(), default=0)
        return -(-4 * number // most) if most else 0


def board(actor: Actor) -> Board:
    """Count what the actor may see: a handful of grouped queries, whatever the size of the ledger."""
    issues = _states(actor, "issue")
    points = _states(actor, "risk_point")
    grid, unscored = _grid(actor)
    levels = ledgers.counts_by(actor, "risk_point", "state", "level")
    severities = ledgers.counts_by(actor, "issue", "state", "severity")
    return Board(
        issue_states=issues,
        severities=[
            (
                key,
                word,
                sum(n for (state, level), n in severities.items() if level == key and state not in SETTLED),
            )
            for key, word in words.SEVERITIES.items()
        ],
        issue_colours=_colours(actor, "issue"),
        point_colours=_colours(actor, "risk_point"),
        point_states=points,
        levels=[
            (key, word, sum(n for (state, level), n in levels.items() if level == key and state in IN_LEDGER))
            for key, word in words.LEVELS.items()
        ],
        overdue=ledgers.count(actor, "issue", Query(overdue=True)),
        open_issues=sum(n for state, _, n in issues if state not in SETTLED),
        grid=grid,
        unscored=unscored,
        points=sum(n for state, _, n in points if state in IN_LEDGER),
    )


def _states(actor: Actor, case_type: str) -> list[tuple[str, str, int]]:
    counts = {key[0]: number for key, number in ledgers.counts_by(actor, case_type, "state").items()}
    workflow = KINDS[case_type].workflow
    return [(state, label, counts[state]) for state, label in workflow.states.items() if counts.get(state)]


def _colours(actor: Actor, case_type: str) -> list[tuple[str, str, int]]:
    counts = {key[0]: number for key, number in ledgers.counts_by(actor, case_type, "colour").items()}
    return [(key, word, counts.get(key, 0)) for key, word in reversed(words.COLOURS.items())]


def _grid(actor: Actor) -> tuple[dict[tuple[int, int], int], int]:
    query = (
        select(RiskPoint.likelihood, RiskPoint.impact, func.count())
        .where(visible(actor, "risk_point"), RiskPoint.state.in_(IN_LEDGER))
        .group_by(RiskPoint.likelihood, RiskPoint.impact)
    )
    rows: list[Any] = list(db.session.execute(query))
    scored = {(row[0], row[1]): row[2] for row in rows if row[0] and row[1]}
    return scored, sum(row[2] for row in rows if not (row[0] and row[1]))
