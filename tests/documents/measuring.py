"""What a rendered document measures, by the names of tests/documents/figures.py; millimetres unless said there."""

from collections.abc import Iterator
from typing import Any

from tests.documents.conftest import MM, Paper
from tests.documents.figures import CELL, LINE

Line = dict[str, Any]
Measures = Iterator[tuple[str, float]]
# Type stands in the middle of its line: this much above and below it.
ABOVE = (LINE - 16 / MM) / 2
TITLE_ABOVE = (33 - 22) / 2 / MM


def body_lines(paper: Paper, page: int) -> list[Line]:
    """The lines of 3号 type in the type area of a page."""
    return [line for line in paper.lines(page) if abs(line["size"] - 16) < 0.1 and line["top"] > 37]


def of_every_page(paper: Paper, layout: str) -> Measures:
    """Paper, margins, page numbers."""
    for number, page in enumerate(paper.pages):
        yield "paper_width", page.width / MM
        yield "paper_height", page.height / MM
        lines = body_lines(paper, number)
        if number:
            yield "top", lines[0]["top"] - ABOVE
        yield "left", min(line["left"] for line in lines)
        if layout == "red_head" or number:
            yield from _page_number(paper, number)


def _page_number(paper: Paper, number: int) -> Measures:
    line = paper.line(f"— {number + 1} —")
    yield "page_size", line["size"]
    yield "page_top", line["top"] - 262
    if number % 2:
        yield "page_even", line["left"] - 28
    else:
        yield "page_odd", 184 - line["right"]


def of_full_pages(paper: Paper) -> Measures:
    """The grid, on pages that are neither the first nor the last."""
    for number in range(1, len(paper.pages) - 1):
        lines = body_lines(paper, number)
        yield "lines", len(lines)
        yield "pitch", (lines[-1]["top"] - lines[0]["top"]) / (len(lines) - 1)
        for line in lines:
            yield "size", line["size"]
            yield "right", line["right"]
            yield "characters", len(line["text"]) + (2 if line["left"] > 30 else 0)
            yield "cell", (line["right"] - line["left"] - 16 / MM) / (len(line["text"]) - 1)


def of_red_head(paper: Paper) -> Measures:
    """From the mark to the title."""
    mark, number, title = paper.line("委员会文件"), paper.line("〔2026〕3号"), _title(paper)
    rule = paper.rules(0)[0]
    yield "mark_top", mark["top"]
    yield "number_gap", number["top"] - ABOVE - mark["bottom"]
    yield "rule_gap", rule["top"] - number["bottom"]
    yield "rule_width", rule["width"]
    yield "left", rule["left"]
    yield "rule_thick", rule["thick"]
    yield "title_gap", title["top"] - TITLE_ABOVE - rule["top"] - rule["thick"]


def of_letter_head(paper: Paper) -> Measures:
    """From the mark to the title, and the rule at the foot of the first page."""
    mark, number, title = paper.line("纪律检查委员会"), paper.line("〔2026〕3号"), _title(paper)
    upper, lower = (
        [rule for rule in paper.rules(0) if (rule["top"] > 150) == at_foot] for at_foot in (False, True)
    )
    yield "letter_top", mark["top"]
    yield "letter_rule_gap", min(rule["top"] for rule in upper) - mark["bottom"]
    for rule in (*upper, *lower):
        yield "letter_rule_width", rule["width"]
        yield "letter_rule_centre", rule["left"] + rule["width"] / 2
    yield "letter_rule_foot", 297 - max(rule["top"] + rule["thick"] for rule in lower)
    yield "letter_number_right", number["right"]
    yield "letter_number_gap", number["top"] - max(rule["top"] + rule["thick"] for rule in upper)
    yield "letter_title_gap", title["top"] - TITLE_ABOVE - number["bottom"] - ABOVE


def _title(paper: Paper) -> Line:
    return next(line for line in paper.lines(0) if abs(line["size"] - 22) < 0.1)


def of_text(paper: Paper) -> Measures:
    """Title, addressee and the first paragraph."""
    title = [line for line in paper.lines(0) if abs(line["size"] - 22) < 0.1]
    main_to = paper.line("青岭水库管理处：")
    for line in title:
        yield "title_size", line["size"]
    yield "main_to_gap", main_to["top"] - ABOVE - title[-1]["bottom"] - TITLE_ABOVE
    yield "left", main_to["left"]
    first = next(line for line in paper.lines(0) if line["top"] > main_to["bottom"])
    yield "indent", first["left"] - 28


def of_signature(paper: Paper) -> Measures:
    """Name and date under a seal."""
    lines = body_lines(paper, len(paper.pages) - 1)
    at = next(n for n, line in enumerate(lines) if line["text"] == "2026年3月5日")
    name, day = lines[at - 1], lines[at]
    # A name too long to be centred above a date four characters in moves both to the margin.
    if name["right"] < 183.5:
        yield "day_right", 184 - day["right"]
    yield "name_centre", (name["left"] + name["right"] - day["left"] - day["right"]) / 2


def of_imprint(paper: Paper) -> Measures:
    """版记 of a red head."""
    page = len(paper.pages) - 1
    rules = [rule for rule in paper.rules(page) if rule["top"] > 200]
    copies, printed = paper.line("抄送："), paper.line("印发")
    yield "bottom", rules[-1]["top"] + rules[-1]["thick"]
    yield from (("imprint_width", rule["width"]) for rule in rules)
    yield from (("imprint_thick", rule["thick"]) for rule in (rules[0], rules[-1]))
    yield from (("imprint_thin", rule["thick"]) for rule in rules[1:-1])
    yield from (("imprint_size", line["size"]) for line in (copies, printed))
    yield from (("imprint_indent", line["left"] - 28) for line in (copies, printed))
    yield "imprint_indent", 184 - printed["right"]


def characters_in(line: Line) -> float:
    """How many characters of the grid a line's left edge stands from the margin."""
    return float((line["left"] - 28) / CELL)
