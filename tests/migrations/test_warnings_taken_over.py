"""Warnings that stood beside their points before they were cases become cases, with an event that is true."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, text

from riskctl.extensions import db
from riskctl.models import RiskPoint, RiskWarning
from riskctl.permissions import Actor, Role
from riskctl.services import audit, ledgers
from riskctl.services.ledgers import Query
from riskctl.services.verification import verify

_BEFORE = "0020"
_OPENED = datetime(2026, 5, 6, 1, tzinfo=UTC)


def _insert(table: str, **values: object) -> None:
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join(f":{name}" for name in values)
    db.session.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({places})'), values)


@pytest.fixture
def _old(empty_app: Flask) -> None:
    upgrade(revision=_BEFORE)
    _insert("unit", id=1, code="SLT", name="水利厅", kind="organ", path="/1/")
    _insert(
        "user", id=1, username="office", name="机关纪委", post="", password_hash="", must_change_password=False,
        active=True, failed_logins=0, session_key="", created_at=_OPENED.isoformat(),
    )  # fmt: skip
    _insert(
        "risk_point", id=1, code="LF-1", state="warned", state_since=_OPENED.isoformat(), provisional=False, version=1,
        acted="{}", created_at=_OPENED.isoformat(), created_by_id=1, unit_id=1, title="招标", measures="[]", level="high",
    )  # fmt: skip
    for number, lifted in ((1, None), (2, datetime(2026, 5, 20, 1, tzinfo=UTC).isoformat())):
        _insert(
            "warning", id=number, risk_point_id=1, colour="yellow", facts=f"占比{number}", requirement="核查",
            reply_due="2026-05-15", opened_by_id=1, opened_at=_OPENED.isoformat(), lifted_by_id=1 if lifted else None,
            lifted_at=lifted, result="已核查" if lifted else None,
        )  # fmt: skip
    db.session.commit()


@pytest.mark.usefixtures("_old")
def test_old_warnings_become_cases(empty_app: Flask) -> None:
    upgrade()
    first, second = db.session.scalars(select(RiskWarning).order_by(RiskWarning.id))
    assert (first.code, first.state, first.step_due_on, first.acted) == (
        "YJ-2026-M001", "open", first.reply_due, {"create": [1]},
    )  # fmt: skip
    assert (second.state, str(second.settled_on), second.acted["lift"]) == ("lifted", "2026-05-20", [1])
    assert first.created_at == _OPENED
    assert [view.event.trigger for view in audit.history("warning", 1)] == ["create"]
    assert [problem for problem in verify().problems if "预警" in problem] == []
    point = db.session.get_one(RiskPoint, 1)
    assert point.self_check_due
    office = Actor(1, "机关纪委", ((Role.OFFICE, None),))
    assert ledgers.page(office, "warning", Query(q="占比2")).items == [second]
    db.session.add(RiskWarning(
        code="YJ-2026-SLT-001", state="open", risk_point_id=1, unit_id=1, kind="manual", colour="blue", facts="新",
        requirement="核查", reply_due=first.reply_due, created_by_id=1,
    ))  # fmt: skip
    db.session.commit()  # the ids go on behind those that were taken over
