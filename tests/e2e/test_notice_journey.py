"""One paper from its drafting to the check by a stranger, and another that is taken back after it went out."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.department import PASSWORD
from tests.e2e.conftest import Service
from tests.e2e.desk import Desk

Sit = Callable[[str], Desk]


def _verified(sit_down: Sit, unit: str, title: str) -> None:
    office, office2 = sit_down("office"), sit_down("office2")
    office.open("/issues/new")
    form = office.page.locator("main form").last
    form.locator('[name="unit_id"]').select_option(label=unit)
    form.locator('[name="source"]').select_option(label="日常监督")
    form.locator('[name="title"]').fill(title)
    form.locator('[name="verbatim"]').fill(f"检查发现，{title}，未见整改。")
    form.locator('button:not([name="add"])').last.click()
    office.page.wait_for_url(re.compile(r"/issues/\d+$"))
    office.step("submit", not_clue=True)
    office2.open(office.page.url)
    verify = office2.form("verify")
    verify.locator("summary").click()  # 从依据条款库选用
    verify.locator('[name="basis-library"]').first.check()
    verify.locator('button[value="basis-library"]').click()
    expect(office2.form("verify").locator('[name="basis-0-document"]')).not_to_have_value("")
    office2.step(
        "verify", severity="一般", rectify_type="限期整改", requirement="逐项补正，完善制度。",
        acceptance_standard="记录完整。", resp_leader_post="主要负责人", not_clue=True,
    )  # fmt: skip


def _signed_in_one_sitting(head: Desk, titles: list[str]) -> None:
    head.open("/notices/signing")
    for title in titles:
        row = head.page.locator("tbody tr", has_text=title)
        row.get_by_role("button").click()
        expect(head.page.get_by_role("heading", level=1)).to_contain_text(title)
        head.page.get_by_role("link", name="回到清单").click()
    head.shot("signing")
    head.page.get_by_label("再次输入登录密码").fill(PASSWORD)
    head.page.get_by_role("button", name="签发所选").click()
    expect(head.page.get_by_role("heading", level=1)).to_contain_text("已签发")


def _sealed_and_sent(office: Desk, titles: list[str]) -> None:
    for act, button, done in (
        ("sealing", "登记用印", "已用印"),
        ("sending", "下一步：核对送达对象", "已送达"),
    ):
        office.open(f"/notices/{act}")
        for box in office.page.locator('tbody input[type="checkbox"]').all():
            box.uncheck()
        for title in titles:
            office.page.locator("tbody tr", has_text=title).locator("input").check()
        if act == "sending":
            office.page.locator('[name="servers"]').fill("机关纪委干部甲、乙")
            office.page.locator('[name="method"]').select_option(label="直接送达")
        office.page.get_by_role("button", name=button).click()
        if act == "sending":
            office.shot("sending")
            office.page.get_by_role("button", name="确认送达").click()
        expect(office.page.get_by_role("heading", level=1)).to_contain_text(done)


def _code(desk: Desk, title: str) -> str:
    desk.open(f"/notices?q={title}")
    desk.page.locator("main tbody .opens").first.click()
    desk.page.wait_for_url(re.compile(r"/notices/\d+$"))
    found = desk.page.locator("dt", has_text="验证码").locator("xpath=following-sibling::dd").inner_text()
    assert re.fullmatch(r"[0-9A-F]{16}", found)
    return found


def test_a_paper_is_drafted_signed_served_and_checked_and_another_taken_back(
    service: Service, sit_down: Sit, browser: Browser, tmp_path: Path
) -> None:
    for title in ("值班记录不全", "台账登记滞后"):
        _verified(sit_down, "青岭水库管理处", title)
    _verified(sit_down, "防汛物资储备中心", "出库单据缺失")
    office, office2, head = sit_down("office"), sit_down("office2"), sit_down("office_head")
    office.open("/notices/joint")
    group = office.page.locator("form.section", has_text="青岭水库管理处")
    for row in group.locator("tbody tr").all():
        row.locator("input").set_checked(bool(re.search("值班记录不全|台账登记滞后", row.inner_text())))
    group.get_by_role("button", name="合成一份通知书").click()
    office.page.wait_for_url(re.compile(r"/notices/\d+$"))
    joint = office.page.url
    office2.open(joint)
    office2.step("check")
    titles = ["值班记录不全等2项问题", "出库单据缺失"]
    _signed_in_one_sitting(head, titles)
    _sealed_and_sent(office, titles)
    receiver = sit_down("dept_head")
    receiver.open(joint)
    receiver.step("receive", receiver="主要负责人")
    receiver.in_state("已签收")
    with receiver.page.expect_download() as waiting:
        receiver.page.locator('a[href*="download=1"]').first.click()
    waiting.value.save_as(tmp_path / "通知书.pdf")
    code, other = _code(office, titles[0]), _code(office, titles[1])
    head.open(f"/notices?q={titles[1]}")
    head.page.locator("main tbody .opens").first.click()
    head.page.locator("main a[href^='/issues/']").first.click()
    head.step("recall", reason="责任单位有误")
    stranger = browser.new_context(locale="zh-CN").new_page()
    stranger.goto(f"{service.url}/verify")
    stranger.get_by_label("验证码").fill(f"{code[:8].lower()} {code[8:]}")
    stranger.get_by_role("button", name="核验").click()
    expect(stranger.locator("main")).to_contain_text("真实有效")
    stranger.locator('input[type="file"]').set_input_files(tmp_path / "通知书.pdf")
    stranger.get_by_role("button", name="核对文件").click()
    expect(stranger.locator("main")).to_contain_text("一致：")
    stranger.goto(f"{service.url}/verify/{other}")
    expect(stranger.locator("main")).to_contain_text("已撤销")
    stranger.context.close()
    for name in ("office", "office2", "office_head", "dept_head"):
        sit_down(name).is_content()
