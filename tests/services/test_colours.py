"""绿 蓝 黄 橙 红: what a colour says of a case, the same in lists and on the record."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import insert, select, text

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import ColourOverride, Extension, Issue, Unit, User
from riskctl.services import colours, ledgers, transitions
from riskctl.services.colours import colour_of
from riskctl.web.pages import deadline
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue import STATES
from tests.department import Department

MONDAY = datetime(2026, 6, 1, 1, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 29, 1, tzinfo=UTC)


@pytest.fixture
def traveller() -> Any:
    with time_machine.travel(MONDAY, tick=False) as started:
        yield started


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


def _to(traveller: time_machine.Traveller, day: date) -> None:
    traveller.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


class TestOfOneCase:
    def test_by_the_days_that_are_left(
        self, department: Department, traveller: time_machine.Traveller
    ) -> None:
        issue = department.planned()
        due = issue.due_on
        issue.measures = [{**m, "due_on": "2030-01-01"} for m in issue.measures]
        seen = []
        for day in (MONDAY.date(), *(due + timedelta(days=n) for n in (-10, -1, 1, 30))):
            _to(traveller, day)
            seen.append(colour_of(issue))
        assert seen == ["green", "blue", "yellow", "orange", "red"]

    def test_by_what_happened_before(self, department: Department, traveller: time_machine.Traveller) -> None:
        issue = department.planned()
        issue.measures = [{**m, "due_on": "2030-01-01"} for m in issue.measures]
        assert colour_of(issue) == "green"
        issue.return_count = 2
        assert colour_of(issue) == "orange"
        issue.return_count = 3
        assert colour_of(issue) == "red"
        issue.return_count, issue.reopen_count = 0, 2
        assert colour_of(issue) == "red"
        issue.reopen_count, issue.sham_found_on = 1, clock.today()
        assert colour_of(issue) == "red"

    def test_a_missed_measure_is_yellow_and_one_due_today_behind_plan(
        self, department: Department, traveller: time_machine.Traveller
    ) -> None:
        issue = department.planned()
        assert colour_of(issue) == "blue"
        issue.measures = [{**m, "due_on": "2026-05-29", "done_on": None} for m in issue.measures]
        assert (colour_of(issue), issue.progress) == ("yellow", 0)
        issue.measures = [{**m, "done_on": "2026-05-29"} for m in issue.measures]
        assert (colour_of(issue), issue.progress) == ("green", 100)

    def test_a_late_receipt_or_plan_is_yellow_a_late_step_of_others_only_behind_plan(
        self, department: Department, traveller: time_machine.Traveller
    ) -> None:
        issue = department.issued()
        traveller.shift(timedelta(days=3))
        assert colour_of(issue) == "yellow"
        department.receive(issue)
        assert colour_of(issue) == "green"
        traveller.shift(timedelta(days=20))
        assert colour_of(issue) == "yellow"
        measure = {"text": "修订制度", "owner_post": "科长", "due_on": issue.due_on.isoformat()}
        department.take("dept_head", issue, "submit_plan", goal="到位", measures=[measure], commitment=True)
        assert colour_of(issue) == "green"
        traveller.shift(timedelta(days=8))
        assert colour_of(issue) == "blue"

    def test_what_is_over_has_no_colour(self, department: Department) -> None:
        issue = department.issue()
        department.take("office", issue, "void", reason="重复")
        assert colour_of(issue) is None
        assert colours.computed(issue) is None
        assert colours.original_of(issue) is None

    def test_the_original_date_keeps_its_own_colour(
        self, department: Department, traveller: time_machine.Traveller
    ) -> None:
        issue = department.planned()
        issue.measures = [{**m, "due_on": "2030-01-01"} for m in issue.measures]
        _to(traveller, issue.due_on + timedelta(days=3))
        issue.due_on += timedelta(days=60)
        assert (colour_of(issue), colours.original_of(issue)) == ("green", "orange")
        issue.reopen_count = 1  # a new round has a new term
        assert colours.original_of(issue) == "green"

    def test_overdue_days_are_working_days_over_the_new_year(
        self, department: Department, traveller: time_machine.Traveller
    ) -> None:
        issue = department.planned()
        issue.measures = [{**m, "due_on": "2030-01-01"} for m in issue.measures]
        issue.due_on = issue.due_original = date(2026, 12, 31)
        seen = {}
        for n in range(22):
            _to(traveller, date(2026, 12, 31) + timedelta(days=n))
            seen.setdefault(colour_of(issue), clock.today())
        # 2027 has no calendar yet, so that its weekdays count: ten working days late on 14 January.
        assert seen == {"yellow": date(2026, 12, 31), "orange": date(2027, 1, 1), "red": date(2027, 1, 15)}

    def test_what_falls_on_a_day_off_is_due_on_the_next_working_day(
        self, department: Department, traveller: time_machine.Traveller
    ) -> None:
        issue = department.planned()
        issue.measures = [{**m, "due_on": "2030-01-01"} for m in issue.measures]
        issue.due_on = issue.due_original = issue.step_due_on = date(2026, 12, 19)  # a Saturday
        db.session.commit()
        actor, seen = department.actor("office"), {}
        for day in (date(2026, 12, n) for n in (4, 7, 11, 14, 20, 21, 22)):
            _to(traveller, day)
            late = ledgers.count(actor, "issue", ledgers.Query(overdue=True)) == 1
            assert late == transitions.overdue(issue), day
            seen[day.day] = (colour_of(issue), "逾期" if late else deadline(issue.due_on)[7:-1])
        # Counted to Monday the 21st, as the reminders do.
        assert seen == {
            4: ("green", "还有 11 个工作日"), 7: ("blue", "还有 10 个工作日"), 11: ("blue", "还有 6 个工作日"),
            14: ("yellow", "还有 5 个工作日"), 20: ("yellow", "还有 1 个工作日"), 21: ("yellow", "今天到期"),
            22: ("orange", "逾期"),
        }  # fmt: skip
        assert deadline(issue.due_on) == "12月19日（已逾期 1 个工作日）"


def _days() -> st.SearchStrategy[date | None]:
    near = st.integers(-30, 30).map(lambda n: NEW_YEAR.date() + timedelta(days=n))
    return st.one_of(st.none(), near)


_RECORDS = st.fixed_dictionaries(
    {
        "state": st.sampled_from([*STATES, *(["rectifying", "sustaining", "planning", "issued"] * 4)]),
        "due_on": _days(), "due_original": _days(), "step_due_on": _days(), "evaluation_due": _days(),
        "return_count": st.sampled_from([0, 0, 0, 0, 1, 2, 3]), "reopen_count": st.sampled_from([0, 0, 0, 0, 1, 2]),
        "sham_found_on": st.sampled_from([None] * 6 + [NEW_YEAR.date()]),
        "measures": st.lists(st.fixed_dictionaries({"text": st.just("整改"), "due_on": _days(), "done_on": _days()}), max_size=6),
    }
)  # fmt: skip


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    unit, user = db.session.scalar(select(Unit.id)), db.session.scalar(select(User.id))
    common = {
        "unit_id": unit, "created_by_id": user, "source": "daily", "title": "题", "verbatim": "文", "version": 1,
        "found_on": NEW_YEAR.date(),
    }  # fmt: skip
    return [
        {
            **common, **row, "code": f"P-{n}", "measures": [_plain(m) for m in row["measures"]],
            "closed_on": NEW_YEAR.date() if row["state"] in ("closed", "archived") else None,
        }
        for n, row in enumerate(found)
    ]  # fmt: skip


def _plain(measure: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in measure.items()}


@time_machine.travel(NEW_YEAR, tick=False)
def test_lists_and_records_agree(department: Department) -> None:
    seen: set[str | None] = set()

    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(_RECORDS, min_size=80, max_size=120))
    def agree(records: list[dict[str, Any]]) -> None:
        db.session.execute(insert(Issue), _rows(records))
        db.session.execute(insert(ColourOverride), _overrides())
        query = select(Issue, colours.shown(Issue), colours.on_original(Issue))
        for issue, in_sql, original in db.session.execute(query):
            assert (in_sql, original) == (colour_of(issue), colours.original_of(issue)), vars(issue)
            seen.add(in_sql)
        found = [
            set(db.session.scalars(select(Issue.id).where(colours.is_one_of(Issue, (c,)))))
            for c in words.COLOURS
        ]
        assert sum(map(len, found)) == sum(c is not None for _, c, _ in db.session.execute(query))
        db.session.rollback()

    agree()
    assert seen == {*words.COLOURS, None}


def _overrides() -> list[dict[str, Any]]:
    """A few, some of which run no more."""
    ids = list(db.session.scalars(select(Issue.id).limit(10)))
    by, today = db.session.scalar(select(User.id)), clock.today()
    return [
        {
            "case_type": "issue" if n % 5 else "risk_point", "case_id": i, "colour": list(words.COLOURS)[n % 5],
            "reason": "因", "by_id": by, "until": today + timedelta(days=n % 3 - 1),
            "lifted_at": clock.now() if n % 4 == 0 else None,
        }
        for n, i in enumerate(ids)
    ]  # fmt: skip


class TestDerivedColumns:
    def test_they_follow_the_measures(self, department: Department) -> None:
        issue = department.planned()
        done = {**issue.measures[0], "done_on": "2026-06-01"}
        issue.measures = [done, done, {**done, "due_on": "2026-07-01", "done_on": None}]
        db.session.commit()
        db.session.refresh(issue)
        assert (issue.progress, issue.milestone_due) == (66, date(2026, 7, 1))

    def test_they_are_there_after_a_bulk_insert(self, department: Department) -> None:
        row = {"state": "rectifying", "measures": [{"text": "整改", "due_on": date(2026, 7, 1)}, {"text": "已改", "done_on": date(2026, 6, 1)}]}  # fmt: skip
        bare = {"state": "draft", "measures": []}
        db.session.execute(insert(Issue), _rows([row, bare]))
        found = db.session.execute(select(Issue.progress, Issue.milestone_due).order_by(Issue.id)).all()
        assert [tuple(each) for each in found] == [(50, date(2026, 7, 1)), (0, None)]


def test_no_list_by_colour_reads_the_closed_cases(department: Department, database_kind: str) -> None:
    explain = "EXPLAIN QUERY PLAN"
    if database_kind == "postgresql":
        explain = "EXPLAIN"
        db.session.execute(text("SET LOCAL enable_seqscan = off"))  # it would rightly read a handful of rows
    for colour in words.COLOURS:
        query = select(Issue.id).where(colours.is_one_of(Issue, (colour,)))
        sql = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = "\n".join(str(tuple(row)) for row in db.session.execute(text(f"{explain} {sql}")))
        assert "SCAN issue" not in plan, plan
        assert "Seq Scan on issue" not in plan, plan


def test_a_kind_without_a_table_goes_by_its_step(department: Department) -> None:
    assert db.session.scalars(select(colours.shown(Extension))).all() == []
    assert db.session.scalars(select(Extension.id).where(colours.is_one_of(Extension, ("red",)))).all() == []
