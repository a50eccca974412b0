"""Parts of a long ledger print: header on each page, page n of m continued, and where a part's last page begins."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from riskctl.documents import render


def html(rows: int, **form: Any) -> str:
    def row(number: int) -> dict[str, Any]:
        return {
            "number": number, "code": f"LF-SK-2026-{number:03d}", "post": "青岭水库管理处\n维修养护岗", "power": "项目发包",
            "category": "业务流程", "risk": "小额项目直接指定", "score": "3×4", "level": "中", "measures": "1.比选\n2.抽查",
            "indicators": "", "responsible": "维养岗", "review_due": "2026-12-01", "over": False,
        }  # fmt: skip

    told = {
        "unit": "锦川省水利厅", "until": "2026-11-24", "paper": "A4", "filters": "等级：高", "printed": "办公室打印",
        "rows": [row(number) for number in range(1, rows + 1)], "total": 90, "last": False, **form,
    }  # fmt: skip
    return render.render_html(
        "risk_ledger",
        {
            "kind": "risk_ledger", "title": "廉政风险点台账", "issuer": "锦川省水利厅", "issued_on": "2026-11-24",
            "number": "", "verify_url": "", "verification_code": "", "form": told,
        },
    )  # fmt: skip


@pytest.mark.parametrize(("paper", "width"), [("A4", 297), ("A3", 420)])
def test_a_part_goes_on_with_header_and_page_numbers(paper: str, width: int) -> None:
    part = html(45, paper=paper, first_page=7, pages=9)
    pages = PdfReader(io.BytesIO(render.drawn(part))).pages
    texts = [page.extract_text() for page in pages]
    assert float(pages[0].mediabox.width) == pytest.approx(width * 72 / 25.4, abs=0.1)
    assert len(pages) > 1
    for number, text in enumerate(texts, 7):
        assert f"第 {number} 页" in text
        assert all(
            words in text
            for words in (
                "共 9 页",
                "复核日期",
                "截止日期：2026年11月24日",
                "单位：锦川省水利厅",
                "办公室打印",
            )
        )
    assert "范围：等级：高" not in "".join(texts)  # on the first page of the whole only
    count, ids = render.measured(part)
    last = [f"r{number}" for number in range(1, 46) if f"LF-SK-2026-{number:03d}" in texts[-1]]
    assert (count, ids) == (len(pages), last)


def test_the_whole_begins_with_its_scope_and_ends_with_its_number() -> None:
    (text,) = (
        page.extract_text()
        for page in PdfReader(io.BytesIO(render.drawn(html(3, first_page=1, pages=1, last=True)))).pages
    )
    assert all(words in text for words in ("廉政风险点台账", "范围：等级：高", "共 90 条", "第 1 页"))
