"""What a notice and a letter look like beside the measures of test_conformance.py (domain 6.3)."""

from collections.abc import Callable

import pytest

from riskctl.documents import render
from tests.documents.conftest import Paper, Sheet, body_of, full_lines
from tests.documents.measuring import body_lines

near = lambda value: pytest.approx(value, abs=0.5)  # noqa: E731
Make = Callable[..., Paper]


def test_the_paper_is_a4_and_the_text_keeps_the_type_area(paper: Make) -> None:
    found = paper(problems=body_of(6))
    for number, page in enumerate(found.pages):
        assert page.width / 72 * 25.4 == near(210)
        assert page.height / 72 * 25.4 == near(297)
        for line in found.lines(number):
            if line["top"] > 37 and "—" not in line["text"]:
                assert line["left"] >= 27.5, line["text"]
                assert line["right"] <= 184.5, line["text"]
                assert line["bottom"] <= 262.5, line["text"]


def test_the_red_head(paper: Make) -> None:
    found = paper()
    mark = found.line("机关纪律检查委员会文件")
    assert mark["top"] == near(72)
    assert mark["fonts"] == {"biaosong"}
    assert (mark["left"] + mark["right"]) / 2 == near(106)
    red = next(char for char in found.pages[0].chars if char["text"] == "文")["non_stroking_color"]
    assert red[0] > 0.8
    assert max(red[1:]) < 0.2


def test_the_title_stands_below_the_rule_in_balanced_lines(paper: Make) -> None:
    found = paper()
    first, second = found.line("关于小额维养"), found.line("整改通知书")
    assert first["size"] == pytest.approx(22, abs=0.1)
    assert first["fonts"] == {"biaosong"}
    assert first["text"] + second["text"] == "关于小额维养项目未经比选直接委托的整改通知书"
    assert abs(len(first["text"]) - len(second["text"])) <= 4
    assert (first["left"] + first["right"]) / 2 == near(106)


def test_a_long_name_stays_on_one_line_in_the_type_area(paper: Make) -> None:
    found = paper()
    name = next(
        line for line in found.lines(len(found.pages) - 1)
        if line["text"] == "中共锦川省水利厅机关纪律检查委员会" and line["size"] > 15
    )  # fmt: skip
    day = next(line for line in found.lines(len(found.pages) - 1) if line["text"] == "2026年3月5日")
    assert name["right"] <= 184.5
    assert (name["left"] + name["right"]) / 2 == near((day["left"] + day["right"]) / 2)


@pytest.mark.parametrize("paragraphs", [1, 2, 4, 6, 8, 10, 16])
def test_no_page_holds_the_signature_or_the_imprint_alone(paper: Make, paragraphs: int) -> None:
    found = paper(problems=body_of(paragraphs))
    last = "".join(line["text"] for line in found.lines(len(found.pages) - 1))
    assert "严肃追责问责" in last
    assert "抄送：分管领导，驻厅纪检监察组。" in last
    assert "2026年3月5日印发" in last


@pytest.mark.parametrize("copy_to", ["分管领导，驻厅纪检监察组", ""])
def test_the_last_rule_of_the_imprint_is_the_foot_of_the_type_area(paper: Make, copy_to: str) -> None:
    found = paper(copy_to=copy_to)
    rules = found.rules(len(found.pages) - 1)
    assert rules[-1]["top"] + rules[-1]["thick"] == near(262)
    assert [round(rule["thick"], 2) for rule in rules[-3:] if rule["top"] > 200] == (
        [0.35, 0.25, 0.35] if copy_to else [0.35, 0.35]
    )
    note = found.line("联系人")
    assert note["bottom"] < rules[-3 if copy_to else -2]["top"]


def test_the_proof_stands_in_the_margin_of_the_first_page_only(paper: Make) -> None:
    found = paper(problems=body_of(8))
    code = found.line("ABCDEF01")
    assert code["page"] == 0
    assert code["bottom"] < 37
    assert found.text.count("验证码") == 1


def test_a_draft_has_neither_number_nor_proof(paper: Make) -> None:
    draft = paper(number="", verify_url="", verification_code="")
    assert "编号待签发" in draft.text
    assert "验证码" not in draft.text


def test_without_an_address_the_code_is_still_printed(paper: Make) -> None:
    assert "ABCDEF01" in paper(verify_url="/verify/ABCDEF0123456789").text


def test_a_notice_is_small(paper: Make) -> None:
    assert len(paper().data) <= 250_000


