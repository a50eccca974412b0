"""Lists: filters, sorting, keyset paging, and what a page costs (contract 3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Interview, Issue, Notice, RiskPoint
from riskctl.services import notice_drafts
from tests.api.caller import Caller
from tests.department import Department

AsUser = Callable[[str], Caller]
UnitId = Callable[[str], int]
SORTS = {
    "issues": ("id", "code", "due_on", "step_due_on", "found_on", "severity", "colour"),
    "risk-points": ("id", "code", "due_on", "review_due", "step_due_on", "level", "colour"),
    "interviews": ("id", "code", "due_on", "scheduled_at", "step_due_on", "colour"),
    "notices": ("id", "code", "due_on", "issued_on", "step_due_on", "colour"),
}


def fill(app: Flask, department: Department, number: int) -> None:
    """As many records of each kind, with ties and gaps in what lists are sorted by."""
    with app.app_context():
        unit, user = department.unit("SK"), department.actor("office").user_id
        start = clock.today()
        db.session.add_all(
            row for n in range(number) for row in _rows(n, unit.id, user, start - timedelta(days=n % 3))
        )
        db.session.flush()
        issues = list(db.session.query(Issue))
        issuer = notice_drafts.issuer_for(issues[0])
        for n, issue in enumerate(issues):
            db.session.add(
                Notice(
                    code=f"WS-{n}", state="signed", unit_id=unit.id, issuer=issuer, issues=[issue], title="通知",
                    kind="rectification_notice", main_to=unit.name, drafter_id=user, created_by_id=user,
                    issued_on=start - timedelta(days=n % 2) if n % 3 else None,
                )
            )  # fmt: skip
        db.session.commit()


def _rows(n: int, unit: int, user: int, day: Any) -> list[Any]:
    shared = {"unit_id": unit, "created_by_id": user}
    # Written out, not random: every value has ties, and every column that may be empty is so somewhere.
    level = ("high", "medium", "low", None)[n % 4]
    return [
        RiskPoint(
            **shared, code=f"LF-{n}", state="active", title=f"风险点{n}", level=level,
            review_due=day if n % 2 else None, category="duty",
        ),
        Issue(
            **shared, code=f"WT-{n}", state="rectifying", title=f"问题{n}", verbatim="原文", source="daily",
            found_on=day, due_on=day if n % 4 else None, step_due_on=day if n % 2 else None,
            severity=("general", "serious", None)[n % 3],
            measures=[{"text": "整改", "owner_post": "岗位"}],
        ),
        Interview(
            **shared, code=f"YT-{n}", state="proposed", kind="reminder", subject_post="科长", reason="事由",
            scheduled_at=clock.now() - timedelta(days=n % 3) if n % 2 else None,
        ),
    ]  # fmt: skip


def pages(caller: Caller, collection: str, **query: Any) -> list[dict[str, Any]]:
    found, after = [], {}
    while True:
        body = caller.get(collection, **query, **after).json
        found += body["items"]
        if body["next"] is None:
            return found
        assert len(body["items"]) == query["limit"]
        after = {"after": body["next"]}


@pytest.fixture
def office(app: Flask, department: Department, as_user: AsUser) -> Caller:
    """机关纪委, with twenty-three records of each kind to list."""
    fill(app, department, 23)
    return as_user("office")


@pytest.mark.parametrize("collection", SORTS)
def test_page_by_page_is_the_whole_whatever_it_is_sorted_by(office: Caller, collection: str) -> None:
    everything = office.get(collection, limit=200, count=1).json
    ids = {item["id"] for item in everything["items"]}
    assert everything["total"] == len(ids) >= 23
    for name in SORTS[collection]:
        for sort in (name, f"-{name}"):
            whole = office.get(collection, sort=sort, limit=200).json["items"]
            paged = pages(office, collection, sort=sort, limit=4)
            assert [item["id"] for item in paged] == [item["id"] for item in whole]
            assert {item["id"] for item in paged} == ids
            assert len(paged) == len(ids)
            values = [item[name] for item in paged]
            known = [value for value in values if value is not None]
            assert values == known + [None] * (len(values) - len(known))  # what is not set comes last
            if name not in ("level", "severity", "colour"):
                assert known == sorted(known, reverse=sort.startswith("-"))


def test_levels_are_sorted_by_weight(office: Caller) -> None:
    def levels(sort: str, collection: str = "risk-points", name: str = "level") -> list[str]:
        rows = pages(office, collection, sort=sort, limit=5)
        return list(dict.fromkeys(row[name] for row in rows))

    assert levels("-level") == ["high", "medium", "low", None]
    assert levels("level") == ["low", "medium", "high", None]
    assert levels("-severity", "issues", "severity") == ["serious", "general", None]


@pytest.mark.parametrize("collection", SORTS)
def test_colours_filter_and_sort_as_they_are_told(office: Caller, collection: str) -> None:
    urgency = ("red", "orange", "yellow", "blue", "green", None)
    rows = office.get(collection, limit=200, sort="-colour").json["items"]
    places = [urgency.index(row["colour"]) for row in rows]
    assert places == sorted(places)
    for colours in ("red", "orange", "yellow", "blue,green", "green,red,orange"):
        told = {row["id"] for row in rows if row["colour"] in colours.split(",")}
        found = office.get(collection, limit=200, colour=colours, count=1).json
        assert ({row["id"] for row in found["items"]}, found["total"]) == (told, len(told)), colours


def test_a_cursor_belongs_to_its_list(office: Caller) -> None:
    after = office.get("issues", limit=2, severity="general").json["next"]
    assert office.get("issues", limit=3, severity="general", after=after).status_code == 200
    for collection, query in (
        ("issues", {}),
        ("issues", {"severity": "serious"}),
        ("issues", {"severity": "general", "sort": "id"}),
        ("issues", {"severity": "general", "q": "问题"}),
        ("risk-points", {}),
    ):
        response = office.get(collection, after=after, **query)
        assert (response.status_code, response.json["reasons"][0]["field"]) == (422, "after")


@pytest.mark.parametrize("after", ["x", "5", "W10", "bnVsbA", "WyJhIiwxLDIsM10", "é", "A" * 399])
def test_nonsense_for_a_cursor_is_refused(office: Caller, after: str) -> None:
    for sort in ("id", "due_on"):
        assert office.get("issues", after=after, sort=sort).status_code == 422


def test_filters_leave_what_they_say(office: Caller, unit_id: UnitId) -> None:
    def count(collection: str, **query: Any) -> int:
        body = office.get(collection, limit=200, count=1, **query).json
        assert body["total"] == len(body["items"])
        return int(body["total"])

    assert count("risk-points", level="high") == 6
    assert count("risk-points", level="high,low") == 12
    assert count("risk-points", state="draft") == 0
    assert count("issues", severity="serious") == count("issues", level="serious") == 8
    assert count("issues", q="问题22") == 1
    assert count("issues", q="WT-22") == 1
    assert count("issues", q="%") == 0
    assert count("issues", due_before=clock.today().isoformat()) == 11
    assert count("issues", overdue="true") + count("issues", overdue="false") == 23
    assert 11 <= count("issues", overdue="1") < 23
    assert count("issues", unit=unit_id("SK")) == 23
    assert count("issues", unit=unit_id("WZ")) == 0
    assert count("interviews", kind="reminder") == 23
    assert count("interviews", kind="inquiry") == 0


def test_a_unit_means_what_is_below_it_too(app: Flask, office: Caller, unit_id: UnitId) -> None:
    with app.app_context():
        parent = db.session.get_one(Issue, 1).unit.parent_id
    assert office.get("issues", unit=parent, count=1).json["total"] == 23
    assert office.get("issues", unit=2**31 - 1, count=1).json["total"] == 0


def test_notices_are_found_by_what_they_hang_on(office: Caller) -> None:
    issue = office.get("issues").json["items"][0]
    notices = office.get("notices", issue=issue["id"]).json["items"]
    assert [notice["issue_ids"] for notice in notices] == [[issue["id"]]]
    assert office.get("notices", kind="rectification_notice", limit=200, count=1).json["total"] == 23
    assert office.get("notices", kind="renewed_notice").json["items"] == []
    assert office.get("notices", interview=1).json["items"] == []
    assert office.get("notices", risk_point=1).json["items"] == []


@pytest.mark.parametrize(
    ("collection", "query", "field"),
    [
        ("issues", {"state": "gone"}, "state"),
        ("issues", {"source": "daily,hearsay"}, "source"),
        ("issues", {"sort": "verbatim"}, "sort"),
        ("issues", {"limit": "0"}, "limit"),
        ("issues", {"limit": "201"}, "limit"),
        ("issues", {"due_before": "soon"}, "due_before"),
        ("issues", {"overdue": "perhaps"}, "overdue"),
        ("issues", {"unit": "SK"}, "unit"),
        ("issues", {"kind": "reminder"}, "kind"),
        ("issues", {"interview": "1"}, "interview"),
        ("issues", {"colour": "red,pink"}, "colour"),
        ("risk-points", {"severity": "general"}, "severity"),
        ("risk-points", {"level": "grave"}, "level"),
        ("interviews", {"level": "high"}, "level"),
        ("notices", {"kind": "love_letter"}, "kind"),
        ("units", {"kind": "company"}, "kind"),
        ("units", {"after": "x"}, "after"),
        ("events", {"case_type": "secret"}, "case_type"),
        ("attachments", {"limit": "-1"}, "limit"),
    ],
)
def test_a_wrong_argument_is_named(
    as_user: AsUser, collection: str, query: dict[str, str], field: str
) -> None:
    response = as_user("office").get(collection, **query)
    assert response.status_code == 422
    assert [reason["field"] for reason in response.json["reasons"]] == [field]


def test_units_are_listed_searched_and_paged(as_user: AsUser, unit_id: UnitId) -> None:
    post = as_user("post")
    everything = pages(post, "units", limit=200)
    assert post.get("units", count=1).json["total"] == len(everything) > 10
    assert set(everything[0]) == {"id", "code", "name", "kind", "parent_id", "covers"}
    assert pages(post, "units", limit=37) == everything
    for kind in ("department", "affiliated", "section", "branch"):
        assert pages(post, "units", kind=kind, limit=150) == [u for u in everything if u["kind"] == kind]
        assert post.get("units", kind=kind, count=1).json["total"] == sum(
            unit["kind"] == kind for unit in everything
        )
    assert all(unit["covers"] for unit in everything if unit["kind"] == "branch")
    one = next(unit for unit in post.get("units", q="SK").json["items"] if unit["code"] == "SK")
    assert post.get(f"units/{one['id']}").json == one
    assert post.get("units/999999").status_code == 404


def test_mine_starts_with_the_unit_that_answers_for_cases(as_user: AsUser, unit_id: UnitId) -> None:
    mine = as_user("post").get("units", mine=1).json["items"]
    assert mine[0]["id"] == unit_id("SK")
    assert mine[0]["kind"] == "affiliated"
    home = as_user("post_d").get("units", mine=1).json["items"]
    assert home[0]["kind"] == "department"
    assert {
        unit["kind"] for unit in as_user("post").get("units", mine=1, kind="affiliated").json["items"]
    } == {"affiliated"}


@pytest.mark.parametrize("collection", [*SORTS, "units", "events"])
def test_a_page_costs_the_same_number_of_statements_however_long_it_is(
    app: Flask, department: Department, as_user: AsUser, collection: str
) -> None:
    fill(app, department, 60)
    office = as_user("office")
    office.get(collection, limit=1)

    def statements(limit: int) -> int:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        shown = office.get(collection, limit=limit).json["items"]
        event.remove(engine, "before_cursor_execute", note)
        assert len(shown) == limit or collection == "events"
        return len(seen)

    many = 20 if collection == "units" else 50
    assert statements(many) == statements(2) < 20
