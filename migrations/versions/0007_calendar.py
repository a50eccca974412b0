"""Official calendar years, changes of the calendar, and from where the dates of a case were counted.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_CASES = ("issue", "risk_point", "interview", "notice")
_BASIS = ("step_due_from", "step_due_term", "due_from", "due_term")


def upgrade() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_calendar_year_entered_by_id")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.JSON(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )
    op.create_index("ix_calendar_change_done_at_id", "calendar_change", ["done_at", "id"])
    for table in _CASES:
        for name in _BASIS:
            kind = sa.Date() if name.endswith("_from") else sa.Integer()
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column("issue", sa.Column("rules_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("issue", "rules_at")
    for table in _CASES:
        for name in _BASIS:
            op.drop_column(table, name)
    op.drop_table("calendar_change")
    op.drop_table("calendar_year")
