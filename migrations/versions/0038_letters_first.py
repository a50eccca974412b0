"""An index for the list of documents, letters before forms.

Revision ID: 0038
Revises: 0037
"""

from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_index("ix_notice_document_class_id", "notice", ["document_class", "id"])


def downgrade() -> None:
    op.drop_index("ix_notice_document_class_id", "notice")
