"""What the colours compare and JSON cannot give by an index: progress, the next milestone, 虚假整改.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("issue", sa.Column("sham_found_on", sa.Date(), nullable=True))
    op.add_column("issue", sa.Column("progress", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("issue", sa.Column("milestone_due", sa.Date(), nullable=True))
    op.add_column("issue", sa.Column("evaluation_due", sa.Date(), nullable=True))
    op.create_index("ix_issue_milestone_due", "issue", ["milestone_due"])


def downgrade() -> None:
    op.drop_index("ix_issue_milestone_due", "issue")
    for name in ("evaluation_due", "milestone_due", "progress", "sham_found_on"):
        op.drop_column("issue", name)
