"""Versions of risk points, the changes of a month, the ledger of a year; frozen rows are never changed.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from riskctl.models import event_triggers

revision = "0010"
down_revision = "0009"

_FROZEN = tuple(
    (table, verb)
    for table in ("risk_point_version", "annual_ledger", "annual_ledger_row")
    for verb in ("update", "delete")
)


def upgrade() -> None:
    op.create_table(
        "risk_point_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_point_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("related_ids", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('new', 'change', 'upgrade', 'downgrade', 'owner', 'merge', 'split', 'cancel')",
            name=op.f("ck_risk_point_version_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["risk_point_id"], ["risk_point.id"], name=op.f("fk_risk_point_version_risk_point_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_risk_point_version_event_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["change_proposal.id"], name=op.f("fk_risk_point_version_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user.id"], name=op.f("fk_risk_point_version_approved_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_point_version")),
        sa.UniqueConstraint(
            "risk_point_id", "number", name=op.f("uq_risk_point_version_risk_point_id_number")
        ),
    )
    op.create_index("ix_risk_point_version_valid_from", "risk_point_version", ["valid_from"])
    op.create_table(
        "change_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_change_report_unit_id")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["user.id"], name=op.f("fk_change_report_reported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_report")),
        sa.UniqueConstraint("unit_id", "month", name=op.f("uq_change_report_unit_id_month")),
    )
    op.create_index("ix_change_report_month", "change_report", ["month"])
    _annual_ledger()
    for statement in event_triggers.statements(op.get_bind().dialect.name, _FROZEN):
        op.execute(statement)


def _annual_ledger() -> None:
    op.create_table(
        "annual_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.CheckConstraint("number = 1 OR reason IS NOT NULL", name=op.f("ck_annual_ledger_reason")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_annual_ledger_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_ledger")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_annual_ledger_year_number")),
    )
    op.create_table(
        "annual_ledger_row",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["annual_ledger.id"], name=op.f("fk_annual_ledger_row_ledger_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_annual_ledger_row_unit_id")),
        sa.PrimaryKeyConstraint("ledger_id", "position", name=op.f("pk_annual_ledger_row")),
    )
    op.create_index("ix_annual_ledger_row_unit", "annual_ledger_row", ["ledger_id", "unit_id"])


def downgrade() -> None:
    # A table takes its triggers with it.
    for name in ("annual_ledger_row", "annual_ledger", "change_report", "risk_point_version"):
        op.drop_table(name)
