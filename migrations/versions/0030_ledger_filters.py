"""Money of an issue, and an index for everything that the ledgers are filtered and sorted by.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

_AMOUNTS = ("amount_involved", "amount_recovered", "amount_returned")
_INDEXES = (
    ("issue", "unit_id", "id"), ("issue", "due_original", "id"), ("issue", "issued_on", "id"),
    ("issue", "amount_involved", "id"), ("issue", "amount_recovered", "id"), ("issue", "reopen_count", "id"),
    ("issue", "domain"), ("issue", "rectify_type"), ("issue", "resp_post"), ("issue", "owner_level"),
    ("issue", "outcome"),
    ("risk_point", "unit_id", "id"), ("risk_point", "identified_on", "id"), ("risk_point", "post"),
    ("risk_point", "resp_post"), ("risk_point", "power_type"),
    ("interview", "report_due", "id"), ("interview", "unit_id", "id"), ("interview", "subject_post"),
    ("interview", "conclusion"),
    ("notice", "reply_due", "id"),
    ("issue", "created_by_id"), ("risk_point", "created_by_id"), ("interview", "created_by_id"),
    ("interview", "subject_user_id"),
)  # fmt: skip


def upgrade() -> None:
    for name in _AMOUNTS:
        op.add_column("issue", sa.Column(name, sa.BigInteger(), nullable=True))
    for table, *columns in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def downgrade() -> None:
    for table, *columns in _INDEXES:
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    for name in _AMOUNTS:
        op.drop_column("issue", name)
