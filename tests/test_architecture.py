"""What the code must hold to whatever it does: one place that changes states, and checks in the database."""

import ast
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import riskctl
from riskctl.services.transitions import KINDS
from tests.department import Department

SOURCES = sorted(path for path in Path(riskctl.__file__).parent.rglob("*.py") if path.name != "replay.py")


def _assigned(tree: ast.AST) -> list[str]:
    """Every attribute that the module assigns, by name, and every name that it gives to setattr."""
    found = []
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            targets = [node.target]
        for target in targets:
            found += [part.attr for part in ast.walk(target) if isinstance(part, ast.Attribute)]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            found += [arg.value for arg in node.args[1:2] if isinstance(arg, ast.Constant)]
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_states_are_changed_by_the_engine_alone(path: Path) -> None:
    # Not even transitions.py assigns it: the machine behind Workflow.fire does. What replay.py rebuilds from
    # the events is no record.
    assert "state" not in _assigned(ast.parse(path.read_text("utf-8")))


def test_no_workflow_field_lets_a_state_be_edited() -> None:
    for kind in KINDS.values():
        changeable = {
            name
            for fields in (*kind.workflow.editable.values(), *kind.workflow.corrections.values())
            for name in fields
        }
        assert not changeable & {"state", "acted", "version", "closed_on", "issued_on"}
        assert "state" not in kind.model.TRACKED


@pytest.fixture
def issue_id(department: Department, session: Any) -> int:
    return department.issue().id


@pytest.mark.parametrize(
    "change",
    [
        "state = 'closed'",
        "state = 'archived'",
        "closed_on = '2026-01-05'",
        "state = 'nowhere'",
        "severity = 'terrible'",
        "source = 'gossip'",
        "owner_level = 'both'",
        "rectify_type = 'never'",
        "code = NULL",
        "unit_id = 987654",
    ],
)
def test_the_database_refuses_an_impossible_issue(session: Any, issue_id: int, change: str) -> None:
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE issue SET {change} WHERE id = {issue_id}"))
    session.rollback()
    assert session.scalar(text(f"SELECT state FROM issue WHERE id = {issue_id}")) == "draft"


def test_closed_with_its_day_is_possible(session: Any, issue_id: int) -> None:
    day = date(2026, 1, 5).isoformat()
    session.execute(text(f"UPDATE issue SET state = 'closed', closed_on = '{day}' WHERE id = {issue_id}"))
    session.commit()


@pytest.mark.parametrize(
    "change", ["likelihood = 6", "impact = 0", "discretion = 4", "level = 'huge'", "state = 'closed'"]
)
def test_the_database_refuses_an_impossible_risk_point(
    department: Department, session: Any, change: str
) -> None:
    from riskctl.services import risk_points

    point = risk_points.create(
        department.actor("post"), {"unit_id": department.unit("SK").id, "title": "招标"}
    )
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE risk_point SET {change} WHERE id = {point.id}"))
    session.rollback()
