"""回头看 and 举一反三 at the pages: few clicks from the plan to the reopening, and what each may see."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from riskctl import clock
from tests.department import Department
from tests.services import looking_back
from tests.web.pages import PageClient, words

SignIn = Callable[[str], PageClient]


@pytest.fixture
def closed(app: Flask, department: Department) -> str:
    """The address of an issue that office and office2 accepted."""
    with app.app_context():
        return f"/issues/{department.closed().id}"


def _plan(browser: PageClient, unit: str) -> str:
    browser.open("/campaigns/new")
    browser.submit("", title="四季度回头看", unit_id=unit, **{"questions-0-text": "制度是否执行"})
    return browser.page.text


def _unit(app: Flask, department: Department, code: str) -> str:
    with app.app_context():
        return str(department.unit(code).id)


def test_from_the_plan_to_the_reopening(
    app: Flask, department: Department, sign_in: SignIn, closed: str
) -> None:
    office = sign_in("office")
    assert "按现有范围有 1 项已销号问题，其中必查 0 项" in _plan(office, _unit(app, department, "SK"))
    office.submit("/publish_seed", seed="2026134", seed_source="某日开奖号码")
    office.submit("/draw")
    assert "清单 1 项，其中必查 0 项" in office.page.text
    assert "共 1 项需要复查" in office.page.text
    draw = next(link for link in office.page.links() if link.endswith("/draw"))
    shown = office.open(draw).text
    assert "刚刚重新计算：清单、散列值和抽取结果与公布的一致" in shown
    assert "抽中" in shown
    item = next(link for link in office.open(draw.removesuffix("/draw")).links() if "/lookbacks/" in link)
    resident = sign_in("resident")
    assert any(link.startswith(item) for link in resident.open("/todo").links())
    resident.open(item)
    resident.submit(
        "/check",
        answer_1="未执行",
        result="rebound",
        finding="抽查三个项目均未比选",
        both_checked="1",
        no_conflict="1",
    )
    assert "制度是否执行：未执行" in resident.page.text
    resident.submit("/reopen")  # everything is filled in
    assert "已办结" in resident.page.text
    page = office.open(closed)
    assert "重新整改 1 次" in page.text
    assert "四季度回头看：抽中" in page.text
    assert "结果反弹" in page.text
    campaign = office.open(draw.removesuffix("/draw"))
    assert clock.today().isoformat() in campaign.text
    office.submit("/close", summary="一项反弹")
    assert "本事项已办结" in office.page.text


def test_an_empty_scope_says_why_on_the_page(
    app: Flask, department: Department, sign_in: SignIn, closed: str
) -> None:
    office = sign_in("office")
    text = _plan(office, _unit(app, department, "WZ"))
    assert "范围内没有问题，不能公布" in text
    assert "公布种子 暂不能办理：范围内没有可以复查的已销号问题" in text


def test_a_plan_can_be_edited_until_its_seed_is_published(
    app: Flask, department: Department, sign_in: SignIn, closed: str
) -> None:
    office = sign_in("office")
    _plan(office, _unit(app, department, "SK"))
    path = office.path
    office.open(f"{path}/edit")
    office.submit("", title="三项整改“回头看”", kind="special", programme="按上级方案开展")
    assert words(office.page.all("h1")[0]) == "三项整改“回头看”"
    office.submit("/publish_seed", seed="7", seed_source="某日开奖号码")
    office.open(f"{path}/edit", 403)


def test_a_unit_reads_hashes_of_others_and_titles_of_its_own(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    with app.app_context():
        looking_back.closed(department, 2)
        looking_back.closed(department, 1, unit="WZ")
        campaign = looking_back.drawn(department, unit="SLT")
        path = f"/campaigns/{campaign.id}"
    page = sign_in("dept_head_b").open(f"{path}/draw")
    rows = [words(row) for body in page.all("tbody") for row in body.iter("tr")]
    assert len(rows) == 3
    assert sum("WT-T-" in row for row in rows) == 1
    assert "WT-T-SK" not in page.text
    sign_in("sysadmin").open(f"{path}/draw", 404)


def test_what_is_due_is_listed_and_leads_to_a_plan(
    app: Flask, department: Department, sign_in: SignIn
) -> None:
    office = sign_in("office")
    assert "目前没有待回头看的问题" in office.open("/campaigns/due").text
    with app.app_context():
        looking_back.closed(department, 2)
    page = office.open("/campaigns/due")
    assert "待回头看 2 条" in page.text
    day = (clock.today() - timedelta(days=100)).isoformat()
    plan = next(link for link in page.links() if link.startswith("/campaigns/new?"))
    assert f'value="{day}"' in office.open(plan).html
    sign_in("leader").open("/campaigns/due", 403)


def test_units_are_asked_and_answer_in_their_own_inbox(
    app: Flask, department: Department, sign_in: SignIn, closed: str
) -> None:
    office = sign_in("office")
    office.open(f"{closed}/self-checks")
    assert "请自行勾选" in office.page.text
    asked = {"title": "比选程序执行情况", "content": "自查限额以下项目的比选程序"}
    assert "自查单位" in office.submit("", expect=422, **asked).text
    assert 'value="比选程序执行情况"' in office.page.html
    office.submit("", **asked, unit_ids=[_unit(app, department, code) for code in ("WZ", "JS")])
    assert "共 2 条" in office.page.text
    head = sign_in("dept_head_b")
    task = next(link for link in head.open("/todo").links() if "/self-checks/" in link)
    page = head.open(task.split("#")[0])
    assert "自查限额以下项目的比选程序" in page.text
    assert "原问题" not in page.text
    assert "WT-2026-SK" not in page.text
    with app.app_context():
        evidence = [str(i) for i in department.evidence("dept_head_b")]
    head.submit("/answer", finding="found", answer="2个项目未比选", **{"evidence-kept": evidence})
    assert "本单位问题" in head.page.text
    page = office.open(closed)
    assert "已下发 2 个单位，已反馈 1 个，发现同类问题 1 个" in page.text
    sign_in("dept_head").open(f"{closed}/self-checks", 403)
    sign_in("dept_head").open(task.split("#")[0], 404)
