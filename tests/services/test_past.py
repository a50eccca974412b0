"""A record as of a day: who may know what of it, what was erased, what was entered later."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from sqlalchemy import true

from riskctl import clock
from riskctl.errors import InvalidInput, NotFound
from riskctl.extensions import db
from riskctl.services import freezing, interviews, past, past_lists, past_pages, sealed_texts
from riskctl.services.differences import of_days
from riskctl.services.exchange import exporting
from riskctl.services.late_entries import happened_on
from riskctl.services.past_filters import PastQuery
from tests.department import Department
from tests.services.test_interview_papers import notify

pytestmark = pytest.mark.usefixtures("session")
MARCH = datetime(2026, 3, 20, 2, tzinfo=UTC)
DAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MARCH, tick=False) as started:
        yield started


def test_what_was_erased_since_shows_as_deleted(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue, office = department.issue(), department.actor("office")
    assert past.of(office, issue, DAY).fields["title"] == issue.title
    sealed_texts.erase("issue", issue.id)
    db.session.commit()
    told = past_pages.plain(office, past.of(office, issue, DAY))
    assert told["title"] == told["verbatim"] == "已删除（按规定清除）"
    assert told["found_on"] == "2026-03-17"
    assert [r.title for r in past_lists.page(office, "issue", PastQuery(DAY)).items] == [
        "已删除（按规定清除）"
    ]


def test_a_petition_stays_hidden_in_the_past(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue = department.issue("SK", "resident", source="petition", source_doc="举〔2026〕1号")
    department.take("resident", issue, "submit", not_clue=True)
    department.take("office2", issue, "verify", **department.verified())
    department.take("office_head", issue, "issue")
    head, resident = department.actor("dept_head"), department.actor("resident")
    for actor, shown in ((head, ("daily", None)), (resident, ("petition", "举〔2026〕1号"))):
        fields = past.of(actor, issue, DAY).fields
        assert (fields["source"], fields["source_doc"]) == shown
        (row,) = past_lists.page(actor, "issue", PastQuery(DAY)).items
        assert (row.source, row.source_doc) == shown
    told = past_pages.plain(head, past.of(head, issue, DAY))
    assert "petition" not in str(told)
    assert "举〔2026〕1号" not in str(told)


def test_a_paper_approval_recorded_later_stands_apart(
    department: Department, traveller: time_machine.Traveller
) -> None:
    issue, office = department.issued(), department.actor("office")
    department.receive(issue)
    measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
    department.take("dept_head", issue, "submit_plan", goal="整改到位", measures=[measure], commitment=True)
    traveller.move_to("2026-03-25T02:00:00Z")
    paper = {
        "approved_by": department.actor("leader").user_id, "approved_on": "2026-03-20",
        "attachment": department.evidence("office")[0],
    }  # fmt: skip
    department.take("office", issue, "approve_plan", paper=paper)
    then = past.of(office, issue, DAY)
    assert (then.state, [view.event.trigger for view in then.late]) == ("plan_review", ["approve_plan"])
    lines = {
        line.label: (line.left, line.right)
        for line in of_days(then, past.of(office, issue, clock.today()))
        if line.differs
    }
    assert lines == {"环节": ("方案审核", "整改中")}
    (row,) = past_lists.page(office, "issue", PastQuery(DAY)).items
    assert (row.measures[0]["text"], row.progress, row.state) == ("修订制度", 0, "plan_review")


def test_pages_of_a_past_list_hold_every_record_once(
    department: Department, traveller: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_lists, "_AT_ONCE", 3)
    made = [department.issue(("SK", "WZ")[n % 2]) for n in range(7)]
    traveller.move_to("2026-04-01T02:00:00Z")
    freezing.freeze_due(clock.now())
    for issue in made[::3]:
        department.take("office", issue, "submit", not_clue=True)
    made += [department.issue() for _ in range(4)]
    office = department.actor("office")

    def walked(query: PastQuery) -> list[int]:
        found, after = [], None
        while True:
            page = past_lists.page(
                office, "issue", PastQuery(query.day, query.equal, query.unit, after, limit=2)
            )
            found += [row.id for row in page.items]
            after = page.next
            if after is None:
                return found

    ids = [issue.id for issue in made]
    assert walked(PastQuery(date(2026, 3, 31))) == ids[6::-1]
    assert walked(PastQuery(clock.today())) == ids[::-1]
    assert walked(PastQuery(clock.today(), {"state": ["verifying"]})) == ids[6::-3]
    assert walked(PastQuery(date(2026, 3, 31), {"state": ["verifying"]})) == []
    within = walked(PastQuery(clock.today(), {}, department.unit("WZ").id))
    assert within == ids[5::-2]
    assert [r.id for r in past_lists.every("issue", date(2026, 3, 31), true())] == sorted(
        ids[:7], key=lambda i: (made[ids.index(i)].unit.path, i)
    )


def test_when_a_thing_happened_that_was_recorded_later() -> None:
    recorded = datetime(2026, 4, 2, 2, tzinfo=UTC)

    def told(trigger: str, seq: int = 2, **changes: object) -> date:
        return happened_on(seq, trigger, recorded, changes)

    assert told("sign_receipt", data={"received_on": "2026-03-30"}) == date(2026, 3, 30)
    assert told("approve_plan", data={"paper": {"approved_on": "2026-03-29"}}) == date(2026, 3, 29)
    assert told("hold", fields={"held_from": [None, "2026-03-28T01:00:00+00:00"]}) == date(2026, 3, 28)
    # A term, a day that is corrected and one still to come are no days on which it happened.
    for changes in (
        {"due_on": [None, "2026-03-01"]},
        {"closed_on": [None, "2026-05-01"]},
        {"found_on": ["2026-03-01", None]},
    ):
        assert told("verify", fields=changes) == date(2026, 4, 2)
    assert told("correct", fields={"found_on": ["2026-03-02", "2026-03-01"]}) == date(2026, 4, 2)
    # A case comes into being when it is registered, unless it was taken over from an old ledger.
    found = {"found_on": [None, "2026-03-01"]}
    assert told("create", 1, fields=found) == date(2026, 4, 2)
    assert told("create", 1, fields={**found, "backfilled": [None, True]}) == date(2026, 3, 1)
    assert told("import", 1, fields={"approved_on": [None, "2026-02-01"]}) == date(2026, 2, 1)
    assert told("sign_receipt", data={"received_on": "nonsense"}) == date(2026, 4, 2)


def test_the_ledger_is_exported_as_it_stood(
    department: Department, traveller: time_machine.Traveller, tmp_path: Path
) -> None:
    issue = department.issued()
    department.issued("WZ")
    gone = department.issue("SK", title="后来作废")
    traveller.move_to("2026-04-01T02:00:00Z")
    freezing.freeze_due(clock.now())
    department.receive(issue)
    department.take("office", gone, "void", reason="重复登记")
    department.issue()

    def exported(ledger: str = "issues", **options: str) -> list[tuple[Any, ...]]:
        exporting.export(ledger, tmp_path / "out.xlsx", **options)
        sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
        return list(sheet.iter_rows(values_only=True))

    title, _, heads, *rows = exported(as_of="2026-03-31")
    assert str(title[0]).endswith("问题整改台账（截至2026年3月31日）")
    state = heads.index("状态")
    assert sorted(row[state] for row in rows) == ["已交办", "已交办", "登记"]
    assert {row[heads.index("交办日期")] for row in rows} == {datetime(2026, 3, 20), None}  # noqa: DTZ001 -- a cell
    assert sorted(row[state] for row in exported()[3:]) == ["制定方案", "已交办", "登记"]
    mine = exported(as_of="2026-03-31", username="unit_discipline", reason="核对")
    assert [row[state] for row in mine[3:]].count("已交办") == 1
    with pytest.raises(NotFound, match="系统启用前"):
        exported(as_of="2026-03-19")
    with pytest.raises(InvalidInput, match="日期写法不对"):
        exported(as_of="三月")
    sealed_texts.erase("issue", issue.id)
    db.session.commit()
    again = exported(as_of="2026-03-31")
    assert any("已删除（按规定清除）" in row for row in again)


def test_the_subject_learns_nothing_of_how_his_interview_was_prepared(
    department: Department, traveller: time_machine.Traveller
) -> None:
    subject, office = department.actor("dept_head"), department.actor("office")
    data = {
        "kind": "reminder", "unit_id": department.unit("SK").id, "subject_post": "科长", "subject_rank": "section",
        "subject_user_id": subject.user_id, "reason": "履行职责不力",
    }  # fmt: skip
    interview = interviews.create(office, data)
    traveller.move_to("2026-04-01T02:00:00Z")
    freezing.freeze_due(clock.now())
    department.take("unit_discipline", interview, "approve", no_conflict=True)
    notify(department, interview)
    for day, state, seen in (
        (DAY, "proposed", 0),
        (date(2026, 3, 31), "proposed", 0),
        (clock.today(), "notified", 1),
    ):
        (row,) = past_lists.page(office, "interview", PastQuery(day)).items
        assert (row.state, row.reason) == (state, "履行职责不力")
        assert len(past_lists.page(subject, "interview", PastQuery(day)).items) == seen
        assert past_lists.page(department.actor("post"), "interview", PastQuery(day)).items == []
    assert len(past_lists.page(office, "interview", PastQuery(DAY, {"kind": ["reminder"]})).items) == 1
    assert past_lists.page(office, "interview", PastQuery(clock.today(), {"state": ["proposed"]})).items == []
    assert past.of(subject, interview, clock.today()).state == "notified"
    with pytest.raises(NotFound, match="不在您的查看范围"):
        past.of(subject, interview, DAY)
