"""Reminders, how far the tick has come, and digests.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_type", sa.String(32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "case_type", "case_id", "since", "due_on", "stage",
            name=op.f("uq_reminder_case_type_case_id_since_due_on_stage"),
        ),
    )  # fmt: skip
    op.create_table(
        "tick_mark",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tick_mark")),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_digest_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("user_id", "day", name=op.f("uq_digest_user_id_day")),
    )
    op.add_column("message", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("message", sa.Column("digested_on", sa.Date(), nullable=True))
    op.create_index("ix_message_digested_on_user_id", "message", ["digested_on", "user_id"])
    # What is due is found by its day, in every kind that has steps with a term.
    op.create_index("ix_risk_point_step_due_on_id", "risk_point", ["step_due_on", "id"])
    op.create_index("ix_interview_step_due_on_id", "interview", ["step_due_on", "id"])
    op.create_index("ix_notice_step_due_on_id", "notice", ["step_due_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_notice_step_due_on_id", "notice")
    op.drop_index("ix_interview_step_due_on_id", "interview")
    op.drop_index("ix_risk_point_step_due_on_id", "risk_point")
    op.drop_index("ix_message_digested_on_user_id", "message")
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_column("digested_on")
        batch_op.drop_column("due_on")
    op.drop_table("digest")
    op.drop_table("tick_mark")
    op.drop_table("reminder")
