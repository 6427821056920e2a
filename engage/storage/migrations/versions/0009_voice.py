"""What comes back to people: what was done, answers to their questions, and which communities have read theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_table(
        "actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=True),
        sa.Column("community", sa.String(length=100), nullable=True),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("done", sa.String(length=1000), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(length=100), nullable=True),
        sa.Column("option", sa.String(length=100), nullable=True),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("written_by", sa.String(length=100), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("area IS NULL OR community IS NULL", name=op.f("ck_actions_one_subject")),
        sa.CheckConstraint(
            "(release_id IS NULL) = (question IS NULL) AND (question IS NULL) = (option IS NULL)",
            name=op.f("ck_actions_a_whole_figure"),
        ),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_actions_survey")),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_actions_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
    )
    op.create_index("ix_actions_survey", "actions", ["survey"])
    op.create_table(
        "public_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=True),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("owner", sa.String(length=100), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT is_published OR (answer IS NOT NULL AND owner IS NOT NULL AND answered_on IS NOT NULL)",
            name=op.f("ck_public_questions_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_public_questions_survey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_questions")),
    )
    op.create_index("ix_public_questions_survey", "public_questions", ["survey", "asked_on"])
    op.create_table(
        "community_readings",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("community", sa.String(length=100), nullable=False),
        sa.Column("read_by", sa.String(length=100), nullable=False),
        sa.Column("noted_by", sa.String(length=100), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_community_readings_release_id")),
        sa.PrimaryKeyConstraint("release_id", "community", name=op.f("pk_community_readings")),
    )


def downgrade() -> None:
    """Take the tables back to the step before; surveys and releases stay."""
    op.drop_table("community_readings")
    op.drop_index("ix_public_questions_survey", "public_questions")
    op.drop_table("public_questions")
    op.drop_index("ix_actions_survey", "actions")
    op.drop_table("actions")
