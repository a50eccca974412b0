"""What stands in a report beside its lines and tables: the heat map (R2), copied words (R10), the year's course."""

from collections.abc import Sequence
from dataclasses import dataclass

from riskctl.permissions import Actor
from riskctl.services.statistics import copies, heat, scopes, trend
from riskctl.services.statistics.copies import Copied
from riskctl.services.statistics.figures import FIGURES
from riskctl.services.statistics.periods import Period
from riskctl.services.statistics.shapes import Asked, Heat, Matrix, Row
from riskctl.services.statistics.statements import Counter
from riskctl.workflows import dictionaries as words


@dataclass(frozen=True)
class Copies:
    """Risk points and issues with nearly the same words."""

    points: Sequence[Copied]
    plans: Sequence[Copied]
    compared: int = copies.COMPARED


@dataclass(frozen=True)
class Course:
    """Issues ordered and closed in each of twelve months."""

    months: Sequence[Period]
    counts: dict[str, list[int]]


def heat_of(actor: Actor, asked: Asked) -> Heat:
    """The heat map of the points that the actor may count."""
    counter = _counter(actor, asked)
    source = counter.source("risk_point")
    where, window = counter.where(source, "risk_point"), counter.windows[0]
    levels = asked.filters("risk_point")
    grid = {
        (likelihood, impact): counter.value(
            FIGURES["points"], (number, None),
            filters={**levels, "likelihood": str(likelihood), "impact": str(impact)},
        )
        for (likelihood, impact), number in heat.grid(source, window, where).items()
    }  # fmt: skip
    return Heat(grid, _scores(counter, heat.scores(source, window, where), levels))


def _scores(counter: Counter, found: heat.Scores, levels: dict[str, str]) -> Matrix:
    figure = FIGURES[heat.CODE]

    def row(label: str, units: frozenset[int] | None, unit_id: int | None) -> Row:
        across = [(None, levels), *((word, {**levels, "category": word}) for word in words.CATEGORIES)]
        values = [
            counter.value(figure, found.of(units, word), unit=unit_id, filters=filters)
            for word, filters in across
        ]
        return Row(label, tuple(values), unit_id)

    rows = [row(place.unit.name, place.ids, place.unit.id) for place in scopes.places(counter.scope)]
    shown = [each for each in rows if each.values[0].bottom]
    headings = ("全部类别", *words.CATEGORIES.values())
    return Matrix("平均风险分值：单位 × 类别", figure, headings, (*shown, row("合计", None, None)))


def copies_of(actor: Actor, asked: Asked) -> Copies:
    """The copied words in the unit and below it."""
    top = scopes.of(actor, asked.unit_id).unit
    return Copies(copies.points(actor, top), copies.plans(actor, top))


def course_of(actor: Actor, asked: Asked) -> Course:
    """The twelve months up to the period's end, as the ledger stands today."""
    counter = _counter(actor, asked)
    months = trend.months(counter.windows[0].end)
    source = counter.live_source("issue")
    return Course(months, trend.counts(source, months, counter.where(source, "issue")))


def _counter(actor: Actor, asked: Asked) -> Counter:
    return Counter(actor, asked, scopes.of(actor, asked.unit_id))
