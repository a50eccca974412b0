"""What the paper says, and what is refused instead of printed."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from riskctl.documents import contexts, fonts, render, titles
from riskctl.documents.wording import chinese_number, document_number, official_date
from riskctl.errors import RenderingFailed
from tests.documents.conftest import Paper, notice

Make = Callable[..., Paper]
RARE = "镕堃赟喆祎珺龑㛃"


def test_the_notice_in_the_offices_words(paper: Make) -> None:
    text = paper().text
    for said in (
        "青岭水库管理处：", "2026年3月5日，在专项检查中，发现你单位存在以下问题。", "一、存在的问题",
        "有4项维修养护小额项目未经比选", "依据《廉政风险防控管理办法》第十二条规定，现通知你单位按以下要求整改。",
        "查明原因，逐项整改。", "自收到本通知书之日起10个工作日内制定整改方案", "整改结果应当达到以下标准：问题逐项纠正，制度执行到位。",
        "于2026年5月8日前完成整改", "举一反三。", "逾期未改、整改不力或者虚假整改的，将按照有关规定严肃追责问责。",
    ):  # fmt: skip
        assert said in text, said


def test_an_immediate_notice_asks_for_no_plan() -> None:
    said = contexts.frozen_text(notice(kind="immediate_notice", plan_term=0))  # type: ignore[arg-type]
    assert "立即整改" in said
    assert "整改方案" not in said


def test_a_renewed_notice_says_why() -> None:
    said = contexts.frozen_text(notice(kind="renewed_notice", reopen_reason="出现反弹"))  # type: ignore[arg-type]
    assert "经复核，你单位已销号的下列问题出现反弹，现通知你单位重新整改。" in said
    assert "未整改到位" in contexts.frozen_text(notice(kind="renewed_notice"))  # type: ignore[arg-type]


def test_several_problems_are_numbered(paper: Make) -> None:
    text = paper(problems=[{"title": "甲", "verbatim": "其一。"}, {"title": "乙", "verbatim": "其二。"}]).text
    assert "（一）甲其一。（二）乙其二。" in text


def test_rare_characters_print_from_a_font_that_has_them(paper: Make) -> None:
    found = paper(problems=[{"title": "x", "verbatim": f"相关人员：{RARE}。"}], main_to=f"{RARE}单位")
    faces = {char["text"]: char["fontname"].split("+")[-1] for page in found.pages for char in page.chars}
    for character in RARE:
        assert "Noto" in faces[character], character
    assert faces["相"] == "fangsong"
    assert RARE in "".join(page.extract_text() for page in PdfReader(io.BytesIO(found.data)).pages)


def test_a_character_that_no_font_has_is_named() -> None:
    assert fonts.uncovered(f"问题{RARE}\U000e0fff和\U0010fffd。") == ["\U000e0fff", "\U0010fffd"]
    assert fonts.uncovered(f"普通文字 ABC 123 {RARE}") == []


def test_markup_in_a_case_prints_as_text(paper: Make) -> None:
    evil = '<script>alert(1)</script><img src="http://127.0.0.1:9/x.png"><style>body{display:none}</style>'
    text = paper(problems=[{"title": "x", "verbatim": evil}]).text
    assert "<script>alert(1)</script>" in text
    assert "body{display:none}" in text


def test_only_data_addresses_are_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render.qr, "svg_uri", lambda text: "http://127.0.0.1:9/qr.svg")
    with pytest.raises(RenderingFailed) as refused:
        render.render_pdf("rectification_notice", notice())
    assert refused.value.code == "missing_image"


def test_a_missing_part_is_a_refusal_and_no_half_paper() -> None:
    lacking = notice()
    del lacking["rectify_due"]
    with pytest.raises(RenderingFailed, match="文书内容不全") as refused:
        render.render_pdf("rectification_notice", lacking)
    assert refused.value.code == "missing_data"


def test_a_missing_font_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "_fandol_dirs", lambda: [tmp_path])
    monkeypatch.setattr(fonts, "fallback_paths", list)
    assert len(fonts.check()) == len(fonts.FACES) + 1
    with pytest.raises(RenderingFailed, match=r"FandolFang-Regular\.otf.*scripts/setup") as refused:
        render.render_pdf("rectification_notice", notice())
    assert refused.value.code == "missing_fonts"


def test_an_offices_own_face_goes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    face = fonts.FACES[0]
    own = fonts.path_of(face)
    assert own is not None
    with TTFont(own) as font:
        for name in font["name"].names:
            if name.nameID in (1, 4) and name.platformID == 3:
                name.string = "仿宋_GB2312"
        font.save(tmp_path / "office.otf")
    monkeypatch.setenv("RISKCTL_FONT_DIR", str(tmp_path))
    assert fonts.path_of(face) == tmp_path / "office.otf"
    assert fonts.path_of(fonts.FACES[1]) != tmp_path / "office.otf"


def _tags(node: Any) -> set[str]:
    node = node.get_object()
    if isinstance(node, list):
        return set().union(*map(_tags, node))
    if not hasattr(node, "get"):
        return set()
    return {node.get("/S", "")} | (_tags(node["/K"]) if "/K" in node else set())


def _font_descriptors(reader: PdfReader) -> list[Any]:
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    return [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]


def test_the_file_is_made_for_an_archive(paper: Make) -> None:
    reader = PdfReader(io.BytesIO(paper().data))
    assert reader.metadata is not None
    assert reader.metadata.title == "关于小额维养项目未经比选直接委托的整改通知书"
    root = reader.trailer["/Root"]
    assert reader.metadata.author == "中共锦川省水利厅机关纪律检查委员会"
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/MarkInfo"]["/Marked"]
    assert {"/P", "/H1", "/H2", "/Figure"} <= _tags(root["/StructTreeRoot"])
    title, headings = reader.outline
    assert title["/Title"] == "关于小额维养项目未经比选直接委托的整改通知书"  # type: ignore[call-overload]
    assert [heading["/Title"] for heading in headings] == ["一、存在的问题", "二、整改要求"]  # type: ignore[union-attr]
    assert root["/OutputIntents"][0]["/DestOutputProfile"]
    assert all("/FontFile3" in font or "/FontFile2" in font for font in _font_descriptors(reader))
    assert b"pdfaid" in root["/Metadata"].get_data()


def test_numbers_and_days_as_offices_write_them() -> None:
    assert [chinese_number(n) for n in (1, 10, 11, 20, 21, 99)] == [
        "一",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
    ]
    with pytest.raises(ValueError, match="1 to 99"):
        chinese_number(100)
    assert document_number("锦水机纪", 2026, 3) == "锦水机纪〔2026〕3号"
    assert official_date("2026-03-05") == "2026年3月5日"


@pytest.mark.parametrize(
    ("title", "body", "lines"),
    [
        ("关于盘点差异的整改通知书", "", ["关于盘点差异的整改通知书"]),
        (
            "关于闸门维修项目未经比选直接委托的整改通知书",
            "闸门维修项目未经比选直接委托",
            ["关于闸门维修项目未经比选", "直接委托的整改通知书"],
        ),
        (
            "关于“三重一大”制度执行测评偏低的整改通知书",
            "",
            ["关于“三重一大”制度", "执行测评偏低的整改通知书"],
        ),
        (
            "关于工程建设和资金管理若干问题的整改通知书",
            "",
            ["关于工程建设和资金管理", "若干问题的整改通知书"],
        ),
    ],
)
def test_titles_break_between_words(title: str, body: str, lines: list[str]) -> None:
    assert titles.balanced(title, body) == lines


@pytest.mark.parametrize("length", range(1, 120, 7))
def test_no_line_of_a_title_is_too_long(length: int) -> None:
    title = "某" * length
    found = titles.balanced(title)
    assert "".join(found) == title
    assert all(0 < len(line) <= 20 for line in found)


def test_the_digest_is_of_every_part() -> None:
    first = contexts.digest(notice())
    assert contexts.digest(notice()) == first
    assert contexts.digest(notice(phone="0000-0000001")) != first
