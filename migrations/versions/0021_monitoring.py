"""Indicators with readings, checks, and warnings as cases of their own.

Revision ID: 0021
Revises: 0020

Warnings that stand beside points already become cases: each gets a code, a state and a founding event.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from riskctl import clock, crypto
from riskctl.models import search
from riskctl.models.base import UtcDateTime, canonical

revision = "0021"
down_revision = "0020"

_COLOURS = "colour IN ('blue', 'yellow', 'orange', 'red')"
_MONTHS = {"high": (1, 3), "medium": (3, 6), "low": (6, 12)}


def upgrade() -> None:
    _make_indicators()
    old = _old_warnings()
    op.drop_table("warning")
    _make_warnings()
    _take_over(old)
    op.create_table(
        "risk_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_point_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warning_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('self_check', 'inspection')", name=op.f("ck_risk_check_kind")),
        sa.CheckConstraint(
            "result IN ('normal', 'problem', 'measures_weak')", name=op.f("ck_risk_check_result")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_risk_check_by_id")),
        sa.ForeignKeyConstraint(
            ["risk_point_id"], ["risk_point.id"], name=op.f("fk_risk_check_risk_point_id")
        ),
        sa.ForeignKeyConstraint(["warning_id"], ["warning.id"], name=op.f("fk_risk_check_warning_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_check")),
    )
    op.create_index(op.f("ix_risk_check_risk_point_id"), "risk_check", ["risk_point_id"])
    _schedule_checks()


def _make_indicators() -> None:
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_point_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("source", sa.String(128), nullable=True),
        sa.Column("measure_unit", sa.String(16), nullable=True),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("frequency", sa.String(16), nullable=False),
        sa.Column("blue", sa.BigInteger(), nullable=True),
        sa.Column("yellow", sa.BigInteger(), nullable=True),
        sa.Column("orange", sa.BigInteger(), nullable=True),
        sa.Column("red", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("next_reading_due", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN ('higher', 'lower')", name=op.f("ck_indicator_direction")),
        sa.CheckConstraint(
            "frequency IN ('daily', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly')",
            name=op.f("ck_indicator_frequency"),
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_indicator_created_by_id")),
        sa.ForeignKeyConstraint(
            ["risk_point_id"], ["risk_point.id"], name=op.f("fk_indicator_risk_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_code")),
    )
    op.create_index("ix_indicator_next_reading_due_id", "indicator", ["next_reading_due", "id"])
    op.create_index(op.f("ix_indicator_risk_point_id"), "indicator", ["risk_point_id"])
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_reading_entered_by_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_reading_indicator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("indicator_id", "at", name=op.f("uq_reading_indicator_id_at")),
    )
    op.create_table(
        "reading_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["user.id"], name=op.f("fk_reading_correction_corrected_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["reading.id"], name=op.f("fk_reading_correction_reading_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_correction")),
    )
    op.create_index(op.f("ix_reading_correction_reading_id"), "reading_correction", ["reading_id"])


def _make_warnings() -> None:
    op.create_table(
        "warning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_due_on", sa.Date(), nullable=True),
        sa.Column("step_due_from", sa.Date(), nullable=True),
        sa.Column("step_due_term", sa.Integer(), nullable=True),
        sa.Column("due_from", sa.Date(), nullable=True),
        sa.Column("due_term", sa.Integer(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acted", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("risk_point_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("colour", sa.String(8), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("reply_due", sa.Date(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(_COLOURS, name=op.f("ck_warning_colour")),
        sa.CheckConstraint(
            "kind IN ('indicator', 'missing_reading', 'check', 'manual')", name=op.f("ck_warning_kind")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'open', 'replied', 'lifted', 'confirmed', 'void')",
            name=op.f("ck_warning_state"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_warning_{column}"))
            for column, table in (
                ("created_by_id", "user"), ("risk_point_id", "risk_point"), ("unit_id", "unit"),
                ("indicator_id", "indicator"), ("issue_id", "issue"), ("notice_id", "notice"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning")),
        sa.UniqueConstraint("code", name=op.f("uq_warning_code")),
    )  # fmt: skip
    for name, columns in (
        ("ix_warning_state", ["state"]), ("ix_warning_colour", ["colour"]), ("ix_warning_notice_id", ["notice_id"]),
        ("ix_warning_risk_point_id", ["risk_point_id"]), ("ix_warning_unit_state", ["unit_id", "state"]),
        ("ix_warning_reply_due_id", ["reply_due", "id"]), ("ix_warning_indicator_state", ["indicator_id", "state"]),
    ):  # fmt: skip
        op.create_index(name, "warning", columns)
    for statement in search.creation("warning", op.get_bind().dialect.name):
        op.execute(statement)


_OLD = sa.table(
    "warning",
    sa.column("id", sa.Integer()), sa.column("risk_point_id", sa.Integer()), sa.column("colour", sa.String()),
    sa.column("facts", sa.Text()), sa.column("requirement", sa.Text()), sa.column("reply_due", sa.Date()),
    sa.column("opened_by_id", sa.Integer()), sa.column("opened_at", UtcDateTime()),
    sa.column("lifted_by_id", sa.Integer()), sa.column("lifted_at", UtcDateTime()), sa.column("result", sa.Text()),
)  # fmt: skip
_POINT = sa.table("risk_point", sa.column("id", sa.Integer()), sa.column("unit_id", sa.Integer()))
_NEW = sa.table(
    "warning",
    *(sa.column(name) for name in (
        "id", "code", "state", "version", "risk_point_id", "unit_id", "colour", "facts", "requirement", "kind",
        "result", "created_by_id",
    )),
    sa.column("provisional", sa.Boolean()), sa.column("acted", sa.JSON()), sa.column("reply_due", sa.Date()),
    sa.column("settled_on", sa.Date()), sa.column("step_due_on", sa.Date()),
    sa.column("state_since", UtcDateTime()), sa.column("created_at", UtcDateTime()),
)  # fmt: skip
_EVENT = sa.table(
    "event",
    *(sa.column(name) for name in (
        "case_type", "case_id", "seq", "actor_id", "trigger", "from_state", "to_state", "request_id", "prev_hash",
        "hash", "mac",
    )),
    sa.column("at", UtcDateTime()), sa.column("changes", sa.JSON()),
)  # fmt: skip


def _old_warnings() -> list[Mapping[str, Any]]:
    query = sa.select(*_OLD.c, _POINT.c.unit_id).join_from(_OLD, _POINT, _OLD.c.risk_point_id == _POINT.c.id)
    return list(op.get_bind().execute(query).mappings())


def _take_over(old: list[Mapping[str, Any]]) -> None:
    for row in old:
        lifted: datetime | None = row["lifted_at"]
        state = "open" if lifted is None else "lifted"
        acted = {"create": [row["opened_by_id"]]}
        told = {
            **{name: row[name] for name in ("risk_point_id", "unit_id", "colour", "facts", "requirement")},
            "kind": "manual", "reply_due": row["reply_due"], "result": row["result"],
            "settled_on": clock.local(lifted).date() if lifted else None,
        }  # fmt: skip
        if lifted:
            acted["lift"] = [row["lifted_by_id"]]
        code = f"YJ-{row['opened_at'].year}-M{row['id']:03d}"
        op.execute(
            _NEW.insert().values(
                **told, id=row["id"], code=code, state=state, version=1,
                provisional=False, acted=acted, created_by_id=row["opened_by_id"], created_at=row["opened_at"],
                state_since=lifted or row["opened_at"], step_due_on=None if lifted else row["reply_due"],
            )
        )  # fmt: skip
        op.execute(_EVENT.insert().values(_founding(row, state, told)))
        indexed = {"id": row["id"], "pairs": search.indexed((code, row["facts"]))}
        op.get_bind().execute(sa.text(search.writing("warning", op.get_bind().dialect.name)), indexed)
    if old and op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval('warning_id_seq', (SELECT max(id) FROM warning))")


def _founding(row: Mapping[str, Any], state: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The warning's first event, as services/audit.py would chain it."""
    shown = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()
    }
    event: dict[str, Any] = {
        "case_type": "warning", "case_id": row["id"], "seq": 1, "actor_id": row["opened_by_id"], "trigger": "create",
        "from_state": None, "to_state": state, "request_id": "",
        "changes": {"fields": {n: [None, v] for n, v in shown.items() if v is not None}, "data": {}},
    }  # fmt: skip
    at, genesis = clock.now(), "0" * 64
    covered = canonical({**event, "at": at.isoformat()})
    event["hash"] = crypto.digest((genesis + covered).encode())
    return {**event, "at": at, "prev_hash": genesis, "mac": crypto.mac(event["hash"])}


