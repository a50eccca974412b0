"""The rows behind a figure: as a filter of the ledgers, and, for a closed month, the frozen rows themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import SnapshotRow, Unit
from riskctl.permissions import Actor
from riskctl.services.statistics import sources
from riskctl.services.statistics.conditions import all_of, window_of
from riskctl.services.statistics.figures import FIGURES
from riskctl.services.statistics.periods import Period, parse
from riskctl.services.statistics.terms import Figure

_PARTS = {"hits": "分子", "all": "分母"}
# The columns by which frozen rows may be told apart further.
NARROWED = (
    "state", "severity", "source", "rectify_type", "level", "category", "kind", "subject_rank", "likelihood", "impact",
)  # fmt: skip
PAGE = 100


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
        return f"统计指标：{self.figure.label}{part}，{self.period.label}"


def read(text: str, kind: str) -> Counted:
    """What the filter `figure` of a ledger names: code, part and period with points between; raises InvalidInput
    when the kind has no such figure."""
    code, _, rest = text.partition(".")
    part, _, period = rest.partition(".")
    figure = FIGURES.get(code)
    if figure is None or figure.kind != kind or part not in _PARTS:
        raise InvalidInput("没有这个统计指标，请从统计页面重新打开", field="figure", code="figure")
    return Counted(figure, part, parse(period))


def condition(counted: Counted) -> ColumnElement[bool]:
    """The condition of the ledger's rows that were counted."""
    source = sources.live(counted.figure.kind)
    return all_of(counted.figure.part(counted.part), window_of(counted.period), source)


def frozen_rows(
    actor: Actor, counted: Counted, top: Unit, narrowed: Mapping[str, str], *, after: int = 0
) -> Sequence[tuple[SnapshotRow, str]]:
    """The frozen rows that were counted of a closed month, each with the name of its unit: one more than a page
    holds when there are more. What has become 限知 since is counted and not shown."""
    kind = counted.figure.kind
    head = sources.frozen_head(kind, counted.period)
    if head is None:
        return []
    source = sources.of_reader(actor, kind, top, head)
    counts = all_of(counted.figure.part(counted.part), window_of(counted.period), source)
    more: list[Any] = [
        source.column(name) == _typed(name, narrowed[name]) for name in NARROWED if name in narrowed
    ]
    query = (
        select(SnapshotRow, Unit.name).join(Unit, Unit.id == SnapshotRow.unit_id)
        .where(source.scope, counts, *more, SnapshotRow.case_id > after, sources.seen_now(actor, kind))
        .order_by(SnapshotRow.case_id).limit(PAGE + 1)
    )  # fmt: skip
    return [(row, name) for row, name in db.session.execute(query)]


def _typed(name: str, value: str) -> Any:
    if name not in ("likelihood", "impact"):
        return value
    return int(value) if value in ("1", "2", "3", "4", "5") else 0
