"""Whoever fills in exactly the required inputs of an allowed action succeeds, from creation to the end."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import AnnualReview, Case, RiskPoint
from riskctl.services import (
    accounts,
    annual_reviews,
    directory,
    extensions,
    interviews,
    risk_points,
    self_checks,
)
from riskctl.services.transitions import KINDS
from tests.department import Department
from tests.robot import MONDAY, Robot
from tests.services import looking_back

SEEDS = {
    "issue": (0, 2, 3, 5, 6, 7, 15, 16, 21),
    "risk_point": range(7),
    "extension": range(2),
    "interview": range(6),
    "annual_review": (1, 2, 3),
    "lookback": range(12),
    "self_check": range(5),
}


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as started:
        yield started


def _issue(department: Department, seed: int) -> Case:
    unit, by, source, level = (
        ("SK", "office", "special_check", "department"),
        ("JS", "commissioner_d", "branch_check", "department"),
        ("SK", "unit_discipline", "self_check", "unit"),
        ("WZ-01", "resident", "petition", "department"),
        ("SK", "auditor", "inspection_tour", "department"),
        ("SK-02", "commissioner", "self_check", "unit"),
    )[seed % 6]
    section = department.unit("SK-02").id if seed % 6 == 2 else None
    return department.issue(unit, by, source=source, owner_level=level, section_id=section)


def _point(department: Department, seed: int) -> Case:
    unit, by = (("SK", "post"), ("JS", "dept_head_d"), ("WZ", "commissioner_b"), ("SK-03", "office"))[
        seed % 4
    ]
    department.issued(unit)  # one that can be linked
    data = {"unit_id": department.unit(unit).id, "title": f"自由裁量过大{seed}"}
    return risk_points.create(department.actor(by), data)


def _interview(department: Department, seed: int) -> Case:
    kind = ("reminder", "inquiry", "admonition")[seed % 3]
    rank = ("section", "division", "unit_head")[seed // 2 % 3]
    data: dict[str, Any] = {
        "unit_id": department.unit(("SK", "JS")[seed % 2]).id, "kind": kind, "subject_post": "科长", "subject_rank": rank,
        "reason": "苗头性问题",
    }  # fmt: skip
    return interviews.create(department.actor(("office", "resident", "leader")[seed % 3]), data)


def _review(department: Department, seed: int) -> Case:
    unit, office = department.unit(("JS", "SK")[seed % 2]), department.actor("office").user_id
    db.session.add_all(
        RiskPoint(
            unit_id=unit.id, title="自由裁量过大", code=f"LF-{seed}-{state}", state=state, created_by_id=office,
            measures=[],
        )
        for state in ("active", "warned")
    )  # fmt: skip
    db.session.commit()
    annual_reviews.open_year(2026 + seed)
    query = select(AnnualReview).where(AnnualReview.unit_id == unit.id, AnnualReview.year == 2026 + seed)
    return db.session.scalars(query).one()


def _extension(department: Department, seed: int) -> Case:
    issue = department.planned(due_on=None, severity=("general", "grave")[seed % 2])
    data = {"issue_id": issue.id, "workdays": 5, "reason_code": "objective", "reason": "汛期不能施工"}
    return extensions.create(department.actor("post"), data)


def _lookback(department: Department, seed: int) -> Case:
    unit = ("SK", "JS", "WZ-01")[seed % 3]
    looking_back.closed(department, 1, unit=unit)
    questions = [{"text": "制度是否执行"}] * (seed % 3)
    return looking_back.items(looking_back.drawn(department, unit=unit, questions=questions))[0]


def _self_check(department: Department, seed: int) -> Case:
    by, unit = (("office", "WZ"), ("unit_discipline", "SK-02"), ("office", "JS"))[seed % 3]
    origin = {"title": "比选程序", "content": "自查比选程序", "origin_id": department.issued().id}
    return self_checks.create(department.actor(by), {**origin, "unit_id": department.unit(unit).id})


# What ends a walk early, or needs another step just before, is left to the journeys.
ENDS = {
    "extension": {"reject", "withdraw"}, "annual_review": {"record_paper"}, "issue": {"void", "agree"}, "interview": {"reject", "cancel"},
    "risk_point": {"void", "resume", "cancel", "confirm_problem", "reject_change", "agree"},
    "lookback": {"drop"}, "self_check": {"withdraw"},
}  # fmt: skip
MAKERS = {
    "lookback": _lookback,
    "self_check": _self_check,
    "issue": _issue,
    "risk_point": _point,
    "interview": _interview,
    "annual_review": _review,
    "extension": _extension,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_an_allowed_action_never_fails(
    department: Department, session: Any, traveller: time_machine.Traveller, kind: str
) -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS[kind]:
        record = MAKERS[kind](department, seed)
        robot = Robot(seed, traveller, seen)
        robot.work(record, steps=60, detours=14)
        # A risk point stays in the ledger until its post or its power is abolished.
        assert record.state in KINDS[kind].workflow.final or kind == "risk_point", robot.taken
    assert set(seen) | ENDS[kind] == {step.trigger for step in KINDS[kind].workflow.steps}


VACANT: tuple[tuple[str, ...], ...] = (
    ("dept_head", "post", "unit_discipline", "unit_discipline2"),
    ("office_head",),
    ("office2", "leader"),
    ("office", "office2"),
    ("dept_head_d", "commissioner_d", "post_d", "office2"),
    ("secretary", "leader"),
)


@pytest.mark.parametrize("gone", VACANT, ids="+".join)
def test_a_vacant_post_never_stops_a_case(
    department: Department, session: Any, traveller: time_machine.Traveller, gone: tuple[str, ...]
) -> None:
    cases = [
        department.issue("JS" if "post_d" in gone else "SK", "resident", source="audit"),
        risk_points.create(
            department.actor("commissioner_b"), {"unit_id": department.unit("WZ").id, "title": "招标"}
        ),
        _interview(department, 5),
    ]
    for username in gone:
        accounts.find(username).active = False
    session.commit()
    directory.forget()
    for record in cases:
        goal = {"active"} if record.CASE_TYPE == "risk_point" else KINDS[record.CASE_TYPE].workflow.final
        # Only steps that the case waits for.
        Robot(0, traveller, Counter()).work(record, steps=20, detours=0, until=goal)
        assert record.state in goal
