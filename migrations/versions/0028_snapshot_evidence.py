"""Snapshots hold how many measures of an issue lacked their evidence: 佐证充分率 of a closed month.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("snapshot_row", sa.Column("evidence_lacking", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("snapshot_row", "evidence_lacking")
