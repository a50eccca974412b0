"""Who opened sensitive records.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "record_read",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("case_type", sa.String(32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_record_read_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_read")),
        sa.UniqueConstraint("user_id", "case_type", "case_id", "hour", name=op.f("uq_record_read_once")),
    )
    op.create_index("ix_record_read_user_id_id", "record_read", ["user_id", "id"])
    op.create_index("ix_record_read_case", "record_read", ["case_type", "case_id", "id"])


def downgrade() -> None:
    op.drop_table("record_read")
