"""Monthly snapshots of the ledgers: heads, rows, and what the cases held; none of them is ever changed.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

from riskctl.models import event_triggers

revision = "0023"
down_revision = "0022"

_TABLES = ("snapshot", "snapshot_row", "snapshot_content")
_FROZEN = tuple((table, verb) for table in _TABLES for verb in ("update", "delete"))


def upgrade() -> None:
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_type", sa.String(32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.CheckConstraint("number = 1 OR reason IS NOT NULL", name=op.f("ck_snapshot_reason")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_snapshot_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("case_type", "month", "number", name=op.f("uq_snapshot_case_type_month_number")),
    )
    op.create_index("ix_snapshot_month", "snapshot", ["month"])
    op.create_table(
        "snapshot_content",
        sa.Column("case_type", sa.String(32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("case_type", "case_id", "seq", name=op.f("pk_snapshot_content")),
    )
    _rows()
    for statement in event_triggers.statements(op.get_bind().dialect.name, _FROZEN):
        op.execute(statement)


def _rows() -> None:
    op.create_table(
        "snapshot_row",
        *_columns_of_all(),
        *_columns_of_issues(),
        *_columns_of_others(),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_snapshot_row_unit_id")),
        sa.PrimaryKeyConstraint("case_type", "month", "number", "case_id", name=op.f("pk_snapshot_row")),
    )
    op.create_index(
        "ix_snapshot_row_unit_state", "snapshot_row", ["case_type", "month", "number", "unit_id", "state"]
    )


def _columns_of_all() -> tuple[sa.Column, ...]:
    return (
        sa.Column("case_type", sa.String(32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("colour", sa.String(8), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("step_due_on", sa.Date(), nullable=True),
    )


def _columns_of_issues() -> tuple[sa.Column, ...]:
    return (
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(32), nullable=True),
        sa.Column("domain", sa.String(32), nullable=True),
        sa.Column("severity", sa.String(16), nullable=True),
        sa.Column("rectify_type", sa.String(16), nullable=True),
        sa.Column("owner_level", sa.String(16), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("due_original", sa.Date(), nullable=True),
        sa.Column("evaluation_due", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("sham_found_on", sa.Date(), nullable=True),
        sa.Column("reopen_count", sa.Integer(), nullable=True),
        sa.Column("return_count", sa.Integer(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=True),
        sa.Column("backfilled", sa.Boolean(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=True),
        sa.Column("milestone_due", sa.Date(), nullable=True),
        sa.Column("original_colour", sa.String(8), nullable=True),
    )


def _columns_of_others() -> tuple[sa.Column, ...]:
    return (
        sa.Column("level", sa.String(8), nullable=True),
        sa.Column("computed_level", sa.String(8), nullable=True),
        sa.Column("category", sa.String(16), nullable=True),
        sa.Column("power_type", sa.String(16), nullable=True),
        sa.Column("likelihood", sa.Integer(), nullable=True),
        sa.Column("impact", sa.Integer(), nullable=True),
        sa.Column("identified_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("self_check_due", sa.Date(), nullable=True),
        sa.Column("inspection_due", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(16), nullable=True),
        sa.Column("subject_rank", sa.String(16), nullable=True),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("conclusion", sa.String(16), nullable=True),
    )


def downgrade() -> None:
    # A table takes its triggers with it.
    for table in ("snapshot_row", "snapshot_content", "snapshot"):
        op.drop_table(table)
