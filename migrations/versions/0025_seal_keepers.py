"""Who keeps an issuer's seal.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    with op.batch_alter_table("issuer") as batch:
        batch.add_column(sa.Column("keeper_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_issuer_keeper_id"), "user", ["keeper_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("issuer") as batch:
        batch.drop_constraint(op.f("fk_issuer_keeper_id"), type_="foreignkey")
        batch.drop_column("keeper_id")
