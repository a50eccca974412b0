"""Where lines break, and that every full line reaches the margin, whatever it is made of."""

import pytest
from hypothesis import given, settings, strategies as st

from riskctl.documents import fonts
from riskctl.documents.filling import lines_per_page
from riskctl.documents.lines import BODY, CELL, NEVER_FIRST, NEVER_LAST, Line, Run, broken, markup
from tests.documents.conftest import Sheet, full_lines
from tests.documents.measuring import body_lines

MIXED = (
    "2025年3月至11月，你单位先后4次将K12+300至K15+850段维修养护项目（合同编号：SK-2025-017、SK-2025-018）直接委托给"
    "同一单位实施，合计128.6万元，占全年预算的37.5%，未按《小额项目管理办法》第8条“3家以上比选”的规定执行，PDF档案中"
    "也没有验收记录——也未见集体研究记录……责任不清。Word文档Version 2.1和GB/T 9704-2012的说明，均见附表A1至C12。"
)


def texts(lines: list[Line]) -> list[str]:
    return ["".join(run.text for run in line.runs) for line in lines]


def length(line: Line) -> float:
    signs = [(sign, run.face) for run in line.runs for sign in run.text]
    spacing = BODY.spacing if line.spacing is None else line.spacing
    return sum(fonts.advance(face, sign) for sign, face in signs) * 16 + spacing * (len(signs) - 1)


def test_a_chinese_line_keeps_the_grid() -> None:
    lines = broken([Run(full_lines(3))], indent=2 * CELL)
    assert [len(text) for text in texts(lines)] == [26, 28, 28]
    assert [line.spacing for line in lines] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("字" * 28 + "，后", "字，后"),
        ("字" * 28 + "。”后", "字。”后"),
        ("字" * 27 + "《办法》", "《办法》"),
        ("字" * 27 + "（“甲", "（“甲"),
        ("字" * 27 + "——后", "字——后"),
        ("字" * 27 + "……后", "……后"),
        ("字" * 27 + "2026年", "2026年"),
        ("字" * 27 + "37.5%的", "37.5%的"),
        ("字" * 26 + " word one", "word one"),
        ("字" * 28 + "𠀀\U000e0101后", "𠀀\U000e0101后"),
        ("字" * 28 + " 后", "后"),
        ("。" * 30, "。。"),
    ],
)  # fmt: skip
def test_what_may_not_begin_or_end_a_line_does_not(text: str, second: str) -> None:
    assert texts(broken([Run(text)]))[1] == second


def test_a_long_word_is_broken_rather_than_leaving_a_hole() -> None:
    address = "https://lzfk.example.gov/verify/ABCDEF0123456789/ABCDEF0123456789/ABCDEF0123456789"
    lines = broken([Run(f"网址{address}")])
    assert "".join(texts(lines)) == f"网址{address}"
    assert all(length(line) == pytest.approx(BODY.width, abs=0.2) for line in lines[:-1])


def test_white_space_of_any_kind_is_one_space() -> None:
    assert texts(broken([Run("　　甲 \t\n 乙"), Run(" 丙\u3000")])) == ["甲 乙 丙"]
    assert broken([Run("")]) == []


def test_a_line_in_two_faces_is_marked_up_and_escaped() -> None:
    lines = broken([Run("（一）<b>。", "kaiti"), Run("正文&")])
    assert markup(lines) == '<span class="kaiti">（一）&lt;b&gt;。</span>正文&amp;'


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="字廉政，。、《》（）“”‘’—…·%℃2026abW.,-/() \u3000", max_size=200))
def test_any_text_is_kept_and_every_full_line_reaches_the_margin(text: str) -> None:
    lines = broken([Run(text)], indent=2 * CELL)
    assert "".join("".join(texts(lines)).split()) == "".join(text.split())
    for number, line in enumerate(lines[:-1]):
        room = BODY.width - (0 if number else 2 * CELL)
        assert length(line) == pytest.approx(room, abs=0.2)
    assert all(length(line) <= BODY.width + 0.2 for line in lines)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["廉政", "风险，", "《办法》", "“检查”。", "2026年", "（附表A1）", "37.5%"]),
        max_size=60,
    )
)
def test_real_words_never_break_the_rules(words: list[str]) -> None:
    found = texts(broken([Run("".join(words))], indent=2 * CELL))
    assert not [line for line in found if line[0] in NEVER_FIRST or line[-1] in NEVER_LAST]


def test_mixed_lines_reach_the_margin_on_the_paper(sheet: Sheet) -> None:
    paper = sheet(MIXED * 4, (2, f"（一）{MIXED}"))
    full = [
        line for page in range(len(paper.pages)) for line in body_lines(paper, page)
        if len(line["text"]) > 25 and not line["text"].endswith(("C12。", "）"))
    ]  # fmt: skip
    assert len(full) > 25
    assert all(183.5 <= line["right"] <= 184.5 for line in full), [
        (line["right"], line["text"]) for line in full
    ]
    assert all(line["text"][0] not in NEVER_FIRST and line["text"][-1] not in NEVER_LAST for line in full)


def test_pages_get_other_lines_only_for_the_sake_of_the_signature() -> None:
    text = [False] * 44
    assert lines_per_page(0, text[:38], 4, 0) == 22  # fits as it is
    assert lines_per_page(0, text[:19], 4, 0) == 23  # tightened, one page
    assert lines_per_page(0, text[:21], 4, 0) == 20  # a line goes to the second page
    assert lines_per_page(0, text[:20], 4, 0) == 22  # nothing helps: two lines are carried over
    assert lines_per_page(0, [False] * 22 * 23 * 2, 4, 0) == 22  # 21 lines would take two pages more


def test_a_heading_stays_with_its_text_in_the_count() -> None:
    assert lines_per_page(0, [False] * 21 + [True, False], 20, 0) == 22
    assert lines_per_page(0, [False] * 20 + [True, False], 1, 0) == 23
