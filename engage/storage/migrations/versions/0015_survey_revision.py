"""A mark that moves with every change of surveys, waves, languages offered and recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_table(
        "survey_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_survey_revision_one_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_revision")),
    )


def downgrade() -> None:
    """Take the tables back to the step before."""
    op.drop_table("survey_revision")
