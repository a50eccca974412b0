"""附件 bound in with a letter: where its parts stand, whose page numbers it has, and where the 版记 goes."""

from typing import Any

from tests.documents.conftest import Sheet, full_lines
from tests.documents.figures import LINE


def annex(rows: int) -> list[dict[str, Any]]:
    columns = [{"label": "序号", "width": 16}, {"label": "存在的问题", "width": 140}]
    return [
        {
            "title": "问题清单",
            "columns": columns,
            "rows": [[str(n), "项目未经比选" * 30] for n in range(1, rows + 1)],
        }
    ]


def test_an_annex_begins_a_page_and_takes_the_imprint_with_it(sheet: Sheet) -> None:
    paper = sheet(full_lines(3), annexes=annex(2), enclosures=["问题清单", "送达回证"])
    last = len(paper.pages) - 1
    label = paper.line("附件1")
    title = next(line for line in paper.lines(last) if abs(line["size"] - 22) < 0.1)
    assert (label["page"], label["text"]) == (last, "附件1")
    assert label["fonts"] == {"heiti"}
    assert abs(label["left"] - 28) < 0.5
    assert abs(label["top"] - (37 + (LINE - 16 / 72 * 25.4) / 2)) < 0.5
    # Centred on the third line of the type area.
    assert title["text"] == "问题清单"
    assert abs((title["left"] + title["right"]) / 2 - (28 + 78)) < 0.5
    assert 37 + 2 * LINE - 0.5 < title["top"] < 37 + 3 * LINE
    assert paper.line(f"— {last + 1} —")["page"] == last
    rules = [rule for rule in paper.rules(last) if rule["top"] > 230]
    assert abs(rules[-1]["top"] + rules[-1]["thick"] - 262) < 0.5
    assert paper.line("抄送：")["page"] == last
    assert paper.line("2026年3月5日")["page"] == last - 1


def test_one_annex_has_no_number_and_a_long_one_repeats_its_heads(sheet: Sheet) -> None:
    paper = sheet(full_lines(3), annexes=annex(20), enclosures=["问题清单"])
    label, last = paper.line("附件", after=paper.line("2026年3月5日")), len(paper.pages) - 1
    assert label["text"] == "附件"
    pages = range(label["page"], last + 1)
    assert all(any("存在的问题" in line["text"] for line in paper.lines(page)) for page in pages)
    # Never a page with the 版记 alone: a row goes with it.
    assert paper.line("抄送：")["page"] == last
    assert any("比选" in line["text"] for line in paper.lines(last))


def test_a_letter_binds_it_in_as_well(sheet: Sheet) -> None:
    paper = sheet(full_lines(3), layout="letter", annexes=annex(2), enclosures=["问题清单"])
    assert len(paper.pages) == 2
    assert paper.line("抄送：")["page"] == 1
