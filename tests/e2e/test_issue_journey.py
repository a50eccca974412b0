"""From the office's ledger to a closed issue and its printed notice, each step by the person whose duty it is."""

import re
import sqlite3
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e import ledger
from tests.e2e.conftest import Service
from tests.e2e.desk import Desk

Sit = Callable[[str], Desk]
TITLE = "闸门维修项目未经比选直接委托"


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A proof of what was done."""
    path = tmp_path / "比选制度.txt"
    path.write_text("比选制度（修订稿）", encoding="utf-8")
    return path


def _import_ledger(office: Desk, tmp_path: Path) -> None:
    office.open("/import/risk-points")
    page = office.page
    page.locator('input[type="file"]').set_input_files(ledger.write(tmp_path / "台账.xlsx"))
    page.locator('main form button[type="submit"], main form button:not([type])').last.click()
    page.wait_for_url("**/import/*")
    for row in ledger.ROWS:
        expect(page.locator("main")).to_contain_text(row[2])
    office.shot("import-preview")
    page.locator('form[action$="/confirm"] button').last.click()
    page.wait_for_url("**/result")
    expect(page.locator("main")).to_contain_text("3")
    office.shot("import-result")
    office.open("/risk-points?q=闸门调度指令执行")
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main tbody")).to_contain_text("青岭水库管理处")


def _register(office: Desk) -> str:
    office.open("/issues/new")
    form = office.page.locator("main form").last
    form.locator('[name="unit_id"]').select_option(label="青岭水库管理处")
    form.locator('[name="source"]').select_option(label="专项检查")
    form.locator('[name="title"]').fill(TITLE)
    form.locator('[name="verbatim"]').fill("检查发现，2026年有3项闸门维修项目未经比选直接委托同一单位实施。")
    form.locator('button:not([name="add"])').last.click()
    office.page.wait_for_url(re.compile(r"/issues/\d+$"))
    office.in_state("登记")
    return office.page.url


def _issue(sit_down: Sit, url: str) -> None:
    sit_down("office").step("submit", not_clue=True)
    office2 = sit_down("office2")
    office2.open(url)
    office2.step(
        "verify",
        **{
            "severity": "一般", "rectify_type": "限期整改", "basis-0-document": "廉政风险防控管理办法",
            "basis-0-clause": "第十二条", "requirement": "立即停止直接委托，逐项清理。",
            "acceptance_standard": "全部项目补充比选手续。", "resp_leader_post": "分管负责人", "not_clue": True,
        },
    )  # fmt: skip
    head = sit_down("office_head")
    head.open(url)
    head.shot("issue-to-sign")
    head.step("issue")
    head.in_state("已交办")


def _rectify(sit_down: Sit, url: str, evidence: Path) -> None:
    unit_head = sit_down("dept_head")
    unit_head.open(url)
    unit_head.step("sign_receipt", receiver="主要负责人")
    unit_head.step(
        "submit_plan",
        **{
            "goal": "项目委托全部公开比选", "measures-0-text": "修订比选制度", "measures-0-owner_post": "工程管理科科长",
            "commitment": True,
        },
    )  # fmt: skip
    leader = sit_down("leader")
    leader.open(url)
    leader.step("approve_plan")
    clerk = sit_down("post")
    clerk.open(url)
    clerk.step("report_progress", note="制度修订稿已印发征求意见")
    unit_head.open(url)
    unit_head.step(
        "apply_closure",
        measures_done=True, violations_handled=True, result_meets=True, same_kind_fixed=True, mechanism_set=True,
        self_check="措施全部完成，同类项目已自查。", evidence_1=evidence, leader_signed=True,
    )  # fmt: skip
    unit_head.in_state("单位初审")


def _accept(sit_down: Sit, url: str) -> None:
    reviewer = sit_down("unit_discipline")
    reviewer.open(url)
    reviewer.step("pass_unit_check", opinion="情况属实，同意", no_conflict=True)
    office = sit_down("office")
    office.open(url)
    office.step(
        "pass_inspection", inspectors=["机关纪委干部甲", "机关纪委干部乙"], method="现场核查",
        finding="现场核查，措施已落实。", no_conflict=True,
    )  # fmt: skip
    head = sit_down("office_head")
    head.open(url)
    head.step("close")
    head.in_state("已销号")
    head.shot("issue-closed")


def _notice_text(desk: Desk, url: str, tmp_path: Path) -> str:
    desk.open(url)
    desk.page.locator('main a[href^="/notices/"]:not([href*="pdf"])').first.click()
    desk.page.wait_for_url(re.compile(r"/notices/\d+$"))
    desk.shot("notice")
    with desk.page.expect_download() as waiting:
        desk.page.locator('a[href*="download=1"]').first.click()
    path = tmp_path / "notice.pdf"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename.endswith(".pdf")
    return "".join(page.extract_text() for page in PdfReader(BytesIO(path.read_bytes())).pages)


def test_from_the_ledger_to_a_closed_issue_and_its_notice(
    service: Service, sit_down: Sit, evidence: Path, tmp_path: Path
) -> None:
    office = sit_down("office")
    _import_ledger(office, tmp_path)
    url = _register(office)
    _issue(sit_down, url)
    _rectify(sit_down, url, evidence)
    _accept(sit_down, url)
    text = _notice_text(sit_down("dept_head"), url, tmp_path)
    assert re.search(r"锦水机纪〔2026〕\d+号", text)
    assert "青岭水库管理处：" in text
    assert "3项闸门维修项目未经比选直接委托" in re.sub(r"\s", "", text)
    for name in ("office", "office2", "office_head", "dept_head", "leader", "post", "unit_discipline"):
        sit_down(name).is_content()
    _audit(service)


def _audit(service: Service) -> None:
    """Nothing is wrong after it all; a row edited by hand is named."""
    done = service.riskctl("tick")
    assert done.returncode == 0, done.stderr
    clean = service.riskctl("verify-audit")
    assert clean.returncode == 0, clean.stdout + clean.stderr
    database = service.data_dir / "riskctl.db"
    with sqlite3.connect(database) as connection:
        (code, title) = connection.execute(
            "SELECT code, title FROM issue WHERE title = ?", (TITLE,)
        ).fetchone()
        connection.execute("UPDATE issue SET title = '没有问题' WHERE code = ?", (code,))
    try:
        broken = service.riskctl("verify-audit")
        assert broken.returncode == 1
        assert code in broken.stdout
        assert "字段 title" in broken.stdout
    finally:
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE issue SET title = ? WHERE code = ?", (title, code))
    assert service.riskctl("verify-audit").returncode == 0
