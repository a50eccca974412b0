"""Beside the computed colour: manual ones, and each time a case turned yellow.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_NOT_LIFTED = sa.text("lifted_at IS NULL")
_RUNNING = sa.text("ended_on IS NULL")


def upgrade() -> None:
    op.create_table(
        "colour_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_type", sa.String(32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "colour IN ('green', 'blue', 'yellow', 'orange', 'red')", name=op.f("ck_colour_override_colour")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_colour_override_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["user.id"], name=op.f("fk_colour_override_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_colour_override")),
    )
    op.create_index(
        "uq_colour_override_running", "colour_override", ["case_type", "case_id"],
        unique=True, sqlite_where=_NOT_LIFTED, postgresql_where=_NOT_LIFTED,
    )  # fmt: skip
    op.create_table(
        "yellow_spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_yellow_spell_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yellow_spell")),
        sa.UniqueConstraint("issue_id", "started_on", name=op.f("uq_yellow_spell_issue_id_started_on")),
    )
    op.create_index(
        "uq_yellow_spell_running", "yellow_spell", ["issue_id"],
        unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("yellow_spell")
    op.drop_table("colour_override")
