"""The ledger's page: more filters, chosen columns, a number that nobody waits for, and what makes no sense."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.department import Department
from tests.web.pages import Page, PageClient, words

SignIn = Callable[[str], PageClient]


@pytest.fixture
def issues(app: Flask, department: Department) -> None:
    """Two issues on the ledger."""
    with app.app_context():
        department.issued(amount_involved=125_000, resp_post="维养岗")
        department.issue("WZ", title="盘点差异")


def headings(page: Page) -> list[str]:
    return [words(th).split(" ")[0] for th in page.all("th")][1:]


@pytest.mark.usefixtures("issues")
def test_the_folded_filters_are_chips_and_stay_open_while_set(sign_in: SignIn) -> None:
    client = sign_in("office")
    page = client.open("/issues")
    assert page.all("details", class_="more")[0].get("open") is None
    page = client.open(
        "/issues?involved_min=100000&found_from=2020-01-01&found_to=2030-01-01&reopened=false&resp_post=维养岗"
    )
    assert page.all("details", class_="more")[0].get("open") is not None
    chips = [words(a).removesuffix(" ×去掉") for a in page.all("a", class_="chip")]
    assert chips == [
        "责任岗位：维养岗", "发现日期：2020-01-01 至 2030-01-01", "涉及金额（元）：100000 起", "重新整改：否",
    ]  # fmt: skip
    without = next(a.get("href") or "" for a in page.all("a", class_="chip") if "发现日期" in words(a))
    assert "found_" not in without
    assert "involved_min=100000" in without
    page = client.open("/issues?involved_min=900000&severity=general")
    assert "去掉“涉及金额（元）：900000 起”后有 1 条" in page.text


@pytest.mark.usefixtures("issues")
def test_columns_are_chosen_and_sort(sign_in: SignIn) -> None:
    client = sign_in("office")
    assert headings(client.open("/issues"))[-1] == "进度"
    page = client.open("/issues?columns=amount_involved&columns=resp_post&severity=general")
    assert headings(page) == ["编号", "问题", "责任岗位", "涉及金额（元）"]
    assert "125,000" in page.text
    chosen = [box.get("value") for box in page.all("input", name="columns") if box.get("checked") is not None]
    assert chosen == ["code", "title", "resp_post", "amount_involved"]
    sorting = next(a.get("href") or "" for a in page.all("a") if words(a) == "涉及金额（元）")
    page = client.open(sorting)
    assert "sort=-amount_involved" in sorting
    assert "columns=amount_involved,resp_post" in sorting
    assert headings(page)[-1] == "涉及金额（元）"


@pytest.mark.usefixtures("issues")
def test_a_long_ledger_says_that_there_are_more(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in("office")
    assert "共 2 条" in client.open("/issues").text
    monkeypatch.setattr("riskctl.web.filters.MOST_COUNTED", 1)
    page = client.open("/issues")
    assert "共 1 条以上" in page.text
    options = [words(o) for o in page.all("option")]
    assert "已交办" in options  # no numbers where counting them would take long
    page = client.open(next(a.get("href") or "" for a in page.all("a") if words(a) == "准确计数"))
    assert "共 2 条" in page.text
    assert "以上" not in page.text
    assert "信访举报" not in sign_in("dept_head").open("/issues").html


def test_what_makes_no_sense_says_what_to_do(sign_in: SignIn) -> None:
    client = sign_in("office")
    for query, said in (
        ("found_from=2026-02-30", "发现日期：不是有效的日期，请按 2026-03-05 的形式填写"),
        ("sort=verbatim", "不能按“verbatim”排序，可用："),
        ("columns=password", "没有“password”这一列，可用："),
        ("after=WyJhIiwwLG51bGwsM10", "翻页标记不属于当前的筛选条件，请从第一页重新查询"),
        ("involved_min=много", "涉及金额（元）：须为整数"),
    ):
        page = client.open(f"/issues?{query}", 422)
        assert said in page.text, query
        assert "请求编号" in page.text


@pytest.mark.usefixtures("issues")
def test_a_view_is_kept_opened_made_the_default_and_deleted(sign_in: SignIn) -> None:
    client = sign_in("office")
    client.open("/issues?severity=general&columns=code,title,resp_post&sort=due_on")
    page = client.submit(
        "severity=general&sort=due_on&columns=code,title,resp_post", name="一般问题", shared="1"
    )
    assert headings(page) == ["编号", "问题", "责任岗位"]
    current = [words(a) for a in page.all("a", class_="chip", aria_current="page")]
    assert current == ["一般问题（共享）"]
    client.submit("/default", expect=303)
    page = client.open(client.client.get("/issues").headers["Location"])
    assert [words(a) for a in page.all("a", class_="chip", aria_current="page")] == [
        "一般问题（默认）（共享）"
    ]
    assert "共 2 条" in client.open("/issues?view=0").text
    other = sign_in("dept_head").open("/issues")
    url = next(a.get("href") or "" for a in other.all("a", class_="chip") if "一般问题" in words(a))
    other_client = sign_in("dept_head")
    page = other_client.open(url)
    assert not [f for f in page.all("form") if (f.get("action") or "").endswith("/delete")]
    assert not page.all("input", name="shared")
    page = client.open(url)
    page = client.submit("/delete")
    assert "一般问题" not in page.text
    assert "共 2 条" in client.open("/issues").text
    client.open("/issues")
    page = client.submit("/issues/views", name=" ", expect=422)
    assert "请填写视图名称" in page.text


@pytest.mark.usefixtures("issues")
def test_three_lists_are_printed_of_what_the_filters_leave(sign_in: SignIn) -> None:
    client = sign_in("office")
    page = client.open("/issues?resp_post=维养岗")
    page = client.open(next(a.get("href") or "" for a in page.all("a") if words(a) == "打印三清单"))
    assert [words(h) for h in page.all("h2")][-3:] == ["问题清单", "任务清单", "责任清单"]
    assert page.text.count("小额项目未经比选直接委托") >= 3
    assert "盘点差异" not in page.text
    assert "所选的记录有误" in client.open("/issues/three-lists?id=x", 422).text
    assert "没有可列入清单的问题" in client.open("/issues/three-lists?id=99999").text
