"""A report put together: its lines with what they are compared with, and its tables; each number with its list."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from riskctl import clock
from riskctl.errors import NotAllowed, NotFound
from riskctl.models import Snapshot, Unit
from riskctl.permissions import Actor, allowed
from riskctl.services import ledgers
from riskctl.services.statistics import counting, days, frozen, reports, scopes
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
# Few of these would point at single ones; a register of risk points is open to its unit.
_OF_CASES = ("issue", "interview")
_KINDS = {"risk_point": "风险点", "issue": "问题", "lookback": "回头看", "interview": "约谈"}


def statement(actor: Actor, code: str, asked: Asked) -> Statement:
    """One report; raises NotFound, or NotAllowed for what is not the actor's to see."""
    report = _report(code)
    scope = scopes.of(actor, asked.unit_id)
    if not may_read(actor, report, scope.unit):
        raise NotAllowed("您的岗位不能查看这张统计表", code="no_permission")
    counter = Counter(actor, asked, scope)
    tables = tuple(counter.table(each) for each in report.tables)
    return Statement(report, asked, scope, counter.lines(report.figures), tables, counter.origin(report))


def overview(actor: Actor, asked: Asked) -> list[Statement]:
    """The lines of every report that the actor may read, without their tables."""
    scope = scopes.of(actor, asked.unit_id)
    read = [r for code in reports.LINES if may_read(actor, r := reports.REPORTS[code], scope.unit)]
    counter = Counter(actor, asked, scope)
    lines = {line.figure.code: line for line in counter.lines([code for r in read for code in r.figures])}
    return [
        Statement(r, asked, scope, tuple(lines[code] for code in r.figures), (), counter.origin(r))
        for r in read
    ]


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
        self._heads: dict[tuple[str, int], Snapshot | None] = {}
        self._by_unit: dict[int | None, dict[tuple[int, str], Pair]] = {}

    def lines(self, codes: Iterable[str]) -> tuple[Line, ...]:
        """The figures over the whole scope, each beside what it is compared with."""
        figures = [FIGURES[code] for code in codes]
        self._count_by_unit(figures)
        average = {} if self.scope.whole else self._average(figures)
        return tuple(self._line(figure, average) for figure in figures)

    def _line(self, figure: Figure, average: Mapping[str, Pair]) -> Line:
        now, before, year_before = (
            self.value(figure, self._total(place, figure), place=place)
            for place, _ in enumerate(self.windows)
        )
        return Line(figure, now, before, year_before, self._averaged(figure, average))

    def table(self, breakdown: Breakdown) -> Table:
        """A table by unit or by the values of a column."""
        figures = tuple(FIGURES[code] for code in breakdown.figures)
        if breakdown.by == "unit_id":
            self._count_by_unit(figures)
            rows = self._unit_rows(figures, breakdown)
            foot = Row("合计", tuple(self.value(f, self._total(_NOW, f)) for f in figures))
        else:
            rows, foot = self._word_rows(figures, breakdown)
        return Table(breakdown, figures, tuple(rows), foot)

    def origin(self, report: Report) -> str:
        """Where the numbers of a report come from, in words."""
        kinds = {FIGURES[code].kind for code in report.figures}
        heads = {kind: self.head(kind) for kind in _KINDS if kind in kinds}
        live = f"实时数据（截至{_day(self.windows[_NOW].end)}）"
        if not any(heads.values()):
            return live
        return "；".join(f"{_KINDS[kind]}{_frozen(head) if head else live}" for kind, head in heads.items())

    # --- counting -------------------------------------------------------------------------------------

    def source(self, kind: str, place: int = _NOW) -> Source:
        """The rows that the reader may count at a period's end."""
        return frozen.of_reader(self.actor, kind, self.scope.unit, self.head(kind, place))

    def live_source(self, kind: str) -> Source:
        """The rows that the reader may count today."""
        return frozen.of_reader(self.actor, kind, self.scope.unit, None)

    def head(self, kind: str, place: int = _NOW) -> Snapshot | None:
        """The snapshot in which a period of this kind is frozen."""
        if (kind, place) not in self._heads:
            self._heads[kind, place] = frozen.head_of(kind, self.periods[place])
        return self._heads[kind, place]

    def where(self, source: Source, kind: str) -> list[Any]:
        """What narrows the rows beside the unit."""
        return [source.column(name) == value for name, value in self.asked.filters(kind).items()]

    def _count_by_unit(self, figures: Sequence[Figure]) -> None:
        known = {code for row in self._by_unit.values() for _, code in row}
        new = [figure for figure in figures if figure.code not in known]
        for kind, some in _by_kind(new).items():
            for places, source in self._sources(kind):
                counted = [figure for figure in some if _is_counted(figure, source)]
                windows = {place: self.windows[place] for place in places}
                found = counting.tally(source, counted, windows, where=self.where(source, kind))
                for unit_id, row in found.items():
                    self._by_unit.setdefault(unit_id, {}).update(row)
        if any(figure.code == days.CODE for figure in new):
            self._count_days()

    def _sources(self, kind: str) -> list[tuple[list[int], Source]]:
        """Where each window is counted: those of the live tables together, each frozen month for itself."""
        each = [(place, self.source(kind, place)) for place, _ in enumerate(self.windows)]
        live = [place for place, source in each if not source.is_frozen]
        closed = [([place], source) for place, source in each if source.is_frozen]
        return [*([(live, self.source(kind, live[0]))] if live else []), *closed]

    def _count_days(self) -> None:
        # Of the whole only, under no unit: each one's own closings are few.
        row = self._by_unit.setdefault(None, {})
        for places, source in self._sources("issue"):
            sums = days.summed(source, [self.windows[place] for place in places], self.where(source, "issue"))
            row |= {(place, days.CODE): pair for place, pair in zip(places, sums, strict=True)}

    def _average(self, figures: Sequence[Figure]) -> dict[str, Pair]:
        found: dict[str, Pair] = {}
        for kind, some in _by_kind(figures).items():
            source = frozen.of_all(kind, self.head(kind))
            where = self.where(source, kind)
            counted = [figure for figure in some if _is_counted(figure, source)]
            rows = counting.tally(source, counted, {_NOW: self.windows[_NOW]}, where=where).values()
            found |= {figure.code: counting.summed(rows, (_NOW, figure.code)) for figure in counted}
            if kind == "issue":
                found[days.CODE] = days.summed(source, [self.windows[_NOW]], where)[0]
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
                    self.value(figure, pair, unit=place.unit.id)
                    for figure, pair in zip(figures, pairs, strict=True)
                ]
                rows.append(Row(place.unit.name, tuple(values), place.unit.id))
        if breakdown.ranked:
            rows.sort(key=lambda row: [-(value.number or 0) for value in row.values])
        return rows

    def _word_rows(self, figures: Sequence[Figure], breakdown: Breakdown) -> tuple[list[Row], Row]:
        (kind,) = {figure.kind for figure in figures}
        source, where = self.source(kind), self.asked.filters(kind)
        counted = [figure for figure in figures if _is_counted(figure, source)]
        found = counting.tally(
            source, counted, {_NOW: self.windows[_NOW]}, by=breakdown.by, where=self.where(source, kind)
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
                    self.value(f, pair, filters=filters, hidden=few)
                    for f, pair in zip(figures, pairs, strict=True)
                ]
                rows.append(Row(word, tuple(values)))
        foot = [self.value(figure, total) for figure, total in zip(figures, totals, strict=True)]
        return rows, Row("合计", tuple(foot))

    def _known(self, by: str, found: Tally) -> Tally:
        # Who may not know that someone complained finds 信访举报 under 日常监督 (contract 5).
        if by != "source" or ledgers.knows_petitions(self.actor) or "petition" not in found:
            return found
        both = [found["petition"], found.get("daily", {})]
        merged = {key: counting.summed(both, key) for key in found["petition"]}
        return {**{key: row for key, row in found.items() if key != "petition"}, "daily": merged}

    # --- values ---------------------------------------------------------------------------------------

    def value(
        self,
        figure: Figure,
        pair: Pair,
        *,
        place: int = _NOW,
        unit: int | None = None,
        filters: Mapping[str, str] | None = None,
        hidden: bool = False,
    ) -> Value:
        """A number with the list behind it; small ones of a unit are hidden."""
        top, bottom = _pair(figure, pair)
        period = self.periods[place]
        of_unit = unit or (None if self.scope.whole else self.scope.unit.id)
        given = {**(self.asked.filters(figure.kind) if filters is None else filters)}
        if of_unit:
            given["unit"] = str(of_unit)
        few = bottom is not None and of_unit is not None and bottom < FEWEST and figure.kind in _OF_CASES
        closed = self.head(figure.kind, place) is not None
        behind = {
            part: Behind(figure.kind, {**given, "figure": f"{figure.code}.{part}.{period.key}"}, closed)
            for part in (("hits", "all") if figure.of is not None else ("hits",))
        }
        return Value(
            figure, top, bottom, behind["hits"], behind.get("all"), hidden=hidden or few,
            known=self._is_known(figure, place),
        )  # fmt: skip

    def _is_known(self, figure: Figure, place: int) -> bool:
        if self.head(figure.kind, place) is not None:
            return not figure.unfrozen
        return not figure.present or self.periods[place].end >= clock.today()

    def _averaged(self, figure: Figure, average: Mapping[str, Pair]) -> Value | None:
        if self.scope.whole:
            return None
        top, bottom = _pair(figure, average.get(figure.code, (0, None)))
        known = not figure.present or self.asked.period.end >= clock.today()
        return Value(
            figure, top, bottom, known=known, over=1 if bottom is not None else max(1, self.scope.tops)
        )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _frozen(head: Snapshot) -> str:
    later = f"（第{head.number}号更正）" if head.number > 1 else ""
    return f"取自{head.month.year}年{head.month.month}月末快照{later}"


def _pair(figure: Figure, pair: Pair) -> Pair:
    return pair[0], None if figure.of is None else pair[1] or 0


def _is_counted(figure: Figure, source: Source) -> bool:
    return not source.is_frozen or not figure.unfrozen


def _by_kind(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        if not figure.apart:
            found.setdefault(figure.kind, []).append(figure)
    return found
