"""What came of acts on several cases at once.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "batch_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("case_type", sa.String(32), nullable=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_batch_run_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_run")),
    )
    op.create_index(op.f("ix_batch_run_actor_id"), "batch_run", ["actor_id"])


def downgrade() -> None:
    op.drop_table("batch_run")
