"""The rows behind a figure, as a filter of the ledgers: what counts a number also lists it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, true

from riskctl.errors import InvalidInput
from riskctl.services.statistics.conditions import all_of, window_of
from riskctl.services.statistics.figures import FIGURES
from riskctl.services.statistics.periods import Period, parse
from riskctl.services.statistics.sources import live
from riskctl.services.statistics.terms import Figure

_PARTS = {"hits": "分子", "all": "分母"}


@dataclass(frozen=True)
class Counted:
    """One number of a report: the figure, its numerator (`hits`) or denominator (`all`), and the period."""

    figure: Figure
    part: str
    period: Period

    @property
    def words(self) -> str:
        """It in words, as a chip of the list says it."""
        part = f"（{_PARTS[self.part]}）" if self.figure.of is not None else ""
        return f"{self.figure.label}{part}，{self.period.label}"


def read(text: str, kind: str | None = None) -> Counted:
    """What the filter `figure` of a ledger names: code, part and period with points between; raises InvalidInput
    when the kind has no such figure."""
    code, _, rest = text.partition(".")
    part, _, period = rest.partition(".")
    figure = FIGURES.get(code)
    if figure is None or part not in _PARTS or kind not in (None, figure.kind):
        raise InvalidInput("没有这个统计指标，请从统计页面重新打开", field="figure", code="figure")
    return Counted(figure, part, parse(period))


def condition(text: str, kind: str) -> ColumnElement[bool]:
    """The condition of the ledger's rows that were counted."""
    counted = read(text, kind)
    return all_of(counted.figure.part(counted.part), window_of(counted.period), live(kind, true()))