def test_four_levels_of_headings_have_their_faces(sheet: Sheet) -> None:
    found = sheet(
        (1, "一、一级标题"),
        (2, "（一）二级标题"),
        (2, "（二）首句。其余文字"),
        (3, "1.三级标题"),
        (4, "（1）四级标题"),
    )
    faces = {words: found.line(words)["fonts"] for words in ("一级", "二级", "首句", "三级", "四级")}
    assert faces == {
        "一级": {"heiti"}, "二级": {"kaiti"}, "首句": {"kaiti", "fangsong"}, "三级": {"fangsong"}, "四级": {"fangsong"},
    }  # fmt: skip


def test_a_heading_never_ends_a_page(sheet: Sheet) -> None:
    for lines in range(4, 8):
        found = sheet(full_lines(lines), (1, "一、存在的问题"), (2, "（一）直接委托"), full_lines(30))
        assert "直接委托" not in found.lines(0)[-2]["text"], lines
        assert "存在的问题" not in found.lines(0)[-2]["text"], lines


@pytest.mark.parametrize("layout", ["red_head", "letter"])
def test_the_parts_stand_in_their_order(sheet: Sheet, layout: str) -> None:
    found = sheet(full_lines(2), layout=layout, enclosures=["问题清单"])
    parts = [
        "委员会",
        "〔2026〕3号",
        "整改通知书",
        "青岭水库管理处：",
        "水利工程",
        "附件：问题清单",
        "2026年3月5日",
        "联系人",
        "抄送：",
    ]
    places = [(line["page"], line["top"]) for line in map(found.line, parts)]
    assert places == sorted(places)


def test_a_letter_has_no_number_on_its_first_page_and_no_rules_in_its_imprint(sheet: Sheet) -> None:
    found = sheet(full_lines(50), layout="letter")
    assert "— 1 —" not in found.text
    assert "— 2 —" in found.text
    assert "印发" not in found.text
    assert found.rules(len(found.pages) - 1) == []
    assert "文件" not in found.lines(0)[3]["text"]


@pytest.mark.parametrize("layout", ["red_head", "letter"])
def test_on_preprinted_paper_the_head_is_left_free(
    sheet: Sheet, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for height in (37, 72, 130):
        monkeypatch.setattr(render, "_preprinted", height)
        found = sheet(full_lines(3), layout=layout)
        number = found.line("〔2026〕3号")
        assert number["top"] == near(height)
        assert [line for line in found.lines(0) if 37 < line["top"] < height - 1] == []
        assert "委员会文件" not in found.text
        assert [rule for rule in found.rules(0) if rule["top"] < 200] == []
        assert found.line("关于小额")["top"] > number["bottom"] + 15


@pytest.mark.parametrize("sealed", [True, False])
def test_an_issuer_longer_than_a_line_is_set_in_two(sheet: Sheet, sealed: bool) -> None:
    issuer = "中共锦川省纪律检查委员会锦川省监察委员会驻锦川省水利厅纪检监察组"
    found = sheet(
        full_lines(30), issuer=issuer, printed_by=issuer, head=f"{issuer}文件", sealed=sealed, contact=""
    )
    *_, first, second, day = body_lines(found, len(found.pages) - 1)
    assert first["text"] + second["text"] == issuer
    assert day["text"] == "2026年3月5日"
    middles = [line["left"] + line["right"] for line in (first, second, day)]
    assert (middles == [near(middles[0])] * 3) == sealed
    imprint = [
        line for line in found.lines(len(found.pages) - 1) if line["size"] < 15 and "—" not in line["text"]
    ]
    assert all(line["left"] >= 28 and line["right"] <= 184 for line in imprint)
    assert "2026年3月5日印发" in imprint[-1]["text"]
    assert found.rules(len(found.pages) - 1)[-1]["top"] == near(262 - 0.35)


def test_too_many_addressees_move_to_the_imprint(sheet: Sheet) -> None:
    units = "、".join(f"第{number}水库管理处" for number in range(1, 60))
    found = sheet("正文从首页开始。", full_lines(8), main_to=units)
    assert found.line("正文从首页开始。")["page"] == 0
    assert found.line("主送：")["top"] < found.line("抄送：")["top"]
    assert "第59水库管理处。" in found.text
    assert found.rules(len(found.pages) - 1)[-1]["top"] == near(262 - 0.35)


def test_many_enclosures_run_on_and_keep_the_signature(sheet: Sheet) -> None:
    found = sheet(full_lines(2), enclosures=[f"第{number}份清单" for number in range(1, 31)])
    first, tenth = found.line("附件：1.第1份清单"), found.line("10.第10份清单")
    place = lambda line: next(char["x0"] for char in line["chars"] if char["text"] == "第")  # noqa: E731
    assert place(first) == pytest.approx(place(tenth), abs=0.5)
    assert found.line("30.第30份清单")["page"] == len(found.pages) - 1
