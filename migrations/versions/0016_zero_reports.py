"""零报告: what each unit says of a quarter.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "zero_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(8), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('none', 'has')", name=op.f("ck_zero_report_answer")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_zero_report_answered")),
        sa.CheckConstraint(
            "answer IS NULL OR (answer = 'none') = (count = 0)", name=op.f("ck_zero_report_count")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_zero_report_unit_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_zero_report_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zero_report")),
        sa.UniqueConstraint("unit_id", "quarter", name=op.f("uq_zero_report_unit_id_quarter")),
    )
    op.create_index("ix_zero_report_quarter_answered_at", "zero_report", ["quarter", "answered_at"])


def downgrade() -> None:
    op.drop_table("zero_report")
