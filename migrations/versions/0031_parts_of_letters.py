"""What a kind of letter says beside its columns, and the number series of an issuer beside its own.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    for table, column in (("notice", "parts"), ("issuer", "words")):
        op.add_column(table, sa.Column(column, sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("issuer", "words")
    with op.batch_alter_table("notice") as table:
        table.drop_column("parts")
