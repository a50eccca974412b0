"""The paper measured against GB/T 9704-2012 (domain 6.3), in millimetres."""

from collections.abc import Callable

import pytest

from tests.documents.conftest import Paper, body_of

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


def test_the_rule_stands_four_millimetres_below_the_number(paper: Make) -> None:
    found = paper()
    number, rule = found.line("锦水机纪〔2026〕3号"), found.rules(0)[0]
    assert rule["top"] - number["bottom"] == near(4)
    assert (rule["left"], rule["width"]) == (near(28), near(156))
    assert 0.3 <= rule["thick"] <= 0.55
    assert (number["left"] + number["right"]) / 2 == near(106)


def test_a_full_page_has_twenty_two_lines_of_twenty_eight_characters(paper: Make) -> None:
    found = paper(problems=body_of(16))
    body = [line for line in found.lines(1) if "—" not in line["text"]]
    assert len(body) == 22
    assert body[0]["top"] == near(37 + 2.29)  # the first line's type stands in the middle of its pitch
    full = [line for line in body if len(line["text"]) == 28]
    assert full
    assert all(line["left"] == near(28) and line["right"] == near(184) for line in full)
    assert all(line["size"] == pytest.approx(16, abs=0.1) for line in body)
    pitch = (body[-1]["top"] - body[0]["top"]) / 21
    assert pitch == pytest.approx(225 / 22, abs=0.02)


def test_the_title_stands_below_the_rule_in_balanced_lines(paper: Make) -> None:
    found = paper()
    first, second = found.line("关于小额维养"), found.line("整改通知书")
    assert first["size"] == pytest.approx(22, abs=0.1)
    assert first["fonts"] == {"biaosong"}
    assert first["text"] + second["text"] == "关于小额维养项目未经比选直接委托的整改通知书"
    assert abs(len(first["text"]) - len(second["text"])) <= 4
    assert (first["left"] + first["right"]) / 2 == near(106)


def test_headings_have_their_faces(paper: Make) -> None:
    found = paper()
    assert found.line("一、存在的问题")["fonts"] == {"heiti"}
    assert "kaiti" in found.line("（一）制定整改方案")["fonts"]
    assert found.line("直接委托同一单位")["fonts"] == {"fangsong"}


def test_the_page_number_is_odd_right_and_even_left(paper: Make) -> None:
    found = paper(problems=body_of(10))
    first, second = found.line("— 1 —"), found.line("— 2 —")
    assert first["top"] == near(269)
    assert second["top"] == near(269)
    assert 184 - first["right"] == near(14 / 72 * 25.4)
    assert second["left"] - 28 == near(14 / 72 * 25.4)


def test_a_short_name_is_centred_above_a_date_four_characters_in(paper: Make) -> None:
    found = paper(
        issuer="中共青岭水库管理处纪委", number="锦水SK纪〔2026〕1号", printed_by="青岭水库管理处纪委办公室"
    )
    day = next(line for line in found.lines(len(found.pages) - 1) if line["text"] == "2026年3月5日")
    name = next(
        line for line in found.lines(len(found.pages) - 1) if line["text"] == "中共青岭水库管理处纪委"
    )
    assert 184 - day["right"] == pytest.approx(4 * 15.79 / 72 * 25.4, abs=1)
    assert (name["left"] + name["right"]) / 2 == near((day["left"] + day["right"]) / 2)
    assert day["top"] - name["top"] == near(225 / 22)


def test_a_long_name_stays_on_one_line_in_the_type_area(paper: Make) -> None:
    found = paper()
    name = next(
        line for line in found.lines(len(found.pages) - 1)
        if line["text"] == "中共锦川省水利厅机关纪律检查委员会" and line["size"] > 15
    )  # fmt: skip
    day = next(line for line in found.lines(len(found.pages) - 1) if line["text"] == "2026年3月5日")
    assert name["right"] <= 184.5
    assert (name["left"] + name["right"]) / 2 == near((day["left"] + day["right"]) / 2)


@pytest.mark.parametrize("paragraphs", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16])
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


def test_enclosures_are_listed_below_one_another(paper: Make) -> None:
    found = paper(enclosures=["问题清单", "送达回证"])
    first, second = found.line("附件：1.问题清单"), found.line("2.送达回证")
    assert first["left"] - 28 == near(2 * 15.79 / 72 * 25.4)
    assert second["left"] - first["left"] == near(3 * 15.79 / 72 * 25.4)
    assert "附件：问题清单" in paper(enclosures=["问题清单"]).text


def test_the_proof_stands_in_the_margin_of_the_first_page_only(paper: Make) -> None:
    found = paper(problems=body_of(8))
    code = found.line("ABCDEF01")
    assert code["page"] == 0
    assert code["bottom"] < 37
    assert found.text.count("验证码") == 1


def test_a_draft_shows_the_seals_place_and_no_number(paper: Make) -> None:
    draft = paper(number="", verify_url="", verification_code="")
    assert "（印章）" in draft.text
    assert "编号待签发" in draft.text
    assert "验证码" not in draft.text
    assert "（印章）" not in paper().text


def test_without_an_address_the_code_is_still_printed(paper: Make) -> None:
    assert "ABCDEF01" in paper(verify_url="/verify/ABCDEF0123456789").text


def test_a_notice_is_small(paper: Make) -> None:
    assert len(paper().data) <= 250_000
