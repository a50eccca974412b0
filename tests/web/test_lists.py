"""The inbox, the board, the ledgers, the organisation and its administrators."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, RiskPoint
from riskctl.services import risk_points
from tests.department import Department
from tests.web.pages import PageClient, values_of, words

SignIn = Callable[[str], PageClient]


@pytest.fixture
def cases(app: Flask, department: Department) -> None:
    """A few issues in several stages, and risk points on the grid."""
    with app.app_context():
        department.issue(title="盘点差异")
        department.issued()
        department.issued("WZ", severity="serious")
        late = department.issue(title="会议记录不全", source="petition")
        db.session.execute(
            db.update(Issue).where(Issue.id == late.id).values(step_due_on=clock.today() - timedelta(days=9))
        )
        actor = department.actor("post")
        for n in range(3):
            data = {"unit_id": department.unit("SK").id, "title": f"点{n}", "likelihood": 4, "impact": 5}
            risk_points.create(actor, data if n else {**data, "likelihood": None, "impact": None})
        db.session.execute(db.update(RiskPoint).values(state="active", level="high"))
        db.session.commit()


def _rows(page: object) -> list[str]:
    return [words(tr) for tbody in page.all("tbody") for tr in tbody.iter("tr")]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("cases")
def test_the_inbox_groups_by_day_and_leads_to_the_step(sign_in: SignIn) -> None:
    client = sign_in("office")
    page = client.open("/todo")
    assert next(words(h).split(" ")[0] for h in page.all("h2") if "项" in words(h)) == "已逾期"
    assert "会议记录不全" in _rows(page)[0]
    assert "已逾期" in _rows(page)[0]
    step = next(link for link in page.links() if link.endswith("#step-submit"))
    target = client.open(step.split("#")[0])
    assert target.all("details", id="step-submit")


@pytest.mark.usefixtures("cases")
def test_the_number_of_tasks_stands_on_every_page_and_follows_what_is_done(sign_in: SignIn) -> None:
    client = sign_in("office")
    page = client.open("/board")
    number = int(words(page.all("a", class_="inbox")[0]).split()[-1])
    shown = client.open("/todo")
    mine = [h for h in shown.all("h2") if "项" in words(h) and not words(h).startswith("等待他人")]
    assert number == sum(int(words(h).split()[1]) for h in mine) > 1
    step = next(link for link in shown.links() if link.endswith("#step-submit"))
    client.open(step.split("#")[0])
    page = client.submit("/transitions/submit", not_clue="1")
    assert int(words(page.all("a", class_="inbox")[0]).split()[-1]) == number - 1
    others = [words(link).split()[0] for link in sign_in("sysadmin").open("/units").all("a", class_="inbox")]
    assert others == ["消息"]


def test_a_page_about_an_error_does_not_fail_by_it(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(actor: object) -> None:
        raise ZeroDivisionError

    client = sign_in("office")
    monkeypatch.setattr("riskctl.services.todo.tasks", broken)
    page = client.open("/board", 500)
    assert "系统出错" in page.text
    assert "请求编号" in page.text
    assert "ZeroDivisionError" not in page.html


def test_an_empty_inbox_says_so(sign_in: SignIn) -> None:
    assert "目前没有需要您处理的事项" in sign_in("commissioner_d").open("/todo").text


@pytest.mark.usefixtures("cases")
def test_every_figure_of_the_board_counts_its_list(sign_in: SignIn) -> None:
    client = sign_in("office")
    page = client.open("/board")
    main = page.all("main")[0]
    figures = [
        (int(words(b)), a.get("href") or "")
        for a in main.iter("a")
        for b in a.iter("b")
        if words(b).isdigit()
    ]
    assert len(figures) >= 10
    for number, link in figures:
        shown = client.open(link)
        assert f"共 {number} 条" in shown.text, link
    assert "另有未评分 1 个" in page.text
    cell = next(link for _, link in figures if "likelihood=4" in link)
    assert len(_rows(client.open(cell))) == 2


@pytest.mark.usefixtures("cases")
def test_filters_are_chips_that_can_be_dropped(sign_in: SignIn) -> None:
    client = sign_in("office")
    page = client.open("/issues?state=issued&severity=serious")
    assert len(_rows(page)) == 1
    chips = {words(a): a.get("href") or "" for a in page.all("a", class_="chip")}
    assert [text.split(" ")[0] for text in chips] == ["环节：已交办", "严重程度：较重"]
    wider = client.open(next(href for text, href in chips.items() if "较重" in text))
    assert len(_rows(wider)) == 2


@pytest.mark.usefixtures("cases")
def test_an_empty_list_says_which_filter_empties_it(sign_in: SignIn) -> None:
    page = sign_in("office").open("/issues?state=closed&q=盘点")
    assert "没有符合条件的记录" in page.text
    assert "去掉“环节：已销号”后有 1 条" in page.text


@pytest.mark.usefixtures("cases")
def test_a_petition_reads_as_daily_supervision_to_the_unit(sign_in: SignIn, app: Flask) -> None:
    page = sign_in("unit_discipline").open("/issues?source=daily")
    assert "会议记录不全" in page.text
    assert "信访" not in page.html
    assert "信访举报" in sign_in("office").open("/issues?source=petition").html


@pytest.mark.usefixtures("cases")
def test_a_ledger_is_paged_without_losing_its_filters(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("riskctl.web.filters.PAGE", 2)
    client = sign_in("office")
    page = client.open("/issues?sort=id")
    seen = _rows(page)
    while following := [a.get("href") for a in page.all("a") if words(a) == "下一页"]:
        assert "sort=id" in (following[0] or "")
        page = client.open(following[0] or "")
        assert any(words(a) == "第一页" for a in page.all("a"))
        seen += _rows(page)
    assert len(seen) == len(set(seen)) == 4
    back = next(a.get("href") or "" for a in page.all("a") if words(a) == "上一页")
    assert "sort=id" in back
    page = client.open(back)
    assert _rows(page) == seen[:2]
    assert not [a for a in page.all("a") if words(a) == "上一页"]


@pytest.mark.usefixtures("cases")
def test_the_way_back_stays_short_enough_for_an_address(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, app: Flask, department: Department
) -> None:
    with app.app_context():
        for n in range(14):
            department.issue(title=f"问题{n}")
    monkeypatch.setattr("riskctl.web.filters.PAGE", 1)
    client = sign_in("office")
    page = client.open("/issues")
    pages = 1
    while following := [a.get("href") or "" for a in page.all("a") if words(a) == "下一页"]:
        assert len(following[0]) < 1500
        page = client.open(following[0])
        pages += 1
    assert pages == 18
    while before := [a.get("href") or "" for a in page.all("a") if words(a) == "上一页"]:
        page = client.open(before[0])
        pages -= 1
    assert pages == 18 - 12


@pytest.mark.usefixtures("cases")
def test_a_heading_sorts_and_sorts_the_other_way_round(sign_in: SignIn) -> None:
    client = sign_in("office")
    page = client.open("/issues?state=issued,draft")
    heading = next(a.get("href") or "" for a in page.all("a") if words(a) == "严重程度")
    assert "state=issued" in heading
    page = client.open(heading)
    assert "较重" in _rows(page)[0]
    assert words(page.all("th", aria_sort="descending")[0]).startswith("严重程度")
    chosen = [words(o) for o in page.all("option") if o.get("selected") is not None]
    assert "严重程度从重到轻" in chosen
    page = client.open(next(a.get("href") or "" for a in page.all("a") if words(a).startswith("严重程度 ▼")))
    assert "较重" not in _rows(page)[0]


@pytest.mark.usefixtures("cases")
def test_units_are_chosen_under_their_kind_with_their_numbers(sign_in: SignIn) -> None:
    client = sign_in("office")
    page = client.open("/issues")
    groups = {g.get("label"): [words(o) for o in g.iter("option")] for g in page.all("optgroup")}
    assert groups["直属单位"] == ["青岭水库管理处（3）", "防汛物资储备中心（1）"]
    unit = next(o.get("value") for o in page.all("option") if words(o) == "防汛物资储备中心（1）")
    page = client.open(f"/issues?unit={unit}")
    assert len(_rows(page)) == 1
    assert "单位：防汛物资储备中心" in page.text
    assert (
        values_of(next(f for f in page.all("form") if f.get("class") == "filters no-print"))["unit"] == unit
    )
    page = client.open("/issues/new")
    groups = {g.get("label"): [words(o) for o in g.iter("option")] for g in page.all("optgroup")}
    assert list(groups)[-2:] == ["处室", "直属单位"]
    assert "水利建设处" in groups["处室"]
    assert "青岭水库管理处" in groups["直属单位"]


@pytest.mark.parametrize(
    "query", ["sort=nothing", "unit=abc", "due_before=2026-02-30", "after=garbage", "overdue=perhaps"]
)
def test_a_filter_that_makes_no_sense_is_a_clear_page(sign_in: SignIn, query: str) -> None:
    page = sign_in("office").open(f"/issues?{query}", 422)
    assert "请求编号" in page.text


@pytest.mark.usefixtures("cases")
def test_a_typed_code_goes_straight_to_its_record(sign_in: SignIn) -> None:
    client = sign_in("office")
    code = words(next(a for a in client.open("/issues").all("a", class_="opens")))
    answer = client.client.get(f"/find?q={code}")
    assert answer.status_code == 303
    assert client.open(answer.headers["Location"]).text.startswith("问题整改台账 › " + code)
    assert "/risk-points?q=" in client.client.get("/find?q=点1").headers["Location"]
    assert "/issues" in client.client.get("/find?q=没有这样的").headers["Location"]


def test_units_show_their_people_and_vacancies(sign_in: SignIn) -> None:
    page = sign_in("office").open("/units?q=青岭水库管理处")
    assert "青岭水库管理处支部纪检委员（支部纪检委员）" in page.text
    assert "青岭水库管理处部门负责人（部门负责人）" in page.text


def test_an_account_is_opened_and_gets_its_role_from_another_administrator(sign_in: SignIn) -> None:
    opener = sign_in("sysadmin")
    opener.open("/people")
    page = opener.submit("", username="office", name="重名", expect=422)
    assert "已被使用" in page.text
    page = opener.submit("", username="new_post", name="水利建设处新任经办人", unit_code="JS")
    password = words(next(page.root.iter("strong")))
    assert len(password) >= 12
    address = next(f.get("action") or "" for f in page.all("form") if "/password" in (f.get("action") or ""))
    address = address.removesuffix("/password")
    assert not [f for f in page.all("form") if (f.get("action") or "").endswith("/roles")]

    granter = sign_in("secadmin")
    granter.open(address)
    page = granter.submit("/roles", role="sysadmin", unit_code="nowhere", expect=422)
    assert "没有代码为 nowhere 的单位" in page.text
    page = granter.submit("/roles", role="post", unit_code="JS")
    assert "经办人水利建设处" in page.text
    page = granter.submit("/roles", role="sysadmin", unit_code="SLT", expect=422)
    assert "三员互斥" in page.text
    assert "水利建设处" in granter.submit("/revoke").text


def test_administrators_keep_to_their_own(sign_in: SignIn) -> None:
    client = sign_in("sysadmin")
    client.open("/people?q=secadmin")
    page = client.open(next(link for link in client.page.links() if link.startswith("/people/")))
    token = values_of(page.form("/password"))["csrf_token"]
    assert client.client.post(f"{page.form('/password').get('action', '')}/../roles", data={"csrf_token": token}).status_code in (403, 404)  # fmt: skip
    client.open("/issues/1", 404)
    granter = sign_in("secadmin")
    granter.open("/people?q=secadmin")
    granter.open(next(link for link in granter.page.links() if link.startswith("/people/")))
    page = granter.submit("/roles", role="secadmin", unit_code="SLT", expect=422)
    assert "不能给自己授予" in page.text
    sign_in("office").open("/people")


def test_a_closed_account_is_signed_out(sign_in: SignIn) -> None:
    person = sign_in("post_b")
    person.open("/todo")
    closer = sign_in("sysadmin")
    closer.open("/people?q=post_b")
    closer.open(next(link for link in closer.page.links() if link.startswith("/people/")))
    assert "已停用" in closer.submit("/active", active="0").text
    assert person.client.get("/todo").status_code == 303


def test_the_log_is_for_those_who_review_it(sign_in: SignIn) -> None:
    assert "登录" in sign_in("auditadmin").open("/log").text
    sign_in("post").open("/log", 403)
