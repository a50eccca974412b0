"""Filters of the ledgers: what each leaves, what they do not tell, and counting without waiting."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from riskctl.errors import InvalidInput
from riskctl.extensions import db
from riskctl.models import Event, Interview, Issue, RiskPoint
from riskctl.services import ledger_filters, ledgers
from riskctl.services.ledgers import Query
from tests.department import Department

TODAY = "2026-11-24"


def found(
    department: Department, given: Mapping[str, str], kind: str = "issue", who: str = "office"
) -> set[str]:
    """The titles that the address leaves, the same by page, by stream and by number."""
    actor, query = department.actor(who), ledger_filters.read(kind, given)
    items = ledgers.page(actor, kind, query).items
    assert [item.id for item in ledgers.stream(actor, kind, query)] == [item.id for item in items]
    assert ledgers.count(actor, kind, query) == len(items)
    return {item.subject_post if kind == "interview" else item.title for item in items}


def put(record: Any, **values: Any) -> None:
    model = type(record)
    db.session.execute(update(model).where(model.id == record.id).values(**values))
    db.session.commit()


@pytest.fixture
def three(department: Department, session: Any, time_machine: Any) -> None:
    """Three issues that differ in everything that is asked for: 甲 runs, 乙 is closed, 丙 was reopened."""
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC))
    put(
        department.issue(title="甲", source="petition", domain="sand", resp_post="采砂管理岗"),
        state="rectifying", severity="grave", found_on=date(2026, 1, 5), issued_on=date(2026, 1, 10),
        due_on=date(2026, 12, 31), due_original=date(2026, 3, 1), amount_involved=500_000, amount_recovered=20_000,
    )  # fmt: skip
    put(
        department.issue("WZ", title="乙", source="audit", domain="funds", resp_post="财务岗", owner_level="unit"),
        state="closed", severity="general", found_on=date(2026, 2, 5), issued_on=date(2026, 2, 10),
        due_on=date(2026, 4, 30), due_original=date(2026, 4, 30), closed_on=date(2026, 4, 30), outcome="done",
        amount_involved=0, rectify_type="deadline",
    )  # fmt: skip
    put(
        department.issue(title="丙", source="daily"),
        state="closed", severity="serious", found_on=date(2026, 3, 5), due_on=date(2026, 6, 30),
        due_original=date(2026, 5, 30), closed_on=date(2026, 6, 10), reopen_count=1,
    )  # fmt: skip


@pytest.mark.usefixtures("three")
def test_every_filter_of_the_issues_leaves_what_it_says(department: Department) -> None:
    for given, titles in (
        ({"severity": "grave,general"}, "甲乙"),
        ({"level": "grave"}, "甲"),
        ({"domain": "sand"}, "甲"),
        ({"rectify_type": "deadline"}, "乙"),
        ({"owner_level": "unit"}, "乙"),
        ({"outcome": "done"}, "乙"),
        ({"resp_post": "采砂管理岗"}, "甲"),
        ({"resp_post": "采砂"}, ""),  # a post is named whole
        ({"found_from": "2026-02-05"}, "乙丙"),
        ({"found_from": "2026-02-05", "found_to": "2026-02-05"}, "乙"),
        ({"issued_to": "2026-01-31"}, "甲"),
        ({"due_to": "2026-06-30"}, "乙丙"),
        ({"original_from": "2026-04-30"}, "乙丙"),
        ({"closed_from": "2026-05-01"}, "丙"),
        ({"involved_min": "1"}, "甲"),
        ({"involved_max": "0"}, "乙"),
        ({"recovered_min": "20000", "recovered_max": "20000"}, "甲"),
        ({"reopened": "true"}, "丙"),
        ({"reopened": "false"}, "甲乙"),
        ({"overdue": "true"}, ""),
        ({"overdue_original": "true"}, "甲"),
        ({"overdue_original": "false"}, "乙丙"),
        ({"closed_in_time": "true"}, "乙"),
        ({"closed_in_time": "false"}, "丙"),
        ({"unit": str(department.unit("WZ").id)}, "乙"),
        ({"unit": str(department.unit("WZ").parent_id)}, "甲乙丙"),
        ({"q": "比选 同一单位", "severity": "serious"}, "丙"),
        ({"q": "物资储备"}, "乙"),
        ({"state": "closed", "severity": "", "view": "7", "columns": "code"}, "乙丙"),
    ):
        assert found(department, given) == set(titles), given


@pytest.mark.usefixtures("three")
def test_a_filter_by_source_does_not_tell_that_someone_complained(department: Department) -> None:
    assert found(department, {"source": "petition"}) == {"甲"}
    assert found(department, {"source": "daily"}) == {"丙"}
    for given, titles in (
        ({"source": "petition"}, set()), ({"source": "daily"}, {"甲", "丙"}), ({"source": "petition,audit"}, set()),
        ({"source": "daily,petition"}, {"甲", "丙"}),
    ):  # fmt: skip
        assert found(department, given, who="dept_head") == titles, given


def test_points_and_interviews_have_filters_of_their_own(department: Department, session: Any) -> None:
    put(
        department.point(title="甲", post="采砂管理岗", resp_post="处长"),
        power_type="license", likelihood=5, impact=4, identified_on=date(2026, 1, 5), review_due=date(2026, 12, 1),
    )  # fmt: skip
    department.point("WZ", "high", title="乙")
    points: tuple[tuple[dict[str, str], str], ...] = (
        ({"post": "采砂管理岗"}, "甲"), ({"resp_post": "处长"}, "甲"), ({"power_type": "license"}, "甲"),
        ({"likelihood": "5", "impact": "4"}, "甲"), ({"likelihood": "4,5"}, "甲乙"), ({"level": "high"}, "乙"),
        ({"identified_to": "2026-01-31"}, "甲"), ({"due_from": "2026-12-01", "due_to": "2026-12-01"}, "甲"),
    )  # fmt: skip
    for given, titles in points:
        assert found(department, given, "risk_point") == set(titles), given
    common = {
        "unit_id": department.unit("SK").id,
        "created_by_id": department.actor("office").user_id,
        "reason": "事由",
    }
    # 00:30 on the 5th in the office is the 4th in UTC.
    at = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)
    db.session.add(
        Interview(**common, code="YT-1", state="held", kind="reminder", subject_post="科长", scheduled_at=at)
    )
    db.session.add(
        Interview(
            **common, code="YT-2", state="held", kind="warning", subject_post="处长", conclusion="again"
        )
    )
    db.session.commit()
    interviews: tuple[tuple[dict[str, str], set[str]], ...] = (
        ({"scheduled_from": "2026-03-05", "scheduled_to": "2026-03-05"}, {"科长"}), ({"scheduled_to": "2026-03-04"}, set()),
        ({"subject_post": "处长"}, {"处长"}), ({"conclusion": "again"}, {"处长"}), ({"kind": "reminder"}, {"科长"}),
    )  # fmt: skip
    for given, posts in interviews:
        assert found(department, given, "interview") == posts, given


def test_what_makes_no_sense_is_named_by_its_label(session: Any) -> None:
    for kind, given, said in (
        ("issue", {"found_from": "2026-02-30"}, "发现日期：不是有效的日期，请按 2026-03-05 的形式填写"),
        (
            "issue",
            {"found_from": "2026-03-01", "found_to": "2026-02-01"},
            "发现日期：起始日期不能晚于截止日期",
        ),
        ("issue", {"involved_min": "9", "involved_max": "1"}, "涉及金额（元）：下限不能大于上限"),
        ("issue", {"involved_min": "-1"}, "涉及金额（元）：须为不小于0的整数，单位元"),
        ("issue", {"reopened": "perhaps"}, "重新整改：须为是或否"),
        ("issue", {"severity": "grave,bad"}, "严重程度：没有“bad”，可用：general、serious、grave"),
        ("risk_point", {"likelihood": "9"}, "可能性：没有“9”，可用：1、2、3、4、5"),
    ):
        with pytest.raises(InvalidInput) as refused:
            ledger_filters.read(kind, given)
        assert [reason.message for reason in refused.value.reasons] == [said]


def test_a_long_list_is_counted_no_further_than_asked(department: Department, session: Any) -> None:
    for n in range(4):
        department.issue(title=f"问题{n}")
    office = department.actor("office")
    assert [ledgers.count(office, "issue", Query(), most=most) for most in (1, 3, 4, 9)] == [2, 4, 4, 4]
    assert ledgers.count(office, "issue", Query(equal={"state": ["closed"]}), most=1) == 0


def test_a_stream_reads_on_whatever_the_page_and_keeps_the_order(
    department: Department, session: Any
) -> None:
    for n, day in enumerate((date(2026, 3, 1), None, date(2026, 1, 1), date(2026, 2, 1))):
        put(department.issue(title=f"问题{n}"), due_original=day)
    query = Query(sort="-due_original", limit=1)
    titles = [issue.title for issue in ledgers.stream(department.actor("office"), "issue", query)]
    assert titles == ["问题0", "问题3", "问题2", "问题1"]


def test_money_is_noted_on_the_way_and_stands_in_the_chain(department: Department, session: Any) -> None:
    issue = department.planned(amount_involved=125_000)
    department.take("dept_head", issue, "report_progress", note="已追回部分", amount_recovered="50000")
    assert (issue.amount_involved, issue.amount_recovered, issue.amount_returned) == (125_000, 50_000, None)
    last = (
        db.session.query(Event)
        .filter_by(case_type="issue", case_id=issue.id)
        .order_by(Event.seq.desc())
        .first()
    )
    assert last is not None
    assert last.changes["fields"]["amount_recovered"] == [None, 50_000]


def test_the_tables_name_columns_that_there_are() -> None:
    for kind, model in (("issue", Issue), ("risk_point", RiskPoint), ("interview", Interview)):
        for each in ledger_filters.filters(kind):
            assert each.how == "yes" or each.asks == "colour" or hasattr(model, each.asks), each
