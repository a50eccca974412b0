"""What is refused, and how it reads: the wrong person, the wrong unit, someone who was faster, a wrong file."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import Desk

Sit = Callable[[str], Desk]

# Every form and every message works in a browser that runs no script.
pytestmark = pytest.mark.parametrize("sit_down", [True, False], ids=["script", "no-script"], indirect=True)


@pytest.fixture
def submitted(sit_down: Sit) -> str:
    """The address of an issue that `office` registered and submitted."""
    office = sit_down("office")
    office.open("/issues/new")
    form = office.page.locator("main form").last
    form.locator('[name="unit_id"]').select_option(label="青岭水库管理处")
    form.locator('[name="source"]').select_option(label="日常监督")
    form.locator('[name="title"]').fill("值班记录不完整")
    form.locator('[name="verbatim"]').fill("抽查发现6月份值班记录缺3日。")
    form.locator('button:not([name="add"])').last.click()
    office.page.wait_for_url(re.compile(r"/issues/\d+$"))
    url = office.page.url
    office.step("submit", not_clue=True)
    return url


def test_who_submitted_is_told_why_he_may_not_verify(sit_down: Sit, submitted: str) -> None:
    office = sit_down("office")
    office.open(submitted)
    assert "verify" not in office.offered()
    expect(office.page.locator("main")).to_contain_text("职责分离")
    office.shot("separation-of-duties")


def test_another_unit_finds_nothing(sit_down: Sit, submitted: str) -> None:
    stranger = sit_down("unit_discipline_b")
    stranger.open(submitted)
    expect(stranger.page.locator("main")).to_contain_text("没有找到")
    code = re.sub(r".*/", "", submitted)
    stranger.open("/issues")
    assert stranger.page.locator(f'a[href="/issues/{code}"]').count() == 0
    stranger.shot("not-found")


def test_a_missing_answer_keeps_what_was_typed(sit_down: Sit, submitted: str) -> None:
    verifier = sit_down("office2")
    verifier.open(submitted)
    form = verifier.form("verify")
    form.locator('[name="requirement"]').fill("查明原因，补齐记录。")
    form.locator('button:not([name="add"])').last.click()
    expect(verifier.page.locator(".alert-danger").first).to_contain_text("必填")
    kept = verifier.form("verify").locator('[name="requirement"]')
    expect(kept).to_have_value("查明原因，补齐记录。")
    verifier.shot("errors")


def test_who_comes_second_sees_what_the_first_did(sit_down: Sit, submitted: str) -> None:
    second = sit_down("office2")
    second.open(submitted)
    form = second.form("send_back")
    form.locator('[name="reason"]').fill("请补充检查记录")
    first = sit_down("office")
    first.open(submitted)
    first.step("void", reason="与已列账问题重复")
    form.locator('button:not([name="add"])').last.click()
    expect(second.page.locator("main")).to_contain_text("更新")
    second.shot("someone-was-faster")
    second.open(submitted)
    second.in_state("不予列账")


def test_a_file_that_is_not_what_its_name_says_is_refused(sit_down: Sit, tmp_path: Path) -> None:
    office = sit_down("office")
    office.open("/import/risk-points")
    path = tmp_path / "台账.xlsx"
    path.write_bytes(b"%PDF-1.7\n%%EOF\n" * 3)
    office.page.locator('input[type="file"]').set_input_files(path)
    office.page.locator('main form button[type="submit"], main form button:not([type])').last.click()
    expect(office.page.locator("main")).to_contain_text("内容与扩展名不符")
    office.shot("wrong-file")
