"""Versions of the documents' templates, which nobody changes once they are entered.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

from riskctl.models import event_triggers

revision = "0027"
down_revision = "0026"

_FROZEN = tuple(("document_template", verb) for verb in ("update", "delete"))


def upgrade() -> None:
    op.create_table(
        "document_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_document_template_version")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name=op.f("fk_document_template_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_template")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_document_template_kind_version")),
    )
    op.create_index(
        "ix_document_template_in_force", "document_template", ["kind", "effective_from", "version"]
    )
    for statement in event_triggers.statements(op.get_bind().dialect.name, _FROZEN):
        op.execute(statement)


def downgrade() -> None:
    # The table takes its triggers with it.
    op.drop_table("document_template")
