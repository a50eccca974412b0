"""The library of basis clauses.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "basis_clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("clause", sa.String(100), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("domain", sa.String(32), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "domain IN ('bidding', 'funds', 'approval', 'enforcement', 'sand', 'resettlement', 'materials', "
            "'personnel', 'conduct', 'party', 'other')",
            name=op.f("ck_basis_clause_domain"),
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_basis_clause_entered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis_clause")),
    )
    op.create_index("ix_basis_clause_document_id", "basis_clause", ["document", "id"])


def downgrade() -> None:
    op.drop_table("basis_clause")
