"""What a list costs: on both databases every filter and every order is served by an index."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from riskctl.extensions import db
from riskctl.models import Interview, Issue, RiskPoint
from riskctl.services import ledger_filters, ledgers, search
from riskctl.services.ledger_tables import MODELS
from tests.department import Department

ROWS = 2000
# One row in a hundred has the value that is asked for: who finds it without an index reads all the others.
RARE = 100
START = date(2020, 1, 1)
ASKED: dict[str, tuple[dict[str, str], ...]] = {
    "issue": (
        {"state": "verifying"}, {"severity": "grave"}, {"source": "bulletin"}, {"domain": "sand"},
        {"rectify_type": "long_term"}, {"owner_level": "unit"}, {"outcome": "not_done"}, {"resp_post": "采砂管理岗"},
        {"found_from": "2020-01-05", "found_to": "2020-01-20"}, {"issued_from": "2029-01-01"}, {"due_to": "2020-01-20"},
        {"original_to": "2020-01-20"}, {"closed_from": "2029-01-01"}, {"involved_min": "500000"},
        {"recovered_min": "500000"}, {"reopened": "true"}, {"overdue_original": "true"}, {"overdue": "true"},
        {"due_before": "2020-01-20"}, {"q": "罕见词语"}, {"q": "罕见词语 第二"}, {"unit": "WZ"}, {"colour": "red"},
        {"state": "verifying", "sort": "due_on"}, {"resp_post": "采砂管理岗", "found_from": "2020-01-05"},
    ),
    "risk_point": (
        {"state": "warned"}, {"level": "high"}, {"category": "environment"}, {"power_type": "license"},
        {"likelihood": "5", "impact": "5"}, {"post": "采砂管理岗"}, {"resp_post": "采砂管理岗"}, {"due_to": "2020-01-20"},
        {"identified_to": "2020-01-20"}, {"unit": "WZ"}, {"q": "罕见词语"},
    ),
    "interview": (
        {"state": "held"}, {"kind": "admonition"}, {"conclusion": "again"}, {"subject_rank": "unit_head"}, {"subject_post": "采砂科长"},
        {"scheduled_to": "2020-01-20"}, {"due_to": "2020-01-20"}, {"unit": "WZ"}, {"q": "罕见词语"},
    ),
}  # fmt: skip
SORTED = {
    "issue": ("id", "code", "due_on", "found_on", "unit_id", "due_original", "issued_on", "closed_on", "amount_involved"),
    "risk_point": ("id", "code", "due_on", "unit_id", "identified_on"),
    "interview": ("id", "code", "due_on", "scheduled_at", "unit_id"),
}  # fmt: skip


@pytest.fixture
def long_ledgers(department: Department, session: Any) -> None:
    """Ledgers long enough that reading them through would show."""
    unit, other, user = department.unit("SK").id, department.unit("WZ").id, department.actor("office").user_id
    for model, row in ((Issue, _issue), (RiskPoint, _point), (Interview, _interview)):
        rows = [
            {
                "version": 1, "acted": {}, "created_by_id": user, "unit_id": other if n % RARE == 0 else unit,
                "code": f"L-{n:05d}", **row(n, START + timedelta(days=n), n % RARE == 0),
            }
            for n in range(ROWS)
        ]  # fmt: skip
        db.session.execute(insert(model), rows)
    _index_some_texts()
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    if db.engine.dialect.name == "postgresql":  # it would rightly read through so short a table
        for way in ("seqscan", "hashjoin", "mergejoin"):
            db.session.execute(text(f"SET LOCAL enable_{way} = off"))


def _issue(n: int, day: date, rare: bool) -> dict[str, Any]:
    closed = not rare
    return {
        "state": "verifying" if rare else "closed", "title": "问题", "verbatim": "原文",
        "source": "bulletin" if rare else "daily", "severity": "grave" if rare else "general",
        "domain": "sand" if rare else "funds", "rectify_type": "long_term" if rare else "deadline",
        "owner_level": "unit" if rare else "department", "outcome": "not_done" if rare else "done",
        "resp_post": "采砂管理岗" if rare else "财务岗", "found_on": day, "issued_on": day, "due_on": day, "due_original": day,
        "closed_on": day if closed else None, "amount_involved": 900_000 if rare else 10, "measures": [],
        "amount_recovered": 900_000 if rare else 10, "reopen_count": 2 if rare else 0, "basis": [],
    }  # fmt: skip


def _point(n: int, day: date, rare: bool) -> dict[str, Any]:
    return {
        "state": "warned" if rare else "active", "title": "风险点", "level": "high" if rare else "low",
        "category": "environment" if rare else "duty", "power_type": "license" if rare else "money",
        "likelihood": 5 if rare else 1, "impact": 5 if rare else 1, "post": "采砂管理岗" if rare else "财务岗",
        "resp_post": "采砂管理岗" if rare else "财务岗", "review_due": day, "identified_on": day, "measures": [],
    }  # fmt: skip


def _interview(n: int, day: date, rare: bool) -> dict[str, Any]:
    return {
        "state": "held" if rare else "archived", "kind": "admonition" if rare else "reminder", "reason": "事由",
        "conclusion": "again" if rare else "accepted", "subject_rank": "unit_head" if rare else "section", "subject_post": "采砂科长" if rare else "财务科长",
        "scheduled_at": datetime(day.year, day.month, day.day, tzinfo=UTC), "report_due": day, "interviewers": [], "requirements": [],
    }  # fmt: skip


def _index_some_texts() -> None:
    for model in (Issue, RiskPoint, Interview):
        search.index(list(db.session.query(model).limit(200)))


def _statement(department: Department, kind: str, asked: dict[str, str], who: str) -> str:
    """The first page of the list as the database gets it."""
    given = {n: str(department.unit(v).id) if n == "unit" else v for n, v in asked.items()}
    query, actor, model = ledger_filters.read(kind, given), department.actor(who), MODELS[kind]
    page = ledgers.statements(actor, kind, query)[0].with_only_columns(model.id).limit(51)
    return str(page.compile(db.engine, compile_kwargs={"literal_binds": True}))


def _read(statement: str, table: str) -> int:
    """How many rows of the table the statement reads; on SQLite, which does not tell, all or none."""
    if db.engine.dialect.name == "sqlite":
        plan = [row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
        whole = [line for line in plan if line.startswith(f"SCAN {table}")]
        return ROWS if whole else 0
    (plan,) = db.session.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")).one()
    found = plan if isinstance(plan, list) else json.loads(plan)
    return sum(_rows_of(found[0]["Plan"], table))


def _rows_of(node: dict[str, Any], table: str) -> Iterator[int]:
    if node.get("Relation Name") == table:
        removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        yield int((node["Actual Rows"] + removed) * node["Actual Loops"])
    for child in node.get("Plans", ()):
        yield from _rows_of(child, table)


def _sorts(statement: str) -> bool:
    """Whether the statement sorts what it has read, which no first page of a long list can afford."""
    if db.engine.dialect.name == "sqlite":
        return any(
            "TEMP B-TREE" in row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}"))
        )
    plan = [row[0] for row in db.session.execute(text(f"EXPLAIN {statement}"))]
    # Codes come sorted, and ids settle ties: PostgreSQL sorts the rows of one code, which is one.
    return any("Sort  (" in line and "Incremental" not in line for line in plan)


@pytest.mark.usefixtures("long_ledgers")
def test_no_filter_reads_the_whole_table_and_no_order_sorts_it(department: Department) -> None:
    asked = [(kind, given, "office") for kind, queries in ASKED.items() for given in queries]
    # Whoever sees one unit reads the rows of that unit, whatever he asks for.
    asked += [(kind, {}, "unit_discipline_b") for kind in ASKED]
    asked += [("issue", given, "unit_discipline_b") for given in ({"severity": "general"}, {"q": "罕见"})]
    for kind, given, who in asked:
        statement = _statement(department, kind, given, who)
        assert _read(statement, kind) <= ROWS / 3, (kind, given, who, statement)
    for kind, names in SORTED.items():
        for sort in (direction + name for name in names for direction in ("", "-")):
            statement = _statement(department, kind, {"sort": sort}, "office")
            assert not _sorts(statement), (kind, sort, statement)
