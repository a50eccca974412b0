"""动态监测 on a point's page: indicators with their trend, readings, checks, further warnings."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]


@pytest.fixture
def point_id(app: Flask, department: Department) -> int:
    """A point in the ledger of SK."""
    with app.app_context():
        return department.point().id


def _with_indicator(client: PageClient, point_id: int) -> str:
    client.open(f"/risk-points/{point_id}/indicators/new")
    page = client.submit("", name="直接委托占比", measure_unit="%", yellow="40", red="75.5")
    found = re.search(r"/indicators/(\d+)", page.html)
    assert found
    return found[0]


def test_from_an_indicator_to_a_confirmed_problem(sign_in: SignIn, point_id: int) -> None:
    post = sign_in("post")
    path = _with_indicator(post, point_id)
    post.open(path)
    entered = post.submit("/readings", value="80")
    assert "数值" in entered.text
    point = post.open(f"/risk-points/{point_id}")
    for words in ("直接委托占比", "每月报送", "红 高于 75.5%", "最近 1 个数值", "预警中", "YJ-"):
        assert words in point.text, words
    picture = post.client.get(f"{path}/trend.svg")
    assert picture.mimetype == "image/svg+xml"
    assert b"script" not in picture.data
    assert "红色阈值 75.5".encode() in picture.data
    office = sign_in("office")
    warning = office.open("/warnings?colour=red")
    assert "的数值为80%，超过红色预警阈值75.5%" in warning.text
    link = next(link for link in warning.links() if re.fullmatch(r"/warnings/\d+", link))
    office.open(link)
    confirmed = office.submit("/transitions/confirm")
    assert "已转问题" in confirmed.text
    assert any(re.fullmatch(r"/issues/\d+", link) for link in confirmed.links())


def test_what_is_refused_comes_back_as_typed(sign_in: SignIn, point_id: int) -> None:
    post = sign_in("post")
    post.open(f"/risk-points/{point_id}/indicators/new")
    refused = post.submit("", expect=422, name="占比", yellow="40", red="30")
    assert "红色阈值（30）应高于黄色阈值（40）" in refused.text
    assert 'value="30"' in refused.html
    path = _with_indicator(post, point_id)
    post.open(path)
    assert "数据时间：不能晚于" in post.submit("/readings", expect=422, at="2099-01-01T09:00", value="1").text
    post.submit("/readings", at="2026-01-05T09:00", value="1.5")
    assert "不能重复录入" in post.submit("/readings", expect=422, at="2026-01-05T09:00", value="2").text
    post.open(path)
    assert "更正理由：必填" in post.submit("/correct", expect=422, value="2.5").text
    post.open(path)
    assert "原 1.5，看错" in post.submit("/correct", value="2.5", reason="看错").text
    assert post.open(f"{path}?before=2020-01-01T00:00:00Z").status == 200
    post.open(f"{path}?before=x", 422)


def test_an_indicator_is_changed_and_stopped(sign_in: SignIn, point_id: int) -> None:
    post = sign_in("post")
    path = _with_indicator(post, point_id)
    post.open(f"{path}/edit")
    changed = post.submit("", orange="60", use="off")
    for words in ("停用", "橙 高于 60%", "修改指标", "在用：是 → 否"):
        assert words in changed.text, words
    assert not [form for form in changed.all("form") if (form.get("action") or "").endswith("/readings")]
    leader = sign_in("leader")
    leader.open(f"/risk-points/{point_id}/indicators/new", 403)
    leader.open(path)
    sign_in("post_b").open(path, 404)


def test_readings_from_a_sheet(sign_in: SignIn, point_id: int) -> None:
    post = sign_in("post")
    _with_indicator(post, point_id)
    post.open("/monitoring/upload")
    assert "请选择文件" in post.submit("", expect=422).text
    bad = (io.BytesIO("指标名称,时间,数值\n直接委托占比,2026-01-05,x\n".encode()), "数据.csv")
    assert "第2行 数值：“x”不是数字" in post.submit("", expect=422, file=bad).text
    good = (io.BytesIO("指标名称,时间,数值\n直接委托占比,2026-01-05,3\n".encode()), "数据.csv")
    assert "已录入 1 个数据" in post.submit("", file=good).text


def test_a_check_is_noted_and_an_overdue_one_listed(sign_in: SignIn, point_id: int) -> None:
    discipline = sign_in("unit_discipline")
    discipline.open(f"/risk-points/{point_id}/checks/new")
    assert "检查情况：必填" in discipline.submit("", expect=422).text
    noted = discipline.submit("", kind="inspection", result="problem", text="2项未比选", colour="yellow")
    for words in ("检查记录", "发现问题", "2项未比选", "预警中", "青岭水库管理处纪委干部甲", "下次自查"):
        assert words in noted.text, words
    sign_in("leader").open(f"/risk-points/{point_id}/checks/new", 403)
    assert "没有自查逾期的风险点" in discipline.open("/monitoring/checks").text
    discipline.open("/monitoring/checks?kind=x", 422)


def test_a_further_warning_is_proposed_beside_the_point(sign_in: SignIn, point_id: int) -> None:
    commissioner = sign_in("commissioner")
    commissioner.open(f"/risk-points/{point_id}/warnings/new")
    assert "预警等级：必填" in commissioner.submit("", expect=422).text
    page = commissioner.submit("", colour="blue", facts="有苗头", requirement="核查")
    assert "蓝色预警（日常监督）" in page.text
    listed = commissioner.open("/warnings?state=proposed")
    assert "有苗头" in listed.text
