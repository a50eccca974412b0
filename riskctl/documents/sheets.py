"""What stands on a form of one page, and what goes to its 附页: 整改销号审批表 is one page of A4 (domain 6.1 no. 10)
however much was written in its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

_MORE = "……（续附页）"


@dataclass(frozen=True)
class Cell:
    """A text with its label, how many characters its lines take, and how many lines stand there in any case."""

    label: str
    text: str
    across: int
    free: int


def shared(cells: Sequence[Cell], lines: int) -> tuple[list[str], list[tuple[str, str]]]:
    """The texts as they fit when `lines` more are shared out among them line by line, and those that did not fit
    with their labels, whole."""
    wanted = [_count(cell.text, cell.across) - cell.free for cell in cells]
    given = [0] * len(cells)
    while lines > 0 and any(given[n] < want for n, want in enumerate(wanted)):
        for n, want in enumerate(wanted):
            if given[n] < want and lines > 0:
                given[n], lines = given[n] + 1, lines - 1
    fits = [given[n] >= want for n, want in enumerate(wanted)]
    shown = [cell.text if fits[n] else _beginning(cell, cell.free + given[n]) for n, cell in enumerate(cells)]
    return shown, [(cell.label, cell.text) for n, cell in enumerate(cells) if not fits[n]]


def _width(character: str) -> float:
    return 0.6 if character.isascii() else 1.0


def _count(text: str, across: int) -> int:
    """How many lines a text takes, on the safe side: a line may end early for the sake of punctuation."""
    return sum(max(1, ceil(sum(map(_width, part)) / (across - 1))) for part in text.splitlines())


def _beginning(cell: Cell, lines: int) -> str:
    """As much of the text as fits into so many lines together with the reference to the 附页."""
    low, high = 0, len(cell.text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _count(cell.text[:middle].rstrip() + _MORE, cell.across) <= lines
        low, high = (middle, high) if fits else (low, middle - 1)
    return cell.text[:low].rstrip() + _MORE
