"""A report put together: its lines with what they are compared with, and its tables; each number with its list."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from riskctl import clock
from riskctl.errors import NotAllowed, NotFound
from riskctl.models import Unit
from riskctl.permissions import Actor, allowed
from riskctl.services import ledgers
from riskctl.services.statistics import counting, days, reports, scopes, sources
from riskctl.services.statistics.conditions import window_of
from riskctl.services.statistics.counting import Pair, Tally
from riskctl.services.statistics.figures import FIGURES
from riskctl.services.statistics.periods import Period
from riskctl.services.statistics.reports import Breakdown, Report
from riskctl.services.statistics.scopes import Scope
from riskctl.services.statistics.shapes import Asked, Line, Row, Statement, Table
from riskctl.services.statistics.sources import Source
from riskctl.services.statistics.terms import Figure
from riskctl.services.statistics.values import FEWEST, Behind, Value

_NOW = 0


def statement(actor: Actor, code: str, asked: Asked) -> Statement:
    """One report; raises NotFound, or NotAllowed for what is not the actor's to see."""
    report = _report(code)
    scope = scopes.of(actor, asked.unit_id)
    if not may_read(actor, report, scope.unit):
        raise NotAllowed("您的岗位不能查看这张统计表", code="no_permission")
    counter = Counter(actor, asked, scope)
    return Statement(
        report,
        asked,
        scope,
        counter.lines(report.figures),
        tuple(counter.table(each) for each in report.tables),
    )


def overview(actor: Actor, asked: Asked) -> list[Statement]:
    """The lines of every report that the actor may read, without their tables."""
    scope = scopes.of(actor, asked.unit_id)
    read = [r for code in reports.LINES if may_read(actor, r := reports.REPORTS[code], scope.unit)]
    counter = Counter(actor, asked, scope)
    lines = {line.figure.code: line for line in counter.lines([code for r in read for code in r.figures])}
    return [Statement(r, asked, scope, tuple(lines[code] for code in r.figures)) for r in read]


def unit_lines(actor: Actor, unit: Unit, period: Period) -> list[Statement]:
    """The lines of R1 to R8 of one unit with what is below it (R9); raises NotAllowed for another's unit."""
    return overview(actor, Asked(period, unit.id))


def may_read(actor: Actor, report: Report, unit: Unit) -> bool:
    """Whether the report is the actor's to read for this unit."""
    return allowed(actor, report.needs, unit.id)


def _report(code: str) -> Report:
    if code not in reports.REPORTS:
        raise NotFound("没有这张统计表")
    return reports.REPORTS[code]


