"""What a report is made of, as pages, PDF and workbook show it."""

from dataclasses import dataclass

from riskctl.services.statistics.periods import Period
from riskctl.services.statistics.reports import Breakdown, Report
from riskctl.services.statistics.scopes import Scope
from riskctl.services.statistics.terms import Figure
from riskctl.services.statistics.values import Value


@dataclass(frozen=True)
class Asked:
    """What a reader asks for: the period, the unit (None: his own), and the level of points and of issues."""

    period: Period
    unit_id: int | None = None
    level: str | None = None
    severity: str | None = None

    def filters(self, kind: str) -> dict[str, str]:
        """The levels as filters of the ledger of this kind."""
        wanted = {"risk_point": ("level", self.level), "issue": ("severity", self.severity)}
        name, value = wanted.get(kind, ("", None))
        return {name: value} if value else {}


@dataclass(frozen=True)
class Line:
    """One figure: now, in the period before, a year before, and the department's average."""

    figure: Figure
    now: Value
    before: Value
    year_before: Value
    average: Value | None = None


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    label: str
    values: tuple[Value, ...]
    unit_id: int | None = None


@dataclass(frozen=True)
class Table:
    """One table: a row for each value or unit, the last one the sum or the average."""

    breakdown: Breakdown
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    foot: Row


@dataclass(frozen=True)
class Statement:
    """One report for one unit and period."""

    report: Report
    asked: Asked
    scope: Scope
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    # Where the numbers come from, in words.
    origin: str = ""

    @property
    def figures(self) -> list[Figure]:
        """Every figure in it, once, for the page of definitions."""
        shown = [*(line.figure for line in self.lines), *(f for table in self.tables for f in table.figures)]
        return list({figure.code: figure for figure in shown}.values())


@dataclass(frozen=True)
class Matrix:
    """A table of one figure by two things: units down, words across."""

    caption: str
    figure: Figure
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Heat:
    """R2: the 5 × 5 grid, and the mean scores by unit and category."""

    grid: dict[tuple[int, int], Value]
    scores: Matrix

    def shade(self, value: Value | None) -> int:
        """The shade of a cell, 0 to 4: its share of the fullest one."""
        most = max((each.top for each in self.grid.values()), default=0)
        return -(-4 * value.top // most) if value is not None and most else 0
