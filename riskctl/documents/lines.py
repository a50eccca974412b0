"""Lines of type: where a paragraph breaks, and how far apart the characters of each line stand.

WeasyPrint justifies at spaces only, and Chinese has none. So lines are broken here: the characters keep the
grid's pitch, nothing that may not begin or end a line does (避头尾), and what a line lacks to the right margin
because of Latin letters, digits or such a rule is shared out between all its characters, as Word does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from unicodedata import category

from markupsafe import Markup, escape

from riskctl.documents import fonts

# What must not begin a line: the closing marks, and those that belong to what stands before them.
NEVER_FIRST = frozenset("，。、；：？！）》〉」』】〕］｝”’％‰℃°·～—／%)]},.;:?!/-")
# What must not end one: the opening marks, and signs that belong to what follows.
NEVER_LAST = frozenset("（《〈「『【〔［｛“‘￥№／([{¥$/")
# Two of them are one sign and stay together.
_DOUBLED = frozenset("—…")
# A rule may leave this much of a line to its spacing, in characters; beyond it a long word is broken.
_MOST_PULLED = 4.5


@dataclass(frozen=True)
class Measure:
    """Type size, letter spacing and length of a line, in points."""

    size: float
    spacing: float
    width: float

    @property
    def cell(self) -> float:
        """The pitch of one Chinese character."""
        return self.size + self.spacing


# 3号 type: 28 characters of 16 pt are 158.04 mm wide, so the pitch is tightened to fill 156 mm (domain 6.3).
BODY = Measure(16, -0.21, 27 * 15.79 + 16)
CELL = BODY.cell


@dataclass(frozen=True)
class Run:
    """A stretch of text in one face."""

    text: str
    face: str = "fangsong"


@dataclass(frozen=True)
class Line:
    """One line of type; `spacing` is None where it keeps the pitch of the grid."""

    runs: tuple[Run, ...]
    spacing: float | None = None


def width(text: str, measure: Measure = BODY, face: str = "fangsong") -> float:
    """How long a text is on one line at the grid's pitch, in points."""
    return sum(fonts.advance(face, c) * measure.size + measure.spacing for c in text) - measure.spacing


def broken(runs: Sequence[Run], measure: Measure = BODY, *, indent: float = 0, hang: float = 0) -> list[Line]:
    """A paragraph as lines; the first is `indent` points shorter than the measure, the others `hang`."""
    signs = list(_signs(runs))
    widths = [fonts.advance(face, sign) * measure.size for sign, face in signs]
    lines: list[Line] = []
    start = 0
    while start < len(signs):
        room = measure.width - (hang if lines else indent)
        end = _full(widths, start, room, measure.spacing)
        if end == len(signs):
            lines.append(Line(_runs(signs[start:])))
            break
        # A space that has no room ends the line unseen.
        end = end + 1 if signs[end][0] == " " else _legal(signs, widths, start, end, measure.size)
        last = end - 1 if signs[end - 1][0] == " " else end
        spacing = (room - sum(widths[start:last])) / max(1, last - start - 1)
        even = abs(spacing - measure.spacing) < 0.005
        lines.append(Line(_runs(signs[start:last]), None if even else round(spacing, 3)))
        start = end
    return lines


def markup(lines: Sequence[Line], *, tagged: bool = False) -> Markup:
    """The lines as HTML for a block of 仿宋 that keeps its line ends, or with <br>, which costs more."""
    return (Markup("<br>") if tagged else Markup("\n")).join(map(_line_markup, lines))


def _line_markup(line: Line) -> Markup:
    parts = (
        escape(run.text)
        if run.face == "fangsong"
        else Markup('<span class="{}">{}</span>').format(run.face, run.text)
        for run in line.runs
    )
    content = Markup("").join(parts)
    if line.spacing is None:
        return content
    return Markup('<span style="letter-spacing: {}pt">{}</span>').format(line.spacing, content)


def _signs(runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    # White space of any kind, and any amount of it, is one space; none begins or ends a paragraph.
    before = " "
    waiting: list[tuple[str, str]] = []
    for run in runs:
        for character in run.text:
            sign = " " if character.isspace() else character
            if sign == " ":
                waiting = waiting if before == " " else [(sign, run.face)]
            else:
                yield from waiting
                waiting = []
                yield sign, run.face
            before = sign


def _runs(signs: Sequence[tuple[str, str]]) -> tuple[Run, ...]:
    return tuple(
        Run("".join(sign for sign, _ in group), face) for face, group in groupby(signs, key=lambda s: s[1])
    )


def _full(widths: Sequence[float], start: int, room: float, spacing: float) -> int:
    """The first sign that has no room at the grid's pitch."""
    used = -spacing
    for at in range(start, len(widths)):
        used += widths[at] + spacing
        if used > room + 0.01 and at > start:
            return at
    return len(widths)


def _legal(
    signs: Sequence[tuple[str, str]], widths: Sequence[float], start: int, end: int, size: float
) -> int:
    """The last place at or before `end` where the line may break; in a word when it is too long for that."""
    for rule in (_may_break, _may_split):
        pulled = 0.0
        for at in range(end, start + 1, -1):
            if pulled > _MOST_PULLED * size:
                break
            if rule(signs[at - 1][0], signs[at][0]):
                return at
            pulled += widths[at - 1]
    return end


def _may_split(before: str, after: str) -> bool:
    joined = after in NEVER_FIRST or before in NEVER_LAST or after == " " or category(after) == "Mn"
    return not joined and not (before == after and before in _DOUBLED)


def _may_break(before: str, after: str) -> bool:
    return not (_in_word(before) and _in_word(after)) and _may_split(before, after)


def _in_word(sign: str) -> bool:
    # Latin, Greek and Cyrillic letters, digits and their punctuation: everything below General Punctuation.
    return sign != " " and sign < "\u2000"
