"""Workbooks in whose shape ledgers are written.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "export_shape",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_export_shape_attachment_id")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_export_shape_entered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_shape")),
    )
    op.create_index("ix_export_shape_ledger_id", "export_shape", ["ledger", "id"])


def downgrade() -> None:
    op.drop_table("export_shape")
