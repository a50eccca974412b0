"""The list of interviews is filtered by the rank of who was talked to.

Revision ID: 0035
Revises: 0034
"""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_index("ix_interview_subject_rank", "interview", ["subject_rank"])


def downgrade() -> None:
    op.drop_index("ix_interview_subject_rank", "interview")
