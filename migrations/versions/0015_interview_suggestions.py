"""Interviews that the system suggests.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
_KINDS = "'routine', 'reminder', 'warning', 'inquiry', 'admonition', 'collective', 'pre_appointment'"


def upgrade() -> None:
    op.create_table(
        "interview_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(32), nullable=False),
        sa.Column("spell", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("interview_id", sa.Integer(), nullable=True),
        sa.Column("decline_reason", sa.String(500), nullable=True),
        sa.CheckConstraint(
            "ground IN ('red', 'returned', 'reopened', 'sham')", name=op.f("ck_interview_suggestion_ground")
        ),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_interview_suggestion_kind")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_interview_suggestion_decided")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_interview_suggestion_issue_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_interview_suggestion_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_interview_suggestion_interview_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_suggestion")),
        sa.UniqueConstraint(
            "issue_id", "ground", "spell", name=op.f("uq_interview_suggestion_issue_id_ground_spell")
        ),
    )
    op.create_index("ix_interview_suggestion_decided_at", "interview_suggestion", ["decided_at"])


def downgrade() -> None:
    op.drop_table("interview_suggestion")
