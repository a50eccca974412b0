"""统计 on the screen: each report, its numbers with their lists, PDF and workbook, and who sees whose."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pypdf
import pytest
import time_machine
from flask import Flask
from python_calamine import CalamineWorkbook

from riskctl.services.statistics import reports
from tests.department import Department
from tests.services import counted_cases
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


@pytest.fixture(autouse=True)
def _history(app: Flask, department: Department) -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 10, 2, tzinfo=UTC), tick=False):
        with app.app_context():
            counted_cases.history(department)
            counted_cases.points(department, "SK", {"level": "high"}, {}, {})
        yield


def test_leadership_sees_the_whole_and_each_number_leads_to_its_list(sign_in: SignIn) -> None:
    client = sign_in("secretary")
    page = client.open("/statistics?period=2026")
    assert "统计" in page.menu()
    assert "锦川省水利厅，2026年全年" in page.text
    assert "全厅平均" not in page.text.split("指标口径")[0]
    for code in reports.REPORTS:
        assert "指标口径" in client.open(f"/statistics/{code}?period=2026").text
    page = client.open("/statistics/r4?period=2026")
    assert "防汛物资储备中心" in page.text
    assert "不足5个，不列" in page.text
    link = "/issues?figure=completion.hits.2026"
    assert link in page.links()
    listed = client.open(link)
    assert re.search(r"共\s*6\s*条", listed.text)
    assert "统计指标：整改完成率（分子），2026年全年" in listed.text
    assert (
        len([image for image in page.all("img") if (image.get("src") or "").startswith("data:image/svg+xml")])
        == 1
    )


def test_a_unit_sees_itself_against_the_average(sign_in: SignIn) -> None:
    client = sign_in("dept_head")
    page = client.open("/statistics?period=2026")
    assert "青岭水库管理处，2026年全年" in page.text
    assert "全厅平均" in page.text
    assert "防汛物资储备中心" not in page.text
    assert "约谈" not in re.findall(r"class=\"chip\"[^>]*>([^<]+)<", page.html)
    client.open("/statistics/r7", status=403)
    client.open("/statistics?unit=1", status=403)
    sign_in("sysadmin").open("/statistics", status=403)


def test_bad_addresses_are_refused_in_words(sign_in: SignIn) -> None:
    client = sign_in("office")
    for bad in (
        "period=2026-13",
        "from=2026-03-02&to=2026-03-01",
        "unit=x",
        "severity=huge",
        "from=2026-03-02",
    ):
        assert client.open(f"/statistics?{bad}", status=422).status == 422
    client.open("/statistics/r11", status=404)
    client.open("/issues?figure=points.hits.2026", status=422)
    client.open("/statistics/rows?figure=nothing", status=422)
    assert "没有记录" in client.open("/statistics/rows?figure=completion.hits.2026-10").text


def test_the_report_on_paper_and_in_excel(sign_in: SignIn) -> None:
    client = sign_in("office")
    answer = client.client.get("/statistics/r4/print?period=2026")
    assert answer.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    for words in ("整改完成情况统计表", "66.7%（6/9）", "指标口径", "截至期末已销号的件数", "机关纪委干部甲"):
        assert words in re.sub(r"\s+", "", text), words
    answer = client.client.get("/statistics/r2/export?period=2026-11")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names[-1] == "指标口径"
    answer = client.client.get("/statistics/r4/export?period=2026")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = {row[0]: row for row in book.get_sheet_by_index(0).to_python()}
    assert rows["整改完成率"][2:5] == [66.7, 6.0, 9.0]
    assert "截至期末" in str(book.get_sheet_by_name("指标口径").to_python())
    assert sign_in("post").client.get("/statistics/r4/export").status_code == 403
