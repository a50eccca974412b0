"""The text index of each kind of case, filled from what is there.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from riskctl.models.search import PREFIX, TEXTS, creation, indexed, writing

revision = "0003"
down_revision = "0002"

_AT_ONCE = 1000
# The kinds of that day; a later one brings its index with its own table.
_KINDS = ("issue", "risk_point", "interview", "notice")


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for kind in _KINDS:
        names = TEXTS[kind]
        for statement in creation(kind, dialect):
            op.execute(statement)
        columns = [sa.column(name) for name in names]
        rows = connection.execute(sa.select(sa.column("id"), *columns).select_from(sa.table(kind)))
        for some in rows.partitions(_AT_ONCE):
            told = [{"id": row[0], "pairs": indexed(row[1:])} for row in some]
            connection.execute(sa.text(writing(kind, dialect)), told)


def downgrade() -> None:
    for kind in _KINDS:
        op.execute(f"DROP TABLE {PREFIX}{kind}")
