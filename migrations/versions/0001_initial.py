"""Create every table, and the triggers by which events and seals are never changed."""

import sqlalchemy as sa
from alembic import op

from riskctl.models import event_triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("series", sa.String(length=96), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_counter")),
    )
    op.create_table(
        "seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash_name", sa.String(length=16), nullable=False),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_seal_prev_hash")),
    )
    op.create_table(
        "sealed_text",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_type", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sealed_text")),
    )
    with op.batch_alter_table("sealed_text", schema=None) as batch_op:
        batch_op.create_index("ix_sealed_text_case", ["case_type", "case_id"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('organ', 'department', 'affiliated', 'section', 'branch')", name=op.f("ck_unit_kind")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_path"), ["path"], unique=False)

    op.create_table(
        "branch_cover",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_branch_cover_branch_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_branch_cover_unit_id")),
        sa.PrimaryKeyConstraint("branch_id", "unit_id", name=op.f("pk_branch_cover")),
    )
    with op.batch_alter_table("branch_cover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_branch_cover_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "column_mapping",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ledger", sa.String(length=16), nullable=False),
        sa.Column("header", sa.String(length=128), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_column_mapping_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "ledger", "header", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "issuer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("head", sa.String(length=128), nullable=False),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("signer_title", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("signer_role", sa.String(length=32), nullable=False),
        sa.Column("contact", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_issuer_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer")),
        sa.UniqueConstraint("code", name=op.f("uq_issuer_code")),
    )
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issuer_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_key", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_user_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("username", name=op.f("uq_user_username")),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_api_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user.id"], name=op.f("fk_attachment_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_uploaded_by_id"), ["uploaded_by_id"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_calendar_day_entered_by_id")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_type", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trigger", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=True),
        sa.Column("to_state", sa.String(length=32), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_event_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("case_type", "case_id", "seq", name=op.f("uq_event_case_type_case_id_seq")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_event_at_id", ["at", "id"], unique=False)

    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("case_type", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_idempotency_key_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_idempotency_key_user_id_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_key_at"), ["at"], unique=False)

    op.create_table(
        "interview",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("subject_post", sa.String(length=128), nullable=False),
        sa.Column("subject_rank", sa.String(length=16), nullable=False),
        sa.Column("subject_user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("basis", sa.String(length=255), nullable=True),
        sa.Column("approval", sa.String(length=128), nullable=True),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.String(length=128), nullable=True),
        sa.Column("interviewers", sa.JSON(), nullable=False),
        sa.Column("recorder", sa.Integer(), nullable=True),
        sa.Column("materials", sa.Text(), nullable=True),
        sa.Column("contact", sa.String(length=128), nullable=True),
        sa.Column("held_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("present", sa.String(length=255), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("statement", sa.LargeBinary(), nullable=True),
        sa.Column("attitude", sa.LargeBinary(), nullable=True),
        sa.Column("requirements", sa.JSON(), nullable=False),
        sa.Column("subject_opinion", sa.LargeBinary(), nullable=True),
        sa.Column("refusal", sa.LargeBinary(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("report_due", sa.Date(), nullable=True),
        sa.Column("conclusion", sa.String(length=16), nullable=True),
        sa.Column("evaluation", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_due_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acted", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('routine', 'reminder', 'warning', 'inquiry', 'admonition', 'collective', 'pre_appointment')",
            name=op.f("ck_interview_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'notified', 'held', 'signed', 'followed_up', 'evaluated', 'archived', 'cancelled')",
            name=op.f("ck_interview_state"),
        ),
        sa.CheckConstraint(
            "subject_rank IN ('section', 'division', 'unit_head')", name=op.f("ck_interview_subject_rank")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_interview_created_by_id")),
        sa.ForeignKeyConstraint(["recorder"], ["user.id"], name=op.f("fk_interview_recorder")),
        sa.ForeignKeyConstraint(["subject_user_id"], ["user.id"], name=op.f("fk_interview_subject_user_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_interview_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint("code", name=op.f("uq_interview_code")),
    )
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_kind"), ["kind"], unique=False)
        batch_op.create_index("ix_interview_scheduled_at_id", ["scheduled_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interview_state"), ["state"], unique=False)
        batch_op.create_index("ix_interview_unit_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "issue",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("source_doc", sa.String(length=200), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("verbatim", sa.Text(), nullable=False),
        sa.Column("domain", sa.String(length=32), nullable=True),
        sa.Column("severity", sa.String(length=16), nullable=True),
        sa.Column("rectify_type", sa.String(length=16), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("resp_post", sa.String(length=64), nullable=True),
        sa.Column("resp_leader_post", sa.String(length=64), nullable=True),
        sa.Column("due_original", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=True),
        sa.Column("acceptance_standard", sa.Text(), nullable=True),
        sa.Column("goal", sa.Text(), nullable=True),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("owner_level", sa.String(length=16), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reopen_count", sa.Integer(), nullable=False),
        sa.Column("return_count", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("publicity_until", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closure_no", sa.String(length=64), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("backfilled", sa.Boolean(), nullable=False),
        sa.Column("sheet_code", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_due_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acted", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('closed', 'archived')) = (closed_on IS NOT NULL)", name=op.f("ck_issue_closed_on")
        ),
        sa.CheckConstraint("owner_level IN ('department', 'unit')", name=op.f("ck_issue_owner_level")),
        sa.CheckConstraint(
            "rectify_type IN ('immediate', 'deadline', 'staged', 'long_term')",
            name=op.f("ck_issue_rectify_type"),
        ),
        sa.CheckConstraint("severity IN ('general', 'serious', 'grave')", name=op.f("ck_issue_severity")),
        sa.CheckConstraint(
            "source IN ('inspection_tour', 'audit', 'petition', 'daily', 'special_check', 'duty_report', 'evaluation', 'branch_check', 'suggestion', 'instruction', 'warning', 'bulletin', 'self_check')",
            name=op.f("ck_issue_source"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'verifying', 'issued', 'objected', 'planning', 'plan_review', 'rectifying', 'unit_check', 'inspecting', 'sustaining', 'publicizing', 'approving', 'closed', 'archived', 'transferred', 'void')",
            name=op.f("ck_issue_state"),
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_issue_created_by_id")),
        sa.ForeignKeyConstraint(["section_id"], ["unit.id"], name=op.f("fk_issue_section_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_issue_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("code", name=op.f("uq_issue_code")),
    )
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.create_index("ix_issue_due_on_id", ["due_on", "id"], unique=False)
        batch_op.create_index("ix_issue_found_on_id", ["found_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_severity"), ["severity"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_sheet_code"), ["sheet_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_source"), ["source"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_state"), ["state"], unique=False)
        batch_op.create_index("ix_issue_step_due_on_id", ["step_due_on", "id"], unique=False)
        batch_op.create_index("ix_issue_unit_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "risk_point",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=128), nullable=True),
        sa.Column("post", sa.String(length=128), nullable=True),
        sa.Column("power_item", sa.String(length=255), nullable=True),
        sa.Column("power_type", sa.String(length=16), nullable=True),
        sa.Column("process_step", sa.String(length=128), nullable=True),
        sa.Column("category", sa.String(length=16), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("manifestation", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("likelihood", sa.Integer(), nullable=True),
        sa.Column("impact", sa.Integer(), nullable=True),
        sa.Column("discretion", sa.Integer(), nullable=True),
        sa.Column("computed_level", sa.String(length=8), nullable=True),
        sa.Column("level", sa.String(length=8), nullable=True),
        sa.Column("level_reason", sa.Text(), nullable=True),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("resp_post", sa.String(length=128), nullable=True),
        sa.Column("dept_head_post", sa.String(length=128), nullable=True),
        sa.Column("resp_leader_post", sa.String(length=128), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("identified_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("minute_no", sa.String(length=64), nullable=True),
        sa.Column("publicity_until", sa.Date(), nullable=True),
        sa.Column("sheet_code", sa.String(length=64), nullable=True),
        sa.Column("cancel_document", sa.String(length=128), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_due_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acted", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "category IN ('ideology', 'duty', 'process', 'system', 'environment')",
            name=op.f("ck_risk_point_category"),
        ),
        sa.CheckConstraint(
            "computed_level IN ('high', 'medium', 'low')", name=op.f("ck_risk_point_computed_level")
        ),
        sa.CheckConstraint("level IN ('high', 'medium', 'low')", name=op.f("ck_risk_point_level")),
        sa.CheckConstraint(
            "state IN ('draft', 'unit_review', 'grading', 'publicizing', 'active', 'warned', 'rectifying', 'review', 'change_pending', 'cancelled', 'void')",
            name=op.f("ck_risk_point_state"),
        ),
        sa.CheckConstraint("discretion BETWEEN 1 AND 3", name=op.f("ck_risk_point_discretion")),
        sa.CheckConstraint("impact BETWEEN 1 AND 5", name=op.f("ck_risk_point_impact")),
        sa.CheckConstraint("likelihood BETWEEN 1 AND 5", name=op.f("ck_risk_point_likelihood")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_risk_point_created_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_risk_point_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_point")),
        sa.UniqueConstraint("code", name=op.f("uq_risk_point_code")),
    )
    with op.batch_alter_table("risk_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_point_category"), ["category"], unique=False)
        batch_op.create_index("ix_risk_point_grid", ["likelihood", "impact"], unique=False)
        batch_op.create_index("ix_risk_point_level_id", ["level", "id"], unique=False)
        batch_op.create_index("ix_risk_point_review_due_id", ["review_due", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_risk_point_state"), ["state"], unique=False)
        batch_op.create_index("ix_risk_point_unit_sheet_code", ["unit_id", "sheet_code"], unique=False)
        batch_op.create_index("ix_risk_point_unit_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('post', 'dept_head', 'commissioner', 'unit_discipline', 'leader', 'secretary', 'office', 'office_head', 'resident', 'auditor', 'sysadmin', 'secadmin', 'auditadmin')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_role_grant_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("user_id", "role", "unit_id", name=op.f("uq_role_grant_user_id_role_unit_id")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_role"), ["role"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_user_id"), ["user_id"], unique=False)

    op.create_table(
        "attachment_link",
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("case_type", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_attachment_link_attachment_id")
        ),
        sa.PrimaryKeyConstraint("attachment_id", "case_type", "case_id", name=op.f("pk_attachment_link")),
    )
    with op.batch_alter_table("attachment_link", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_link_case", ["case_type", "case_id"], unique=False)

    op.create_table(
        "change_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_point_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document_no", sa.String(length=128), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "decision IN ('approved', 'rejected', 'superseded')", name=op.f("ck_change_proposal_decision")
        ),
        sa.CheckConstraint(
            "kind IN ('change', 'upgrade', 'downgrade', 'owner', 'cancel')",
            name=op.f("ck_change_proposal_kind"),
        ),
        sa.CheckConstraint("source IN ('review', 'import')", name=op.f("ck_change_proposal_source")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_change_proposal_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user.id"], name=op.f("fk_change_proposal_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["risk_point_id"], ["risk_point.id"], name=op.f("fk_change_proposal_risk_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_proposal")),
    )
    with op.batch_alter_table("change_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_proposal_risk_point_id"), ["risk_point_id"], unique=False)

    op.create_table(
        "import_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("ledger", sa.String(length=16), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_import_upload_attachment_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_import_upload_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_upload")),
    )
    with op.batch_alter_table("import_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_upload_user_id"), ["user_id"], unique=False)

    op.create_table(
        "interview_issue",
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_interview_issue_interview_id")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_interview_issue_issue_id")),
        sa.PrimaryKeyConstraint("interview_id", "issue_id", name=op.f("pk_interview_issue")),
    )
    with op.batch_alter_table("interview_issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_issue_issue_id"), ["issue_id"], unique=False)

    op.create_table(
        "issue_joint_unit",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_joint_unit_issue_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_issue_joint_unit_unit_id")),
        sa.PrimaryKeyConstraint("issue_id", "unit_id", name=op.f("pk_issue_joint_unit")),
    )
    with op.batch_alter_table("issue_joint_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_joint_unit_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "issue_risk_point",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("risk_point_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_risk_point_issue_id")),
        sa.ForeignKeyConstraint(
            ["risk_point_id"], ["risk_point.id"], name=op.f("fk_issue_risk_point_risk_point_id")
        ),
        sa.PrimaryKeyConstraint("issue_id", "risk_point_id", name=op.f("pk_issue_risk_point")),
    )
    with op.batch_alter_table("issue_risk_point", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_issue_risk_point_risk_point_id"), ["risk_point_id"], unique=False
        )

    op.create_table(
        "notice",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("main_to", sa.String(length=255), nullable=False),
        sa.Column("copy_to", sa.String(length=255), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=True),
        sa.Column("plan_due", sa.Date(), nullable=True),
        sa.Column("rectify_due", sa.Date(), nullable=True),
        sa.Column("enclosures", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("drafter_id", sa.Integer(), nullable=False),
        sa.Column("checker_id", sa.Integer(), nullable=True),
        sa.Column("signer_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("reply_due", sa.Date(), nullable=True),
        sa.Column("reply_waived", sa.Boolean(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("service", sa.JSON(), nullable=False),
        sa.Column("sealed_on", sa.Date(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.Column("context", sa.JSON(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("verification_code", sa.String(length=32), nullable=True),
        sa.Column("pdf_attachment_id", sa.Integer(), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("interview_id", sa.Integer(), nullable=True),
        sa.Column("risk_point_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_due_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acted", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'checking', 'signed', 'sealed', 'sent', 'received', 'replied', 'archived', 'withdrawn')",
            name=op.f("ck_notice_state"),
        ),
        sa.ForeignKeyConstraint(["checker_id"], ["user.id"], name=op.f("fk_notice_checker_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_notice_created_by_id")),
        sa.ForeignKeyConstraint(["drafter_id"], ["user.id"], name=op.f("fk_notice_drafter_id")),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_notice_interview_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuer.id"], name=op.f("fk_notice_issuer_id")),
        sa.ForeignKeyConstraint(
            ["pdf_attachment_id"], ["attachment.id"], name=op.f("fk_notice_pdf_attachment_id")
        ),
        sa.ForeignKeyConstraint(["risk_point_id"], ["risk_point.id"], name=op.f("fk_notice_risk_point_id")),
        sa.ForeignKeyConstraint(["signer_id"], ["user.id"], name=op.f("fk_notice_signer_id")),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["notice.id"], name=op.f("fk_notice_superseded_by_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["notice.id"], name=op.f("fk_notice_supersedes_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_notice_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("code", name=op.f("uq_notice_code")),
        sa.UniqueConstraint("number", name=op.f("uq_notice_number")),
        sa.UniqueConstraint("verification_code", name=op.f("uq_notice_verification_code")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_interview_id"), ["interview_id"], unique=False)
        batch_op.create_index("ix_notice_issued_on_id", ["issued_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_risk_point_id"), ["risk_point_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_state"), ["state"], unique=False)
        batch_op.create_index("ix_notice_unit_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "seal_event",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seal_id", sa.Integer(), nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_seal_event_event_id")),
        sa.ForeignKeyConstraint(["seal_id"], ["seal.id"], name=op.f("fk_seal_event_seal_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_seal_event")),
    )
    with op.batch_alter_table("seal_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_event_seal_id"), ["seal_id"], unique=False)

    op.create_table(
        "warning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_point_id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("reply_due", sa.Date(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.CheckConstraint("colour IN ('blue', 'yellow', 'orange', 'red')", name=op.f("ck_warning_colour")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["user.id"], name=op.f("fk_warning_lifted_by_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_warning_opened_by_id")),
        sa.ForeignKeyConstraint(["risk_point_id"], ["risk_point.id"], name=op.f("fk_warning_risk_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning")),
    )
    with op.batch_alter_table("warning", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_warning_risk_point_id"), ["risk_point_id"], unique=False)

    op.create_table(
        "notice_issue",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_notice_issue_issue_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_issue_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "issue_id", name=op.f("pk_notice_issue")),
    )
    with op.batch_alter_table("notice_issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_issue_issue_id"), ["issue_id"], unique=False)

    dialect = op.get_bind().dialect.name
    for statement in event_triggers.statements(dialect):
        op.execute(statement)
    if dialect == "postgresql":
        # For the queue of riskctl.jobs, whose tables huey makes itself.
        op.execute("CREATE SCHEMA IF NOT EXISTS riskctl_jobs")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA riskctl_jobs CASCADE")
    with op.batch_alter_table("notice_issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_issue_issue_id"))

    op.drop_table("notice_issue")
    with op.batch_alter_table("warning", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_warning_risk_point_id"))

    op.drop_table("warning")
    with op.batch_alter_table("seal_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seal_event_seal_id"))

    op.drop_table("seal_event")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_unit_state")
        batch_op.drop_index(batch_op.f("ix_notice_state"))
        batch_op.drop_index(batch_op.f("ix_notice_risk_point_id"))
        batch_op.drop_index(batch_op.f("ix_notice_kind"))
        batch_op.drop_index("ix_notice_issued_on_id")
        batch_op.drop_index(batch_op.f("ix_notice_interview_id"))

    op.drop_table("notice")
    with op.batch_alter_table("issue_risk_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_risk_point_risk_point_id"))

    op.drop_table("issue_risk_point")
    with op.batch_alter_table("issue_joint_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_joint_unit_unit_id"))

    op.drop_table("issue_joint_unit")
    with op.batch_alter_table("interview_issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interview_issue_issue_id"))

    op.drop_table("interview_issue")
    with op.batch_alter_table("import_upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_upload_user_id"))

    op.drop_table("import_upload")
    with op.batch_alter_table("change_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_proposal_risk_point_id"))

    op.drop_table("change_proposal")
    with op.batch_alter_table("attachment_link", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_link_case")

    op.drop_table("attachment_link")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_user_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_unit_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_role"))

    op.drop_table("role_grant")
    with op.batch_alter_table("risk_point", schema=None) as batch_op:
        batch_op.drop_index("ix_risk_point_unit_state")
        batch_op.drop_index("ix_risk_point_unit_sheet_code")
        batch_op.drop_index(batch_op.f("ix_risk_point_state"))
        batch_op.drop_index("ix_risk_point_review_due_id")
        batch_op.drop_index("ix_risk_point_level_id")
        batch_op.drop_index("ix_risk_point_grid")
        batch_op.drop_index(batch_op.f("ix_risk_point_category"))

    op.drop_table("risk_point")
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_index("ix_issue_unit_state")
        batch_op.drop_index("ix_issue_step_due_on_id")
        batch_op.drop_index(batch_op.f("ix_issue_state"))
        batch_op.drop_index(batch_op.f("ix_issue_source"))
        batch_op.drop_index(batch_op.f("ix_issue_sheet_code"))
        batch_op.drop_index(batch_op.f("ix_issue_severity"))
        batch_op.drop_index("ix_issue_found_on_id")
        batch_op.drop_index("ix_issue_due_on_id")

    op.drop_table("issue")
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.drop_index("ix_interview_unit_state")
        batch_op.drop_index(batch_op.f("ix_interview_state"))
        batch_op.drop_index("ix_interview_scheduled_at_id")
        batch_op.drop_index(batch_op.f("ix_interview_kind"))

    op.drop_table("interview")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_key_at"))

    op.drop_table("idempotency_key")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_at_id")
        batch_op.drop_index(batch_op.f("ix_event_actor_id"))

    op.drop_table("event")
    op.drop_table("calendar_day")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_uploaded_by_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_sha256"))

    op.drop_table("attachment")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_user_id"))

    op.drop_table("api_token")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_unit_id"))

    op.drop_table("user")
    with op.batch_alter_table("issuer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issuer_unit_id"))

    op.drop_table("issuer")
    op.drop_table("column_mapping")
    with op.batch_alter_table("branch_cover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_branch_cover_unit_id"))

    op.drop_table("branch_cover")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_path"))
        batch_op.drop_index(batch_op.f("ix_unit_parent_id"))
        batch_op.drop_index(batch_op.f("ix_unit_name"))
        batch_op.drop_index(batch_op.f("ix_unit_kind"))

    op.drop_table("unit")
    with op.batch_alter_table("sealed_text", schema=None) as batch_op:
        batch_op.drop_index("ix_sealed_text_case")

    op.drop_table("sealed_text")
    op.drop_table("seal")
    op.drop_table("counter")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS refuse_change()")
