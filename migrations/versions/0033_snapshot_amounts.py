"""Snapshots hold what an issue involved and what was recovered: the money of a closed month.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

_NAMES = ("amount_involved", "amount_recovered")


def upgrade() -> None:
    for name in _NAMES:
        op.add_column("snapshot_row", sa.Column(name, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for name in _NAMES:
        op.drop_column("snapshot_row", name)
