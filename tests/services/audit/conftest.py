"""A small department with chained cases, and what somebody with the database in hand can do to them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from riskctl.extensions import db
from riskctl.models import Interview, RiskPoint, Unit, User, event_triggers
from riskctl.services import audit, seals
from riskctl.services.verification import verify


@dataclass(frozen=True)
class Chained:
    """Ids of the cases that the tests tamper with."""

    user_id: int
    unit_id: int
    points: list[int]
    interview_id: int


def change(record: Any, trigger: str, **fields: Any) -> None:
    """What a service does: note, set, flush, append; no commit."""
    before = audit.snapshot(record)
    data = fields.pop("data", None)
    for name, value in fields.items():
        setattr(record, name, value)
    db.session.flush()
    audit.append(record, trigger=trigger, actor_id=None, before=before, from_state=record.state, data=data)


@pytest.fixture
def chained(session: Any) -> Chained:
    """Three risk points and one interview, each with a few events, committed and not sealed yet."""
    unit = Unit(code="XA", name="锦川省水利厅", kind="organ")
    user = User(username="chain_office", name="机关纪委经办")
    session.add_all([unit, user])
    session.flush()
    points = [
        RiskPoint(
            code=f"LF-XA-{n}", unit_id=unit.id, created_by_id=user.id, state="draft", title=f"工程款审核{n}",
            measures=[{"text": "双人复核", "kind": "control"}],
        )
        for n in (1, 2, 3)
    ]  # fmt: skip
    interview = Interview(
        code="YT-XA-1", kind="reminder", unit_id=unit.id, subject_post="建设处负责人", state="proposed",
        reason="招标文件审核把关不严", created_by_id=user.id,
        scheduled_at=datetime(2026, 3, 2, 1, tzinfo=UTC),
        requirements=[{"text": "完善会签制度", "due_on": "2026-04-01"}],
    )  # fmt: skip
    session.add_all([*points, interview])
    session.flush()
    audit.append_founding(points, trigger="import", actor_id=user.id)
    audit.append(interview, trigger="create", actor_id=user.id, before=None, from_state=None)
    change(points[0], "edit", level="high", data={"reason": "复核后调整"})
    change(points[0], "edit", level="medium")
    change(points[0], "edit", likelihood=3)
    change(interview, "hold", content="谈话要点：说明情况", data={"opinion": "认识到位", "method": "direct"})
    session.commit()
    return Chained(user.id, unit.id, [point.id for point in points], interview.id)


@pytest.fixture
def sealed(chained: Chained) -> Chained:
    """The same, sealed."""
    assert seals.seal_now() is not None
    return chained


def _guard(session: Any, statements: list[str], *, on: bool) -> None:
    """Put triggers and foreign keys up or down, so that the next test meets the database as it should be."""
    for statement in statements:
        session.execute(text(statement))
    if db.engine.dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL session_replication_role = {'origin' if on else 'replica'}"))
        return
    connection = session.connection()
    connection.exec_driver_sql("COMMIT")  # the pragma does nothing inside a transaction
    connection.exec_driver_sql(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    connection.exec_driver_sql("BEGIN")


@pytest.fixture
def tamper(session: Any) -> Callable[..., None]:
    """Run SQL as somebody who has the whole database: triggers and foreign keys are out of the way."""

    def run(*statements: str, **values: Any) -> None:
        session.rollback()
        _guard(session, event_triggers.removals(db.engine.dialect.name), on=False)
        for statement in statements:
            session.execute(text(statement), values)
        _guard(session, event_triggers.statements(db.engine.dialect.name), on=True)
        session.commit()
        session.remove()

    return run


@pytest.fixture
def problems(session: Any) -> Callable[[], list[str]]:
    """What the verification says now."""
    return lambda: verify().problems
