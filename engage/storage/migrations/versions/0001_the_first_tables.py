"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_table(
        "api_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("name", name=op.f("uq_api_tokens_name")),
    )
    op.create_table(
        "area_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_area_revision_one_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_revision")),
    )
    op.create_table(
        "areas",
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=100), nullable=False),
        sa.Column("parent", sa.String(length=100), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("wards", sa.JSON(), nullable=False),
        sa.Column("boundary", sa.JSON(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_areas")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_head")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_lines",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_lines")),
    )
    with op.batch_alter_table("audit_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_lines_subject"), ["subject"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("envelope", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.String(length=100), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_drafts")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_touched_at"), ["touched_at"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("file", sa.String(length=100), nullable=True),
        sa.Column("asked_by", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_jobs_known_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobs_state"), ["state"], unique=False)

    op.create_table(
        "margins",
        sa.Column("area", sa.String(length=100), nullable=False),
        sa.Column("variable", sa.String(length=100), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("area", "variable", "category", name=op.f("pk_margins")),
    )
    op.create_table(
        "paper_layouts",
        sa.Column("layout_hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("layout_hash", name=op.f("pk_paper_layouts")),
    )
    op.create_table(
        "postcodes",
        sa.Column("postcode", sa.String(length=100), nullable=False),
        sa.Column("ward", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("postcode", name=op.f("pk_postcodes")),
    )
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("release_hash", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
    )
    op.create_table(
        "review_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("item_hash", sa.String(length=64), nullable=False),
        sa.Column("receipt_key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=100), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "kind IN ('late', 'conflict', 'second_entry', 'paper_notes')", name=op.f("ck_review_items_known_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_items")),
        sa.UniqueConstraint("item_hash", name=op.f("uq_review_items_item_hash")),
    )
    with op.batch_alter_table("review_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_items_receipt_key"), ["receipt_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_items_response_id"), ["response_id"], unique=False)

    op.create_table(
        "staff_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("session_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('admin', 'analyst', 'coordinator', 'ambassador')", name=op.f("ck_staff_accounts_known_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_accounts_email")),
    )
    op.create_table(
        "surveys",
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_surveys")),
        sa.UniqueConstraint("code", name=op.f("uq_surveys_code")),
    )
    op.create_table(
        "text_opt_outs",
        sa.Column("sender_key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sender_key", name=op.f("pk_text_opt_outs")),
    )
    op.create_table(
        "tombstones",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_tombstones")),
    )
    op.create_table(
        "paper_forms",
        sa.Column("serial", sa.String(length=100), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("style", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=True),
        sa.Column("layout_hash", sa.String(length=64), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("entered_by", sa.String(length=100), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('printed', 'entered', 'refused')", name=op.f("ck_paper_forms_known_state")),
        sa.ForeignKeyConstraint(
            ["layout_hash"], ["paper_layouts.layout_hash"], name=op.f("fk_paper_forms_layout_hash")
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_paper_forms")),
    )
    op.create_table(
        "questionnaires",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("questions_hash", sa.String(length=64), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_questionnaires_survey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaires")),
        sa.UniqueConstraint("survey", "version", name=op.f("uq_questionnaires_survey_version")),
    )
    op.create_table(
        "release_tables",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("rows", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_release_tables_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_tables")),
    )
    with op.batch_alter_table("release_tables", schema=None) as batch_op:
        batch_op.create_index("ix_release_tables_place", ["release_id", "rows", "area"], unique=False)

    op.create_table(
        "staff_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=100), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('invitation', 'sign_in')", name=op.f("ck_staff_links_known_purpose")),
        sa.ForeignKeyConstraint(["account"], ["staff_accounts.id"], name=op.f("fk_staff_links_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_links")),
    )
    op.create_table(
        "text_channels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=100), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=False),
        sa.Column("last_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("provider IN ('twilio', 'json')", name=op.f("ck_text_channels_known_provider")),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_text_channels_survey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_channels")),
    )
    op.create_table(
        "waves",
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'pilot', 'open', 'collecting', 'closed')", name=op.f("ck_waves_known_state")
        ),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_waves_survey")),
        sa.PrimaryKeyConstraint("survey", "name", name=op.f("pk_waves")),
    )
    op.create_table(
        "responses",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("is_pilot", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("style", sa.String(length=100), nullable=False),
        sa.Column("assisted", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=True),
        sa.Column("area_relation", sa.JSON(), nullable=False),
        sa.Column("home_district", sa.String(length=100), nullable=True),
        sa.Column("consent_version", sa.Integer(), nullable=False),
        sa.Column("age_band", sa.String(length=100), nullable=True),
        sa.Column("guardian", sa.String(length=100), nullable=True),
        sa.Column("serial", sa.String(length=100), nullable=True),
        sa.Column("keyed_by", sa.String(length=100), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("duration", sa.String(length=100), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("receipt_key", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "age_band IN ('13-15', '16-17', '18-24', '25-34', '35-49', '50-64', '65+', 'pns', '25+')",
            name=op.f("ck_responses_known_age_band"),
        ),
        sa.CheckConstraint(
            "assisted IN ('none', 'ambassador', 'interpreter', 'family', 'friend')",
            name=op.f("ck_responses_known_assisted"),
        ),
        sa.CheckConstraint(
            "channel IN ('web', 'outreach', 'paper_keyed', 'paper_read', 'sms', 'phone', 'api')",
            name=op.f("ck_responses_known_channel"),
        ),
        sa.CheckConstraint("style IN ('standard', 'easy_read', 'large_print')", name=op.f("ck_responses_known_style")),
        sa.ForeignKeyConstraint(
            ["survey", "wave"], ["waves.survey", "waves.name"], name=op.f("fk_responses_survey_wave")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_responses")),
        sa.UniqueConstraint("receipt_key", name=op.f("uq_responses_receipt_key")),
        sa.UniqueConstraint("response_id", name=op.f("uq_responses_response_id")),
        sa.UniqueConstraint("serial", name=op.f("uq_responses_serial")),
    )
    op.create_table(
        "text_conversations",
        sa.Column("channel", sa.Uuid(), nullable=False),
        sa.Column("sender_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["text_channels.id"], name=op.f("fk_text_conversations_channel")),
        sa.PrimaryKeyConstraint("channel", "sender_key", name=op.f("pk_text_conversations")),
    )
    with op.batch_alter_table("text_conversations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_conversations_touched_at"), ["touched_at"], unique=False)

    op.create_table(
        "text_messages",
        sa.Column("channel", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.String(length=100), nullable=False),
        sa.Column("sender_key", sa.String(length=64), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["text_channels.id"], name=op.f("fk_text_messages_channel")),
        sa.PrimaryKeyConstraint("channel", "provider_id", name=op.f("pk_text_messages")),
    )
    with op.batch_alter_table("text_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_messages_sender_key"), ["sender_key"], unique=False)
    op.execute(sa.text("INSERT INTO audit_head (id, number, mac) VALUES (1, 0, :mac)").bindparams(mac="0" * 64))


def downgrade() -> None:
    """Take the tables back to the step before."""
    with op.batch_alter_table("text_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_messages_sender_key"))

    op.drop_table("text_messages")
    with op.batch_alter_table("text_conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_conversations_touched_at"))

    op.drop_table("text_conversations")
    op.drop_table("responses")
    op.drop_table("waves")
    op.drop_table("text_channels")
    op.drop_table("staff_links")
    with op.batch_alter_table("release_tables", schema=None) as batch_op:
        batch_op.drop_index("ix_release_tables_place")

    op.drop_table("release_tables")
    op.drop_table("questionnaires")
    op.drop_table("paper_forms")
    op.drop_table("tombstones")
    op.drop_table("text_opt_outs")
    op.drop_table("surveys")
    op.drop_table("staff_accounts")
    with op.batch_alter_table("review_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_items_response_id"))
        batch_op.drop_index(batch_op.f("ix_review_items_receipt_key"))

    op.drop_table("review_items")
    op.drop_table("releases")
    op.drop_table("postcodes")
    op.drop_table("paper_layouts")
    op.drop_table("margins")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobs_state"))

    op.drop_table("jobs")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_touched_at"))

    op.drop_table("drafts")
    with op.batch_alter_table("audit_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_lines_subject"))

    op.drop_table("audit_lines")
    op.drop_table("audit_head")
    op.drop_table("areas")
    op.drop_table("area_revision")
    op.drop_table("api_tokens")
