"""延期: applications for a later due date, one open at a time for each issue, and their text index.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from riskctl.models.search import PREFIX, creation

revision = "0017"
down_revision = "0016"

_OPEN = sa.text("state IN ('draft', 'asked', 'unit_checked')")


def upgrade() -> None:
    op.create_table(
        "extension",
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
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("workdays", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("milestones", sa.JSON(), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("due_asked", sa.Date(), nullable=False),
        sa.Column("due_granted", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'asked', 'unit_checked', 'approved', 'rejected', 'withdrawn')",
            name=op.f("ck_extension_state"),
        ),
        sa.CheckConstraint(
            "reason_code IN ('objective', 'litigation', 'historical', 'joint')",
            name=op.f("ck_extension_reason_code"),
        ),
        sa.CheckConstraint("workdays > 0", name=op.f("ck_extension_workdays")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_extension_created_by_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_extension_issue_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_extension_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("code", name=op.f("uq_extension_code")),
    )
    op.create_index("ix_extension_state", "extension", ["state"])
    op.create_index("ix_extension_issue_id", "extension", ["issue_id"])
    op.create_index("ix_extension_unit_state", "extension", ["unit_id", "state"])
    op.create_index(
        "uq_extension_open",
        "extension",
        ["issue_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    for statement in creation("extension", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.execute(f"DROP TABLE {PREFIX}extension")
    op.drop_table("extension")
