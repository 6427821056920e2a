"""Drawings before a person: which are shown, which are kept back, which nobody has looked at yet."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up to this step."""
    op.create_table(
        "drawings",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("survey", sa.String(length=100), nullable=False),
        sa.Column("wave", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'shown', 'kept_back')", name=op.f("ck_drawings_known_state")),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL)",
            name=op.f("ck_drawings_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "(state = 'kept_back') = (reason IS NOT NULL)", name=op.f("ck_drawings_kept_back_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.response_id"], name=op.f("fk_drawings_response_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("response_id", "question", name=op.f("pk_drawings")),
    )
    op.create_index("ix_drawings_survey", "drawings", ["survey", "wave", "state"])
    op.create_index("ix_drawings_reference", "drawings", ["reference"])


def downgrade() -> None:
    """Take the tables back to the step before; the drawings themselves stay with their answers."""
    op.drop_index("ix_drawings_reference", "drawings")
    op.drop_index("ix_drawings_survey", "drawings")
    op.drop_table("drawings")