def _schedule_checks() -> None:
    for name in ("self_check_due", "inspection_due"):
        op.add_column("risk_point", sa.Column(name, sa.Date(), nullable=True))
        op.create_index(f"ix_risk_point_{name}_id", "risk_point", [name, "id"])
    points = sa.table(
        "risk_point", sa.column("state"), sa.column("level"), sa.column("computed_level"),
        sa.column("self_check_due", sa.Date()), sa.column("inspection_due", sa.Date()),
    )  # fmt: skip
    in_ledger = points.c.state.in_(("active", "warned", "rectifying", "review", "change_pending"))
    for level, months in _MONTHS.items():
        self_check, inspection = (clock.today() + timedelta(days=30 * number) for number in months)
        op.execute(
            points.update()
            .where(in_ledger, sa.func.coalesce(points.c.level, points.c.computed_level) == level)
            .values(self_check_due=self_check, inspection_due=inspection)
        )


def downgrade() -> None:
    for name in ("self_check_due", "inspection_due"):
        op.drop_index(f"ix_risk_point_{name}_id", "risk_point")
        op.drop_column("risk_point", name)
    op.execute("DROP TABLE search_warning")
    for table in ("risk_check", "warning", "reading_correction", "reading", "indicator"):
        op.drop_table(table)
    op.create_table(
        "warning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_point_id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(8), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("reply_due", sa.Date(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.CheckConstraint(_COLOURS, name=op.f("ck_warning_colour")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["user.id"], name=op.f("fk_warning_lifted_by_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_warning_opened_by_id")),
        sa.ForeignKeyConstraint(["risk_point_id"], ["risk_point.id"], name=op.f("fk_warning_risk_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning")),
    )
    op.create_index(op.f("ix_warning_risk_point_id"), "warning", ["risk_point_id"])
