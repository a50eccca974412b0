"""The drawings of reports, each as an address that pages and documents show."""

from riskctl.services import charts
from riskctl.services.statistics.extras import Course
from riskctl.services.statistics.figures import FIGURES
from riskctl.services.statistics.shapes import Table

_MOST = 10  # more bars than that are read in the table


def course(found: Course) -> str:
    """Ordered and closed by month."""
    months = [f"{month.start.year % 100}年{month.start.month}月" for month in found.months]
    return charts.as_uri(
        charts.lines(months, {label(code): numbers for code, numbers in found.counts.items()})
    )


def label(code: str) -> str:
    """What a figure is called."""
    return FIGURES[code].label


def table(found: Table) -> str:
    """What a table draws of itself; empty where it draws nothing or has nothing to show."""
    wanted = [n for n, figure in enumerate(found.figures) if figure.code in found.breakdown.drawn]
    rows = found.rows[:_MOST]
    if not wanted or not any(row.values[n].number for row in rows for n in wanted):
        return ""
    series = {found.figures[n].label: [row.values[n].number for row in rows] for n in wanted}
    return charts.as_uri(charts.bars([row.label for row in rows], series, unit=found.figures[wanted[0]].unit))
