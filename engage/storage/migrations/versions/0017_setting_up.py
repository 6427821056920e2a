"""The record of a survey, item by item, and waves of the past that were brought in from a file."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_table(
        "survey_record",
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("item", sa.String(length=100), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("signed_by", sa.String(length=100), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["survey"], ["surveys.slug"], name=op.f("fk_survey_record_survey")),
        sa.PrimaryKeyConstraint("survey", "item", name=op.f("pk_survey_record")),
    )
    op.add_column("waves", sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take the tables back to the step before; imported waves are then closed waves like others."""
    op.drop_column("waves", "imported")
    op.drop_table("survey_record")