class Counter:
    """What one reader asked for, counted: one grouped query for each kind of case, one more for the average."""

    def __init__(self, actor: Actor, asked: Asked, scope: Scope) -> None:
        self.actor, self.asked, self.scope = actor, asked, scope
        period = asked.period
        self.periods = (period, period.before(), period.year_before())
        self.windows = tuple(window_of(each) for each in self.periods)
        self._by_unit: dict[int | None, dict[tuple[int, str], Pair]] = {}

    def lines(self, codes: Iterable[str]) -> tuple[Line, ...]:
        """The figures over the whole scope, each beside what it is compared with."""
        figures = [FIGURES[code] for code in codes]
        self._count_by_unit(figures)
        average = {} if self.scope.whole else self._average(figures)
        return tuple(self._line(figure, average) for figure in figures)

    def _line(self, figure: Figure, average: Mapping[str, Pair]) -> Line:
        now, before, year_before = (
            self._value(figure, self._total(place, figure), place=place)
            for place, _ in enumerate(self.windows)
        )
        return Line(figure, now, before, year_before, self._averaged(figure, average))

    def table(self, breakdown: Breakdown) -> Table:
        """A table by unit or by the values of a column."""
        figures = tuple(FIGURES[code] for code in breakdown.figures)
        if breakdown.by == "unit_id":
            self._count_by_unit(figures)
            rows = self._unit_rows(figures, breakdown)
            foot = Row("合计", tuple(self._value(f, self._total(_NOW, f)) for f in figures))
        else:
            rows, foot = self._word_rows(figures, breakdown)
        return Table(breakdown, figures, tuple(rows), foot)

    # --- counting -------------------------------------------------------------------------------------

    def source(self, kind: str) -> Source:
        """The rows that the reader may count."""
        return sources.live(kind, sources.seen_by(self.actor, kind, self.scope.unit))

    def _where(self, source: Source, kind: str) -> list[Any]:
        return [source.column(name) == value for name, value in self.asked.filters(kind).items()]

    def _count_by_unit(self, figures: Sequence[Figure]) -> None:
        known = {code for row in self._by_unit.values() for _, code in row}
        new = [figure for figure in figures if figure.code not in known]
        for kind, some in _by_kind(new).items():
            source = self.source(kind)
            found = counting.tally(source, some, self.windows, where=self._where(source, kind))
            for unit_id, row in found.items():
                self._by_unit.setdefault(unit_id, {}).update(row)
        if any(figure.code == days.CODE for figure in new):
            # Of the whole only, under no unit: each one's own closings are few.
            source = self.source("issue")
            sums = days.summed(source, self.windows, self._where(source, "issue"))
            self._by_unit[None] = {(place, days.CODE): pair for place, pair in enumerate(sums)}

    def _average(self, figures: Sequence[Figure]) -> dict[str, Pair]:
        found: dict[str, Pair] = {}
        for kind, some in _by_kind(figures).items():
            source = sources.live(kind, sources.of_all(kind))
            rows = counting.tally(source, some, self.windows[:1], where=self._where(source, kind)).values()
            found |= {figure.code: counting.summed(rows, (_NOW, figure.code)) for figure in some}
            if kind == "issue":
                found[days.CODE] = days.summed(source, self.windows[:1], self._where(source, kind))[0]
        return found

    def _total(self, place: int, figure: Figure) -> Pair:
        return counting.summed(self._by_unit.values(), (place, figure.code))

    # --- rows -----------------------------------------------------------------------------------------

    def _unit_rows(self, figures: Sequence[Figure], breakdown: Breakdown) -> list[Row]:
        rows = []
        for place in scopes.places(self.scope):
            own = [row for unit_id, row in self._by_unit.items() if unit_id in place.ids]
            pairs = [counting.summed(own, (_NOW, figure.code)) for figure in figures]
            if any(top or bottom for top, bottom in pairs):
                values = [
                    self._value(figure, pair, unit=place.unit.id)
                    for figure, pair in zip(figures, pairs, strict=True)
                ]
                rows.append(Row(place.unit.name, tuple(values), place.unit.id))
        if breakdown.ranked:
            rows.sort(key=lambda row: [-(value.number or 0) for value in row.values])
        return rows

    def _word_rows(self, figures: Sequence[Figure], breakdown: Breakdown) -> tuple[list[Row], Row]:
        (kind,) = {figure.kind for figure in figures}
        source, where = self.source(kind), self.asked.filters(kind)
        found = counting.tally(
            source, figures, self.windows[:1], by=breakdown.by, where=self._where(source, kind)
        )
        found = self._known(breakdown.by, found)
        totals = [counting.summed(found.values(), (_NOW, figure.code)) for figure in figures]
        few = breakdown.personal and not self.scope.whole and totals[0][0] < FEWEST
        rows = []
        for key, word in (breakdown.words or {}).items():
            pairs = [counting.summed([found[key]] if key in found else [], (_NOW, f.code)) for f in figures]
            if any(top or bottom for top, bottom in pairs):
                filters = {**where, breakdown.by: key}
                values = [
                    self._value(f, pair, filters=filters, hidden=few)
                    for f, pair in zip(figures, pairs, strict=True)
                ]
                rows.append(Row(word, tuple(values)))
        foot = [self._value(figure, total) for figure, total in zip(figures, totals, strict=True)]
        return rows, Row("合计", tuple(foot))

    def _known(self, by: str, found: Tally) -> Tally:
        # Who may not know that someone complained finds 信访举报 under 日常监督 (contract 5).
        if by != "source" or ledgers.knows_petitions(self.actor) or "petition" not in found:
            return found
        both = [found["petition"], found.get("daily", {})]
        merged = {key: counting.summed(both, key) for key in found["petition"]}
        return {**{key: row for key, row in found.items() if key != "petition"}, "daily": merged}

    # --- values ---------------------------------------------------------------------------------------

    def _value(
        self,
        figure: Figure,
        pair: Pair,
        *,
        place: int = _NOW,
        unit: int | None = None,
        filters: Mapping[str, str] | None = None,
        hidden: bool = False,
    ) -> Value:
        top, bottom = _pair(figure, pair)
        period = self.periods[place]
        of_unit = unit or (None if self.scope.whole else self.scope.unit.id)
        given = {**(self.asked.filters(figure.kind) if filters is None else filters)}
        if of_unit:
            given["unit"] = str(of_unit)
        few = bottom is not None and of_unit is not None and bottom < FEWEST
        behind = {
            part: Behind(figure.kind, {**given, "figure": f"{figure.code}.{part}.{period.key}"})
            for part in (("hits", "all") if figure.of is not None else ("hits",))
        }
        return Value(
            figure, top, bottom, behind["hits"], behind.get("all"), hidden=hidden or few,
            known=not figure.present or period.end >= clock.today(),
        )  # fmt: skip

    def _averaged(self, figure: Figure, average: Mapping[str, Pair]) -> Value | None:
        if figure.code not in average:
            return None
        top, bottom = _pair(figure, average[figure.code])
        known = not figure.present or self.asked.period.end >= clock.today()
        return Value(
            figure, top, bottom, known=known, over=1 if bottom is not None else max(1, self.scope.tops)
        )


def _pair(figure: Figure, pair: Pair) -> Pair:
    return pair[0], None if figure.of is None else pair[1] or 0


def _by_kind(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.code != days.CODE:
            found.setdefault(figure.kind, []).append(figure)
    return found
