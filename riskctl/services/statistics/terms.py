"""The words in which figures are declared: conditions on one column, and the figure itself. Pure.

A condition compares a column with constants or with the period, so that the same row makes a count, the list behind
it, and the count over a frozen month. What needs another table is a *fact*, by name (`facts.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Condition:
    """One column (or fact) and how it is compared; a value that is not set fulfils nothing but `but` and
    `unset`."""

    field: str
    how: str
    bound: Any = None


def among(field: str, *values: Any) -> Condition:
    """The value is one of these."""
    return Condition(field, "among", values)


def but(field: str, *values: Any) -> Condition:
    """The value is none of these."""
    return Condition(field, "but", values)


def within(field: str) -> Condition:
    """The day lies in the period."""
    return Condition(field, "within")


def until(field: str) -> Condition:
    """The day is not after the period's end."""
    return Condition(field, "until")


def within_a_year(field: str) -> Condition:
    """The day lies in the twelve months up to the period's end."""
    return Condition(field, "within_a_year")


def in_time(field: str, other: str) -> Condition:
    """The day is not after that of another column."""
    return Condition(field, "in_time", other)


def late(field: str) -> Condition:
    """The day was past at the period's end; one that fell on a day off counts as the next working day."""
    return Condition(field, "late")


def aged(field: str, low: int, high: int | None) -> Condition:
    """At the period's end between `low` and `high` working days had gone by since."""
    return Condition(field, "aged", (low, high))


def at_least(field: str, bound: int) -> Condition:
    """The number is as large or larger."""
    return Condition(field, "at_least", bound)


def is_set(field: str) -> Condition:
    """There is a value."""
    return Condition(field, "set")


def fact(name: str) -> Condition:
    """What another table knows of the row."""
    return Condition(name, "fact")


@dataclass(frozen=True)
class Figure:
    """One figure, declared once. A rate has `of`, the rows of its denominator, and `hits`, what of them counts;
    a count has hits alone. `present` says that it is known of the present or of a frozen month only, `unfrozen`
    that no frozen month holds what it asks, `apart` that its numerator is a sum, by a module of its own."""

    code: str
    label: str
    kind: str
    hits: tuple[Condition, ...]
    means: str
    unit: str = "件"
    of: tuple[Condition, ...] | None = None
    # The words of numerator and denominator.
    top: str = ""
    bottom: str = ""
    present: bool = False
    unfrozen: bool = False
    apart: bool = False
    # The column of yuan that is summed instead of counting rows; shown in 万元.
    sums: str = ""

    @property
    def rows(self) -> tuple[Condition, ...]:
        """What a row of its numerator fulfils."""
        return (*(self.of or ()), *self.hits)

    def part(self, name: str) -> tuple[Condition, ...]:
        """What a row of its numerator (`hits`) or its denominator (`all`) fulfils."""
        return self.rows if name == "hits" or self.of is None else self.of

    @property
    def definition(self) -> str:
        """What it means and how it is counted, as it is printed with every report."""
        counted = f"分子：{self.top}；分母：{self.bottom}。" if self.of is not None else ""
        return f"{self.means}。{counted}"


def coded(figures: Sequence[Figure]) -> dict[str, Figure]:
    """The figures by their codes."""
    return {figure.code: figure for figure in figures}
