"""Visits, what ambassadors have read, organisations that helped."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(is_named IS TRUE) = (agreed_on IS NOT NULL)", name=op.f("ck_organisations_named_on_a_day")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
    )
    op.create_table(
        "training_records",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=100), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["staff_accounts.id"], name=op.f("fk_training_records_account")),
        sa.PrimaryKeyConstraint("account", "item", name=op.f("pk_training_records")),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("community", sa.String(length=100), nullable=True),
        sa.Column("organisation", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begins", sa.String(length=100), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("ambassador", sa.String(length=100), nullable=False),
        sa.Column("planned_by", sa.String(length=100), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number_sealed", sa.String(length=200), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("took_part", sa.Integer(), nullable=False),
        sa.Column("needed_help", sa.Integer(), nullable=False),
        sa.Column("declined", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "asked >= 0 AND took_part >= 0 AND needed_help >= 0", name=op.f("ck_visits_no_less_than_nobody")
        ),
        sa.CheckConstraint("checked_out_at IS NULL OR checked_in_at IS NOT NULL", name=op.f("ck_visits_in_before_out")),
        sa.CheckConstraint("(checked_in_at IS NULL) = (back_by IS NULL)", name=op.f("ck_visits_in_until_when")),
        sa.CheckConstraint(
            "number_sealed IS NULL OR checked_out_at IS NULL", name=op.f("ck_visits_number_only_while_out")
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_visits_organisation")),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_visits_survey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_survey"), "visits", ["survey"])
    op.create_index(op.f("ix_visits_day"), "visits", ["day"])


def downgrade() -> None:
    """Take the tables back to the step before."""
    op.drop_table("visits")
    op.drop_table("training_records")
    op.drop_table("organisations")
