"""What statistics count by: how many measures lack their evidence, and the reopenings by their day.

Revision ID: 0026
Revises: 0025
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_AT_ONCE = 1000
_REOPENED = sa.text("trigger = 'reopen'")
_issue = sa.table(
    "issue",
    sa.column("id", sa.Integer),
    sa.column("measures", sa.JSON),
    sa.column("evidence_lacking", sa.Integer),
)


def upgrade() -> None:
    op.add_column("issue", sa.Column("evidence_lacking", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_event_reopened_at", "event", ["at"], sqlite_where=_REOPENED, postgresql_where=_REOPENED
    )
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    fill = sa.update(_issue).where(_issue.c.id == sa.bindparam("issue_id"))
    fill = fill.values(evidence_lacking=sa.bindparam("lacking"))
    query = sa.select(_issue.c.id, _issue.c.measures).order_by(_issue.c.id).limit(_AT_ONCE)
    last = 0
    while rows := connection.execute(query.where(_issue.c.id > last)).all():
        last = rows[-1].id
        found = [
            {"issue_id": row.id, "lacking": lacking} for row in rows if (lacking := _lacking(row.measures))
        ]
        if found:
            connection.execute(fill, found)


def _lacking(measures: list[dict[str, Any]] | None) -> int:
    wanted = [measure for measure in measures or () if measure.get("evidence_required", True)]
    return sum(1 for measure in wanted if not measure.get("evidence"))


def downgrade() -> None:
    op.drop_index("ix_event_reopened_at", "event")
    op.drop_column("issue", "evidence_lacking")
