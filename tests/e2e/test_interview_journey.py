"""An interview from 拟约谈 to 已归档."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.e2e.desk import Desk

Sit = Callable[[str], Desk]


def test_an_interview_from_proposal_to_archive(sit_down: Sit, tmp_path: Path) -> None:
    office = sit_down("office")
    office.open("/interviews/new")
    form = office.page.locator("main form").last
    form.locator('[name="unit_id"]').select_option(label="青岭水库管理处")
    form.locator('[name="kind"]').select_option(label="提醒约谈")
    form.locator('[name="subject_post"]').fill("工程管理科科长")
    form.locator('[name="subject_rank"]').select_option(label="科级及以下")
    form.locator('[name="reason"]').fill("项目直接委托问题突出，需提醒规范。")
    form.locator('button:not([name="add"])').last.click()
    office.page.wait_for_url(re.compile(r"/interviews/\d+$"))
    office.in_state("拟约谈")
    url = office.page.url

    reviewer = sit_down("unit_discipline")
    reviewer.open(url)
    reviewer.step("approve", no_conflict=True)
    office.open(url)
    office.step(
        "notify", place="机关纪委谈话室", interviewers=["机关纪委干部甲", "机关纪委干部乙"], recorder="机关纪委干部乙",
        contact="机关纪委办公室 0000-000000",
    )  # fmt: skip
    office.step(
        "hold",
        **{
            "present": "机关纪委干部甲、机关纪委干部乙", "content": "指出项目委托不规范的问题，要求立即整改。",
            "statement": "认识到问题，接受提醒。", "requirements-0-text": "一周内提交整改报告", "no_conflict": True,
        },
    )  # fmt: skip
    scan = tmp_path / "约谈记录.pdf"
    scan.write_bytes(b"%PDF-1.7\n%%EOF\n")
    office.step("sign", scan=scan)
    office.step("report", report="已按要求整改。")
    office.step("evaluate", conclusion="采信", evaluation="整改到位。")
    office.step("archive")
    office.in_state("已归档")
    office.shot("interview-archived")

    stranger = sit_down("post_b")
    stranger.open(url)
    assert "没有找到" in stranger.page.locator("main").inner_text()
    office.is_content()
