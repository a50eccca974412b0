"""An index for the cases of a kind that changed between two moments.

Revision ID: 0039
Revises: 0038
"""

from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.create_index("ix_event_case_type_at_case_id", "event", ["case_type", "at", "case_id"])


def downgrade() -> None:
    op.drop_index("ix_event_case_type_at_case_id", "event")
