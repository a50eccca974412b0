"""定级 with its rule and its forced-high answers; 合并 and 拆分 among the proposals.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_KINDS = "kind IN ({})"
_BEFORE = ("change", "upgrade", "downgrade", "owner", "cancel")
_AFTER = ("new", "change", "upgrade", "downgrade", "owner", "merge", "split", "cancel")


def _kinds(names: tuple[str, ...]) -> str:
    return _KINDS.format(", ".join(f"'{name}'" for name in names))


def upgrade() -> None:
    with op.batch_alter_table("risk_point") as batch:
        batch.add_column(sa.Column("rule_hits", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("grading_rule", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("suggested_level", sa.String(8), nullable=True))
        batch.add_column(sa.Column("suggested_reason", sa.Text(), nullable=True))
    with op.batch_alter_table("change_proposal") as batch:
        batch.add_column(sa.Column("level", sa.String(8), nullable=True))
        batch.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("parts", sa.JSON(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_change_proposal_successor_id"), "risk_point", ["successor_id"], ["id"]
        )
        batch.create_check_constraint("level", "level IN ('high', 'medium', 'low')")
        batch.drop_constraint(op.f("ck_change_proposal_kind"), type_="check")
        batch.create_check_constraint("kind", _kinds(_AFTER))
        batch.create_index(op.f("ix_change_proposal_successor_id"), ["successor_id"])


def downgrade() -> None:
    with op.batch_alter_table("change_proposal") as batch:
        batch.drop_index(op.f("ix_change_proposal_successor_id"))
        batch.drop_constraint(op.f("ck_change_proposal_kind"), type_="check")
        batch.create_check_constraint("kind", _kinds(_BEFORE))
        batch.drop_constraint(op.f("ck_change_proposal_level"), type_="check")
        batch.drop_constraint(op.f("fk_change_proposal_successor_id"), type_="foreignkey")
        for name in ("parts", "successor_id", "level"):
            batch.drop_column(name)
    with op.batch_alter_table("risk_point") as batch:
        for name in ("suggested_reason", "suggested_level", "grading_rule", "rule_hits"):
            batch.drop_column(name)
