"""Look-back campaigns, the lists that they draw from, and their items.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("closed_from", sa.Date(), nullable=True),
        sa.Column("closed_to", sa.Date(), nullable=True),
        sa.Column("severity", sa.String(length=16), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=True),
        sa.Column("domain", sa.String(length=32), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("seed_source", sa.String(length=255), nullable=True),
        sa.Column("candidate_count", sa.Integer(), nullable=True),
        sa.Column("obligatory_count", sa.Integer(), nullable=True),
        sa.Column("candidate_digest", sa.String(length=64), nullable=True),
        sa.Column("drawn_count", sa.Integer(), nullable=True),
        sa.Column("drawn_on", sa.Date(), nullable=True),
        sa.Column("check_due", sa.Date(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_due_on", sa.Date(), nullable=True),
        sa.Column("step_due_from", sa.Date(), nullable=True),
        sa.Column("step_due_term", sa.Integer(), nullable=True),
        sa.Column("due_from", sa.Date(), nullable=True),
        sa.Column("due_term", sa.Integer(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acted", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "domain IN ('bidding', 'funds', 'approval', 'enforcement', 'sand', 'resettlement', 'materials', 'personnel', 'conduct', 'party', 'other')",
            name=op.f("ck_campaign_domain"),
        ),
        sa.CheckConstraint("kind IN ('lookback', 'special')", name=op.f("ck_campaign_kind")),
        sa.CheckConstraint("severity IN ('general', 'serious', 'grave')", name=op.f("ck_campaign_severity")),
        sa.CheckConstraint(
            "source IN ('inspection_tour', 'audit', 'petition', 'daily', 'special_check', 'duty_report', 'evaluation', 'branch_check', 'suggestion', 'instruction', 'warning', 'bulletin', 'self_check')",
            name=op.f("ck_campaign_source"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled') OR seed IS NOT NULL", name=op.f("ck_campaign_seed")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'drawn', 'closed', 'cancelled')", name=op.f("ck_campaign_state")
        ),
        sa.CheckConstraint("share BETWEEN 0 AND 100", name=op.f("ck_campaign_share")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_campaign_created_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_campaign_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
    )
    op.create_index(op.f("ix_campaign_state"), "campaign", ["state"])
    op.create_index("ix_campaign_step_due_on_id", "campaign", ["step_due_on", "id"])
    op.create_index("ix_campaign_unit_state", "campaign", ["unit_id", "state"])
    op.create_table(
        "campaign_candidate",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("obligatory", sa.Boolean(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_candidate_campaign_id")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_campaign_candidate_issue_id")),
        sa.PrimaryKeyConstraint("campaign_id", "issue_id", name=op.f("pk_campaign_candidate")),
    )
    op.create_index(op.f("ix_campaign_candidate_issue_id"), "campaign_candidate", ["issue_id"])
    op.create_index("ix_campaign_candidate_line", "campaign_candidate", ["campaign_id", "line"])
    op.create_table(
        "lookback",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("check_due", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("supplement", sa.Text(), nullable=True),
        sa.Column("supplement_due", sa.Date(), nullable=True),
        sa.Column("supplement_report", sa.Text(), nullable=True),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_due_on", sa.Date(), nullable=True),
        sa.Column("step_due_from", sa.Date(), nullable=True),
        sa.Column("step_due_term", sa.Integer(), nullable=True),
        sa.Column("due_from", sa.Date(), nullable=True),
        sa.Column("due_term", sa.Integer(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acted", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "result IN ('consolidated', 'rebound', 'sham', 'partial')", name=op.f("ck_lookback_result")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'assigned', 'rebounded', 'supplementing', 'confirming', 'done', 'dropped')",
            name=op.f("ck_lookback_state"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_lookback_campaign_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_lookback_created_by_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_lookback_issue_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_lookback_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookback")),
        sa.UniqueConstraint("campaign_id", "issue_id", name=op.f("uq_lookback_campaign_id_issue_id")),
        sa.UniqueConstraint("code", name=op.f("uq_lookback_code")),
    )
    op.create_index(op.f("ix_lookback_issue_id"), "lookback", ["issue_id"])
    op.create_index(op.f("ix_lookback_state"), "lookback", ["state"])
    op.create_index("ix_lookback_step_due_on_id", "lookback", ["step_due_on", "id"])
    op.create_index("ix_lookback_unit_state", "lookback", ["unit_id", "state"])
    op.create_index("ix_issue_closed_on_id", "issue", ["closed_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_issue_closed_on_id", "issue")
    op.drop_table("lookback")
    op.drop_table("campaign_candidate")
    op.drop_table("campaign")
