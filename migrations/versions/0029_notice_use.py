"""Who opened a paper before signing it, and the prints of a paper.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "notice_reading",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sitting", sa.String(32), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_reading_user_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_reading_notice_id")),
        sa.PrimaryKeyConstraint("user_id", "sitting", "notice_id", "version", name=op.f("pk_notice_reading")),
    )
    op.create_table(
        "notice_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_print_notice_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_notice_print_by_id")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_notice_print_attachment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_print")),
        sa.UniqueConstraint("notice_id", "ordinal", name=op.f("uq_notice_print_notice_id_ordinal")),
    )


def downgrade() -> None:
    op.drop_table("notice_print")
    op.drop_table("notice_reading")
