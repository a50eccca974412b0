"""The class of a document, and the document that it belongs to.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    with op.batch_alter_table("notice") as table:
        table.add_column(sa.Column("document_class", sa.String(1), server_default="G", nullable=False))
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_notice_parent_id_notice"), "notice", ["parent_id"], ["id"])
        table.create_check_constraint(op.f("ck_notice_document_class"), "document_class IN ('G', 'F', 'T')")
    op.create_index(op.f("ix_notice_parent_id"), "notice", ["parent_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_notice_parent_id"), "notice")
    with op.batch_alter_table("notice") as table:
        table.drop_constraint(op.f("ck_notice_document_class"), type_="check")
        table.drop_constraint(op.f("fk_notice_parent_id_notice"), type_="foreignkey")
        table.drop_column("parent_id")
        table.drop_column("document_class")
