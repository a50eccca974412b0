"""The produced PDF measured against the table of docs/official-format.md, for bodies from one line to ten pages."""

from collections import defaultdict

import pytest

from tests.documents import figures, measuring
from tests.documents.conftest import Paper, Sheet, full_lines
from tests.documents.figures import FIGURES, LINE
from tests.documents.measuring import ABOVE, Measures, body_lines

# Lines of text, and the pages that they come to; without a 附注 the second fills its page to the last line.
LENGTHS = {
    "red_head": {"short": (1, 1), "one page exactly": (2, 1), "two pages": (20, 2), "ten pages": (188, 10)},
    "letter": {"short": (2, 1), "one page exactly": (8, 1), "two pages": (24, 2), "ten pages": (195, 10)},
}


def compare(measures: Measures) -> set[str]:
    """Hold every measure against its figure; answers which figures were measured."""
    found: dict[str, set[float]] = defaultdict(set)
    for name, value in measures:
        found[name].add(round(value, 3))
    for name, values in found.items():
        figure = FIGURES[name]
        for value in values:
            assert value == pytest.approx(figure.value, abs=figure.within + 1e-6), f"{figure.what}：{values}"
    return set(found)


def whole(paper: Paper, layout: str) -> Measures:
    """Everything that a page of this layout can be measured for."""
    yield from measuring.of_every_page(paper, layout)
    yield from measuring.of_full_pages(paper)
    yield from measuring.of_letter_head(paper) if layout == "letter" else measuring.of_red_head(paper)
    yield from measuring.of_text(paper)
    yield from measuring.of_signature(paper)
    if layout == "red_head":
        yield from measuring.of_imprint(paper)


@pytest.mark.parametrize("layout", LENGTHS)
@pytest.mark.parametrize("length", LENGTHS["red_head"])
def test_every_measure_of_the_table(sheet: Sheet, layout: str, length: str) -> None:
    lines, pages = LENGTHS[layout][length]
    paper = sheet(full_lines(lines), layout=layout, contact="", issuer="中共青岭水库管理处纪委")
    assert len(paper.pages) == pages
    measured = compare(whole(paper, layout))
    wanted = {"paper_width", "left", "title_size", "indent", "main_to_gap", "day_right", "name_centre"}
    wanted |= {"letter_top", "letter_rule_foot"} if layout == "letter" else {"mark_top", "rule_gap", "bottom"}
    wanted |= {"lines", "characters", "right", "pitch", "top"} if pages > 2 else set()
    assert wanted <= measured


def test_one_line_more_tightens_a_letter_to_23_lines_and_stays_on_its_page(sheet: Sheet) -> None:
    lines, _ = LENGTHS["letter"]["one page exactly"]
    paper = sheet(full_lines(lines + 1), layout="letter", contact="")
    first, second = body_lines(paper, 0)[1:3]
    assert len(paper.pages) == 1
    assert second["top"] - first["top"] == pytest.approx(225 / 23, abs=0.02)


def test_one_line_more_takes_text_and_signature_of_a_red_head_to_the_second_page(sheet: Sheet) -> None:
    lines, _ = LENGTHS["red_head"]["one page exactly"]
    paper = sheet(full_lines(lines + 1), contact="")
    assert [len(body_lines(paper, page)) for page in (0, 1)] == [
        3,
        4,
    ]  # 文号, 主送, text; text twice, name, date


@pytest.mark.parametrize("layout", LENGTHS)
@pytest.mark.parametrize("lines", [2, 5, 6, 7, 9, 10, 13, 28, 29, 30])
def test_no_page_holds_a_signature_without_text(sheet: Sheet, layout: str, lines: int) -> None:
    paper = sheet(full_lines(lines), layout=layout)
    last = [line["text"] for line in body_lines(paper, len(paper.pages) - 1)]
    assert any(words in "".join(last[:-3]) for words in ("监督", "检查", "廉政", "工程"))
    assert any(len(line["text"]) > 20 for line in body_lines(paper, 0)[2:])
    above, below = body_lines(paper, 0)[-2:]
    assert 225 / 23 - 0.02 <= below["top"] - above["top"] <= 225 / 20 + 0.02


def test_the_second_enclosure_stands_below_the_first(sheet: Sheet) -> None:
    long = "送达回证和一份名称长到一行写不下、只好回行写完的附件"
    paper = sheet(full_lines(2), enclosures=["问题清单", long])
    text, first, second = body_lines(paper, 1)[0], paper.line("附件：1.问题清单"), paper.line("2.送达回证")
    rest = paper.line("附件", after=second)
    start = lambda line, words: next(c["x0"] / measuring.MM for c in line["chars"] if c["text"] == words)  # noqa: E731
    measures = [
        ("enclosure_gap", first["top"] - ABOVE - text["bottom"] - ABOVE),
        ("enclosure_left", first["left"] - 28),
        ("enclosure_hang", start(second, "送") - start(first, "问")),
        ("enclosure_hang", rest["left"] - start(first, "问")),
    ]
    assert len(compare(iter(measures))) == 3
    assert "附件：问题清单" in sheet("正文。", enclosures=["问题清单"]).text


def test_the_seal_has_its_place_in_a_draft_only(sheet: Sheet) -> None:
    draft = sheet(full_lines(1), number="", issuer="中共青岭水库管理处纪委", contact="")
    seal = max(draft.pages[0].curves, key=lambda curve: curve["height"])
    lines = body_lines(draft, 0)
    text, name, day = lines[-3:]
    top, size = seal["top"] / measuring.MM, seal["width"] / measuring.MM
    compare(iter([
        ("seal_size", size),
        ("seal_drop", (name["top"] + day["bottom"]) / 2 - top - size / 2),
        ("name_centre", (seal["x0"] + seal["x1"]) / 2 / measuring.MM - (day["left"] + day["right"]) / 2),
    ]))  # fmt: skip
    assert 0 < top - text["bottom"] - ABOVE < LINE  # its top within one line of the text
    assert "（印章）" in draft.text
    assert "（印章）" not in sheet(full_lines(1)).text


@pytest.mark.parametrize(("issuer", "longer"), [("中共青岭水库管理处纪委", False), ("水库纪委", True)])
def test_without_a_seal_name_and_date_stand_at_the_right(sheet: Sheet, issuer: str, longer: bool) -> None:
    paper = sheet(full_lines(1), sealed=False, issuer=issuer, number="", contact="")
    text, name, day = body_lines(paper, 0)[-3:]
    measures = [
        ("unsealed_gap", name["top"] - text["bottom"] - 2 * ABOVE),
        ("unsealed_shift", day["left"] - name["left"]),
        ("unsealed_right", 184 - (day if longer else name)["right"]),
    ]
    assert len(compare(iter(measures))) == 3
    assert "（印章）" not in paper.text


def test_the_page_of_figures_is_this_table() -> None:
    text = figures.PAGE.read_text(encoding="utf-8")
    assert text.split(figures.BEGIN)[1].split(figures.END)[0].strip() == figures.table()
