"""The past in the browser: a record and a ledger as of a day, differences, monthly snapshots."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from riskctl import clock
from riskctl.jobs import working
from riskctl.services import freezing
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]
MARCH = datetime(2026, 3, 20, 2, tzinfo=UTC)


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MARCH, tick=False) as started:
        yield started


@pytest.fixture
def issue_id(app: Flask, department: Department, traveller: time_machine.Traveller) -> int:
    """Registered and issued on 20 March, received on 30 March, which was recorded on 2 April."""
    with app.app_context():
        issue = department.issued()
        department.issued("WZ")
        traveller.move_to("2026-04-01T02:00:00Z")
        freezing.freeze_due(clock.now())
        traveller.move_to("2026-04-02T02:00:00Z")
        department.take("dept_head", issue, "sign_receipt", receiver="主要负责人", received_on="2026-03-30")
        return issue.id


def test_a_record_as_of_a_day_shows_that_day_and_nothing_to_do(
    app: Flask, issue_id: int, sign_in: SignIn
) -> None:
    office = sign_in("office")
    page = office.open(f"/issues/{issue_id}")
    assert page.all("input", name="as_of")
    page = office.open(f"/issues/{issue_id}?as_of=2026-03-31")
    assert "截至2026年3月31日的情况" in page.text
    assert "当日环节 已交办" in page.text
    assert not page.all("form", method="post", action=f"/issues/{issue_id}/transitions/sign_receipt")
    late = page.text[page.text.index("补录 2026年3月31日以后记录") : page.text.index("全过程")]
    assert "签收日期：2026-03-30" in late
    assert "签收" not in page.text[page.text.index("全过程") :]
    page = office.open(f"/issues/{issue_id}?as_of=2026-04-02")
    assert "当日环节 制定方案" in page.text
    assert "补录 " not in page.text


@pytest.mark.parametrize(
    ("day", "status", "said"),
    [
        ("2026-03-19", 404, "系统启用前"),
        ("2026-02-30", 422, "日期写法不对"),
        ("20260331", 422, "日期写法不对"),
        ("昨天", 422, "日期写法不对"),
        ("2026-04-03", 422, "还没有到"),
    ],
)
def test_a_day_that_cannot_be_shown_is_told(
    issue_id: int, sign_in: SignIn, day: str, status: int, said: str
) -> None:
    office = sign_in("office")
    for address in (f"/issues/{issue_id}", "/issues"):
        assert said in office.open(f"{address}?as_of={day}", status).text


def test_a_record_that_was_not_there_yet_says_since_when_it_is(
    app: Flask, department: Department, issue_id: int, sign_in: SignIn
) -> None:
    with app.app_context():
        later = department.issue().id
    page = sign_in("office").open(f"/issues/{later}?as_of=2026-03-25", 404)
    assert "2026-03-25还没有这条记录" in page.text
    assert "于2026-04-02登记" in page.text
    assert sign_in("dept_head_b").open(f"/issues/{issue_id}?as_of=2026-03-31", 404).text.count("查看范围")


def test_a_ledger_as_of_a_day_is_filtered_by_what_was_then(
    app: Flask, department: Department, issue_id: int, sign_in: SignIn
) -> None:
    with app.app_context():
        late = department.issue(title="补登的问题", found_on=date(2026, 3, 31)).code
    office = sign_in("office")
    page = office.open("/issues?as_of=2026-03-31&state=issued")
    assert "截至2026年3月31日的情况" in page.text
    assert len(page.all("a", class_="opens")) == 2
    assert "自2026年3月快照起" in page.text
    assert "有补录" in page.text
    assert late in page.text[page.text.index("补录 此后登记") :]
    assert "没有符合条件的问题" in office.open("/issues?as_of=2026-03-31&state=planning").text
    assert len(office.open("/issues?as_of=2026-04-02&state=planning").all("a", class_="opens")) == 1
    mine = sign_in("dept_head").open("/issues?as_of=2026-03-31")
    assert [a.get("href") for a in mine.all("a", class_="opens")] == [f"/issues/{issue_id}?as_of=2026-03-31"]
    assert "环节：没有“gone”" in office.open("/issues?as_of=2026-03-31&state=gone", 422).text
    assert "翻页标记无效" in office.open("/issues?as_of=2026-03-31&after=x", 422).text
    assert "没有符合条件的约谈" in office.open("/interviews?as_of=2026-03-31").text
    assert "打开单条记录" in office.open("/notices?as_of=2026-03-31", 422).text
    refused = office.open("/issues?as_of=2026-03-31&q=委托&resp_post=科长", 422).text
    assert "不能用“搜索”" in refused
    assert "不能用“责任岗位”" in refused
    page = office.open("/issues?as_of=2026-03-31&found_to=2026-03-20&overdue=true&colour=red")
    assert "没有符合条件的问题" in page.text
    assert page.all("a", href="/issues/export?as_of=2026-03-31&found_to=2026-03-20&overdue=true&colour=red")


def test_two_days_and_two_records_are_compared_field_by_field(
    app: Flask, department: Department, issue_id: int, sign_in: SignIn
) -> None:
    with app.app_context():
        other = department.issue(title="另一个问题")
        code, foreign = other.code, department.issue("WZ").code
    head = sign_in("dept_head")
    page = head.open(f"/issues/{issue_id}/compare?from=2026-03-31&to=2026-04-02")
    differing = page.text[page.text.index("不同的") : page.text.index("相同的")]
    assert "环节已交办制定方案" in differing
    assert "签收日期—2026-03-30" in differing
    assert "问题原文" not in differing
    page = sign_in("office").open(f"/issues/{issue_id}/compare?with={code}")
    assert "标题小额项目未经比选直接委托另一个问题" in page.text
    for given, said in (
        (f"with={foreign}", "没有编号为"),
        ("from=x", "日期写法不对"),
        ("from=2026-03-20&to=2027-01-01", "还没有到"),
    ):
        page = head.open(f"/issues/{issue_id}/compare?{given}", 422)
        assert said in page.text
    head.open(f"/issues/{issue_id}/compare?from=2026-03-01", 404)


def test_a_snapshot_is_looked_at_and_corrected_beside(app: Flask, issue_id: int, sign_in: SignIn) -> None:
    office = sign_in("office")
    page = office.open("/snapshots")
    assert "2026年3月问题12" in page.text
    page = office.open("/snapshots/issue/2026-03")
    assert "经核对未被改动" in page.text
    page = office.submit("/snapshots/issue/2026-03/correct", expect=422, reason=" ")
    assert "须写明更正理由" in page.text
    office.submit("/snapshots/issue/2026-03/correct", reason="3月30日的签收4月2日才录入")
    with app.app_context():
        assert working.work_once()
    page = office.open("/snapshots/issue/2026-03")
    assert "第2次 更正" in page.text
    assert "3月30日的签收4月2日才录入" in page.text
    corrected = page.text[page.text.index("第2次") :]
    assert "制定方案" in corrected
    assert "制定方案" not in page.text[: page.text.index("第2次")]
    unit = sign_in("dept_head").open("/snapshots/issue/2026-03")
    assert not unit.all("textarea", name="reason")
    office.open("/snapshots/issue/2026-05", 404)
    office.open("/snapshots/issue/x", 404)
