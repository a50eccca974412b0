"""打印台账 as a job: in parts that end where pages end, only what may be taken out, with a reason."""

import re

import pytest
from sqlalchemy import select

from riskctl.documents import pool, render
from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.jobs import working
from riskctl.models import Event, Job
from riskctl.services import background, job_files, ledger_prints
from riskctl.services.background import Task
from riskctl.services.ledgers import Query
from tests.department import Department

pytestmark = pytest.mark.usefixtures("session")
GIVEN = {"paper": "A3", "reason": "提交党组会审议"}


def numbers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="r(\d+)"', html)]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Parts of four rows on pages of three; what is drawn is noted."""
    page, seen = render.drawn("<title>x</title><p>文书"), []

    def measured(html: str) -> tuple[int, list[str]]:
        found = numbers(html)
        last = found[(len(found) - 1) // 3 * 3 :]
        return (len(found) + 2) // 3, [f"r{number}" for number in last]

    def draw(html: str) -> bytes:
        seen.append(html)
        return page

    monkeypatch.setattr(ledger_prints, "_AT_ONCE", 4)
    monkeypatch.setattr(pool, "cores", lambda: 0)
    monkeypatch.setattr(render, "measured", measured)
    monkeypatch.setattr(render, "drawn", draw)
    return seen


def printed(department: Department, case_type: str, by: str = "office", *said: str) -> Job:
    actor = department.actor(by)
    job_id = ledger_prints.ask(actor, case_type, Query(sort="id"), said, GIVEN).id
    assert working.work_once()
    return db.session.get_one(Job, job_id, populate_existing=True)


def test_no_page_in_the_middle_is_half_empty_and_pages_are_counted_through(
    department: Department, drawn: list[str]
) -> None:
    points = [department.point("SK" if n % 2 else "WZ", title=f"风险点{n}") for n in range(1, 9)]
    ids = [point.id for point in points]
    job = printed(department, "risk_point", "office", "等级：中")
    assert (job.state, job.result["lines"]) == ("done", ["已完成 8 行，共 3 页"]), job.result
    assert [numbers(html) for html in drawn] == [[1, 2, 3], [4, 5, 6], [7, 8]]
    for page, html in enumerate(drawn, 1):
        assert f"counter-set: page {page};" in html
        assert "共 3 页" in html
        assert ("范围：等级：中" in html) == (page == 1)
    assert all(words in drawn[0] for words in ("提交党组会审议", "单位：锦川省水利厅", "风险点3"))
    assert job.result["file"]["ids"] == ids
    assert job_files.get(department.actor("office"), job.id).name.startswith("廉政风险点台账")
    (event,) = db.session.scalars(select(Event).where(Event.trigger == "print_ledger"))
    assert event.changes["data"] == {
        "ledger": "廉政风险点台账", "reason": "提交党组会审议", "rows": 8, "filters": "等级：中",
    }  # fmt: skip


def test_a_unit_prints_its_own_and_learns_of_no_petition(department: Department, drawn: list[str]) -> None:
    own = department.issued("SK")
    department.issued("WZ")
    job = printed(department, "issue", "dept_head")
    assert job.result["file"]["ids"] == [own.id]
    assert own.code in drawn[0]
    assert "单位：" in drawn[0]


def test_what_may_not_be_printed_is_refused(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    department.point("SK")
    office, query = department.actor("office"), Query()
    for given in ({"paper": "A5", "reason": "x"}, {"paper": "A4", "reason": " "}):
        with pytest.raises(InvalidInput):
            ledger_prints.ask(office, "risk_point", query, (), given)
    with pytest.raises(InvalidInput, match="没有符合条件"):
        ledger_prints.ask(office, "issue", query, (), GIVEN)
    monkeypatch.setattr(ledger_prints, "MOST", 0)
    with pytest.raises(InvalidInput, match="最多"):
        ledger_prints.ask(office, "risk_point", query, (), GIVEN)
    with pytest.raises(NotAllowed):
        ledger_prints.ask(department.actor("post"), "risk_point", query, (), GIVEN)
    assert background.mine(office) == []


def test_a_print_that_is_given_up_leaves_nothing(
    department: Department, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        department.point("SK", title=f"风险点{number}")
    report = Task.progress

    def progress(task: Task, done: int, total: int) -> None:
        if done:
            background.cancel(department.actor("office"), task.id)
            task._told = None
        report(task, done, total)

    monkeypatch.setattr(Task, "progress", progress)
    assert printed(department, "risk_point").state == "cancelled"
    assert list(job_files._folder().glob("*")) == []
