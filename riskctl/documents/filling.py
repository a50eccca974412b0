"""How the lines of a document fill its pages, so that no page holds a signature without text (GB/T 9704-2012)."""

from collections.abc import Sequence

MM = 72 / 25.4
TEXT_HEIGHT = 225 * MM
# The standard's 22 lines a page, and the pitches that may replace it, nearest first.
LINES_PER_PAGE = (22, 23, 21, 20)
PITCH = TEXT_HEIGHT / LINES_PER_PAGE[0]


def lines_per_page(head: float, rows: Sequence[bool], tail: float, foot: float) -> int:
    """How many lines a page gets: the first count with which signature and 版记 stand below some text.

    `head` is the height above the first line, `rows` the lines (True: stays with the next one), `tail` the
    lines of the signature, `foot` the height of the 版记. Where no count brings it without taking more pages, 22:
    the style sheet then carries the last two lines of the text over.
    """
    standard, _ = _filled(head, rows, PITCH)
    for count in LINES_PER_PAGE:
        pitch = TEXT_HEIGHT / count
        pages, used = _filled(head, rows, pitch)
        if pages <= standard + 1 and used + tail * pitch + foot <= TEXT_HEIGHT + 0.5:
            return count
    return LINES_PER_PAGE[0]


def _filled(head: float, rows: Sequence[bool], pitch: float) -> tuple[int, float]:
    """How many pages the text takes, and how much of the last."""
    pages, used, held = 1, head, 0
    for keeps in rows:
        if used + pitch > TEXT_HEIGHT + 0.5:
            pages, used = pages + 1, held * pitch
        used += pitch
        held = held + 1 if keeps else 0
    return pages, used
