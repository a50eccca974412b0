"""How forms look: pages, room for signatures, long texts; measured in the PDF."""

from typing import Any

import pytest

from riskctl.documents.render import render_pdf
from riskctl.documents.sheets import Cell, shared
from riskctl.services.document_facts.opinions import blank
from tests.documents.conftest import MM, Paper, notice

LONG = "经查阅合同、比选记录和付款凭证，4项维修养护小额项目未经比选直接委托，合同金额合计38.6万元。" * 12
_COLUMNS = ("单位自查意见", "单位纪委初审", "验收组意见", "分管领导", "机关纪委", "党组")


def _form(code: str, title: str, /, **form: Any) -> Paper:
    return Paper(render_pdf(code, notice(kind=code, title=title, number="", form=form)))


def _closure(text: str, evidence: str = "1.比选记录.pdf") -> Paper:
    cells = [Cell("问题", "小额项目直接委托", 37, 1), Cell("佐证清单", evidence, 37, 1)]
    cells += [Cell(label, text, 24, 2) for label in _COLUMNS]
    texts, rest = shared(cells, 14)
    return _form(
        "closure_approval", "整改销号审批表", unit="青岭水库管理处", code="WT-2026-SK-001", on="2026-03-05",
        resp_unit="青岭水库管理处", issue_code="WT-2026-SK-001", severity="较重", source="专项检查", order="锦水机纪〔2026〕3号",
        due="2026-05-08", standards=[{"label": f"标准{n}", "met": True} for n in range(5)], closure_no="", closed_on="",
        opinions=[{**blank(label), "text": text, "by": "某岗", "on": "2026-03-05"} for label in _COLUMNS],
        sheet={"title": texts[0], "evidence": texts[1], "opinions": texts[2:], "rest": rest},
    )  # fmt: skip


def _record(content: str) -> Paper:
    told = dict.fromkeys(
        ("time", "place", "subject", "subject_unit", "interviewers", "recorder", "present", "approval", "basis",
         "reason", "statement", "attitude", "requirements", "signed_on", "signed_on_iso", "opinion", "refusal"), "略"
    ) | {"signed_on_iso": "2026-03-05", "signers": ["甲岗", "乙岗"]}  # fmt: skip
    return _form(
        "interview_record", "约谈记录", code="YT-2026-SK-001", kind="提醒约谈", content=content, **told
    )


def _signature_cells(paper: Paper, page: int) -> list[float]:
    """The heights in millimetres of the cells in which somebody signs."""
    found = paper.pages[page].find_tables()
    cells = [cell for table in found for cell in table.cells]
    return [
        (cell[3] - cell[1]) / MM
        for cell in cells
        if "签名：" in (paper.pages[page].crop(cell).extract_text() or "") and cell[2] - cell[0] < 60 * MM
    ]


def test_the_closing_approval_is_one_page_with_room_to_sign() -> None:
    paper = _closure("情况属实，同意。")
    assert len(paper.pages) == 1
    heights = _signature_cells(paper, 0)
    assert len(heights) == 6
    assert min(heights) >= 15
    assert (paper.pages[0].width / MM, paper.pages[0].height / MM) == pytest.approx((210, 297), abs=0.5)
    assert "红" not in paper.text
    assert all(label in paper.text.replace("\n", "") for label in _COLUMNS)
    assert "第 1 页" in paper.text
    assert "ABCDEF01" in paper.text


def test_what_does_not_fit_goes_to_the_annex_whole() -> None:
    paper = _closure(LONG, evidence="；".join(f"{n}.佐证材料{n}.pdf" for n in range(1, 60)))
    first = paper.pages[0].extract_text().replace("\n", "")
    assert "（续附页）" in first
    assert len(_signature_cells(paper, 0)) == 6
    assert "附页" in paper.pages[1].extract_text()
    rest = "".join(page.extract_text() for page in paper.pages[1:])
    assert "佐证材料59.pdf" in rest.replace("\n", "")


def test_every_page_of_a_record_is_signed_and_nothing_is_cut() -> None:
    paper = _record(LONG * 4)
    assert len(paper.pages) >= 3
    for number, page in enumerate(paper.pages, 1):
        foot = page.crop((0, 245 * MM, page.width, page.height)).extract_text()
        assert "被约谈人签名：" in foot
        assert f"第 {number} 页" in foot
    text = paper.text.replace("\n", "")
    assert text.count("38.6万元") == LONG.count("38.6万元") * 4
    assert min(_signature_cells(paper, len(paper.pages) - 1)) >= 15


def test_a_ledger_repeats_its_head_on_every_page() -> None:
    row = {
        "code": "LF-SK-2026-001", "post": "青岭水库管理处\n维养岗", "power": "维修养护", "category": "制度机制", "risk": "直接指定",
        "score": "4×4", "level": "高", "measures": "1.限额以下比选\n2.内部审计", "indicators": "占比", "responsible": "处长",
        "review_due": "2026-12-31", "over": False,
    }  # fmt: skip
    rows = [{**row, "number": n} for n in range(1, 61)]
    paper = _form(
        "risk_ledger", "廉政风险点台账", unit="锦川省水利厅", until="2026-03-05", paper="A4", rows=rows
    )
    count = len(paper.pages)
    assert count > 2
    for number, page in enumerate(paper.pages, 1):
        text = page.extract_text()
        assert page.width > page.height
        for told in (
            "单位：锦川省水利厅",
            "截止日期：2026年3月5日",
            "防控措施",
            f"第 {number} 页 共 {count} 页",
        ):
            assert told in text.replace("　", " "), (number, told)
    wide = _form("risk_ledger", "廉政风险点台账", unit="厅", until="2026-03-05", paper="A3", rows=rows[:1])
    assert wide.pages[0].width / MM == pytest.approx(420, abs=0.5)


def test_what_a_case_says_stays_text() -> None:
    paper = _closure("<b>同意</b>{{ 7*7 }}<img src='http://example.org/x'>")
    assert "<b>同意</b>{{ 7*7 }}" in paper.text.replace("\n", "")


@pytest.mark.parametrize(
    ("lines", "shown"), [(0, ["甲" * 20, "短"]), (9, ["甲" * 45, "短"])], ids=["no room", "room"]
)
def test_lines_are_shared_out(lines: int, shown: list[str]) -> None:
    texts, rest = shared([Cell("一", "甲" * 45, 11, 2), Cell("二", "短", 11, 1)], lines)
    if lines:
        assert (texts, rest) == (shown, [])
    else:
        assert texts[0].endswith("……（续附页）")
        assert len(texts[0]) <= 20
        assert (texts[1], rest) == ("短", [("一", "甲" * 45)])
