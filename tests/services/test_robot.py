"""Whoever fills in exactly the required inputs of an allowed action succeeds, from creation to the end."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from riskctl.models import Case
from riskctl.services import interviews, risk_points
from riskctl.services.transitions import KINDS
from tests.department import Department
from tests.robot import MONDAY, Robot

SEEDS = range(6)


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


MAKERS = {"issue": _issue, "risk_point": _point, "interview": _interview}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", MAKERS)
def test_an_allowed_action_never_fails(
    department: Department, session: Any, traveller: time_machine.Traveller, kind: str, seed: int
) -> None:
    record = MAKERS[kind](department, seed)
    robot = Robot(seed, traveller)
    robot.work(record, steps=60, detours=12)
    over = KINDS[kind].workflow.final | ({"active"} if kind == "risk_point" else set())
    assert record.state in over, robot.taken
