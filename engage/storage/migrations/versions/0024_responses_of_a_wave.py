"""The responses that count in a wave are found without looking at any other, and removals are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_index("ix_responses_of_wave", "responses", ["survey", "wave", "is_pilot", "sequence"])
    op.create_table(
        "response_removals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_response_removals_one_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_removals")),
    )


def downgrade() -> None:
    """Take the tables back to the step before."""
    op.drop_table("response_removals")
    op.drop_index("ix_responses_of_wave", table_name="responses")
