"""年度复核: the reviews and their text index.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from riskctl.models.search import PREFIX, creation

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "annual_review",
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
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("countersigned_by_id", sa.Integer(), nullable=True),
        sa.Column("countersigned_on", sa.Date(), nullable=True),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'confirmed', 'countersigned')", name=op.f("ck_annual_review_state")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_annual_review_created_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_annual_review_unit_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user.id"], name=op.f("fk_annual_review_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["countersigned_by_id"], ["user.id"], name=op.f("fk_annual_review_countersigned_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_review")),
        sa.UniqueConstraint("code", name=op.f("uq_annual_review_code")),
        sa.UniqueConstraint("year", "unit_id", name=op.f("uq_annual_review_year_unit_id")),
    )
    op.create_index("ix_annual_review_state", "annual_review", ["state"])
    op.create_index("ix_annual_review_unit_id", "annual_review", ["unit_id"])
    for statement in creation("annual_review", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.execute(f"DROP TABLE {PREFIX}annual_review")
    op.drop_table("annual_review")
