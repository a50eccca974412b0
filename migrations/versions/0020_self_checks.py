"""Self-check tasks (举一反三).

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "self_check",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("answer_due", sa.Date(), nullable=False),
        sa.Column("by_unit", sa.Boolean(), nullable=False),
        sa.Column("finding", sa.String(length=16), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("found_issue_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
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
        sa.CheckConstraint(
            "finding IN ('found', 'none', 'not_applicable')", name=op.f("ck_self_check_finding")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'answered', 'accepted', 'withdrawn')", name=op.f("ck_self_check_state")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_self_check_created_by_id")),
        sa.ForeignKeyConstraint(["found_issue_id"], ["issue.id"], name=op.f("fk_self_check_found_issue_id")),
        sa.ForeignKeyConstraint(["origin_id"], ["issue.id"], name=op.f("fk_self_check_origin_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_self_check_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_check")),
        sa.UniqueConstraint("code", name=op.f("uq_self_check_code")),
    )
    op.create_index(op.f("ix_self_check_found_issue_id"), "self_check", ["found_issue_id"])
    op.create_index(op.f("ix_self_check_origin_id"), "self_check", ["origin_id"])
    op.create_index(op.f("ix_self_check_state"), "self_check", ["state"])
    op.create_index("ix_self_check_step_due_on_id", "self_check", ["step_due_on", "id"])
    op.create_index("ix_self_check_unit_state", "self_check", ["unit_id", "state"])


def downgrade() -> None:
    op.drop_table("self_check")
